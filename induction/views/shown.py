"""How items, reviews and decisions are shown: rows, marks and lines of a history. Nothing is looked up here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from govuk.addresses import addresses
from govuk.templatetags.govuk import gov_date
from govuk.timeline import Mark, Span, Timeline, build_timeline
from induction import rules
from induction.models import Checkpoint, Decision, InductionPlan, Method, Review, Section, WaitingOn
from induction.views.sight import Sight
from notifications.models import ExtraHoliday
from notifications.working_days import WorkingCalendar, previous_working_day

# What a drawing can hold and a page can weigh; the list below it holds everything.
MARKS_AT_MOST = 110

# "Due soon" on a page; the mails have ladders of their own.
SOON = dt.timedelta(days=7)

# What was done and its shape; {it} is "this" on an item's own page and its title in the history of the plan.
DID: dict[str, tuple[str, str]] = {
    Decision.Kind.AGREED: ("agreed the plan", "active"),
    Decision.Kind.MARKED_READY: ("marked {it} as ready", "ready"),
    Decision.Kind.SIGNED_OFF: ("signed {it} off", "signed_off"),
    Decision.Kind.HANDED_BACK: ("handed {it} back", "handed_back"),
    Decision.Kind.DISAGREED: ("recorded a disagreement about {it}", "waiting"),
    Decision.Kind.UNDONE: ("undid the decision on {it}", "handed_back"),
    Decision.Kind.ADDED: ("added {it} to the plan", "to_do"),
    Decision.Kind.CHANGED: ("changed {it}", "waiting"),
    Decision.Kind.DROP_PROPOSED: ("proposed to leave {it} out", "waiting"),
    Decision.Kind.DROP_REFUSED: ("kept {it} in the plan", "to_do"),
    Decision.Kind.DROPPED: ("left {it} out of the plan", "dropped"),
    Decision.Kind.REVIEW_SIGNED: ("signed {it}", "signed"),
    Decision.Kind.PAUSE_PLANNED: ("planned a pause", "waiting"),
    Decision.Kind.PAUSE_CANCELLED: ("cancelled the planned pause", "active"),
    Decision.Kind.PAUSED: ("paused the plan", "paused"),
    Decision.Kind.RESUMED: ("resumed the plan", "active"),
    Decision.Kind.EXTENDED: ("moved the end date", "due_soon"),
    Decision.Kind.MOVED: ("moved the plan to a newer programme", "waiting"),
    Decision.Kind.COMPLETED: ("completed the induction", "completed"),
    Decision.Kind.STOPPED: ("stopped the induction", "stopped"),
}


def open_state(state: str, due: dt.date, *, today: dt.date, was_handed_back: bool = False) -> str:
    """The word for an open item: lateness first, then the way back, then nearness."""
    if due < today:
        return "overdue"
    if was_handed_back:
        return "handed_back"
    return "due_soon" if due - today <= SOON else state


def day_off_words(day: dt.date) -> str:
    """Of a date on a day off, when its last reminder comes (ruling 12); nothing for a working day.

    Days off that Learning and Development adds are looked up for such a date alone.
    """
    if WorkingCalendar().is_working_day(day):
        return ""
    calendar = WorkingCalendar(extra=frozenset(ExtraHoliday.objects.values_list("date", flat=True)))
    reminded = previous_working_day(day, calendar)
    return (
        f"{day:%A} {gov_date(day)} is a day off. It may be done by then; the last reminder comes on the working day "
        f"before, {reminded:%A} {gov_date(reminded)}."
    )


def checkpoint_state(checkpoint: Checkpoint, *, today: dt.date, is_paused: bool = False) -> str:
    if checkpoint.state != Checkpoint.State.TO_DO or is_paused:
        return checkpoint.state
    return open_state("to_do", checkpoint.due_date, today=today, was_handed_back=checkpoint.was_handed_back)


def review_state(review: Review, *, today: dt.date, is_paused: bool = False) -> str:
    if review.state != Review.State.PLANNED or is_paused:
        return review.state
    return open_state("planned", review.due_date, today=today)


def days_late(item: Checkpoint | Review, sight: Sight) -> int | None:
    """Days late, for open items of a plan whose clock runs; far-off dates stand as dates alone.

    Nearness is said of an item's own date alone: a day to answer by stands as a date where it counts.
    """
    if item.waiting_on == WaitingOn.NOBODY or sight.plan.state == InductionPlan.State.PAUSED:
        return None
    counts = rules.day_of(item)
    days = (sight.today - counts).days
    return days if days > 0 or (counts == item.due_date and days >= -SOON.days) else None


def action_words(action: str, item: Checkpoint) -> str:
    """The button for the first signature on an item, or for the second."""
    words = rules.signing_words(item.owner)
    return words.first if action == "mark_ready" else words.second


def row(item: Checkpoint | Review, sight: Sight) -> dict[str, Any]:
    return checkpoint_row(item, sight) if isinstance(item, Checkpoint) else review_row(item, sight)


def checkpoint_row(checkpoint: Checkpoint, sight: Sight) -> dict[str, Any]:
    """One line of the list under the timeline."""
    action = sight.asked(checkpoint)
    if action == "answer_drop":
        # The answer stands beside the other things to do on the item's own page; its row asks for the item itself.
        action = next((name for name in ("sign_off", "mark_ready") if name in sight.actions(checkpoint)), "")
    url = checkpoint.get_absolute_url()
    is_for_agreement = rules.is_for_agreement(checkpoint, plan_state=sight.plan.state)
    return {
        "title": checkpoint.title,
        "url": url,
        "method": Method(checkpoint.method).label,
        "holder": sight.holder(checkpoint.waiting_on),
        "due": checkpoint.due_date,
        "answer_by": rules.asked_by(checkpoint),
        "days": days_late(checkpoint, sight),
        "state": checkpoint_state(
            checkpoint, today=sight.today, is_paused=sight.plan.state == InductionPlan.State.PAUSED
        ),
        "action_text": action_words(action, checkpoint) if action else "",
        "action_url": f"{url}#act" if action else "",
        **(_agreement(sight) if is_for_agreement else {}),
    }


def _agreement(sight: Sight) -> dict[str, Any]:
    """What a row says of an item that the agreement of the plan completes: it leads there."""
    agreed = sight.plan.person_agreed_revision if sight.is_own else sight.plan.manager_agreed_revision
    asks = sight.side is not None and agreed != sight.plan.revision
    return {
        "state": "agreeing",
        "action_text": "Read and agree" if asks else "",
        "action_url": f"{sight.plan.get_absolute_url()}#agreement" if asks else "",
    }


def review_row(review: Review, sight: Sight) -> dict[str, Any]:
    """A review in the list: the same line, a flag for its state."""
    may_act = sight.side is not None and review.state != Review.State.SIGNED and sight.plan.is_live
    words = "Sign the review" if review.state == Review.State.HELD and sight.has_it(review.waiting_on) else "Prepare"
    return {
        "title": review.title,
        "url": review.get_absolute_url(),
        "method": "Review",
        "holder": sight.holder(review.waiting_on),
        "due": review.due_date,
        "answer_by": rules.asked_by(review),
        "days": days_late(review, sight),
        "state": review_state(review, today=sight.today, is_paused=sight.plan.state == InductionPlan.State.PAUSED),
        "action_text": words if may_act else "",
        "action_url": review.get_absolute_url() if may_act else "",
    }


def timeline_of(
    sight: Sight,
    checkpoints: Iterable[Checkpoint],
    reviews: Iterable[Review],
    *,
    summary: str = "",
    pauses: Sequence[Span] = (),
) -> Timeline:
    """The months of the plan with a mark for each item at its date."""
    is_paused = sight.plan.state == InductionPlan.State.PAUSED
    item_address, review_address = addresses("induction:checkpoint_detail"), addresses("induction:review_detail")
    marks = [
        Mark(
            date=review.due_date,
            lane="review",
            state=review_state(review, today=sight.today, is_paused=is_paused),
            title=review.title,
            url=review_address(review.pk),
        )
        for review in reviews
    ]
    marks += [
        Mark(
            date=item.due_date,
            lane=item.section,
            state=checkpoint_state(item, today=sight.today, is_paused=is_paused),
            title=item.title,
            url=item_address(item.pk),
        )
        for item in checkpoints
        if item.state != Checkpoint.State.DROPPED
    ]
    return build_timeline(
        start=sight.plan.start_date,
        end=sight.plan.end_date,
        today=sight.today,
        lanes=[*Section.choices, ("review", "Reviews")],
        marks=marks[:MARKS_AT_MOST],
        summary=summary,
        spans=pauses,
    )


def history_line(
    decision: Decision,
    sight: Sight,
    *,
    with_words: bool = True,
    with_title: bool = True,
    item: Checkpoint | None = None,
) -> dict[str, Any]:
    """Who did what when, as one turn of a conversation; both names when someone covered.

    `item` is the one that the page is about; the history of a plan finds it at the decision.
    """
    wording, shape = DID[decision.kind]
    item = item or (decision.checkpoint if with_title else None)
    if item and decision.kind in (Decision.Kind.MARKED_READY, Decision.Kind.SIGNED_OFF):
        words = rules.signing_words(item.owner)
        wording = words.did_first if decision.kind == Decision.Kind.MARKED_READY else words.did_second
    if decision.review and decision.kind == Decision.Kind.REVIEW_SIGNED and decision.round < decision.review.round:
        wording = "signed earlier words of {it}, cleared later"
    subject = decision.checkpoint or decision.review if with_title else None
    did = wording.replace("{it}", f"“{subject.title}”" if subject else "this")
    if decision.acting_for:
        did = f"{did}, covering for {decision.acting_for.full_name}"
    text = getattr(decision.entry, "free_text", None) if with_words else None
    return {
        "who": decision.by.full_name,
        "did": did,
        "at": decision.at,
        "words": text.text if text else "",
        "shape": shape,
        "is_mine": decision.by_id == sight.reader.pk,
    }
