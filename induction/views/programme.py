"""A programme as it is published: what starters in its job roles get, for every colleague to read."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from induction.models import Audience, ProgrammeVersion, Section
from induction.rules.programme import due_in_words
from people.sourced import sources


@require_safe
def programme_detail(request: HttpRequest, code: str) -> HttpResponse:
    """What there is to know, understand and do, by whom and when; nobody's own plan."""
    published = ProgrammeVersion.objects.filter(
        state=ProgrammeVersion.State.PUBLISHED, programme__is_retired=False
    ).select_related("programme__directorate")
    version = get_object_or_404(published, programme__code=code)
    items = list(version.checkpoints.order_by("position", "pk"))
    order = list(Section.values)
    items.sort(key=lambda item: order.index(item.section))
    context = {
        "version": version,
        "reviews": version.reviews.order_by("month"),
        "parts": [
            (Section(section).label, [_row(item) for item in part])
            for section, part in groupby(items, key=lambda item: item.section)
        ],
        "count": len(items),
        "sources": sources([version], items),
    }
    return render(request, "induction/programme_detail.html", context)


def _row(item: Any) -> dict[str, Any]:
    notes = ["Mandatory"] if item.is_mandatory else []
    notes += [] if item.audience == Audience.EVERYONE else [item.get_audience_display()]
    return {
        "title": item.title,
        "note": ". ".join(notes),
        "how": item.get_method_display(),
        "who": item.get_owner_display(),
        "when": due_in_words(item.offset_number, item.offset_unit),
    }
