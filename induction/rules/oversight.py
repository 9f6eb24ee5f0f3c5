"""What may be told to those who see counts, and why a starter has no plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from induction.rules.dates import impossible_dates
from people.rules.suppression import SMALLEST_GROUP, group_words, part_words


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
        return group_words(self.plans)

    @property
    def late_words(self) -> str:
        return part_words(self.late, self.plans)


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


def why_without_holder(plan: Any) -> str:
    """The reason in words, for the list of exceptions; a plan of `without_holder`."""
    if not plan.person.is_active:
        return "has left, but the plan is still open. It closes with the next morning's run."
    if plan.is_person_gone:
        return "their account is closed, so they cannot sign."
    return "the line manager's account is closed and nobody covers, so nobody can sign for the manager."


def why_without_plan(person: Any, *, today: dt.date) -> str:
    """The reason in words, for the list of exceptions."""
    problem = impossible_dates(person.start_date, person.leaving_date, today=today)
    if problem:
        return problem
    if person.team_id is None:
        return "No post is recorded, so no programme can be chosen."
    return f"No programme fits {person.job_role_title} in {person.team_name}."
