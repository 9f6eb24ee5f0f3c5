"""How the plan of each story went, from the day it was made until yesterday."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bexley_ld.demo import words
from bexley_ld.demo.acts import MANAGER, PERSON, Actor, Kind, workday, workday_before
from induction import rules
from induction.models import Checkpoint, InductionPlan, PlanExtension, PlanPause, Review, WaitingOn

State = Checkpoint.State
ALWAYS = 4  # so many plans of a story show each of its special states; of the others, some
DAY = dt.timedelta(days=1)


@dataclass
class Side:
    """Rows that a tale adds beside the plan."""

    pauses: list[PlanPause] = field(default_factory=list)
    extensions: list[PlanExtension] = field(default_factory=list)


class Tale:
    """One plan's story, told day by day through an actor."""

    def __init__(self, actor: Actor, *, ordinal: int, made: dt.date, today: dt.date, at: Callable[..., dt.datetime]):
        self.actor = actor
        self.plan = actor.plan
        self.rng = actor.rng
        self.ordinal = ordinal
        self.made = made
        self.last = workday_before(today)
        self.today = today
        self.at = at
        self.added = Side()

    def tell(self, story: str) -> None:
        getattr(self, f"_{story.replace(' ', '_')}")()

    def _sometimes(self, share: float = 0.2) -> bool:
        return self.ordinal < ALWAYS or self.rng.random() < share

    def _agree(self) -> dt.date:
        """Both agree in the first two weeks, in either order."""
        first = workday(self.plan.start_date + self.rng.randint(1, 5) * DAY)
        second = workday(first + self.rng.randint(1, 4) * DAY)
        sides = [PERSON, MANAGER] if self.rng.random() < 0.6 else [MANAGER, PERSON]
        self.actor.agree(sides[0], first)
        self.actor.agree(sides[1], second)
        return second

    def _work(
        self, until: dt.date, *, early: int, late: int, all_by: dt.date | None = None, leave: Sequence[Checkpoint] = ()
    ) -> None:
        """Items are done around their due date: at most so many days early or late; all of them by a day."""
        for item in self.actor.checkpoints:
            untouched = item.state == State.TO_DO and not item.was_handed_back and not item.drop_proposed_by
            if not untouched or item.is_agreement or item in leave:
                continue
            if rules.is_for_agreement(item, plan_state=self.plan.state):
                continue
            first = self.plan.start_date if item.due_date >= self.plan.start_date else self.made + DAY
            ready = workday(max(item.due_date + self.rng.randint(-early, late) * DAY, first))
            signed = workday(ready + self.rng.randint(1, 6) * DAY)
            if all_by and signed > all_by:
                ready, signed = min(ready, workday_before(all_by)), all_by
            self._do(item, ready, signed, until=min(until, all_by or until))

    def _do(self, item: Checkpoint, ready: dt.date, signed: dt.date, *, until: dt.date) -> None:
        if ready > until:
            return
        self.actor.mark_ready(item, ready)
        if signed > until:
            return
        again = workday(signed + 3 * DAY)
        closed = workday(again + 2 * DAY)
        if self.rng.random() < 0.05 and closed <= until:
            self.actor.hand_back(item, signed)
            self.actor.mark_ready(item, again)
            signed = closed
        self.actor.sign_off(item, signed)

    def _reviews(self, until: dt.date, *, late: int) -> None:
        """Hold and sign every review that has fallen due, the final one excepted."""
        for review in self.actor.reviews:
            held = workday(review.due_date + self.rng.randint(-3, late) * DAY)
            if review.is_final or held > until:
                continue
            self.actor.write_review(review, held)
            self.actor.sign_review(review, held, side=MANAGER)
            signed = workday(held + self.rng.randint(1, 4) * DAY)
            if signed <= until:
                self.actor.sign_review(review, signed, side=PERSON)

    def _final(self) -> Review:
        return next(review for review in self.actor.reviews if review.is_final)

    def _finish(self, held: dt.date, signed: dt.date | None, *, outcome: str, reason: str = "") -> None:
        """Hold the final review; with a second signature the plan ends."""
        first, second = (MANAGER, PERSON) if self.ordinal % 2 else (PERSON, MANAGER)
        final = self._final()
        self.actor.write_review(final, held, outcome=outcome, reason=reason)
        self.actor.sign_review(final, held, side=first)
        if signed:
            self.actor.sign_review(final, signed, side=second)

    def _open(self, *, optional: bool = False, owner: str = "") -> list[Checkpoint]:
        """Items that are still to do and untouched, the next ones first."""
        return [
            item
            for item in self.actor.checkpoints
            if item.state == State.TO_DO
            and not item.is_agreement
            and not item.was_handed_back
            and not item.drop_proposed_by
            and not (optional and item.is_mandatory)
            and owner in {"", item.owner}
        ]

    def _special_states(self) -> None:
        """Handed back, to be confirmed, signed by one of two, proposed to be dropped, dropped, disputed."""
        recent = workday(self.last - 5 * DAY)
        recent = recent if recent <= self.last else self.last - 3 * DAY
        if self._sometimes() and (items := self._open(owner="person")):
            self.actor.mark_ready(items[0], recent - 3 * DAY)
            self.actor.hand_back(items[0], recent)
            if self._sometimes(0.1):
                self.actor.disagree(items[0], recent)
        for owner in ("person", "manager", "both"):
            if self._sometimes() and (items := self._open(owner=owner)):
                self.actor.mark_ready(items[0], recent)
        if self._sometimes() and (items := self._open(optional=True)):
            self.actor.propose_drop(items[-1], recent, side=MANAGER if self.ordinal % 2 else PERSON)
        if self._sometimes(0.1):
            self._drop(workday(recent - 6 * DAY), recent)

    def _drop(self, proposed: dt.date, answered: dt.date) -> None:
        """By agreement; a mandatory item by the line manager alone, with a reason."""
        if items := self._open(optional=True):
            self.actor.propose_drop(items[-1], proposed, side=PERSON)
            self.actor.drop(items[-1], answered)
        elif items := self._open():
            self.actor.drop(items[-1], answered)

    def _to_come(self) -> None:
        if self.actor.line and self.ordinal % 2 and self.made < self.last:
            self.actor.agree(MANAGER, workday(self.made + DAY))

    def _to_agree(self) -> None:
        self._work(self.last, early=2, late=4)

    def _half_agreed(self) -> None:
        side = PERSON if self.ordinal % 2 else MANAGER
        day = workday(self.plan.start_date + DAY)
        if day <= self.last:
            self.actor.agree(side, day)
        self._work(self.last, early=2, late=4)

    def _without_a_programme(self) -> None:
        """Nothing: no plan can be made, and Learning and Development finds the person among the exceptions."""

    def _without_a_manager(self) -> None:
        day = workday(self.plan.start_date + DAY)
        if day <= self.last:
            self.actor.agree(PERSON, day)

    def _on_track(self) -> None:
        self._agree()
        self._reviews(self.last, late=2)
        self._work(self.last, early=10, late=1)
        self._special_states()

    def _behind(self) -> None:
        self._agree()
        if self.ordinal % 2:
            self._reviews(self.last - 20 * DAY, late=12)
        overdue = [item for item in self.actor.checkpoints if item.due_date < self.last - 5 * DAY][-3:]
        self._work(self.last, early=2, late=45, leave=overdue)
        self._special_states()

    def _paused(self) -> None:
        self._agree()
        away = workday(self.today - self.rng.randint(8, 35) * DAY)
        self._reviews(away - DAY, late=3)
        self._work(away - DAY, early=8, late=3)
        self.plan.state = InductionPlan.State.PAUSED
        back = away + self.rng.choice([42, 56, 70]) * DAY
        self.added.pauses.append(
            PlanPause(plan=self.plan, start_date=away, expected_end_date=back, reason=words.PAUSE_REASON)
        )
        self.actor.decide_on_plan(Kind.PAUSED, away, {"start": away.isoformat()})

    def _extended(self) -> None:
        self._agree()
        decided = workday(self.plan.start_date + self.rng.randint(150, 165) * DAY)
        self._reviews(decided, late=3)
        self._work(decided, early=4, late=6)
        self._extend(decided, days=70)
        self._work(self.last, early=6, late=4)

    def _extend(self, day: dt.date, *, days: int) -> None:
        kind = list(words.EXTEND_REASONS)[self.ordinal % len(words.EXTEND_REASONS)]
        before, after = self.plan.end_date, self.plan.end_date + days * DAY
        for row in (*self.actor.checkpoints, *self.actor.reviews):
            if row.waiting_on != WaitingOn.NOBODY and row.due_date >= day:
                row.due_date += days * DAY
        self.plan.end_date = after
        self.added.extensions.append(
            PlanExtension(
                plan=self.plan,
                kind=kind,
                from_date=before,
                to_date=after,
                reason=words.EXTEND_REASONS[kind],
                created_at=self.at(day, 10, 15),
            )
        )
        self.actor.decide_on_plan(Kind.EXTENDED, day, {"from": before.isoformat(), "to": after.isoformat()})

    def _ending(self) -> None:
        """Everything is signed but the final review: one has signed, the other is asked."""
        self._agree()
        done = workday_before(workday_before(self.last))
        self._reviews(done - 5 * DAY, late=3)
        self._work(self.last, early=8, late=2, all_by=done)
        self._finish(self.last, None, outcome=Review.Outcome.COMPLETE)

    def _completed(self) -> None:
        self._agree()
        self._reviews(self.plan.end_date - 10 * DAY, late=4)
        held = workday(self.plan.end_date - 3 * DAY)
        self._work(self.last, early=8, late=4, all_by=workday_before(held))
        self._finish(held, workday(held + 2 * DAY), outcome=Review.Outcome.COMPLETE)

    def _stopped(self) -> None:
        self._agree()
        stopped = workday(self.today - self.rng.randint(7, 30) * DAY)
        before = workday_before(stopped)
        self._reviews(before, late=3)
        self._work(before, early=5, late=8)
        self._finish(before, stopped, outcome=Review.Outcome.STOP, reason=words.STOP_REASON)
