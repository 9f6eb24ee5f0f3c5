"""A review: the agenda drawn from the plan, what both write, the signatures."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from govuk.templatetags.govuk import gov_date
from induction import forms, rules, services
from induction.models import Checkpoint, InductionPlan, Review
from induction.reading import decisions_on_review, items_of, reviews_of
from induction.views import shown
from induction.views.sight import Sight, review_sight
from people.rules import Conflict, NotAllowed


@require_http_methods(["GET", "POST"])
def review_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Prepare, write and save; the second button of the form signs what is saved."""
    sight, review = review_sight(request, pk, today=timezone.localdate())
    form = _form(request, sight, review)
    if request.method == "POST":
        if form is None:
            rules.check_can_save(review, side=sight.side, plan_state=sight.plan.state, version=review.version)
            return redirect(review)
        if form.is_valid():
            return _save(request, sight, review, form)
    return _page(request, sight, review, form)


def _form(request: HttpRequest, sight: Sight, review: Review) -> forms.ReviewForm | None:
    """What the reader may still write; none when the text is frozen or the clock stands still."""
    if sight.side is None or review.state == Review.State.SIGNED or sight.plan.state not in {"agreeing", "active"}:
        return None
    return forms.ReviewForm.of(
        review, request.POST or None, side=sight.side, plan_start=sight.plan.start_date, today=sight.today
    )


def _save(
    request: HttpRequest, sight: Sight, review: Review, form: forms.ReviewForm, *, is_to_sign: bool = False
) -> HttpResponse:
    was_held = review.state == Review.State.HELD
    saved = services.save_review(
        review_id=review.pk,
        by=sight.reader,
        version=form.cleaned_data["version"],
        data=form.data_for_service(),
        today=sight.today,
        now=timezone.now(),
    )
    cleared = was_held and saved.state == Review.State.PLANNED
    words = "Saved. "
    if cleared:
        words += "The words changed, so the signature under the old words is cleared: both sign again. "
    if is_to_sign:
        words += "Not signed yet. Read it again, then sign."
    elif not cleared:
        words += "Both of you can read it; sign it when you agree on the words."
    messages.success(request, words.strip())
    return redirect(review if is_to_sign else f"{review.get_absolute_url()}#act")


def _page(request: HttpRequest, sight: Sight, review: Review, form: forms.ReviewForm | None) -> HttpResponse:
    plan = sight.plan
    checkpoints, others = items_of(plan_id=plan.pk), reviews_of(plan_id=plan.pk)
    decisions = decisions_on_review(review_id=review.pk)
    events = [shown.history_line(row, sight, with_title=False) for row in reversed(decisions)]
    context = {
        "sight": sight,
        "plan": plan,
        "review": review,
        "state": shown.review_state(review, today=sight.today, is_paused=plan.state == InductionPlan.State.PAUSED),
        "days": shown.days_late(review, sight),
        "holder": sight.holder(review.waiting_on),
        "asked_by": rules.asked_by(review),
        "agenda": _agenda(sight, review, checkpoints, others) if review.state != Review.State.SIGNED else None,
        "events": events,
        "trail_words": f"Who signed what, and when ({len(events)})",
        "agenda_coming": "Still to come" if review.is_final else "Coming up to the next review",
        "form": form,
        "day_off": shown.day_off_words(review.due_date)
        if review.held_date is None and review.due_date >= sight.today
        else "",
        "not_yet": _why_not_sign(sight, review, checkpoints, others) if form is not None else "",
    }
    return render(request, "induction/review_detail.html", context)


def _agenda(sight: Sight, review: Review, checkpoints: list[Checkpoint], others: list[Review]) -> rules.Agenda:
    """From the last review (or the start) up to the next one (or the end)."""
    before = [row.due_date for row in others if row.month < review.month]
    after = [row.due_date for row in others if row.month > review.month]
    return rules.agenda(
        review,
        checkpoints,
        since=before[-1] if before else sight.plan.start_date - dt.timedelta(days=92),
        until=after[0] if after else sight.plan.end_date,
        today=sight.today,
    )


def _why_not_sign(sight: Sight, review: Review, checkpoints: list[Checkpoint], others: list[Review]) -> str:
    """The rule's own reason why it cannot be signed now; empty when it can."""
    try:
        rules.check_can_sign(
            review,
            side=sight.side,
            plan_state=sight.plan.state,
            version=review.version,
            earlier=[row for row in others if row.month < review.month],
            open_mandatory=sum(item.is_open and item.is_mandatory for item in checkpoints),
            end=sight.plan.end_date,
            today=sight.today,
        )
    except (NotAllowed, Conflict) as refusal:
        return refusal.reason
    return ""


@require_http_methods(["GET", "POST"])
def review_sign(request: HttpRequest, pk: int) -> HttpResponse:
    """A signature under the words as they were shown; words that are new are saved first and read again."""
    today = timezone.localdate()
    sight, review = review_sight(request, pk, today=today)
    form = forms.ReviewSignForm(request.POST)
    if request.method == "GET" or not form.is_valid():
        return redirect(review)
    # A form without the written part, as a page from before an update sends it, signs and changes no word.
    written = _form(request, sight, review) if "comment" in request.POST else None
    if written is not None:
        if not written.is_valid():
            return _page(request, sight, review, written)
        if written.differs:
            return _save(request, sight, review, written, is_to_sign=True)
    signed = services.sign_review(review_id=pk, by=sight.reader, today=today, now=timezone.now(), **form.cleaned_data)
    if signed.state == Review.State.SIGNED:
        messages.success(request, f"Signed by both of you. {_what_follows(signed)}".strip())
        return redirect(signed.plan)
    messages.success(request, f"You have signed. It now waits for {sight.other_name}.")
    return redirect(review)


def _what_follows(review: Review) -> str:
    """How the induction goes on after the final review."""
    if review.outcome == Review.Outcome.COMPLETE:
        return "The induction is complete."
    if review.outcome == Review.Outcome.EXTEND:
        return f"The plan goes on until {gov_date(review.outcome_date)}."
    return "The induction is stopped." if review.outcome == Review.Outcome.STOP else ""
