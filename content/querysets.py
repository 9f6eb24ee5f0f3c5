"""Which guides staff find."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from content.models import Page  # noqa: F401 (read by mypy)


class PageQuerySet(models.QuerySet["Page"]):
    def shown(self) -> PageQuerySet:
        """What every colleague reads; the rest is being written, and stands in the admin alone."""
        return self.filter(is_shown=True)

    def in_order(self) -> PageQuerySet:
        return self.order_by("group", "position", "title")
