"""What Learning and Development and the head of service see: states, dates and counts, never words or notes.

It reads and writes nothing; pages of this app and above ask it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar, cast

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, Max, Q, QuerySet

from induction.models import InductionPlan, ProgrammeVersion
from induction.querysets import PlanQuerySet
from induction.rules.oversight import SuppressedCount, TeamCount, suppressed
from people.models import Person
from people.querysets import line_ids

__all__ = [
    "at_most_once_a_minute",
    "lateness_below",
    "lateness_by_team",
    "late_first",
    "not_held",
    "starters_without_plan",
]
T = TypeVar("T")


def at_most_once_a_minute(name: str, find: Callable[[], T], *, today: dt.date) -> T:
    """Counts and ids over everyone are kept for `COUNTS_KEPT_SECONDS`; never names, words or anyone's rights."""
    found: Any = cache.get_or_set(f"oversight.{name}:{today.isoformat()}", find, settings.COUNTS_KEPT_SECONDS)
    return cast("T", found)


def lateness_by_team(*, today: dt.date) -> list[TeamCount]:
    """Live plans by team, with how many have something late, as counted within the last minute: for L&D."""
    return at_most_once_a_minute("lateness", lambda: _by_team(InductionPlan.objects.live(), today=today), today=today)


def lateness_below(head_id: int | None, *, today: dt.date) -> list[SuppressedCount]:
    """The same for a head of service: their own line only, and no small number."""

    def find() -> list[TeamCount]:
        below = line_ids(head_id, today=today) if head_id is not None else []
        return _by_team(InductionPlan.objects.live().filter(person__in=below), today=today)

    return suppressed(at_most_once_a_minute(f"lateness:{head_id}", find, today=today))


def _by_team(live: PlanQuerySet, *, today: dt.date) -> list[TeamCount]:
    plans: QuerySet[Any] = live.with_team(today=today).with_late(today=today)
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


def late_first(plans: PlanQuerySet, *, name: str, today: dt.date) -> list[int]:
    """Ids of a list of everyone, what has something late first and then the soonest end; found within the last minute.

    To order by lateness asks every plan for its items, so no page does it by itself. `name` is the same for the same
    list.
    """
    found = plans.with_late(today=today).late_first().values_list("pk", flat=True)
    return at_most_once_a_minute(f"plans:{name}", lambda: list(found), today=today)


def not_held(*, today: dt.date) -> tuple[list[int], list[int]]:
    """Ids of plans `without_manager` and of those `without_holder`, the oldest first; found within the last minute."""

    def find() -> tuple[list[int], list[int]]:
        parts = (
            InductionPlan.objects.without_manager(today=today),
            InductionPlan.objects.without_holder(today=today),
        )
        no_manager, lost = (list(part.order_by("start_date", "pk").values_list("pk", flat=True)) for part in parts)
        return [pk for pk in no_manager if pk not in set(lost)], lost

    return at_most_once_a_minute("not-held", find, today=today)


def starters_without_plan(*, today: dt.date) -> list[int]:
    """Ids of active starters whose induction should be running and who have no plan, since no programme fits or dates
    are wrong; as found within the last minute."""

    def find() -> list[int]:
        longest = ProgrammeVersion.objects.filter(state=ProgrammeVersion.State.PUBLISHED).aggregate(most=Max("months"))
        since = today - relativedelta(months=longest["most"] or 6)
        people = Person.objects.active().filter(start_date__gt=since, plans__isnull=True)
        return list(people.order_by("start_date", "pk").values_list("pk", flat=True))

    return at_most_once_a_minute("no-plan", find, today=today)
