"""The map that one walks, the whole framework on one page to print, and the teams with their structures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from govuk.lanes import Box, LaneMap, Line, build_lanes
from pathways.forms import DIRECTORATES, MapFilter
from pathways.models import CareerRole, CareerStep, CareerStructure, Gate, Requirement
from pathways.rules.asked import all_of
from pathways.services.library import library
from pathways.views.kept import kept
from pathways.views.parts import step_lines, switch, told
from pathways.views.place import Place, place_of
from people.models import JobRole, Team


@require_safe
def career_map(request: HttpRequest) -> HttpResponse:
    """Roles as boxes, steps as lines, where I am and where I would like to be; the same as a list below."""
    today = timezone.localdate()
    known = library(today)
    roles = list(known.rows.roles.values())
    place = place_of(request.user, today=today)
    professions = list({role.profession_id: role.profession for role in roles}.values())
    form = MapFilter(request.GET, professions=professions)
    shown = form.narrow(roles)
    key = ("career_map", place.role_id, place.goal_id, *(form.chosen(name) for name in form.fields))
    context = {
        "form": form,
        "shown": shown,
        "total": len(roles),
        "place": place,
        "here": known.rows.roles.get(place.role_id or 0),
        "goal": known.rows.roles.get(place.goal_id or 0),
        "directorate": dict(DIRECTORATES).get(form.chosen("directorate"), ""),
        "drawn": kept(key, lambda: _drawn(shown, place, narrows=form.narrows, today=today), known=known)
        if shown
        else "",
        "switch": switch("career_map"),
    }
    return render(request, "pathways/career_map.html", context)


def _drawn(roles: Sequence[CareerRole], place: Place, *, narrows: bool, today: dt.date) -> SafeString:
    """The picture and the lists, which take the longest of the page."""
    steps = list(CareerStep.objects.on(today).select_related("from_role__job_role", "to_role__job_role"))
    context = {
        "picture": _picture(roles, steps, place),
        "lanes": _lanes(roles, steps, place),
        "gates": Gate.choices,
        "narrows": narrows,
    }
    return render_to_string("pathways/includes/map_drawn.html", context)


def _picture(roles: Sequence[CareerRole], steps: Sequence[CareerStep], place: Place) -> LaneMap:
    boxes = []
    for role in roles:
        flag, kind = place.flag(role.pk)
        boxes.append(
            Box(
                key=str(role.pk),
                lane=role.profession.code,
                column=role.job_role.stage,
                title=role.job_role.title,
                url=role.get_absolute_url(),
                order=None if role.job_role.is_added_role else role.job_role.ladder_order,
                flag=flag,
                flag_kind=kind,
            )
        )
    lines = [
        Line(source=str(step.from_role_id), target=str(step.to_role_id), kind=step.gate, words=_words(step))
        for step in steps
    ]
    lanes = {role.profession.code: role.profession.name for role in roles}
    return build_lanes(lanes=list(lanes.items()), columns=JobRole.Stage.choices, boxes=boxes, lines=lines)


def _words(step: CareerStep) -> str:
    gate = step.get_gate_display().lower()
    return f"{step.from_role.job_role.title} to {step.to_role.job_role.title}: {gate}"


def _lanes(roles: Sequence[CareerRole], steps: Sequence[CareerStep], place: Place) -> list[dict[str, Any]]:
    """The same as nested lists: profession, stage, role, what it leads on to; the reader's own profession first."""
    onwards: dict[int, list[CareerStep]] = {}
    for step in steps:
        onwards.setdefault(step.from_role_id, []).append(step)
    lanes = []
    for profession, own in groupby(roles, key=lambda role: role.profession):
        own = list(own)
        stages = [
            (
                stage,
                label,
                [
                    {"role": role, "flag": place.flag(role.pk), "steps": onwards.get(role.pk, [])}
                    for role in own
                    if role.job_role.stage == stage
                ],
            )
            for stage, label in JobRole.Stage.choices
        ]
        is_mine = any(role.pk == place.role_id for role in own)
        lanes.append(
            {
                "name": profession.name,
                "stages": [row for row in stages if row[2]],
                "is_mine": is_mine,
                "count": len(own),
            }
        )
    lanes.sort(key=lambda lane: not lane["is_mine"])
    if lanes:
        lanes[0]["is_open"] = True
    return lanes


@require_safe
def framework(request: HttpRequest) -> HttpResponse:
    """Every role with what it asks and every step with its gate."""
    today = timezone.localdate()
    roles = list(CareerRole.objects.on(today))
    steps = list(CareerStep.objects.on(today).select_related("to_role__job_role"))
    requirements = list(Requirement.objects.of_roles_and_steps())
    own: dict[int, list[Requirement]] = {}
    for row in requirements:
        if row.career_role_id is not None:
            own.setdefault(row.career_role_id, []).append(row)
    onwards: dict[int, list[Any]] = {}
    for line in step_lines(steps, requirements, towards="to_role"):
        onwards.setdefault(line.step.from_role_id, []).append(line)
    entries = [
        {"role": role, "asked": told(all_of(own.get(role.pk, []))), "onwards": onwards.get(role.pk, [])}
        for role in roles
    ]
    lanes = [
        (profession, list(rows)) for profession, rows in groupby(entries, key=lambda entry: entry["role"].profession)
    ]
    context = {
        "lanes": lanes,
        "roles": len(roles),
        "steps": len(steps),
        "switch": switch("framework"),
    }
    return render(request, "pathways/framework.html", context)


@require_safe
def teams(request: HttpRequest) -> HttpResponse:
    """Structures with their dates, and the teams of each directorate."""
    rows = Team.objects.select_related("directorate").order_by("directorate__name", "name", "pk")
    context = {
        "structures": list(CareerStructure.objects.in_order()),
        "groups": [(name, list(own)) for name, own in groupby(rows, key=lambda team: team.directorate.name)],
        "switch": switch("teams"),
    }
    return render(request, "pathways/teams.html", context)
