"""Reviews at months 1, 3 and 6: what is on the agenda, who signs, and how a plan ends (ruling 10)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from induction.models import Checkpoint, Review, WaitingOn
from induction.rules.pair import check_can_work_on, check_is_of_pair
from people.rules import Conflict, NotAllowed, check_version

REVIEW_TRANSITIONS: dict[str, dict[str, str]] = {
    "save": {
        Review.State.PLANNED: Review.State.PLANNED,
        Review.State.HELD: Review.State.PLANNED,
    },
    "sign_first": {Review.State.PLANNED: Review.State.HELD},
    "sign_second": {Review.State.HELD: Review.State.SIGNED},
}


@dataclass(frozen=True)
class Agenda:
    """What the two talk about, drawn from the plan as it stands."""

    prompts: list[str]
    overdue: list[Checkpoint]
    waiting: list[Checkpoint]
    coming: list[Checkpoint]
    done: list[Checkpoint]


def agenda(
    review: Review, checkpoints: Iterable[Checkpoint], *, since: dt.date, until: dt.date, today: dt.date
) -> Agenda:
    """Overdue, waiting for a signature, due up to the next review, and due since the last one and done."""
    items = sorted(checkpoints, key=lambda item: (item.due_date, item.position, item.pk))
    opened = [item for item in items if item.is_open]
    return Agenda(
        prompts=[line.strip() for line in review.agenda.splitlines() if line.strip()],
        overdue=[item for item in opened if item.due_date < today and item.state == Checkpoint.State.TO_DO],
        waiting=[item for item in opened if item.state == Checkpoint.State.READY],
        coming=[item for item in opened if today <= item.due_date <= until and item.state == Checkpoint.State.TO_DO],
        done=[item for item in items if item.state == Checkpoint.State.SIGNED_OFF and item.due_date > since],
    )


def check_can_save(review: Review, *, side: WaitingOn | None, plan_state: str, version: int) -> WaitingOn:
    """Either may write their own part until both have signed; a change after one signature clears it."""
    side = check_is_of_pair(side)
    check_can_work_on(plan_state)
    if review.state == Review.State.SIGNED:
        raise Conflict("Both of you have signed this review. It can no longer be changed.")
    check_version(review.version, version)
    return side


def check_held_date(held: dt.date, *, start: dt.date, today: dt.date) -> str:
    """Why this cannot be the day of the review; empty when it can."""
    if held > today:
        return "The date you held the review must be today or in the past."
    if held < start:
        return "The date you held the review must be on or after the first day at work."
    return ""


FURTHEST_EXTENSION = dt.timedelta(days=730)


def check_extension(to: dt.date, *, end: dt.date, today: dt.date) -> str:
    """Why a plan cannot be extended to this day; empty when it can."""
    if to <= max(end, today):
        return "The date to extend to must be later than today and than the present end."
    if to > max(end, today) + FURTHEST_EXTENSION:
        return "The date to extend to must be within two years."
    return ""


def check_can_sign(
    review: Review,
    *,
    side: WaitingOn | None,
    plan_state: str,
    version: int,
    earlier: Sequence[Review],
    open_mandatory: int,
    end: dt.date,
    today: dt.date,
) -> WaitingOn:
    """Both sign the same text, in either order; completing needs all that is mandatory."""
    side = check_is_of_pair(side)
    check_can_work_on(plan_state)
    if review.state == Review.State.SIGNED:
        raise Conflict("Both of you have already signed this review.")
    check_version(review.version, version)
    if review.state == Review.State.HELD and review.waiting_on != side:
        raise NotAllowed("You have already signed this review. The other signature must come from the other person.")
    if review.held_date is None:
        raise NotAllowed("Enter the date you held the review and save it, then sign.")
    if review.is_final:
        check_can_end(
            review, earlier=earlier, open_mandatory=open_mandatory, plan_state=plan_state, end=end, today=today
        )
    return side


def check_can_end(
    review: Review,
    *,
    earlier: Sequence[Review],
    open_mandatory: int,
    plan_state: str,
    end: dt.date,
    today: dt.date,
) -> None:
    """What must be true before the final review can be signed."""
    if not review.outcome:
        raise NotAllowed("Choose how the induction ends, complete, extend or stop, and save it, then sign.")
    if review.outcome in {Review.Outcome.EXTEND, Review.Outcome.STOP} and not review.outcome_reason.strip():
        raise NotAllowed("Give the reason for this outcome and save it, then sign.")
    if review.outcome == Review.Outcome.EXTEND and review.outcome_date is None:
        raise NotAllowed("Enter the date to extend to and save it, then sign.")
    if review.outcome == Review.Outcome.EXTEND and review.outcome_date is not None:
        problem = check_extension(review.outcome_date, end=end, today=today)
        if problem and review.state == Review.State.PLANNED:
            raise NotAllowed(f"{problem} Change it and save it, then sign.")
    if review.outcome != Review.Outcome.COMPLETE:
        return
    if plan_state != "active":
        raise NotAllowed("Both of you must agree the plan before it can be completed.")
    unsigned = [str(other.month) for other in earlier if other.state != Review.State.SIGNED]
    if unsigned:
        raise NotAllowed(f"Hold and sign the review of month {' and '.join(unsigned)} first.")
    if open_mandatory:
        items = "1 mandatory item is" if open_mandatory == 1 else f"{open_mandatory} mandatory items are"
        raise NotAllowed(
            f"{items} still open. Sign off each, or the line manager can drop it with a reason. "
            "If more time is needed, choose to extend."
        )
