"""The map, roles, routes and teams of the career pathways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pathways.models import CareerRole, QualificationRoute
from tests.journeys.pages.seen import Seen, send
from tests.journeys.scene import Scene


def role(code: str) -> Callable[[Scene], dict[str, Any]]:
    return lambda scene: {"pk": CareerRole.objects.get(job_role__code=code).pk}


def route(code: str) -> Callable[[Scene], dict[str, Any]]:
    return lambda scene: {"pk": QualificationRoute.objects.get(code=code).pk}


def sheet(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.sheet.pk}


CANS, CAN, MARKS = "pathways/assessments.html", "pathways/assessment_detail.html", "pathways/assessment_form.html"
VIEW = "pathways/assessment_view.html"
MAP, ROLE, ROUTE = "pathways/career_map.html", "pathways/role_detail.html", "pathways/route_detail.html"
NEXT_STEP = "pathways/next_step.html"
PLANNER = "pathways/planner.html"
LIST = "pathways/route_list.html"
PATHWAYS = [
    Seen("pathways:career_map", MAP, "starter", state="with a goal"),
    Seen("pathways:career_map", MAP, "colleague", state="without a goal"),
    Seen("pathways:career_map", MAP, "colleague", state="narrowed", query=lambda _: "?directorate=adults&stage=excel"),
    Seen("pathways:career_map", MAP, "colleague", state="none", query=lambda _: "?profession=management&stage=begin"),
    Seen("pathways:next_step", NEXT_STEP, "colleague", state="without a role in it"),
    Seen("pathways:next_step", NEXT_STEP, "starter"),
    Seen("pathways:assessments", CANS, "starter"),
    Seen("pathways:assessments", CANS, "manager", state="shared with me"),
    Seen("pathways:assessment_role", MARKS, "starter", args=role("R14")),
    Seen(
        "pathways:assessment_role",
        MARKS,
        "colleague",
        state="nothing marked",
        args=role("R12"),
        act=send("Save"),
        in_error=True,
    ),
    Seen("pathways:assessment_detail", CAN, "starter", args=sheet),
    Seen("pathways:assessment_detail", CAN, "manager", args=sheet),
    Seen("pathways:assessment_view", VIEW, "manager", args=sheet),
    Seen("pathways:outcomes", "pathways/outcomes.html", "learning"),
    Seen("pathways:planner", PLANNER, "colleague", state="nothing asked"),
    Seen("pathways:planner", PLANNER, "colleague", state="ways", query=lambda _: "?start=R02&goal=R12"),
    Seen("pathways:planner", PLANNER, "colleague", state="no way", query=lambda _: "?start=R12&goal=R28"),
    Seen("pathways:framework", "pathways/framework.html", "colleague"),
    Seen("pathways:teams", "pathways/teams.html", "colleague"),
    Seen("pathways:role_detail", ROLE, "starter", state="the goal", args=role("R14")),
    Seen("pathways:role_detail", ROLE, "colleague", state="many marks", args=role("R12")),
    Seen("pathways:role_detail", ROLE, "colleague", state="no steps", args=role("R01")),
    Seen("pathways:role_detail", ROLE, "colleague", state="the end", args=role("R25")),
    Seen("pathways:route_list", LIST, "colleague"),
    Seen("pathways:route_list", LIST, "colleague", state="none", query=lambda _: "?kind=care&state=route_ended"),
    Seen("pathways:route_detail", ROUTE, "colleague", state="closed", args=route("q05")),
    Seen("pathways:route_detail", ROUTE, "colleague", state="planned", args=route("q04")),
    Seen("pathways:route_detail", ROUTE, "colleague", state="short", args=route("q10")),
]
