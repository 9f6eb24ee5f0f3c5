"""My capabilities against a role: marked, shared or kept to oneself, with what is missing and how to get there."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.text import capfirst
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from govuk.typed import VersionField
from pathways.forms import MarksForm
from pathways.models import Capability, CapabilityMark, CareerRole, CareerStep, QualificationRoute, SelfAssessment
from pathways.reading import offers_for
from pathways.rules import assessment as rules
from pathways.services import assessment as services
from pathways.views.parts import step_lines, switch, told
from pathways.views.place import Place, place_of
from pathways.views.reader import reader_of
from people.line import line_of
from people.models import Person

SHARED_ON_PAGE = 25
PERSON, MANAGER = CapabilityMark.Side.PERSON, CapabilityMark.Side.MANAGER


@require_safe
def assessments(request: HttpRequest) -> HttpResponse:
    """The reader's own sheets, where to begin one, and what others have shared with them."""
    me, today = reader_of(request), timezone.localdate()
    place = place_of(request.user, today=today)
    own = list(SelfAssessment.objects.of(me.pk))
    marked = {sheet.role_id for sheet in own}
    wanted = [pk for pk in (place.role_id, place.goal_id) if pk is not None and pk not in marked]
    shared = SelfAssessment.objects.shared_by_others(request.user, today=today)
    context = {
        "own": [(sheet, _whose(sheet.role_id, place)) for sheet in own],
        "to_begin": [(role, _whose(role.pk, place)) for role in CareerRole.objects.on(today).filter(pk__in=wanted)],
        "place": place,
        "page_obj": Paginator(shared, SHARED_ON_PAGE).get_page(request.GET.get("page")),
        "switch": switch("assessments"),
    }
    return render(request, "pathways/assessments.html", context)


def _whose(role_id: int, place: Place) -> str:
    if role_id == place.role_id:
        return "my role"
    return "my goal" if role_id == place.goal_id else ""


@require_http_methods(["GET", "POST"])
def assessment_role(request: HttpRequest, pk: int) -> HttpResponse:
    """The reader marks themself against a role; half of it may wait for another day."""
    me, today = reader_of(request), timezone.localdate()
    roles = CareerRole.objects.on(today)
    role = get_object_or_404(roles, pk=pk)
    capabilities = list(role.capabilities.order_by("position", "pk"))
    sheet = SelfAssessment.objects.filter(person=me, role=role).first()
    form = MarksForm(
        request.POST or None,
        capabilities=capabilities,
        now=_now(sheet, PERSON),
        seen_version=sheet.version if sheet else 0,
        today=today,
    )
    if request.method == "POST" and form.is_valid() and form.says_something(or_has_before=sheet is not None):
        version = form.cleaned_data["version"]
        sheet = services.save_marks(person=me, role=role, version=version, marks=form.marks(), now=timezone.now())
        messages.success(request, "Saved. " + _who_reads(sheet))
        return redirect(sheet)
    return render(request, "pathways/assessment_form.html", {"role": role, "form": form, "sheet": sheet})


def _who_reads(sheet: SelfAssessment) -> str:
    if not sheet.is_shared:
        return "Only you can read this until you share it."
    return "Your manager reads what you had shared before; share again to show what is new."


def _now(sheet: SelfAssessment | None, side: str) -> dict[int, CapabilityMark]:
    """The marks of one side that hold, by capability."""
    if sheet is None:
        return {}
    rows = sheet.marks.filter(side=side, capability__isnull=False).in_order()
    return {capability_id: mark for (capability_id, _), mark in rules.held(rows).items() if capability_id}


