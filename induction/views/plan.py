"""A person's plan: the page, its record, its history, its notes, its agreement and its buddy."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from induction import forms, rules, services
from induction.models import Decision, InductionPlan, PlanNote
from induction.reading import items_of, newest_decisions_of, reviews_of
from induction.views import shown
from induction.views.plan_parts import (
    AGREE_TOGETHER,
    agreement_words,
    dates_story,
    is_to_agree,
    list_of,
    next_of,
    part_time_proposal,
    pauses_in,
    present_pause,
    progress_of,
    record_months,
    record_words,
    summary_of,
)
from induction.views.sight import plan_sight, reader_of
from people.models import Person
from people.rules import search_name

HISTORY_ON_PAGE = 50
NOTES_ON_PAGE = 20
ROWS_OF_RECORD = 60
FOUND_AT_MOST = 12


def _decisions(plan: InductionPlan) -> QuerySet[Decision]:
    return plan.decisions.select_related("by", "acting_for", "checkpoint", "review", "entry__free_text")


@require_http_methods(["GET"])
def plan_mine(request: HttpRequest) -> HttpResponse:
    """The menu's door: my live plan, else what there has been."""
    plans = list(
        InductionPlan.objects.visible_to(request.user, today=timezone.localdate())
        .filter(person_id=request.user.person_id)
        .select_related("version__programme")
        .order_by("-start_date", "-pk")[:NOTES_ON_PAGE]
    )
    live = next((plan for plan in plans if plan.is_live), None)
    if live:
        return redirect(live)
    rows = [
        {
            "title": plan.version.programme.title,
            "url": plan.get_absolute_url(),
            "due": plan.end_date,
            "state": plan.state,
        }
        for plan in plans
    ]
    return render(request, "induction/plan_mine.html", {"rows": rows})


@require_http_methods(["GET"])
def plan_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan as its two owners see it; the buddy gets titles and dates."""
    try:
        sight = plan_sight(request, pk, today=timezone.localdate())
    except Http404:
        return _buddy_page(request, pk)
    plan = sight.plan
    if sight.is_manager and plan.read_date != sight.today:
        services.note_reading(plan=plan, reader=sight.reader, today=sight.today)
    checkpoints, reviews = items_of(plan_id=plan.pk), reviews_of(plan_id=plan.pk)
    history = newest_decisions_of(plan_id=plan.pk)
    story = dates_story(sight)
    following = next_of(sight, checkpoints, reviews, story=story)
    summary = summary_of(sight, checkpoints, reviews)
    context = {
        "sight": sight,
        "plan": plan,
        "progress": progress_of(checkpoints),
        "timeline": shown.timeline_of(sight, checkpoints, reviews, summary=summary, pauses=pauses_in(story)),
        "next": following,
        # The card of the agreement stands at the top already.
        "next_is_agreement": following is not None and following["title"] == AGREE_TOGETHER,
        "agree_title": AGREE_TOGETHER,
        "is_half_agreed": plan.revision in {plan.person_agreed_revision, plan.manager_agreed_revision},
        "agree_days": max((sight.today - plan.agree_by).days, 0) or None,
        "dates_story": story,
        "present_pause": present_pause(story),
        "agreement_words": agreement_words(sight),
        "is_to_agree": plan.state == InductionPlan.State.AGREEING and is_to_agree(sight),
        # Twice on the page, so without ids.
        "agree_form": forms.AgreeForm(initial={"revision": plan.revision}, auto_id=False),
        "part_time_end": part_time_proposal(plan),
        "history": [shown.history_line(decision, sight, with_words=False) for decision in history],
        **list_of(request, sight, checkpoints, reviews),
    }
    return render(request, "induction/plan_detail.html", context)


def _buddy_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What a buddy helps with: titles and dates, no states, no words (ruling 21)."""
    plans = InductionPlan.objects.helped_by(reader_of(request)).select_related("person")
    plan = get_object_or_404(plans, pk=pk)
    items = plan.checkpoints.open().order_by("due_date", "position", "pk").values("title", "due_date", "method")
    page = Paginator(items, HISTORY_ON_PAGE).get_page(request.GET.get("page"))
    return render(request, "induction/plan_buddy_view.html", {"plan": plan, "page_obj": page})


