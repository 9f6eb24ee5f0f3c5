"""What colleagues share: the list, an offer in each state, its forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.journeys.pages.seen import Seen, send
from tests.journeys.scene import Scene


def offer(key: str) -> Callable[[Scene], dict[str, Any]]:
    return lambda scene: {"pk": scene.offers[key].pk}


LIST, ONE, FORM = "pathways/expertise.html", "pathways/offer_detail.html", "pathways/offer_form.html"
HIDE = "pathways/offer_hide.html"
EXPERTISE = [
    Seen("pathways:expertise", LIST, "manager", state="with one's own"),
    Seen(
        "pathways:expertise", LIST, "colleague", state="narrowed to nothing", query=lambda _: "?directorate=childrens"
    ),
    Seen("pathways:offer_detail", ONE, "manager", state="requests", args=offer("open")),
    Seen("pathways:offer_detail", ONE, "buddy", state="to ask", args=offer("open")),
    Seen("pathways:offer_detail", ONE, "starter", state="asked", args=offer("open")),
    Seen("pathways:offer_detail", ONE, "higher", state="hidden", args=offer("hidden")),
    Seen("pathways:offer_add", FORM, "colleague"),
    Seen("pathways:offer_add", FORM, "colleague", state="with errors", act=send("Put it on offer"), in_error=True),
    Seen("pathways:offer_change", FORM, "manager", args=offer("open")),
    Seen("pathways:offer_hide", HIDE, "learning", args=offer("open")),
    Seen("pathways:offer_hide", HIDE, "learning", state="with errors", args=offer("open"), act=send(), in_error=True),
]
