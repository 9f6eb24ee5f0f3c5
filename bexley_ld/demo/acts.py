"""What happened to a plan, as a list of acts: applied to the rows in memory, written by history.py."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from audit.models import text_hash
from bexley_ld.demo import words
from induction import rules
from induction.models import Checkpoint, Decision, InductionPlan, Owner, Review, WaitingOn
from induction.services.checkpoint import answer_by
from induction.services.plan import SIGNED_BY_AGREEING
from people.models import Person

Kind = Decision.Kind
PERSON, MANAGER = WaitingOn.PERSON, WaitingOn.MANAGER
MORNING, AFTERNOON = 0, 1


def workday(day: dt.date) -> dt.date:
    """The day itself, or the Monday after."""
    return day + dt.timedelta(days=(7 - day.weekday()) if day.weekday() > 4 else 0)


def workday_before(day: dt.date) -> dt.date:
    """The last working day before this one."""
    day -= dt.timedelta(days=1)
    return day - dt.timedelta(days=max(day.weekday() - 4, 0))


@dataclass(frozen=True)
class Line:
    """Who managed a starter from which day; an earlier manager before that, and who covers since when."""

    manager: Person
    since: dt.date
    before: Person | None = None
    cover: Person | None = None
    covered_since: dt.date = dt.date.max

    def signer(self, day: dt.date) -> tuple[Person, Person | None]:
        """Who signs for the manager's side on a day, and for whom."""
        if day < self.since and self.before:
            return self.before, None
        if self.cover and day >= self.covered_since:
            return self.cover, self.manager
        return self.manager, None


@dataclass
class Act:
    """One decision or change, at an hour of a day."""

    day: dt.date
    slot: int
    verb: str
    by: Person
    acting_for: Person | None
    subject: InductionPlan | Checkpoint | Review
    plan: InductionPlan
    decision: Decision | None = None
    facts: dict[str, object] = field(default_factory=dict)
    text: str = ""


