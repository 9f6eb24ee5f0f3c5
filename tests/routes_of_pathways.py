"""The addresses of career pathways for the permission guard; the others stand in tests/routes.py."""

from __future__ import annotations

from typing import Any

from tests.permissions import Route
from tests.personas import Scene


def _sheet(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.sheets["shared"].pk}


def _closed(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.sheets["closed"].pk}


PATHWAYS = [
    *(
        Route(f"pathways:{name}", "pathways", get="r")
        for name in ("career_map", "framework", "next_step", "planner", "teams", "route_list")
    ),
    Route("pathways:role_detail", "pathways", get="r", args=lambda scene: {"pk": scene.role.pk}),
    Route("pathways:route_detail", "pathways", get="r", args=lambda scene: {"pk": scene.route.pk}),
    Route("pathways:goal_set", "goal", post="w", args=lambda scene: {"pk": scene.role.pk}),
    Route("pathways:goal_clear", "goal", post="w"),
    Route("pathways:outcomes", "outcomes", get="a", unseen=403),
    Route("pathways:assessments", "capabilities", get="r"),
    Route(
        "pathways:assessment_role",
        "capabilities",
        get="r",
        post="w",
        args=lambda scene: {"pk": scene.unmarked.role_id},
        data=lambda scene: {f"level_{scene.unmarked.pk}": "developing", "version": 0},
    ),
    Route("pathways:assessment_detail", "capabilities_shared", get="r", args=_sheet),
    Route("pathways:assessment_share", "capabilities_shared", post="w", args=_sheet, data=lambda _: {"share": "0"}),
    Route(
        "pathways:assessment_view",
        "capabilities_view",
        get="w",
        post="w",
        args=_sheet,
        data=lambda scene: {f"level_{scene.capability.pk}": "developing", "version": 0},
    ),
    Route("pathways:assessment_detail", "capabilities_private", get="r", args=_closed, case="not shared"),
]
