"""What a reader sees: the plan behind a page, the line behind the plan, and the side on which the reader stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from induction import rules
from induction.models import Checkpoint, Decision, InductionPlan, Review, WaitingOn
from induction.querysets import Line, line_around, line_of
from people.models import Person


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


def _sight(plan: InductionPlan, line: Line, reader: Person, today: dt.date) -> Sight:
    side = rules.side_of(person_id=plan.person_id, by_id=reader.pk, managers=line.ids)
    return Sight(plan=plan, line=line, reader=reader, side=side, today=today)


def reader_of(request: HttpRequest) -> Person:
    """The member of staff behind the account; an account without one has no records here."""
    person: Person | None = request.user.person
    if person is None:
        raise Http404
    return person


def plan_sight(request: HttpRequest, pk: int, *, today: dt.date) -> Sight:
    """The plan that the reader may read in full, or 404."""
    plans = (
        InductionPlan.objects.visible_to(request.user, today=today)
        .with_manager(today=today)
        .with_read_date(request.user.person_id)
        .with_newest_version()
        .select_related("person", "buddy", "version__programme")
    )
    plan = get_object_or_404(plans, pk=pk)
    line = line_around(manager_id=plan.manager_id, person_id=plan.person_id, today=today)
    return _sight(plan, line, reader_of(request), today)


def checkpoint_sight(request: HttpRequest, pk: int, *, today: dt.date) -> tuple[Sight, Checkpoint]:
    """An item of a plan that the reader may read, or 404."""
    items = Checkpoint.objects.visible_to(request.user, today=today).select_related("plan__person", "first_signer")
    checkpoint = get_object_or_404(items, pk=pk)
    plan = checkpoint.plan
    return _sight(plan, line_of(plan.person, today=today), reader_of(request), today), checkpoint


def review_sight(request: HttpRequest, pk: int, *, today: dt.date) -> tuple[Sight, Review]:
    """A review of a plan that the reader may read, or 404."""
    reviews = Review.objects.visible_to(request.user, today=today).select_related("plan__person", "first_signer")
    review = get_object_or_404(reviews, pk=pk)
    plan = review.plan
    return _sight(plan, line_of(plan.person, today=today), reader_of(request), today), review


def last_side(decisions: Collection[Decision]) -> str | None:
    """The side of the last decision that can be undone; `decisions` oldest first."""
    kinds = {Decision.Kind.MARKED_READY, Decision.Kind.SIGNED_OFF, Decision.Kind.DROPPED}
    return next((row.as_role for row in reversed(list(decisions)) if row.kind in kinds), None)
