"""What became of those who applied for a route, counted; apart from that, what pages once published."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pathways.models import PublishedFigure
from pathways.rules import outcomes as rules
from pathways.services.outcomes import courses
from people.models import User
from people.roles import Role
from people.rules import NotAllowed
from people.rules.suppression import SMALLEST_GROUP

COLUMNS = (
    {"label": "Route"},
    *({"label": stage.capitalize(), "kind": "numeric"} for stage in rules.STAGES),
    *(
        {"label": f"Here {years} {'year' if years == 1 else 'years'} on", "kind": "numeric"}
        for years in rules.YEARS_AFTER
    ),
)


def may_see_outcomes(user: User) -> bool:
    """Counts over everyone are for those who answer for them."""
    return user.has_role(Role.LD_ADMIN) or user.has_role(Role.HEAD_OF_SERVICE)


@require_safe
def outcomes(request: HttpRequest) -> HttpResponse:
    """A table a year of application, the latest first; published figures with their source and date below."""
    if not may_see_outcomes(request.user):
        raise NotAllowed("Outcomes of routes are for Learning and Development and heads of service.")
    years: dict[int, list[list[str]]] = {}
    today = timezone.localdate()
    for row in rules.suppressed(rules.counted(courses(), today=today), today=today):
        years.setdefault(row.year, []).append([row.route, *row.cells])
    context = {
        "years": [(f"Applied in {year}", rows) for year, rows in years.items()],
        "columns": COLUMNS,
        "published": list(
            PublishedFigure.objects.exclude(what="routes").select_related("route").order_by("route__title", "pk")
        ),
        "smallest": SMALLEST_GROUP,
    }
    return render(request, "pathways/outcomes.html", context)
