"""What moves a plan's dates: pause, resume, a later end, a newer programme. Each shows its rule before it counts."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from govuk.templatetags.govuk import gov_date, plural
from induction import forms, rules, services
from induction.models import InductionPlan, PlanExtension, PlanPause, ProgrammeVersion
from induction.views.plan_parts import cleared_words, part_time_proposal
from induction.views.sight import Sight, plan_sight

FURTHEST_EXTENSION = dt.timedelta(days=730)
PREVIEW_ROWS = 12


@require_http_methods(["GET", "POST"])
def plan_pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop the clock for an absence, at once or from a day to come; a planned pause is changed here too."""
    today = timezone.localdate()
    sight = plan_sight(request, pk, today=today)
    rules.check_is_manager(sight.side, "pause a plan")
    rules.next_plan_state(sight.plan.state, "pause")
    planned = sight.plan.pauses.planned().first()
    form = forms.PauseForm(
        request.POST or None,
        plan_start=sight.plan.start_date,
        plan_end=sight.plan.end_date,
        keeps_reason=planned is not None and not sight.is_one_of_the_two,
        initial=_planned_initial(planned, sight) if planned else {"start_date": today},
    )
    context = {"sight": sight, "plan": sight.plan, "form": form, "planned": planned}
    if request.method == "POST" and form.is_valid():
        first_day = form.cleaned_data["start_date"]
        if first_day > today and "confirm" not in request.POST:
            return _confirm_pause(request, context, first_day, form.cleaned_data["expected_end_date"])
        services.pause_plan(plan_id=pk, by=sight.reader, today=today, now=timezone.now(), **form.cleaned_data)
        messages.success(
            request,
            f"The pause is planned. Dates stay as they are until {gov_date(first_day)}; from that day nothing is due."
            if first_day > today
            else "The plan is paused. Nothing is due until you resume it.",
        )
        return redirect(sight.plan)
    return render(request, "induction/plan_pause.html", context)


def _planned_initial(planned: PlanPause, sight: Sight) -> dict[str, object]:
    return {
        "start_date": planned.start_date,
        "expected_end_date": planned.expected_end_date,
        "reason": planned.reason if sight.is_one_of_the_two else "",
    }


def _confirm_pause(
    request: HttpRequest, context: dict[str, object], first_day: dt.date, back: dt.date | None
) -> HttpResponse:
    """What a pause to come would do: which dates move when the person is back as expected."""
    plan = context["plan"]
    days = rules.days_paused(first_day, back) if back else 0
    preview = _preview(
        plan, services.moves_of_pause(plan, days=days) if back else [], new_end=plan.end_date + dt.timedelta(days=days)
    )
    return render(
        request,
        "induction/plan_dates_confirm.html",
        {**context, **preview, "act": "pause", "first_day": first_day, "back": back, "typed": _typed(request)},
    )


