"""Addresses that are themselves the key, for the permission guard: no sign-in, and 404 for every other key."""

from __future__ import annotations

from typing import Any

from notifications import links
from tests.permissions import OUTSIDE, Route, both
from tests.personas import Scene

_ANSWERS = {"notifications:unsubscribe": 200, "notifications:unsubscribe_one_click": 302}
BY_LINK = set(_ANSWERS)


def _link(scene: Scene) -> dict[str, Any]:
    person = scene.people["person"]
    return {"token": links.token(person_id=person.pk, kind="digest", link_version=0)}


BY_LINK_ROUTES = [
    Route(
        name,
        "own_link",
        get="r",
        post="w",
        got=status,
        posted=400,
        args=_link,
        but={**both(status, *OUTSIDE, methods=("GET",)), **both(400, *OUTSIDE, methods=("POST",))},
    )
    for name, status in _ANSWERS.items()
]
