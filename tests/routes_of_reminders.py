"""The addresses of reminders for the permission guard; the others stand in tests/routes.py."""

from __future__ import annotations

import hashlib

from reminders.models import CalendarLink
from tests.permissions import OUTSIDE, Route, both
from tests.personas import NOW, TODAY, Scene

SECRET_LINKS = {"reminders:calendar_feed"}
"""Whoever has the secret part of the address reads what is behind it, without a sign-in."""

TOKEN = "c2VjcmV0LW9mLWEtdGVzdA"


def _calendar(scene: Scene) -> None:
    CalendarLink.objects.create(
        person=scene.people["person"],
        token_hash=hashlib.sha256(TOKEN.encode()).hexdigest(),
        made_at=NOW,
        expires_on=TODAY,
        content_changed_at=NOW,
    )


REMINDERS = [
    Route("reminders:calendar", "calendar", get="r", post="w", posted=200),
    Route("reminders:calendar_end", "calendar", post="w", before=_calendar),
    Route(
        "reminders:calendar_feed",
        "calendar_feed",
        get="r",
        args=lambda _: {"token": TOKEN},
        before=_calendar,
        but={**both(200, *OUTSIDE, methods=("GET",)), **both(405, *OUTSIDE, methods=("POST",))},
    ),
]
