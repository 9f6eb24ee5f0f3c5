"""When something of an induction is late: whoever has it now is past the day that they were given.

What is to do, and a review to hold, has its own date. Once one of the two has signed, the other is asked and has a day
of their own to answer by: what was marked as ready in time is not late because the line manager has yet to sign it,
and from that day on it is the manager who is late (user-demands.md §4.1: a step that waits on the manager is the
manager's). `induction/due.py` finds the same in the database for lists and mail, `PlanQuerySet.with_late` for everyone
at once; tests hold the three together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from induction.models import Checkpoint, InductionPlan, Review, WaitingOn
from induction.rules.checkpoint import is_for_agreement

# Nothing is late while a plan is paused or closed.
CLOCK_RUNS = (InductionPlan.State.AGREEING, InductionPlan.State.ACTIVE)


def asked_by(item: Checkpoint | Review) -> dt.date | None:
    """By which day the second signature is asked for, once there is a first."""
    return item.answer_by if item.state in (Checkpoint.State.READY, Review.State.HELD) else None


def day_of(item: Checkpoint | Review) -> dt.date:
    """The day that counts for whoever has an item or a review now."""
    return asked_by(item) or item.due_date


def count_late(
    plan: InductionPlan, checkpoints: Iterable[Checkpoint], reviews: Iterable[Review], *, today: dt.date
) -> int:
    """How many things of a plan are late, as the table of the manager's team counts them.

    A proposal that the starter has yet to answer is not among them: it never goes up to their manager.
    """
    if plan.state not in CLOCK_RUNS:
        return 0
    late = sum(
        item.is_open and not is_for_agreement(item, plan_state=plan.state) and day_of(item) < today
        for item in checkpoints
    )
    late += sum(item.drop_proposed_by == WaitingOn.PERSON and _is_past(item.answer_by, today) for item in checkpoints)
    late += sum(review.is_open and day_of(review) < today for review in reviews)
    return late + (plan.state == InductionPlan.State.AGREEING and plan.agree_by < today)


def _is_past(day: dt.date | None, today: dt.date) -> bool:
    return day is not None and day < today
