"""Guides and the search."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bexley_ld import tasks
from content.models import Page
from tests.journeys.pages.seen import Seen, send
from tests.journeys.scene import Scene


def _guide(slug: str) -> Callable[[Scene], dict[str, Any]]:
    return lambda scene: {"slug": Page.objects.get(slug=slug).slug}


def _found(scene: Scene) -> str:
    tasks.refresh_search()
    return "?q=social+work"


MISTAKE = "content/mistake_report.html"
GUIDES = [
    Seen("content:page_list", "content/page_list.html", "colleague"),
    Seen(
        "content:page_detail", "content/page_detail.html", "colleague", state="list", args=_guide("practice-approach")
    ),
    Seen("content:page_detail", "content/page_detail.html", "colleague", state="marks", args=_guide("academies")),
    Seen("content:mistake_report", MISTAKE, "colleague", args=_guide("academies")),
    Seen(
        "content:mistake_report",
        MISTAKE,
        "colleague",
        state="in error",
        args=_guide("academies"),
        act=send(),
        in_error=True,
    ),
    Seen("search", "bexley_ld/search.html", "colleague", state="nothing asked"),
    Seen("search", "bexley_ld/search.html", "colleague", state="found", query=_found),
    Seen("search", "bexley_ld/search.html", "colleague", state="none", query=lambda _: "?q=zzzz"),
]