@require_http_methods(["GET", "POST"])
def plan_pause_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a pause that has not begun."""
    today = timezone.localdate()
    sight = plan_sight(request, pk, today=today)
    rules.check_is_manager(sight.side, "cancel a planned pause")
    planned = sight.plan.pauses.planned().first()
    form = forms.CancelPauseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.cancel_planned_pause(plan_id=pk, by=sight.reader, today=today, now=timezone.now(), **form.cleaned_data)
        messages.success(request, "The planned pause is cancelled. All dates stay as they are.")
        return redirect(sight.plan)
    if planned is None:
        # An old link, or a pause that has begun: nothing is wrong, so it leads on instead of refusing.
        messages.info(request, "No pause is planned, so there is nothing to cancel.")
        return redirect(sight.plan)
    context = {"sight": sight, "plan": sight.plan, "form": form, "planned": planned}
    return render(request, "induction/plan_pause_cancel.html", context)


@require_http_methods(["GET", "POST"])
def plan_resume(request: HttpRequest, pk: int) -> HttpResponse:
    """The first day back; then the new dates; then yes."""
    today = timezone.localdate()
    sight = plan_sight(request, pk, today=today)
    rules.check_is_manager(sight.side, "resume a plan")
    if request.method == "GET" and sight.plan.state != InductionPlan.State.PAUSED:
        # An old link or a page from before: nothing is wrong, so it leads on instead of refusing.
        messages.info(request, "This plan is not paused, so there is nothing to resume.")
        return redirect(sight.plan)
    rules.next_plan_state(sight.plan.state, "resume")
    pause = get_object_or_404(sight.plan.pauses.running())
    form = forms.ResumeForm(
        request.POST or None, paused_on=pause.start_date, today=today, initial={"first_day_back": today}
    )
    context = {"sight": sight, "plan": sight.plan, "form": form, "pause": pause}
    if request.method == "POST" and form.is_valid():
        back = form.cleaned_data["first_day_back"]
        if "confirm" not in request.POST:
            days = rules.days_paused(pause.start_date, back)
            return render(
                request,
                "induction/plan_dates_confirm.html",
                {
                    **context,
                    **_preview(
                        sight.plan,
                        services.moves_of_pause(sight.plan, days=days),
                        new_end=sight.plan.end_date + dt.timedelta(days=days),
                    ),
                    "act": "resume",
                    "typed": _typed(request),
                },
            )
        services.resume_plan(plan_id=pk, by=sight.reader, today=today, now=timezone.now(), **form.cleaned_data)
        messages.success(request, "The plan is under way again, with the new dates.")
        return redirect(sight.plan)
    return render(request, "induction/plan_resume.html", context)


@require_http_methods(["GET", "POST"])
def plan_extend(request: HttpRequest, pk: int) -> HttpResponse:
    """A later end with its reason; then the new dates; then yes. Part-time comes with the date that the rule gives."""
    today = timezone.localdate()
    sight = plan_sight(request, pk, today=today)
    plan = sight.plan
    rules.check_is_manager(sight.side, "move the end of a plan")
    rules.next_plan_state(plan.state, "extend")
    proposed = part_time_proposal(plan)
    form = forms.ExtendForm(
        request.POST or None,
        after=plan.end_date,
        furthest=plan.end_date + FURTHEST_EXTENSION,
        initial=_part_time_initial(plan.person.fte, proposed) if "part-time" in request.GET and proposed else None,
    )
    context = {"sight": sight, "plan": plan, "form": form, "part_time_end": proposed}
    if request.method == "POST" and form.is_valid():
        to_date = form.cleaned_data["to_date"]
        if "confirm" not in request.POST:
            moves = services.moves_of_extension(plan, to_date=to_date, today=today)
            preview = _preview(plan, moves, new_end=to_date)
            return render(
                request,
                "induction/plan_dates_confirm.html",
                {**context, **preview, "act": "extend", "typed": _typed(request)},
            )
        services.extend_plan(plan_id=pk, by=sight.reader, today=today, now=timezone.now(), **form.cleaned_data)
        messages.success(request, f"The plan now ends on {gov_date(to_date)}.{cleared_words(sight)}")
        return redirect(plan)
    return render(request, "induction/plan_extend.html", context)


def _part_time_initial(fte: object, proposed: dt.date) -> dict[str, object]:
    return {
        "to_date": proposed,
        "kind": PlanExtension.Kind.PART_TIME,
        "reason": f"Part-time hours: {fte} of full time.",
    }


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed, carried through the question "these dates?" as it is."""
    return [(name, str(value)) for name, value in request.POST.items() if name != "csrfmiddlewaretoken"]


def _preview(plan: InductionPlan, moves: list[services.DateMove], *, new_end: dt.date) -> dict[str, object]:
    """The dates as they are and as they would be, worked out by the service that will move them."""
    moving = sorted(((row.title, row.due_date, due) for row, due in moves), key=lambda row: row[1])
    return {
        "days_words": plural((new_end - plan.end_date).days, "day,days"),
        "new_end": new_end,
        "moving": moving[:PREVIEW_ROWS],
        "moving_count": len(moving),
        "left_out": max(len(moving) - PREVIEW_ROWS, 0),
    }


@require_http_methods(["GET", "POST"])
def plan_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move to the published version of the same programme, after the difference has been shown row by row."""
    today = timezone.localdate()
    sight = plan_sight(request, pk, today=today)
    plan = sight.plan
    rules.check_is_manager(sight.side, "move a plan to another version")
    rules.next_plan_state(plan.state, "move")
    form = forms.MoveForm(request.POST or None, initial={"version_id": plan.newest_version_id})
    if request.method == "POST" and form.is_valid():
        services.move_plan(plan_id=pk, by=sight.reader, today=today, now=timezone.now(), **form.cleaned_data)
        messages.success(
            request,
            f"The plan follows the newer programme now. Nothing that was signed has changed.{cleared_words(sight)}",
        )
        return redirect(plan)
    version = ProgrammeVersion.objects.filter(pk=plan.newest_version_id).exclude(pk=plan.version_id).first()
    job_role = services.job_role_of(plan.person, today=today) if version else None
    context = {
        "sight": sight,
        "plan": plan,
        "form": form,
        "version": version,
        "differences": services.preview_move(plan, version, job_role=job_role) if version else [],
    }
    return render(request, "induction/plan_move.html", context)
