"""A person's CPD plan: start it, read it, write goals and actions, share it, say what came of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from govuk.typed import VersionField
from pathways.forms.cpd_plan import ActionForm, CpdReviewForm, DoneForm, GoalForm, PlanReasonForm, ReviewDateForm
from pathways.models import CapabilityMark, CareerGoal, CareerRole, CpdAction, CpdDecision, CpdGoal, CpdPlan
from pathways.rules import cpd_plan as rules
from pathways.rules.assessment import ORDER, held
from pathways.services import cpd_plan as services
from pathways.views.parts import switch
from pathways.views.reader import reader_of
from people.line import Line
from people.models import Person
from people.roles import Role
from people.rules import NotAllowed
from people.rules.suppression import group_words, part_words

SUGGESTED = 3
SHARED_SHOWN = 25


@dataclass(frozen=True)
class PlanSight:
    """A plan as its reader sees it today."""

    plan: CpdPlan
    reader: Person
    line: Line

    @property
    def is_own(self) -> bool:
        return self.reader.pk == self.plan.person_id

    @property
    def readers(self) -> str:
        """Who can see this page, in words."""
        if not self.plan.is_shared:
            return "you alone, until you share it; Learning and Development only counts plans"
        person = "you" if self.is_own else self.plan.person.full_name
        words = f"{person} and {self.line.reader_names}, until it is no longer shared"
        return f"{words}; Learning and Development only counts plans"


def _sight(request: HttpRequest, pk: int, *, today: dt.date, is_own: bool = False) -> PlanSight:
    """The plan that the reader may read, or 404; where only its person may write, a refusal with its reason."""
    me = reader_of(request)
    rows = CpdPlan.objects.visible_to(request.user, today=today).select_related("person")
    plan = get_object_or_404(rows, pk=pk)
    if is_own:
        rules.check_can_plan(person_id=plan.person_id, by_id=me.pk)
    return PlanSight(plan, me, services.line_for(plan, today=today))


@require_http_methods(["GET", "POST"])
def cpd_mine(request: HttpRequest) -> HttpResponse:
    """One's own plan, or how to start one; and what others have shared with the reader."""
    me, today = reader_of(request), timezone.localdate()
    if request.method == "POST":
        return redirect(services.start_plan(by=me, today=today, now=timezone.now()))
    plans = CpdPlan.objects.visible_to(request.user, today=today).select_related("person")
    own = next(iter(plans.filter(person=me)), None)
    others = plans.exclude(person=me).order_by("review_date", "pk")
    context = {
        "switch": switch("cpd_mine"),
        "own": own,
        "page_obj": Paginator(others, SHARED_SHOWN).get_page(request.GET.get("page")),
        "is_learning": request.user.has_role(Role.LD_ADMIN),
    }
    return render(request, "pathways/cpd_mine.html", context)


@require_safe
def cpd_counts(request: HttpRequest) -> HttpResponse:
    """For Learning and Development: how many people have a plan and how their goals stand, and nothing else."""
    if not request.user.has_role(Role.LD_ADMIN):
        raise NotAllowed("Only Learning and Development sees these counts.")
    found = CpdPlan.objects.counts()
    plans, with_goals = found["plans"], found["with_goals"]
    shown = [
        ["With a plan", group_words(plans)],
        ["Share it with a line manager", part_words(found["shared"], plans)],
        ["Reviewed at least once", part_words(found["reviewed"], plans)],
        ["With a goal", part_words(with_goals, plans)],
        ["With a goal confirmed as met", part_words(found["met"], with_goals)],
        ["With a goal confirmed as not met", part_words(found["not_met"], with_goals)],
    ]
    columns = [{"label": "Who"}, {"label": "How many people", "kind": "numeric"}]
    return render(request, "pathways/cpd_counts.html", {"rows": shown, "columns": columns})


