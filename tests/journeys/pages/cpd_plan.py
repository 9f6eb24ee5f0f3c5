"""A CPD plan: none, one's own, one that is shared, its forms, its counts."""

from __future__ import annotations

from typing import Any

from tests.journeys.pages.seen import Seen, send
from tests.journeys.scene import Scene


def plan(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.cpd.pk}


def goal(state: str) -> Any:
    return lambda scene: {"pk": scene.cpd.pk, "goal": scene.cpd.goals.filter(state=state).earliest("pk").pk}


def action(scene: Scene) -> dict[str, Any]:
    first = scene.cpd.goals.filter(state="open").earliest("pk")
    return {"pk": scene.cpd.pk, "goal": first.pk, "action": first.actions.earliest("pk").pk}


MINE, ONE, FORM = "pathways/cpd_mine.html", "pathways/cpd_detail.html", "pathways/cpd_form.html"
CPD_PLANS = [
    Seen("pathways:cpd_mine", MINE, "colleague", state="none"),
    Seen("pathways:cpd_mine", MINE, "manager", state="shared by others"),
    Seen("pathways:cpd_counts", "pathways/cpd_counts.html", "learning"),
    Seen("pathways:cpd_detail", ONE, "starter", args=plan),
    Seen("pathways:cpd_detail", ONE, "manager", args=plan),
    Seen("pathways:cpd_goal_add", FORM, "starter", args=plan),
    Seen("pathways:cpd_goal_add", FORM, "starter", state="with errors", args=plan, act=send(), in_error=True),
    Seen("pathways:cpd_goal_change", FORM, "starter", args=goal("open")),
    Seen("pathways:cpd_say_met", FORM, "starter", args=goal("open")),
    Seen("pathways:cpd_say_not_met", FORM, "starter", args=goal("open")),
    Seen("pathways:cpd_drop", FORM, "starter", args=goal("open")),
    Seen("pathways:cpd_reopen", FORM, "starter", args=goal("said_met")),
    Seen("pathways:cpd_action_add", FORM, "starter", args=goal("open")),
    Seen("pathways:cpd_action_change", FORM, "starter", args=action),
    Seen("pathways:cpd_action_done", FORM, "starter", args=action),
    Seen("pathways:cpd_action_drop", FORM, "starter", args=action),
    Seen("pathways:cpd_review_date", FORM, "starter", args=plan),
    Seen("pathways:cpd_review", FORM, "manager", args=plan),
    Seen("pathways:cpd_review", FORM, "manager", state="with errors", args=plan, act=send(), in_error=True),
]
