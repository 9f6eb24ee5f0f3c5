"""What comes first for a reader: one order for the first page, the queue and the plan."""

from __future__ import annotations

import datetime as dt

# Nearer than this a thing that nobody has asked for yet is worth a place on the first page.
AHEAD = dt.timedelta(days=14)

HANDED_BACK, OVERDUE, ASKED, COMING = range(4)

Urgency = tuple[int, dt.date]


def urgency(by_day: dt.date, *, today: dt.date, is_handed_back: bool = False, is_asked: bool = False) -> Urgency:
    """Handed back first, then overdue, then what the reader is asked to sign or answer, then the nearest date."""
    if is_handed_back:
        return HANDED_BACK, by_day
    if by_day < today:
        return OVERDUE, by_day
    return (ASKED if is_asked else COMING), by_day


def is_near(rank: Urgency, *, today: dt.date) -> bool:
    """Whether it counts now: asked for or come back at any date, else due before long."""
    return rank[0] != COMING or rank[1] <= today + AHEAD
