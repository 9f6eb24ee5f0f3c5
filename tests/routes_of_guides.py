"""Addresses of guides and search for the permission guard."""

from __future__ import annotations

from bexley_ld.search_sources import SOURCES
from content.services import refresh_index
from tests.permissions import Route
from tests.personas import TODAY

GUIDES = [
    Route("content:page_list", "guides", get="r"),
    Route("content:page_detail", "guides", get="r", args=lambda scene: {"slug": scene.guide.slug}),
    # The first to search after a change writes the index anew.
    Route("search", "guides", get="r", before=lambda _: refresh_index(sources=SOURCES, today=TODAY)),
]