@require_safe
def cpd_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan: goals with their actions, what was said, who reads it."""
    today = timezone.localdate()
    sight = _sight(request, pk, today=today)
    actions: dict[int, list[CpdAction]] = {}
    for action in CpdAction.objects.filter(goal__plan=sight.plan, is_dropped=False).order_by("due_date", "pk"):
        actions.setdefault(action.goal_id, []).append(action)
    goals = [
        {
            "goal": goal,
            "state": f"cpd_{goal.state}",
            "actions": [_action_line(row, today) for row in actions.get(goal.pk, [])],
            "can": rules.goal_actions(goal.state, is_own=sight.is_own),
        }
        for goal in sight.plan.goals.select_related("role__job_role").order_by("created_at", "pk")
    ]
    decisions = sight.plan.decisions.select_related("by", "acting_for", "goal", "entry__free_text")
    context = {
        "sight": sight,
        "plan": sight.plan,
        "open": [row for row in goals if row["goal"].state in {"open", "said_met", "said_not_met"}],
        "closed": [row for row in goals if row["goal"].state in {"met", "not_met", "dropped"}],
        "events": [_event(row, sight) for row in decisions.order_by("at", "pk")],
        "suggested": _suggested(request, today=today) if sight.is_own else [],
    }
    return render(request, "pathways/cpd_detail.html", context)


def _action_line(action: CpdAction, today: dt.date) -> dict[str, Any]:
    late = 0 if action.done_date else max((today - action.due_date).days, 0)
    state = "cpd_done" if action.done_date else "overdue" if late else "to_do"
    return {"action": action, "state": state, "days": late or None}


def _event(row: CpdDecision, sight: PlanSight) -> dict[str, Any]:
    """One turn of what was said; both names when somebody covered."""
    goal = f"“{row.goal.title}”" if row.goal else "the goal"
    did = row.get_kind_display().replace("{goal}", goal)
    if row.held_date:
        did += f" on {row.held_date.day} {row.held_date:%B %Y}"
    if row.acting_for:
        did += f", covering for {row.acting_for.full_name}"
    text = getattr(row.entry, "free_text", None)
    return {
        "who": row.by.full_name,
        "did": did,
        "at": row.at,
        "words": text.text if text else "",
        "is_mine": row.by_id == sight.reader.pk,
    }


def _suggested(request: HttpRequest, *, today: dt.date) -> list[CapabilityMark]:
    """Capabilities that the reader has marked as not there yet, the furthest first."""
    rows = CapabilityMark.objects.visible_to(request.user, today=today).filter(
        assessment__person=request.user.person_id, side="person", capability__isnull=False
    )
    now = held(rows.select_related("capability__role__job_role").order_by("marked_at", "pk")).values()
    missing = [row for row in now if row.level in {"not_yet", "developing"}]
    return sorted(missing, key=lambda row: ORDER.index(row.level))[:SUGGESTED]


@require_http_methods(["GET", "POST"])
def cpd_goal(request: HttpRequest, pk: int, goal: int | None = None) -> HttpResponse:
    """A new goal, from a gap if the address names a capability, or other words for an open one."""
    today = timezone.localdate()
    sight = _sight(request, pk, today=today, is_own=True)
    row = get_object_or_404(sight.plan.goals, pk=goal) if goal else None
    if row:
        rules.next_state(row.state, "change")
    start = GoalForm.start_of(row) if row else _start(request, today=today)
    roles = CareerRole.objects.on(today)
    form = GoalForm(request.POST or None, roles=roles, initial={**start, "version": sight.plan.version})
    if request.method == "POST" and form.is_valid():
        services.save_goal(plan_id=pk, goal_id=goal, by=sight.reader, now=timezone.now(), **form.data_for_service())
        messages.success(request, "The goal is changed." if row else "The goal is in your plan. Add what you will do.")
        return redirect(sight.plan)
    title = "Change this goal" if row else "Add a goal"
    return _form_page(request, sight, form, title=title, button="Save the goal")


def _start(request: HttpRequest, *, today: dt.date) -> dict[str, str]:
    """The capability in the address if the reader has marked it, else their goal on the map."""
    asked = request.GET.get("capability", "")
    for mark in _suggested(request, today=today):
        if str(mark.capability_id) == asked and mark.capability:
            return {"title": mark.capability.title, "role": str(mark.capability.role_id)}
    goal = CareerGoal.objects.visible_to(request.user, today=today).first()
    return {"role": str(goal.role_id)} if goal else {}


MOVES = {
    "say_met": ("Say that this goal is met", "It is met", "Your manager confirms it in the next review."),
    "say_not_met": ("Say that this goal is not met", "It is not met", "Your manager confirms it in the next review."),
    "reopen": ("Open this goal again", "Open it again", "The goal is open again."),
    "drop": ("Drop this goal", "Drop it", "The goal is dropped. It stays in the plan to read."),
}


@require_http_methods(["GET", "POST"])
def cpd_goal_move(request: HttpRequest, pk: int, goal: int, action: str) -> HttpResponse:
    """The person says what came of a goal, opens it again or drops it, with the reason."""
    today = timezone.localdate()
    sight = _sight(request, pk, today=today, is_own=True)
    row = get_object_or_404(sight.plan.goals, pk=goal)
    form = PlanReasonForm(request.POST or None, initial={"version": sight.plan.version})
    title, button, said = MOVES[action]
    if request.method == "POST" and form.is_valid():
        services.move_goal(
            plan_id=pk, goal_id=goal, by=sight.reader, action=action, now=timezone.now(), **form.cleaned_data
        )
        messages.success(request, said)
        return redirect(sight.plan)
    rules.next_state(row.state, action)
    return _form_page(request, sight, form, title=title, button=button, about=row.title)


@require_http_methods(["GET", "POST"])
def cpd_action(request: HttpRequest, pk: int, goal: int, action: int | None = None) -> HttpResponse:
    """A new action of a goal, or other words for one that is not done."""
    today = timezone.localdate()
    sight = _sight(request, pk, today=today, is_own=True)
    of = get_object_or_404(sight.plan.goals, pk=goal)
    row = get_object_or_404(of.actions, pk=action) if action else None
    rules.next_state(of.state, "change")
    start = {"version": sight.plan.version} | (ActionForm.start_of(row) if row else {})
    form = ActionForm(request.POST or None, today=today, initial=start)
    if request.method == "POST" and form.is_valid():
        services.save_action(
            plan_id=pk,
            goal_id=goal,
            action_id=action,
            by=sight.reader,
            version=form.cleaned_data["version"],
            data=form.data_for_service(),
            now=timezone.now(),
        )
        messages.success(request, "The action is saved. You are reminded before its date.")
        return redirect(sight.plan)
    title = "Change this action" if row else "Add an action"
    return _form_page(request, sight, form, title=title, button="Save the action", about=of.title)


@require_http_methods(["GET", "POST"])
def cpd_action_done(request: HttpRequest, pk: int, goal: int, action: int, is_done: bool = True) -> HttpResponse:
    """What came of an action; or that it is not needed any more."""
    today = timezone.localdate()
    sight = _sight(request, pk, today=today, is_own=True)
    row = get_object_or_404(CpdAction.objects.filter(goal=goal, goal__plan=sight.plan), pk=action)
    form = DoneForm(request.POST or None, is_done=is_done, initial={"version": sight.plan.version})
    if request.method == "POST" and form.is_valid():
        services.finish_action(
            plan_id=pk,
            goal_id=goal,
            action_id=action,
            by=sight.reader,
            is_done=is_done,
            today=today,
            now=timezone.now(),
            **form.cleaned_data,
        )
        messages.success(request, "Done." if is_done else "The action is dropped.")
        return redirect(sight.plan)
    title = "Say what came of this action" if is_done else "Drop this action"
    return _form_page(request, sight, form, title=title, button="It is done" if is_done else "Drop it", about=row.title)


@require_POST
def cpd_share(request: HttpRequest, pk: int) -> HttpResponse:
    """The person lets their manager read the plan, or stops it."""
    today = timezone.localdate()
    sight = _sight(request, pk, today=today, is_own=True)
    is_shared = request.POST.get("share") == "1"
    services.share_plan(
        plan_id=pk,
        by=sight.reader,
        version=VersionField().clean(request.POST.get("version")),
        is_shared=is_shared,
        today=today,
        now=timezone.now(),
    )
    messages.success(request, f"Shared with {sight.line.reader_names}." if is_shared else "Only you can read it again.")
    return redirect(sight.plan)


@require_http_methods(["GET", "POST"])
def cpd_review_date(request: HttpRequest, pk: int) -> HttpResponse:
    """The person moves the next review."""
    today = timezone.localdate()
    sight = _sight(request, pk, today=today, is_own=True)
    start = {"version": sight.plan.version, "review_date": sight.plan.review_date}
    form = ReviewDateForm(request.POST or None, today=today, initial=start)
    if request.method == "POST" and form.is_valid():
        services.set_review_date(plan_id=pk, by=sight.reader, now=timezone.now(), **form.cleaned_data)
        messages.success(request, "The review has another day.")
        return redirect(sight.plan)
    return _form_page(request, sight, form, title="Move the next review", button="Save the day")


@require_http_methods(["GET", "POST"])
def cpd_review(request: HttpRequest, pk: int) -> HttpResponse:
    """The manager writes down a review: a dated comment, and an answer to each goal that waits."""
    today = timezone.localdate()
    sight = _sight(request, pk, today=today)
    plan = sight.plan
    rules.check_can_review(
        person_id=plan.person_id, by_id=sight.reader.pk, managers=sight.line.ids, is_shared=plan.is_shared
    )
    goals = plan.goals.filter(state__in=[CpdGoal.State.SAID_MET, CpdGoal.State.SAID_NOT_MET]).order_by("pk")
    start = {"version": plan.version, "held_date": today, "next_date": today + rules.REVIEW_EVERY}
    form = CpdReviewForm(request.POST or None, goals=goals, today=today, initial=start)
    if request.method == "POST" and form.is_valid():
        services.hold_review(plan_id=pk, by=sight.reader, today=today, now=timezone.now(), **form.data_for_service())
        messages.success(request, f"The review is in the plan. {plan.person.full_name} is told.")
        return redirect(plan)
    return _form_page(request, sight, form, title="Write down the review", button="Save the review")


def _form_page(
    request: HttpRequest, sight: PlanSight, form: Any, *, title: str, button: str, about: str = ""
) -> HttpResponse:
    context = {"sight": sight, "plan": sight.plan, "form": form, "title": title, "button": button, "about": about}
    return render(request, "pathways/cpd_form.html", context)
