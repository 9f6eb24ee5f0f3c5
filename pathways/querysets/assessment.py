"""Who may read how somebody sees their own capabilities: the person, and the manager's side once it is shared."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from pathways.querysets.sharing import readable

if TYPE_CHECKING:
    from pathways.models import CapabilityMark, CareerRole, SelfAssessment  # noqa: F401 (read by mypy)
    from people.models import User


class AssessmentQuerySet(models.QuerySet["SelfAssessment"]):
    def visible_to(self, user: User, *, today: dt.date) -> AssessmentQuerySet:
        found = readable(user, today=today)
        return self.none() if found is None else self.filter(found)

    def of(self, person_id: int) -> AssessmentQuerySet:
        """A person's sheets with their roles, the latest first."""
        return self.filter(person=person_id).with_role().order_by("-changed_at", "pk")

    def shared_by_others(self, user: User, *, today: dt.date) -> AssessmentQuerySet:
        """What the people whom the reader manages have shared, by name."""
        found = self.visible_to(user, today=today).exclude(person=user.person_id).with_role()
        return found.select_related("person").order_by("person__search_name", "role__job_role__code", "pk")

    def with_role(self) -> AssessmentQuerySet:
        return self.select_related("role__job_role", "role__profession")


class MarkQuerySet(models.QuerySet["CapabilityMark"]):
    def visible_to(self, user: User, *, today: dt.date) -> MarkQuerySet:
        """Of another's sheet, what stood there when it was shared, and what the manager's side wrote."""
        found = readable(user, today=today, path="assessment__")
        if found is None:
            return self.none()
        return self.filter(found, Q(assessment__person=user.person_id) | ~Q(side="person") | self._stood_when_shared())

    def _stood_when_shared(self) -> Q:
        """The last mark of a capability up to the sharing: what was replaced before stays with its person.

        Of a capability that the framework has no more nobody can tell which mark replaced which, so none is told.
        """
        until = Q(marked_at__lte=F("assessment__shared_at"))
        newer = Q(marked_at__gt=OuterRef("marked_at")) | Q(marked_at=OuterRef("marked_at"), pk__gt=OuterRef("pk"))
        replaced = self.model._default_manager.filter(
            until, newer, side="person", assessment=OuterRef("assessment"), capability=OuterRef("capability")
        )
        return until & Q(capability__isnull=False) & ~Q(Exists(replaced))

    def in_order(self) -> MarkQuerySet:
        """The earliest first, so that the last of a capability and side is the one that holds."""
        return self.select_related("by").order_by("marked_at", "pk")
