"""Addresses of guides, programmes and search for the permission guard."""

from __future__ import annotations

import uuid

from tests.permissions import Route

GUIDES = [
    Route("content:page_list", "guides", get="r"),
    Route("content:page_detail", "guides", get="r", args=lambda scene: {"slug": scene.guide.slug}),
    Route(
        "content:mistake_report",
        "mistake",
        get="r",
        post="w",
        unseen=403,
        args=lambda scene: {"slug": scene.guide.slug},
        data=lambda _: {"said": "The date is of last year.", "form_key": uuid.uuid4()},
    ),
    Route("search", "guides", get="r"),
    Route(
        "induction:programme_detail",
        "guides",
        get="r",
        args=lambda scene: {"code": scene.plan.version.programme.code},
    ),
]
