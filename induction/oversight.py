"""What Learning and Development and the head of service see: states, dates and counts, never words or notes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Count, Exists, F, FilteredRelation, Max, OuterRef, Q, QuerySet

from induction import rules
from induction.models import Checkpoint, InductionPlan, ProgrammeVersion
from people.models import Person
from people.querysets import current

# Groups under five are not shown to those who see counts only (reliability-and-security.md §2).
SMALLEST_GROUP = 5


@dataclass(frozen=True)
class TeamCount:
    """How many inductions a team has under way, and how many of them have something late."""

    team: str
    directorate: str
    plans: int
    late: int
    is_folded: bool = False

    @property
    def plans_words(self) -> str:
        return str(self.plans)

    @property
    def late_words(self) -> str:
        return str(self.late)


@dataclass(frozen=True)
class SuppressedCount(TeamCount):
    """The same with small numbers left out."""

    @property
    def plans_words(self) -> str:
        return str(self.plans) if self.plans >= SMALLEST_GROUP else f"fewer than {SMALLEST_GROUP}"

    @property
    def late_words(self) -> str:
        if self.plans < SMALLEST_GROUP:
            return "not shown"
        return str(self.late) if self.late == 0 or self.late >= SMALLEST_GROUP else f"fewer than {SMALLEST_GROUP}"


def with_late(plans: QuerySet[InductionPlan], *, today: dt.date) -> QuerySet[InductionPlan]:
    """Adds has_late: an open item past its date while the clock runs."""
    late_items = Checkpoint.objects.open().filter(plan=OuterRef("pk"), due_date__lt=today)
    clock_runs = Q(state__in=[InductionPlan.State.AGREEING, InductionPlan.State.ACTIVE])
    return plans.annotate(has_late=Exists(late_items) & clock_runs)


def with_team(plans: QuerySet[InductionPlan], *, today: dt.date) -> QuerySet[InductionPlan]:
    """Adds team_name, directorate_name and job_role_title as on the day."""
    return plans.annotate(
        post=FilteredRelation("person__postings", condition=current("person__postings", today))
    ).annotate(
        team_name=F("post__team__name"),
        directorate_name=F("post__team__directorate__name"),
        job_role_title=F("post__job_role__title"),
    )


def lateness_by_team(*, today: dt.date) -> list[TeamCount]:
    """Live plans by team, with how many have something late; one query."""
    plans = with_late(with_team(InductionPlan.objects.live(), today=today), today=today)
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


def suppressed(counts: Iterable[TeamCount]) -> list[SuppressedCount]:
    """Teams under five are folded into one row, so that nobody can be singled out by subtraction."""
    shown: list[TeamCount] = []
    small: list[TeamCount] = []
    for row in counts:
        (shown if row.plans >= SMALLEST_GROUP else small).append(row)
    # By name: an order by lateness would tell what the words leave out.
    shown.sort(key=lambda row: (row.team, row.directorate))
    rows = [SuppressedCount(row.team, row.directorate, row.plans, row.late) for row in shown]
    if small:
        plans, late = sum(row.plans for row in small), sum(row.late for row in small)
        rows.append(SuppressedCount("Teams with fewer than 5 inductions, together", "", plans, late, is_folded=True))
    return rows


def without_manager(*, today: dt.date) -> QuerySet[InductionPlan]:
    """Live plans whose starter has no line manager at work: Learning and Development has what waits on one."""
    plans = InductionPlan.objects.without_manager(today=today)
    return with_team(plans, today=today).select_related("person")


def starters_without_plan(*, today: dt.date) -> QuerySet[Person]:
    """Active starters whose induction should be running and who have no plan: no programme fits, or dates are wrong."""
    longest = ProgrammeVersion.objects.filter(state=ProgrammeVersion.State.PUBLISHED).aggregate(most=Max("months"))
    since = today - relativedelta(months=longest["most"] or 6)
    return Person.objects.active().filter(start_date__gt=since, plans__isnull=True).with_post(today=today)


def why_without_plan(person: Any, *, today: dt.date) -> str:
    """The reason in words, for the list of exceptions."""
    problem = rules.impossible_dates(person.start_date, person.leaving_date, today=today)
    if problem:
        return problem
    if person.team_id is None:
        return "No post is recorded, so no programme can be chosen."
    return f"No programme fits {person.job_role_title} in {person.team_name}."