class Actor:
    """Lets the two of one plan act, by the same tables that the services use."""

    def __init__(
        self,
        plan: InductionPlan,
        checkpoints: Sequence[Checkpoint],
        reviews: Sequence[Review],
        line: Line | None,
        rng: random.Random,
    ) -> None:
        self.plan = plan
        self.checkpoints = sorted(checkpoints, key=lambda item: (item.due_date, item.position, item.pk))
        self.reviews = sorted(reviews, key=lambda review: review.month)
        self.line = line
        self.rng = rng
        self.acts: list[Act] = []
        for row in (*self.checkpoints, *self.reviews):
            row.plan = plan

    def _act(
        self,
        verb: str,
        side: str,
        day: dt.date,
        subject: InductionPlan | Checkpoint | Review,
        *,
        slot: int = MORNING,
        text: str = "",
        facts: dict[str, object] | None = None,
    ) -> Act:
        if side == MANAGER and self.line is None:
            raise ValueError("Nobody manages this starter: only the starter can act.")
        by, acting_for = self.line.signer(day) if side == MANAGER and self.line else (self.plan.person, None)
        act = Act(day, slot, verb, by, acting_for, subject, self.plan, text=text, facts=facts or {})
        self.acts.append(act)
        return act

    def _decide(
        self,
        kind: str,
        side: str,
        day: dt.date,
        *,
        checkpoint: Checkpoint | None = None,
        review: Review | None = None,
        round: int = 1,
        content: dict[str, object] | None = None,
        slot: int = MORNING,
        text: str = "",
        facts: dict[str, object] | None = None,
    ) -> Act:
        act = self._act(kind, side, day, checkpoint or review or self.plan, slot=slot, text=text, facts=facts)
        act.decision = Decision(
            plan=self.plan,
            checkpoint=checkpoint,
            review=review,
            kind=kind,
            as_role=side,
            round=round,
            by=act.by,
            acting_for=act.acting_for,
            content_hash=text_hash(content) if content else "",
        )
        return act

    def agree(self, side: str, day: dt.date, *, slot: int = MORNING) -> None:
        """One side agrees; with both, the plan is under way."""
        plan = self.plan
        if side == PERSON:
            plan.person_agreed_revision = plan.revision
        else:
            plan.manager_agreed_revision = plan.revision
        if plan.person_agreed_revision == plan.manager_agreed_revision:
            plan.state = rules.next_plan_state(plan.state, "agree")
            plan.agreed_date = day
            self._sign_off_agreement(side, day, slot=slot)
        content: dict[str, object] = {"plan": plan.pk, "revision": plan.revision}
        self._decide(Kind.AGREED, side, day, round=plan.revision, content=content, slot=slot)

    def _sign_off_agreement(self, side: str, day: dt.date, *, slot: int) -> None:
        for item in self.checkpoints:
            if item.is_agreement and item.is_open:
                self._move(item, "agree", day)
                self._decide(
                    Kind.SIGNED_OFF,
                    side,
                    day,
                    checkpoint=item,
                    round=item.round,
                    content=item.signed_text,
                    text=SIGNED_BY_AGREEING,
                    slot=slot,
                )

    def first_side(self, item: Checkpoint) -> WaitingOn:
        if item.owner == Owner.BOTH:
            return self.rng.choice([PERSON, MANAGER])
        return WaitingOn(item.owner)

    def _move(self, item: Checkpoint, action: str, day: dt.date, *, first_side: str = "") -> None:
        item.state = rules.next_state(item, action)
        item.waiting_on = rules.waiting_on(owner=item.owner, state=item.state, first_side=first_side)
        item.waiting_since = day
        item.version += 1
        item.answer_by = answer_by(self.plan, today=day) if item.state == Checkpoint.State.READY else None
        if item.state == Checkpoint.State.TO_DO:
            item.first_signer = None
            item.round += 1

    def mark_ready(self, item: Checkpoint, day: dt.date, *, side: WaitingOn | None = None) -> None:
        """The first signature, with a note."""
        side = side or self.first_side(item)
        item.ready_note = self.rng.choice(words.READY_NOTES if side == PERSON else words.MANAGER_NOTES)
        self._move(item, "mark_ready", day, first_side=side)
        item.was_handed_back = False
        content = item.signed_text
        act = self._decide(
            Kind.MARKED_READY,
            side,
            day,
            checkpoint=item,
            round=item.round,
            content=content,
            text=item.ready_note,
        )
        item.first_signer = act.by

    def sign_off(self, item: Checkpoint, day: dt.date) -> None:
        """The second signature, by the side that the item waits for."""
        side = item.waiting_on
        self._move(item, "sign_off", day)
        self._decide(
            Kind.SIGNED_OFF,
            side,
            day,
            checkpoint=item,
            round=item.round,
            content=item.signed_text,
            text=self.rng.choice(words.SIGN_OFF_COMMENTS),
            slot=AFTERNOON,
        )

    def hand_back(self, item: Checkpoint, day: dt.date) -> None:
        side, round = item.waiting_on, item.round
        self._move(item, "hand_back", day)
        item.was_handed_back = True
        self._decide(
            Kind.HANDED_BACK,
            side,
            day,
            checkpoint=item,
            round=round,
            text=self.rng.choice(words.HAND_BACK_REASONS),
            slot=AFTERNOON,
        )

    def propose_drop(self, item: Checkpoint, day: dt.date, *, side: WaitingOn) -> None:
        item.drop_proposed_by = side
        item.answer_by = answer_by(self.plan, today=day)
        item.version += 1
        self._act("drop_proposed", side, day, item, text=self.rng.choice(words.DROP_REASONS))

    def drop(self, item: Checkpoint, day: dt.date) -> None:
        """The line manager agrees to leave an item out, or decides it."""
        item.drop_proposed_by = ""
        self._move(item, "drop", day)
        reason = self.rng.choice(words.DROP_REASONS)
        self._decide(Kind.DROPPED, MANAGER, day, checkpoint=item, round=item.round, text=reason, slot=AFTERNOON)

    def disagree(self, item: Checkpoint, day: dt.date) -> None:
        text = self.rng.choice(words.DISAGREEMENTS)
        self._decide(Kind.DISAGREED, PERSON, day, checkpoint=item, round=item.round, text=text, slot=AFTERNOON)

    def write_review(self, review: Review, day: dt.date, *, outcome: str = "", reason: str = "") -> None:
        """Held: both have written their part, nobody has signed yet."""
        review.held_date = day
        review.person_comment = self.rng.choice(words.PERSON_COMMENTS)
        review.manager_comment = self.rng.choice(words.MANAGER_COMMENTS)
        review.next_steps = self.rng.choice(words.NEXT_STEPS)
        review.outcome, review.outcome_reason = outcome, reason
        review.version += 2
        for side in (PERSON, MANAGER):
            self._act("review_written", side, day, review, facts={"cleared_signature": False})

    def sign_review(self, review: Review, day: dt.date, *, side: WaitingOn) -> None:
        """The first or the second signature of a review; the last one of the final review ends the plan."""
        content = review.signed_text
        is_second = review.state == Review.State.HELD
        review.state = rules.REVIEW_TRANSITIONS["sign_second" if is_second else "sign_first"][review.state]
        review.waiting_on = WaitingOn.NOBODY if is_second else rules.other_side(side)
        review.answer_by = None if is_second else answer_by(self.plan, today=day)
        review.waiting_since = day
        review.version += 1
        act = self._decide(
            Kind.REVIEW_SIGNED, side, day, review=review, round=review.round, content=content, slot=AFTERNOON
        )
        if not is_second:
            review.first_signer = act.by
        elif review.is_final:
            self._end(review, side, day)

    def _end(self, review: Review, side: str, day: dt.date) -> None:
        kind, action = {
            Review.Outcome.COMPLETE: (Kind.COMPLETED, "complete"),
            Review.Outcome.STOP: (Kind.STOPPED, "stop"),
        }[Review.Outcome(review.outcome)]
        self.plan.state = rules.next_plan_state(self.plan.state, action)
        self.plan.closed_date = day
        self._decide(kind, side, day, review=review, round=review.round, text=review.outcome_reason, slot=AFTERNOON)

    def note(self, verb: str, side: str, day: dt.date, facts: dict[str, object]) -> None:
        """A change that is no signature."""
        self._act(verb, side, day, self.plan, facts=facts)

    def decide_on_plan(self, kind: str, day: dt.date, facts: dict[str, object]) -> None:
        self._decide(kind, MANAGER, day, facts=facts)
