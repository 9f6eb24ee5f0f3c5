"""A role: what the job is, what good looks like, what leads here and what leads on."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pathways.models import CareerRole, CareerStep, QualificationRoute, Requirement, VacancyPage
from pathways.rules.asked import all_of
from pathways.views.parts import sources, step_lines, told
from pathways.views.place import place_of
from people.models import JobRole


@require_safe
def role_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One role with everything that the framework says about it."""
    today = timezone.localdate()
    role = get_object_or_404(CareerRole.objects.select_related("job_role", "profession"), pk=pk)
    capabilities = list(role.capabilities.order_by("position", "pk"))
    steps = _steps(role, today)
    requirements = list(
        Requirement.objects.filter(Q(career_role=role) | Q(step__in=[step.pk for step in steps])).in_order()
    )
    onwards = [step for step in steps if step.from_role_id == role.pk]
    routes = _routes(role, [step.to_role_id for step in onwards], today)
    vacancies = [page for page in VacancyPage.objects.order_by("-is_internal", "pk") if page.is_for(role.job_role)]
    context = {
        "role": role,
        "where": "Adults’ and Children’s"
        if role.job_role.side == JobRole.Side.BOTH
        else role.job_role.get_side_display(),
        "place": place_of(request.user, today=today),
        "capabilities": told(capabilities),
        "asked": told(all_of([row for row in requirements if row.career_role_id == role.pk])),
        "leads_here": step_lines([s for s in steps if s.to_role_id == role.pk], requirements, towards="from_role"),
        "leads_on": step_lines(onwards, requirements, towards="to_role"),
        "routes_here": [route for route in routes if route.is_here],
        "routes_on": [route for route in routes if not route.is_here],
        "vacancies": vacancies,
        "sources": sources([role, role.job_role], capabilities, requirements, steps),
    }
    return render(request, "pathways/role_detail.html", context)


def _steps(role: CareerRole, today: dt.date) -> list[CareerStep]:
    """Steps that begin or end here, with the roles at both ends."""
    found = CareerStep.objects.on(today).filter(Q(from_role=role) | Q(to_role=role))
    return list(found.select_related("from_role__job_role", "to_role__job_role"))


def _routes(role: CareerRole, next_ids: list[int], today: dt.date) -> list[QualificationRoute]:
    """Routes that lead here, or on to a role that is one step from here."""
    leads = QualificationRoute.leads_to.through.objects.filter(qualificationroute=OuterRef("pk"))
    here = Exists(leads.filter(careerrole=role)) | Q(studied_as=role)
    on = Exists(leads.filter(careerrole__in=next_ids)) | Q(studied_as__in=next_ids)
    found = QualificationRoute.objects.with_state(today).annotate(is_here=here)
    return list(found.filter(here | on).order_by("kind", "code"))
