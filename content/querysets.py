"""Which guides staff find, and who may keep them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from people.models import Person
from people.roles import Role

if TYPE_CHECKING:
    from content.models import Page  # noqa: F401 (read by mypy)


def guide_editors() -> models.QuerySet[Person]:
    """Who may change guides: whoever keeps one is asked to, so nobody else can."""
    is_editor = Q(user__groups__name=Role.LD_ADMIN) | Q(user__is_superuser=True)
    return Person.objects.active().filter(is_editor, user__is_active=True, user__is_staff=True)


class PageQuerySet(models.QuerySet["Page"]):
    def shown(self) -> PageQuerySet:
        """What every colleague reads; the rest is being written, and stands in the admin alone."""
        return self.filter(is_shown=True)

    def kept(self) -> PageQuerySet:
        """With an owner who may still change them."""
        return self.filter(owner__in=guide_editors())

    def in_order(self) -> PageQuerySet:
        return self.order_by("group", "position", "title")
