"""Applications: one's own, each state as its readers see it, the forms, and the desk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

from tests.journeys.pages.seen import Seen, send
from tests.journeys.scene import Scene


def one(key: str) -> Callable[[Scene], dict[str, Any]]:
    return lambda scene: {"pk": scene.applications[key].pk}


def act(key: str, name: str) -> Callable[[Scene], dict[str, Any]]:
    return lambda scene: {"pk": scene.applications[key].pk, "act": name}


def intake(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.intake.pk}


def empty_intake(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.applications["draft"].intake_id}


def route(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.intake.route_id}


def offer_to_two(page: Page, scene: Scene) -> None:
    for key in ("considered", "reserve"):
        page.locator(f"input[name=item][value^='{scene.applications[key].pk}:']").check()
    page.locator("#act").select_option("offer")
    send("Go on")(page, scene)


LIST, ONE, WRITE = "pathways/applications.html", "pathways/application_detail.html", "pathways/application_write.html"
ACT, PARTS, INTAKE = "pathways/application_act.html", "pathways/milestones.html", "pathways/intake_detail.html"
FILES = "pathways/application_files.html"
APPLICATIONS = [
    Seen("pathways:applications", LIST, "starter"),
    Seen("pathways:applications", LIST, "manager", state="none yet"),
    Seen("pathways:application_detail", ONE, "starter", state="draft", args=one("draft")),
    Seen("pathways:application_detail", ONE, "manager", state="to support", args=one("with_manager")),
    Seen("pathways:application_detail", ONE, "starter", state="a step", args=one("returned")),
    Seen("pathways:application_detail", ONE, "buddy", state="on the route", args=one("enrolled")),
    Seen("pathways:application_detail", ONE, "head", state="offered", args=one("offered")),
    Seen("pathways:application_detail", ONE, "colleague", state="declined", args=one("declined")),
    Seen("pathways:application_detail", ONE, "learning", state="in reserve", args=one("reserve")),
    Seen("pathways:application_write", WRITE, "starter", args=one("draft")),
    Seen("pathways:application_write", WRITE, "starter", state="more is asked for", args=one("returned")),
    Seen("pathways:application_files", FILES, "starter", args=one("draft")),
    Seen("pathways:application_files", FILES, "starter", state="more is asked for", args=one("returned")),
    Seen("pathways:application_act", ACT, "manager", args=act("with_manager", "support")),
    Seen(
        "pathways:application_act",
        ACT,
        "manager",
        state="with errors",
        args=act("with_manager", "decline-support"),
        act=send("Do not support it"),
        in_error=True,
    ),
    Seen("pathways:application_act", ACT, "learning", state="offer", args=act("reserve", "offer")),
    Seen("pathways:application_act", ACT, "learning", state="completion", args=act("enrolled", "complete")),
    Seen("pathways:application_act", ACT, "starter", state="withdraw", args=act("with_manager", "withdraw")),
    Seen("pathways:milestones", PARTS, "buddy", args=one("enrolled")),
    Seen(
        "pathways:milestones",
        PARTS,
        "buddy",
        state="with errors",
        args=one("enrolled"),
        act=send("Add it"),
        in_error=True,
    ),
    Seen("pathways:desk", "pathways/desk.html", "learning"),
    Seen("pathways:progressions", "pathways/progressions.html", "learning"),
    Seen("pathways:intake_detail", INTAKE, "learning", args=intake),
    Seen("pathways:intake_detail", INTAKE, "learning", state="nobody yet", args=empty_intake),
    Seen(
        "pathways:intake_detail",
        "pathways/intake_decide.html",
        "learning",
        state="several at once",
        args=intake,
        act=offer_to_two,
    ),
    Seen("pathways:route_detail", "pathways/route_detail.html", "colleague", state="to apply for", args=route),
]
