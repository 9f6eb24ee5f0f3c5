"""Reviews: each side writes its part, both sign the same text; the final one ends the plan."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from audit.transactions import all_or_nothing
from induction import emails, rules
from induction.models import Checkpoint, Decision, PlanExtension, Review, WaitingOn
from induction.services.checkpoint import answer_by
from induction.services.dates import extend, moves_of_final_extension
from induction.services.decisions import Scene, decide, enter_review, note_change, repeated
from people.models import Person
from people.rules import NotAllowed

Kind = Decision.Kind


@dataclass(frozen=True)
class ReviewData:
    """What a reader may write in a review; the comment is their own side's."""

    held_date: dt.date | None
    comment: str
    next_steps: str
    outcome: str = ""
    outcome_date: dt.date | None = None
    outcome_reason: str = ""


@all_or_nothing(durable=True)
def save_review(
    *, review_id: int, by: Person, version: int, data: ReviewData, today: dt.date, now: dt.datetime
) -> Review:
    """Save what one side wrote; a signature that stood under other words is cleared."""
    scene, review = enter_review(review_id=review_id, by=by, today=today, now=now)
    side = rules.check_can_save(review, side=scene.side, plan_state=scene.plan.state, version=version)
    if data.held_date is not None:
        problem = rules.check_held_date(data.held_date, start=scene.plan.start_date, today=today)
        if problem:
            raise NotAllowed(problem)
    before = review.signed_text
    review.held_date = data.held_date
    review.next_steps = data.next_steps
    if side == WaitingOn.PERSON:
        review.person_comment = data.comment
    else:
        review.manager_comment = data.comment
        if review.is_final:
            review.outcome = data.outcome
            review.outcome_date = data.outcome_date
            review.outcome_reason = data.outcome_reason
    if review.signed_text == before:
        return review
    cleared = review.state == Review.State.HELD
    if cleared:
        review.state = rules.REVIEW_TRANSITIONS["save"][review.state]
        review.round += 1
        review.first_signer = None
        review.waiting_on = WaitingOn.MANAGER
        review.answer_by = None
        review.waiting_since = today
        emails.review_signature_cleared(scene.plan, review, scene.line, by=by, now=now)
    review.version += 1
    review.save()
    note_change(scene, "review_written", review, {"cleared_signature": cleared})
    return review


@all_or_nothing(durable=True)
def sign_review(
    *,
    review_id: int,
    by: Person,
    version: int,
    form_key: uuid.UUID | None = None,
    today: dt.date,
    now: dt.datetime,
) -> Review:
    """One of the two signs; the second signature closes the review and, if it is the final one, the plan."""
    scene, review = enter_review(review_id=review_id, by=by, today=today, now=now)
    if repeated(form_key, by=by, about=review):
        return review
    plan = scene.plan
    earlier = list(plan.reviews.filter(month__lt=review.month).order_by("month")) if review.is_final else []
    open_mandatory = Checkpoint.objects.open().filter(plan=plan, is_mandatory=True).count() if review.is_final else 0
    side = rules.check_can_sign(
        review,
        side=scene.side,
        plan_state=plan.state,
        version=version,
        earlier=earlier,
        open_mandatory=open_mandatory,
        end=plan.end_date,
        today=today,
    )
    content = review.signed_text
    if review.state == Review.State.PLANNED:
        review.state = rules.REVIEW_TRANSITIONS["sign_first"][review.state]
        review.first_signer = by
        review.waiting_on = rules.other_side(side)
        review.answer_by = answer_by(plan, today=today)
        emails.review_signature_asked(plan, review, scene.line, by=by, side=side, now=now)
    else:
        review.state = rules.REVIEW_TRANSITIONS["sign_second"][review.state]
        review.waiting_on = WaitingOn.NOBODY
        review.answer_by = None
        emails.review_signed(plan, review, scene.line, by=by, now=now)
    signed_round = review.round
    closed = review.is_final and review.state == Review.State.SIGNED
    ending = _end(scene, review) if closed else None
    review.waiting_since = today
    review.version += 1
    review.save()
    decide(scene, Kind.REVIEW_SIGNED, review=review, round=signed_round, content=content, form_key=form_key)
    if ending is not None:
        decide(scene, ending, review=review, round=signed_round, text=review.outcome_reason)
    return review


def _end(scene: Scene, review: Review) -> str:
    """Carry out the outcome that both have signed; an extension brings a new final review."""
    plan = scene.plan
    if review.outcome == Review.Outcome.EXTEND:
        _extend(scene, review)
        return Kind.EXTENDED
    action, kind = {
        Review.Outcome.COMPLETE: ("complete", Kind.COMPLETED),
        Review.Outcome.STOP: ("stop", Kind.STOPPED),
    }[Review.Outcome(review.outcome)]
    plan.state = rules.next_plan_state(plan.state, action)
    plan.closed_date = scene.today
    plan.save(update_fields=["state", "closed_date"])
    emails.plan_closed(plan, scene.line, by=scene.by, now=scene.now)
    return kind


def _extend(scene: Scene, review: Review) -> None:
    """More time: the end moves, and a new final review stands at the new end; the signed one stays as it is."""
    plan = scene.plan
    if review.outcome_date is None:
        raise NotAllowed("Enter the date to extend to and save it, then sign.")
    extend(
        scene,
        to_date=review.outcome_date,
        kind=PlanExtension.Kind.FINAL_REVIEW,
        reason=review.outcome_reason,
        moves=moves_of_final_extension(plan, to_date=review.outcome_date),
    )
    Review.objects.create(
        plan=plan,
        month=max(rules.month_of(plan.start_date, review.outcome_date), review.month + 1),
        title=review.title,
        agenda=review.agenda,
        is_final=True,
        original_due_date=review.outcome_date,
        due_date=review.outcome_date,
        waiting_since=scene.today,
    )
