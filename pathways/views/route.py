"""Qualification routes: all of them with their states, and each with its history, rules, money and approval."""

from __future__ import annotations

import datetime as dt
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pathways.forms import RouteFilter
from pathways.models import ApprovalStep, Intake, Interest, PublishedFigure, QualificationRoute, RouteState
from pathways.querysets import route_links
from pathways.rules.asked import all_of
from pathways.views.outcomes import may_see_outcomes
from pathways.views.parts import switch, told
from people.sourced import sources


@require_safe
def route_list(request: HttpRequest) -> HttpResponse:
    """Routes by what they are for; how many there are is counted, what a page once said stands beside it."""
    routes = list(QualificationRoute.objects.with_state(timezone.localdate()).order_by("kind", "code"))
    form = RouteFilter(request.GET)
    shown = form.narrow(routes)
    order = [kind for kind, _ in QualificationRoute.Kind.choices]
    shown.sort(key=lambda route: order.index(route.kind))
    social_work = [route for route in routes if route.kind == QualificationRoute.Kind.SOCIAL_WORK]
    context = {
        "form": form,
        "shown": len(shown),
        "total": len(routes),
        "narrows": len(shown) != len(routes),
        "groups": [
            (QualificationRoute.Kind(kind).label, list(own)) for kind, own in groupby(shown, key=lambda r: r.kind)
        ],
        "social_work": len(social_work),
        "open_now": sum(route.state == RouteState.OPEN for route in social_work),
        "published": PublishedFigure.objects.counts_of_routes(),
        "sees_outcomes": may_see_outcomes(request.user),
        "switch": switch("route_list"),
    }
    return render(request, "pathways/route_list.html", context)


@require_safe
def route_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One route, from its entry rules to who says yes."""
    today = timezone.localdate()
    routes = QualificationRoute.objects.with_state(today).select_related("studied_as__job_role")
    route = get_object_or_404(routes, pk=pk)
    events = list(route.events.order_by("date", "pk"))
    requirements = list(route.requirements.in_order())
    cohorts = list(route.cohorts.order_by("number"))
    figures = list(route.figures.order_by("pk"))
    approval = ApprovalStep.objects.of(route)
    context = {
        "route": route,
        "asked": told(all_of(requirements)),
        "past": [event for event in events if event.date <= today],
        "to_come": [event for event in events if event.date > today],
        "cohorts": cohorts,
        "figures": figures,
        "approval": told(approval),
        "links": route_links(route.pk),
        "sources": sources([route], requirements, events, cohorts, figures, approval),
        "today": today,
    }
    return render(request, "pathways/route_detail.html", context | _own_part(request, route, today=today))


def _own_part(request: HttpRequest, route: QualificationRoute, *, today: dt.date) -> dict[str, object]:
    """What the reader can apply for, has applied for, or has said to be interested in."""
    person_id = request.user.person_id
    if person_id is None:
        return {}
    interests = Interest.objects.visible_to(request.user, today=today).live().filter(person=person_id, route=route)
    intakes = list(Intake.objects.filter(route=route).to_come(today).with_own(person_id).in_order())
    return {"intakes": intakes, "interest": interests.first(), "has_applied": any(one.own_id for one in intakes)}
