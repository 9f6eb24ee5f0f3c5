"""Who reads a CPD plan: its person, and while it is shared the line manager and whoever covers."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Count, Q

from pathways.querysets.sharing import readable

if TYPE_CHECKING:
    from pathways.models import CpdAction, CpdDecision, CpdGoal, CpdPlan  # noqa: F401 (read by mypy)
    from people.models import User


class CpdPlanQuerySet(models.QuerySet["CpdPlan"]):
    def visible_to(self, user: User, *, today: dt.date) -> CpdPlanQuerySet:
        """One's own, and what is shared by those whom one manages or covers for."""
        found = readable(user, today=today)
        return self.none() if found is None else self.filter(found)

    def counts(self) -> dict[str, Any]:
        """How many people have a plan, have shared it, were reviewed, have goals, and how these stand.

        People, not goals: five goals may be those of one person.
        """

        def people(**having: Any) -> Count:
            return Count("pk", distinct=True, filter=Q(**having))

        return self.filter(person__deactivated_at__isnull=True).aggregate(
            plans=Count("pk", distinct=True),
            shared=people(shared_at__isnull=False),
            reviewed=people(reviewed_date__isnull=False),
            with_goals=Count("pk", distinct=True, filter=Q(goals__isnull=False) & ~Q(goals__state="dropped")),
            met=people(goals__state="met"),
            not_met=people(goals__state="not_met"),
        )


class CpdGoalQuerySet(models.QuerySet["CpdGoal"]):
    def visible_to(self, user: User, *, today: dt.date) -> CpdGoalQuerySet:
        """As the plan."""
        found = readable(user, today=today, path="plan__")
        return self.none() if found is None else self.filter(found)


class CpdActionQuerySet(models.QuerySet["CpdAction"]):
    def visible_to(self, user: User, *, today: dt.date) -> CpdActionQuerySet:
        """As the plan."""
        found = readable(user, today=today, path="goal__plan__")
        return self.none() if found is None else self.filter(found)


class CpdDecisionQuerySet(models.QuerySet["CpdDecision"]):
    def visible_to(self, user: User, *, today: dt.date) -> CpdDecisionQuerySet:
        """As the plan."""
        found = readable(user, today=today, path="plan__")
        return self.none() if found is None else self.filter(found)