@require_safe
def assessment_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What is missing for the role, what good looks like, how to get there; the manager's view beside."""
    me, today = reader_of(request), timezone.localdate()
    sheet = _found(request, pk, today=today)
    marks = list(CapabilityMark.objects.visible_to(request.user, today=today).filter(assessment=sheet).in_order())
    capabilities = list(sheet.role.capabilities.order_by("position", "pk"))
    place = place_of(request.user, today=today)
    is_own = sheet.person_id == me.pk
    line = line_of(sheet.person, today=today)
    mark = told(capabilities).mark
    context = {
        "sheet": sheet,
        "role": sheet.role,
        "is_own": is_own,
        "is_here": is_own and place.role_id == sheet.role_id,
        "gaps": rules.gap_view(capabilities, marks),
        "mark": mark,
        "show_each": mark is None,
        "line": line,
        "readers": f"{sheet.person.full_name}, and {line.reader_names}, as long as it is shared",
        "offers": offers_for(role_id=sheet.role_id, today=today),
        **_ways(sheet.role, today=today),
    }
    return render(request, "pathways/assessment_detail.html", context)


def _ways(role: CareerRole, *, today: dt.date) -> dict[str, Any]:
    """The steps and the routes that lead to the role."""
    steps = list(CareerStep.objects.around(role, today=today).filter(to_role=role))
    routes = QualificationRoute.objects.around(role, [], today=today)
    return {"leads_here": step_lines(steps, [], towards="from_role"), "routes": list(routes)}


def _found(request: HttpRequest, pk: int, *, today: dt.date) -> SelfAssessment:
    rows = SelfAssessment.objects.visible_to(request.user, today=today).with_role().select_related("person")
    sheet: SelfAssessment = get_object_or_404(rows, pk=pk)
    return sheet


@require_POST
def assessment_share(request: HttpRequest, pk: int) -> HttpResponse:
    """The person shows the sheet as it stands to the manager's side, or closes it again."""
    me, today = reader_of(request), timezone.localdate()
    sheet = _found(request, pk, today=today)
    is_shared = request.POST.get("share") == "1"
    services.share(
        assessment_id=pk,
        by=me,
        version=VersionField().clean(request.POST.get("version")),
        is_shared=is_shared,
        today=today,
        now=timezone.now(),
    )
    names = capfirst(line_of(me, today=today).reader_names)
    words = f"Shared. {names} can read this now." if is_shared else "Only you can read this now."
    messages.success(request, words)
    return redirect(sheet)


@require_http_methods(["GET", "POST"])
def assessment_view(request: HttpRequest, pk: int) -> HttpResponse:
    """The manager says how they see it, beside what the person says."""
    me, today = reader_of(request), timezone.localdate()
    sheet = _found(request, pk, today=today)
    line = line_of(sheet.person, today=today)
    rules.check_can_give_view(owner_id=sheet.person_id, by_id=me.pk, line_ids=line.ids, is_shared=sheet.is_shared)
    marks = CapabilityMark.objects.visible_to(request.user, today=today).filter(assessment=sheet).in_order()
    now = rules.held(marks)
    capabilities = list(sheet.role.capabilities.order_by("position", "pk"))
    form = MarksForm(
        request.POST or None,
        capabilities=capabilities,
        now={row.pk: now.get((row.pk, MANAGER)) for row in capabilities},
        hints={row.pk: _said(row, now.get((row.pk, PERSON)), sheet.person) for row in capabilities},
        seen_version=sheet.view_version,
        today=today,
        is_own=False,
    )
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        services.give_view(
            assessment_id=pk, by=me, version=version, marks=form.marks(), today=today, now=timezone.now()
        )
        messages.success(request, f"Saved. {sheet.person.full_name} can read it now.")
        return redirect(sheet)
    return render(request, "pathways/assessment_view.html", {"sheet": sheet, "role": sheet.role, "form": form})


def _said(row: Capability, mark: CapabilityMark | None, person: Person) -> str:
    """What good looks like, and what the person says of themself."""
    name = person.given_name
    if mark is None or not (mark.level or mark.note):
        return format_html("{}<br>{} has not marked this.", row.good_looks_like, name)
    level = mark.get_level_display().lower() if mark.level else "no level"
    note = f" “{mark.note}”" if mark.note else ""
    return format_html("{}<br>{} says: {}.{}", row.good_looks_like, name, level, note)
