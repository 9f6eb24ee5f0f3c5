"""What a reader sees: the plan behind a page, the line behind the plan, and the side on which the reader stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeVar

from django.http import Http404, HttpRequest

from induction import rules
from induction.models import Checkpoint, Decision, InductionPlan, Review, WaitingOn
from induction.reading import checkpoint_read, plan_read, review_read
from people.line import Line, line_of
from people.models import Person
from people.prepared import Prepared

Row = TypeVar("Row")


@dataclass(frozen=True)
class Sight:
    """A plan as one reader sees it today."""

    plan: InductionPlan
    line: Line
    reader: Person
    side: WaitingOn | None
    today: dt.date

    @property
    def is_own(self) -> bool:
        return self.side == WaitingOn.PERSON

    @property
    def is_manager(self) -> bool:
        return self.side == WaitingOn.MANAGER

    @property
    def is_one_of_the_two(self) -> bool:
        """The starter or the line manager themself: why there was a pause or extra time goes no further."""
        return self.is_own or self.reader == self.line.manager

    @property
    def other_name(self) -> str:
        """The other of the two, by name."""
        return self.line.names if self.is_own else self.plan.person.full_name

    @property
    def other_given_name(self) -> str:
        """The other of the two as one speaks of them; whoever covers is the one who answers."""
        if not self.is_own:
            return self.plan.person.given_name
        other = next(iter(self.line.covers), self.line.manager)
        return other.given_name if other else "Learning and Development"

    def holder(self, waiting_on: str) -> str:
        """Who has it now, by name; "you" for the reader."""
        names = {
            WaitingOn.PERSON: "you" if self.is_own else self.plan.person.full_name,
            WaitingOn.MANAGER: "you" if self.is_manager else self.line.names,
        }
        if waiting_on == WaitingOn.BOTH:
            return f"{names[WaitingOn.PERSON]} and {names[WaitingOn.MANAGER]}"
        return names.get(WaitingOn(waiting_on), "")

    def has_it(self, waiting_on: str) -> bool:
        """Whether the reader can move it on."""
        return waiting_on == WaitingOn.BOTH or waiting_on == self.side

    def actions(self, checkpoint: Checkpoint, *, last_side: str | None = None) -> list[str]:
        return rules.allowed_actions(checkpoint, side=self.side, plan_state=self.plan.state, last_side=last_side)

    def asked(self, checkpoint: Checkpoint) -> str:
        """What the reader is asked to do with an item, or nothing; while the plan is paused or closed nothing is."""
        if self.plan.state not in (InductionPlan.State.AGREEING, InductionPlan.State.ACTIVE):
            return ""
        return rules.asked_action(checkpoint, side=self.side, plan_state=self.plan.state)

    @property
    def readers(self) -> str:
        """Who can see this page, in words."""
        starter = "you" if self.is_own else self.plan.person.full_name
        if self.line.manager is None:
            return f"{starter}; no line manager is recorded".capitalize() if self.is_own else starter
        manager = "you" if self.reader == self.line.manager else self.line.manager.full_name
        words = f"{starter} and {manager} (line manager)"
        covers = ["you" if cover == self.reader else cover.full_name for cover in self.line.covers]
        if covers:
            words += f", and {' and '.join(covers)} while covering"
        return words[:1].upper() + words[1:]


def _sight(request: HttpRequest, plan: InductionPlan, today: dt.date) -> Sight:
    reader = reader_of(request)
    line = line_of(plan.person, today=today)
    side = rules.side_of(person_id=plan.person_id, by_id=reader.pk, managers=line.ids)
    # The menu asks for it.
    request.is_of_team = side == WaitingOn.MANAGER  # type: ignore[attr-defined]
    return Sight(plan=plan, line=line, reader=reader, side=side, today=today)


def reader_of(request: HttpRequest) -> Person:
    """The member of staff behind the account; an account without one has no records here."""
    person: Person | None = request.user.person
    if person is None:
        raise Http404
    return person


def plan_sight(request: HttpRequest, pk: int, *, today: dt.date) -> Sight:
    """The plan that the reader may read in full, or 404."""
    return _sight(request, _found(plan_read, request, pk, today=today), today)


def checkpoint_sight(request: HttpRequest, pk: int, *, today: dt.date) -> tuple[Sight, Checkpoint]:
    """An item of a plan that the reader may read, or 404."""
    checkpoint = _found(checkpoint_read, request, pk, today=today)
    return _sight(request, checkpoint.plan, today), checkpoint


def review_sight(request: HttpRequest, pk: int, *, today: dt.date) -> tuple[Sight, Review]:
    """A review of a plan that the reader may read, or 404."""
    review = _found(review_read, request, pk, today=today)
    return _sight(request, review.plan, today), review


def _found(read: Prepared[Row], request: HttpRequest, pk: int, *, today: dt.date) -> Row:
    found = read(pk=pk, reader_id=reader_of(request).pk, today=today)
    if not found:
        raise Http404
    return found[0]


def last_side(decisions: Collection[Decision]) -> str | None:
    """The side of the last decision that can be undone; `decisions` oldest first."""
    kinds = {Decision.Kind.MARKED_READY, Decision.Kind.SIGNED_OFF, Decision.Kind.DROPPED}
    return next((row.as_role for row in reversed(list(decisions)) if row.kind in kinds), None)
