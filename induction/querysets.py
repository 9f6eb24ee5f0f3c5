"""Whose plan may be seen by whom on a day, and the filters that pages, mail and reports share."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from people.querysets import current

if TYPE_CHECKING:
    from induction.models import Checkpoint, Decision, InductionPlan, Review
    from people.models import Person, User


def held_by(person_id: int, *, today: dt.date, path: str = "person") -> Q:
    """The person behind `path` is managed by this person on the day, directly or as cover."""
    direct = current(f"{path}__manager_lines", today) & Q(**{f"{path}__manager_lines__manager": person_id})
    covering = (
        current(f"{path}__manager_lines", today)
        & current(f"{path}__manager_lines__manager__covered_by_rows", today)
        & Q(**{f"{path}__manager_lines__manager__covered_by_rows__cover": person_id})
        & ~Q(**{f"{path}": person_id})
    )
    return direct | covering


def _readable(user: User, *, today: dt.date, path: str) -> Q | None:
    """Own, or held as line manager or cover; None: nothing at all."""
    if not user.is_authenticated or not user.is_active or user.person_id is None:
        return None
    return Q(**{path: user.person_id}) | held_by(user.person_id, today=today, path=path)


class PlanQuerySet(models.QuerySet["InductionPlan"]):
    def visible_to(self, user: User, *, today: dt.date) -> PlanQuerySet:
        """Read in full: the person, their line manager, the manager's cover (reliability-and-security.md §2)."""
        readable = _readable(user, today=today, path="person")
        if readable is None:
            return self.none()
        return self.filter(pk__in=self.model.objects.filter(readable).values("pk"))

    def live(self) -> PlanQuerySet:
        State = self.model.State
        return self.filter(state__in=[State.AGREEING, State.ACTIVE, State.PAUSED])

    def helped_by(self, buddy: Person) -> PlanQuerySet:
        """Live plans in which this person is the buddy: titles and dates only."""
        return self.live().filter(buddy=buddy)


class PlanRowQuerySet(models.QuerySet[Any]):
    """Rows of a plan: seen by whoever reads the plan."""

    path = "plan__person"

    def visible_to(self, user: User, *, today: dt.date) -> PlanRowQuerySet:
        readable = _readable(user, today=today, path=self.path)
        if readable is None:
            return self.none()
        return self.filter(pk__in=self.model.objects.filter(readable).values("pk"))


class CheckpointQuerySet(PlanRowQuerySet, models.QuerySet["Checkpoint"]):
    def open(self) -> CheckpointQuerySet:
        State = self.model.State
        return self.filter(state__in=[State.TO_DO, State.READY])


class ReviewQuerySet(PlanRowQuerySet, models.QuerySet["Review"]):
    def open(self) -> ReviewQuerySet:
        State = self.model.State
        return self.filter(state__in=[State.PLANNED, State.HELD])


class DecisionQuerySet(PlanRowQuerySet, models.QuerySet["Decision"]):
    """Decisions are read through their plan."""
