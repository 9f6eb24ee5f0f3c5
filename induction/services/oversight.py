"""What Learning and Development and the head of service see: states, dates and counts, never words or notes.

It reads and writes nothing; pages of this app and above ask it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Case, Count, Max, Q, QuerySet, When

from induction.models import InductionPlan, ProgrammeVersion
from induction.rules.oversight import TeamCount, suppressed
from people.models import Person

__all__ = ["lateness_by_team", "not_held", "starters_without_plan", "suppressed", "without_manager"]


def lateness_by_team(*, today: dt.date) -> list[TeamCount]:
    """Live plans by team, with how many have something late; one query."""
    plans: QuerySet[Any] = InductionPlan.objects.live().with_team(today=today).with_late(today=today)
    rows = (
        plans.values("team_name", "directorate_name")
        .annotate(plans=Count("pk", distinct=True), late=Count("pk", filter=Q(has_late=True), distinct=True))
        .order_by("-late", "team_name")
    )
    return [
        TeamCount(
            team=row["team_name"] or "No team recorded",
            directorate=row["directorate_name"] or "",
            plans=row["plans"],
            late=row["late"],
        )
        for row in rows
    ]


def without_manager(*, today: dt.date) -> QuerySet[InductionPlan]:
    """Live plans that wait on a line manager who is not there, with team and starter."""
    return InductionPlan.objects.without_manager(today=today).with_team(today=today).select_related("person")


def not_held(*, today: dt.date, most: int) -> tuple[list[InductionPlan], list[InductionPlan]]:
    """Plans `without_manager` and those `without_holder`, at most so many of each, the oldest first; one query."""
    plans = InductionPlan.objects.with_holders(today=today).with_team(today=today).select_related("person")
    lost = Q(pk__in=InductionPlan.objects.without_holder(today=today).values("pk"))
    no_manager = Q(pk__in=InductionPlan.objects.without_manager(today=today).values("pk"))
    found = plans.filter(lost | no_manager).annotate(is_lost=Case(When(lost, then=True), default=False))
    rows: list[Any] = list(found.order_by("-is_lost", "start_date", "pk")[: 2 * most])
    return [row for row in rows if not row.is_lost][:most], [row for row in rows if row.is_lost][:most]


def starters_without_plan(*, today: dt.date) -> QuerySet[Person]:
    """Active starters whose induction should be running and who have no plan: no programme fits, or dates are wrong."""
    longest = ProgrammeVersion.objects.filter(state=ProgrammeVersion.State.PUBLISHED).aggregate(most=Max("months"))
    since = today - relativedelta(months=longest["most"] or 6)
    return Person.objects.active().filter(start_date__gt=since, plans__isnull=True).with_post(today=today)
