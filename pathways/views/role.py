"""A role: what the job is, what good looks like, what leads here and what leads on."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from pathways.models import CareerRole, CareerStep, QualificationRoute, Requirement, VacancyPage
from pathways.reading import offers_for
from pathways.rules.asked import all_of
from pathways.services.library import library
from pathways.views.kept import kept
from pathways.views.parts import step_lines, told
from pathways.views.place import Place, place_of
from people.models import JobRole
from people.sourced import sources

PARTS = ("ways", "sources", "facts", "ask")


@require_safe
def role_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One role with everything that the framework says about it."""
    today = timezone.localdate()
    known = library(today)
    role = known.rows.roles.get(pk) or get_object_or_404(
        CareerRole.objects.select_related("job_role", "profession"), pk=pk
    )
    place = place_of(request.user, today=today)
    context = {
        "role": role,
        "place": place,
        "about": kept(("role", pk, place.is_person), lambda: _drawn(role, place, today=today), known=known),
        "offers": offers_for(role_id=pk, today=today) if place.is_person else [],
    }
    return render(request, "pathways/role_detail.html", context)


def _drawn(role: CareerRole, place: Place, *, today: dt.date) -> dict[str, SafeString]:
    """The parts of the page that are the same for everybody with, or without, a place of their own."""
    context = {**_about(role, today=today), "role": role, "is_person": place.is_person}
    return {part: render_to_string(f"pathways/includes/role_{part}.html", context) for part in PARTS}


def _about(role: CareerRole, *, today: dt.date) -> dict[str, Any]:
    capabilities = list(role.capabilities.order_by("position", "pk"))
    steps = list(CareerStep.objects.around(role, today=today))
    requirements = list(Requirement.objects.around(role, steps))
    onwards = [step for step in steps if step.from_role_id == role.pk]
    routes = list(QualificationRoute.objects.around(role, [step.to_role_id for step in onwards], today=today))
    vacancies = VacancyPage.objects.order_by("-is_internal", "pk")
    return {
        "where": "Adults’ and Children’s"
        if role.job_role.side == JobRole.Side.BOTH
        else role.job_role.get_side_display(),
        "capabilities": told(capabilities),
        "asked": told(all_of([row for row in requirements if row.career_role_id == role.pk])),
        "leads_here": step_lines([s for s in steps if s.to_role_id == role.pk], requirements, towards="from_role"),
        "leads_on": step_lines(onwards, requirements, towards="to_role"),
        "routes_here": [route for route in routes if route.is_here],
        "routes_on": [route for route in routes if not route.is_here],
        "vacancies": [page for page in vacancies if page.is_for(role.job_role)],
        "sources": sources([role, role.job_role], capabilities, requirements, steps),
    }
