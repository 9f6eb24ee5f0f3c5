"""How the history is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from audit.models import AuditEntry  # noqa: F401 - for the type of the rows


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def for_chain(self, chain: str) -> AuditEntryQuerySet:
        """The history panel of one record: newest first, the free text with it."""
        return self.filter(chain=chain).select_related("free_text").order_by("-sequence")

    def about(self, subject: models.Model) -> AuditEntryQuerySet:
        """What was done to one row, newest first."""
        return (
            self.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk))
            .select_related("free_text")
            .order_by("-at", "-pk")
        )

    def in_order(self) -> AuditEntryQuerySet:
        """Every chain from its first row to its last."""
        return self.order_by("chain", "sequence")
