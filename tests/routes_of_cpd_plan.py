"""The addresses of CPD plans for the permission guard: one that the starter shares, and one that nobody does."""

from __future__ import annotations

from typing import Any

from tests.permissions import Route, both
from tests.personas import TODAY, Scene


def _plan(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.cpd.pk}


def _goal(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.cpd.pk, "goal": scene.cpd_goal.pk}


def _action(scene: Scene) -> dict[str, Any]:
    return {**_goal(scene), "action": scene.cpd_goal.actions.get().pk}


def _data(**typed: Any) -> Any:
    return lambda scene: {"version": scene.cpd.version, **typed}


def _day(name: str) -> dict[str, int]:
    return {f"{name}_day": TODAY.day, f"{name}_month": TODAY.month, f"{name}_year": TODAY.year}


def _said(scene: Scene) -> None:
    scene.cpd.goals.update(state="said_met", outcome_reason="Said in a test")


def _private(scene: Scene) -> None:
    type(scene.cpd).objects.filter(pk=scene.cpd.pk).update(shared_at=None)


NEW = _data(title="Said in a test", why="", role="")
DO = _data(title="Said in a test", kind="others", needs="", **_day("due_date"))
WHY = _data(reason="Said in a test")
OWN = {"about": "cpd_own", "get": "w", "post": "w"}

CPD_PLANS = [
    Route("pathways:cpd_mine", "capabilities", get="r", post="w"),
    Route("pathways:cpd_counts", "cpd_counts", get="a", unseen=403),
    Route("pathways:cpd_detail", "cpd_shared", get="r", args=_plan),
    Route("pathways:cpd_goal_add", args=_plan, data=NEW, **OWN),
    Route("pathways:cpd_goal_change", args=_goal, data=NEW, **OWN),
    Route("pathways:cpd_say_met", args=_goal, data=WHY, **OWN),
    Route("pathways:cpd_say_not_met", args=_goal, data=WHY, **OWN),
    Route("pathways:cpd_reopen", args=_goal, data=WHY, before=_said, **OWN),
    Route("pathways:cpd_drop", args=_goal, data=WHY, **OWN),
    Route("pathways:cpd_action_add", args=_goal, data=DO, **OWN),
    Route("pathways:cpd_action_change", args=_action, data=DO, **OWN),
    Route("pathways:cpd_action_done", args=_action, data=_data(note="Said in a test"), **OWN),
    Route("pathways:cpd_action_drop", args=_action, data=_data(note=""), **OWN),
    Route("pathways:cpd_share", "cpd_own", post="w", args=_plan, data=_data(share="0")),
    Route("pathways:cpd_review_date", args=_plan, data=_data(**_day("review_date")), **OWN),
    Route(
        "pathways:cpd_review",
        "cpd_review",
        get="s",
        post="s",
        args=_plan,
        data=_data(comment="Said in a test", **_day("held_date"), **_day("next_date")),
    ),
    Route(
        "pathways:cpd_detail",
        "cpd_shared",
        get="r",
        args=_plan,
        case="not shared",
        before=_private,
        but=both(404, "manager", "cover", methods=("GET",)),
    ),
]
