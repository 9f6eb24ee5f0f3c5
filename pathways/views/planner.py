"""The route planner: from the reader's own place, or any role, to any role, by ways that hold step by step."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from pathways.forms import PlannerForm
from pathways.rules import Wishes, facts
from pathways.services.library import Library, library
from pathways.services.standing import Standing, own_standing, standing_in
from pathways.views.kept import kept
from pathways.views.parts import switch
from pathways.views.place import place_of
from pathways.views.ways import told_opening, told_way

FIELDS = "pathways/includes/planner_fields.html"
FOUND = "pathways/includes/found.html"
LEVEL_3 = facts.Facts(frozenset({facts.Qualification("what-if", 3)}))


@require_safe
def planner(request: HttpRequest) -> HttpResponse:
    """Two choices and three what-ifs by GET, so that an answer has an address; nothing is kept."""
    today = timezone.localdate()
    known = library(today)
    place = place_of(request.user, today=today)
    mine, goal = known.rows.roles.get(place.role_id or 0), known.rows.roles.get(place.goal_id or 0)
    first = {"start": "me" if mine else "outside", "goal": goal.job_role.code if goal else ""}
    data = {**first, **request.GET.dict()}
    form = PlannerForm(data, roles=known.rows.roles.values(), mine=mine.job_role.title if mine else "")
    context = {"form": form, "switch": switch("planner"), "is_empty": not known.roles}
    if form.is_valid():
        asked = form.cleaned_data
        key = ("planner", mine.pk if mine else 0, *asked.values())
        context["fields"] = kept(key, lambda: render_to_string(FIELDS, {"form": form}), known=known)
        if asked["goal"]:
            start = asked["start"] or first["start"]
            person_id = request.user.person_id
            standing = (
                own_standing(person_id, known, today=today) if start == "me" and person_id else _elsewhere(start, known)
            )
            context |= answer(known, standing, asked)
    return render(request, "pathways/planner.html", context)


def _elsewhere(start: str, known: Library) -> Standing:
    return standing_in(start, known) if start in known.roles else Standing(facts.Person())


def answer(known: Library, standing: Standing, asked: dict[str, object]) -> dict[str, object]:
    """What the page says: the ways or what would open one, from where, and where the search stopped."""
    goal = known.roles[str(asked["goal"])]
    wishes = Wishes(part_time=bool(asked["part_time"]), no_degree=bool(asked["no_degree"]))
    person = standing.person.having(LEVEL_3) if asked["level_3"] else standing.person
    found = known.plan(person, goal, wishes)
    start = known.roles.get(person.role)
    context = {
        "goal": goal,
        "start": start,
        "standing": standing,
        "answer": found,
        "is_there": any(not way.legs for way in found.ways),
        "ways": [told_way(known, way, number) for number, way in enumerate(found.ways, 1) if way.legs],
        "openings": [told_opening(known, opening, goal) for opening in found.openings],
        "wishes": wishes,
    }
    key = ("found", person.key, goal.pk, wishes)
    return {**context, "found": kept(key, lambda: render_to_string(FOUND, context), known=known)}