@require_http_methods(["GET"])
def plan_record(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole plan on paper: every item with who signed what when; folded on a screen, open in print."""
    sight = plan_sight(request, pk, today=timezone.localdate())
    plan = sight.plan
    signatures: dict[tuple[str, int], list[dict[str, object]]] = {}
    for decision in _decisions(plan).order_by("at", "pk"):
        key = ("checkpoint", decision.checkpoint_id) if decision.checkpoint_id else ("review", decision.review_id or 0)
        line = shown.history_line(decision, sight, with_title=False, item=decision.checkpoint)
        signatures.setdefault(key, []).append(line)
    checkpoints = list(plan.checkpoints.defer("why", "how", "note").order_by("due_date", "position", "pk"))
    page = Paginator(checkpoints, ROWS_OF_RECORD).get_page(request.GET.get("page"))
    reviews = list(plan.reviews.defer("agenda").order_by("due_date", "pk"))
    whole = signatures.get(("review", 0), [])
    context = {
        "sight": sight,
        "plan": plan,
        "is_open": request.GET.get("open") == "all",
        "progress": progress_of(checkpoints),
        "reviews_signed": sum(row.state == row.State.SIGNED for row in reviews),
        "reviews": [(row, signatures.get(("review", row.pk), []), record_words(row)) for row in reviews],
        "months": record_months(plan, [(item, signatures.get(("checkpoint", item.pk), [])) for item in page]),
        "plan_decisions": whole,
        "plan_decisions_words": f"What the two decided ({len(whole)})",
        "page_obj": page,
    }
    return render(request, "induction/plan_record.html", context)


@require_http_methods(["GET"])
def plan_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that was decided, newest first; nothing here can be changed."""
    sight = plan_sight(request, pk, today=timezone.localdate())
    page = Paginator(_decisions(sight.plan).order_by("-at", "-pk"), HISTORY_ON_PAGE).get_page(request.GET.get("page"))
    events = [shown.history_line(decision, sight) for decision in page]
    return render(
        request,
        "induction/plan_history.html",
        {"sight": sight, "plan": sight.plan, "events": events, "page_obj": page},
    )


@require_http_methods(["GET", "POST"])
def plan_agree(request: HttpRequest, pk: int) -> HttpResponse:
    """One of the two agrees the plan as it was shown."""
    today = timezone.localdate()
    sight = plan_sight(request, pk, today=today)
    form = forms.AgreeForm(request.POST)
    if request.method == "GET" or not form.is_valid():
        return redirect(sight.plan)
    plan = services.agree_plan(
        plan_id=pk,
        by=sight.reader,
        revision=form.cleaned_data["revision"],
        form_key=form.cleaned_data["form_key"],
        today=today,
        now=timezone.now(),
    )
    if plan.state == InductionPlan.State.ACTIVE:
        messages.success(request, "Both of you have agreed the plan. It is under way.")
    else:
        messages.success(request, f"You have agreed the plan. It now waits for {sight.other_name}.")
    return redirect(plan)


@require_http_methods(["GET", "POST"])
def plan_notes(request: HttpRequest, pk: int) -> HttpResponse:
    """My notes, and those that the other has shared."""
    today = timezone.localdate()
    sight = plan_sight(request, pk, today=today)
    form = forms.NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        note = services.add_note(plan_id=pk, by=sight.reader, today=today, now=timezone.now(), **form.cleaned_data)
        messages.success(
            request, "Note shared." if note.is_shared else "Note saved. Only you can read it until you share it."
        )
        return redirect("induction:plan_notes", pk)
    notes = (
        PlanNote.objects.visible_to(request.user, today=today)
        .filter(plan=sight.plan)
        .select_related("author")
        .order_by("-created_at", "-pk")
    )
    page = Paginator(notes, NOTES_ON_PAGE).get_page(request.GET.get("page"))
    context = {"sight": sight, "plan": sight.plan, "form": form, "page_obj": page}
    return render(request, "induction/plan_notes.html", context)


@require_http_methods(["GET", "POST"])
def note_share(request: HttpRequest, pk: int) -> HttpResponse:
    """The author lets the other read a note, after one question, since it cannot be unread."""
    today = timezone.localdate()
    notes = PlanNote.objects.visible_to(request.user, today=today).filter(author=reader_of(request))
    note = get_object_or_404(notes.select_related("plan"), pk=pk)
    sight = plan_sight(request, note.plan_id, today=today)
    if request.method == "GET":
        return render(request, "induction/note_share.html", {"sight": sight, "plan": sight.plan, "note": note})
    services.share_note(note_id=pk, by=sight.reader, today=today, now=timezone.now())
    messages.success(request, f"Shared. {sight.other_name} can read this note now.")
    return redirect("induction:plan_notes", note.plan_id)


@require_http_methods(["GET", "POST"])
def plan_buddy(request: HttpRequest, pk: int) -> HttpResponse:
    """Search a colleague by name, choose, save."""
    today = timezone.localdate()
    sight = plan_sight(request, pk, today=today)
    rules.check_can_work_on(sight.plan.state)
    asked = (request.POST.get("q") or request.GET.get("q") or "").strip()[:100]
    found = _colleagues(request, asked, sight.plan.person_id) if asked else []
    form = forms.BuddyForm(request.POST if request.method == "POST" else None, found=found)
    if request.method == "POST" and form.is_valid():
        buddy = form.cleaned_data["buddy"]
        services.set_buddy(plan_id=pk, by=sight.reader, buddy=buddy, today=today, now=timezone.now())
        messages.success(request, f"{buddy.full_name} is the buddy now and sees titles and dates.")
        return redirect(sight.plan)
    context = {"sight": sight, "plan": sight.plan, "form": form, "asked": asked, "found": found}
    return render(request, "induction/plan_buddy.html", context)


@require_http_methods(["GET", "POST"])
def plan_buddy_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the buddy off the plan, after one question, since they lose sight of it at once."""
    today = timezone.localdate()
    sight = plan_sight(request, pk, today=today)
    rules.check_can_work_on(sight.plan.state)
    if sight.plan.buddy is None:
        # An old link, or the other of the two was quicker: nothing is wrong, so it leads on instead of refusing.
        messages.info(request, "This plan has no buddy now.")
        return redirect(sight.plan)
    if request.method == "GET":
        return render(request, "induction/plan_buddy_remove.html", {"sight": sight, "plan": sight.plan})
    services.set_buddy(plan_id=pk, by=sight.reader, buddy=None, today=today, now=timezone.now())
    messages.success(
        request, f"This plan has no buddy now. {sight.plan.buddy.full_name} no longer sees its titles and dates."
    )
    return redirect(sight.plan)


def _colleagues(request: HttpRequest, asked: str, starter_id: int) -> list[Person]:
    today = timezone.localdate()
    words = search_name(asked.replace("\0", ""), "").split()
    people = Person.objects.visible_to(request.user, today=today).active().exclude(pk=starter_id)
    for word in words:
        people = people.filter(search_name__contains=word)
    return list(people.with_post(today=today).order_by("search_name", "pk")[:FOUND_AT_MOST])
