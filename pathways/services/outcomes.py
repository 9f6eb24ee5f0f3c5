"""What became of applications, as rows that the rules count; read together, written nowhere."""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from django.utils import timezone

from pathways.models import Application, ApplicationDecision
from pathways.rules.outcomes import Course


def courses() -> list[Course]:
    """Every application that was sent to an intake of a route; one query."""
    acts = ApplicationDecision.objects.filter(application=OuterRef("pk"))
    rows = (
        Application.objects.filter(intake__isnull=False, sent_at__isnull=False)
        .annotate(is_supported=Exists(acts.filter(act="support")), is_offered=Exists(acts.filter(act="offer")))
        .order_by("pk")
        .values_list(
            *("person", "intake__route__title", "sent_at", "is_supported", "is_offered"),
            *("enrolled_date", "completed_date", "person__leaving_date"),
        )
    )
    return [
        Course(
            person_id=person,
            route=route,
            year=timezone.localtime(sent_at).year,
            reached=_reached(supported=supported, offered=offered, enrolled=bool(enrolled), qualified=bool(completed)),
            completed_date=completed,
            leaving_date=left,
        )
        for person, route, sent_at, supported, offered, enrolled, completed, left in rows
    ]


def _reached(*, supported: bool, offered: bool, enrolled: bool, qualified: bool) -> str:
    """The furthest stage: whoever is further has passed what comes before, even where somebody else decided it."""
    if qualified:
        return "qualified"
    if enrolled:
        return "enrolled"
    if offered:
        return "offered"
    return "supported" if supported else "applied"
