"""When things are due (reliability-and-security.md §6 P10, ruling 12)."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from functools import lru_cache

from dateutil.relativedelta import relativedelta

from induction.models import OffsetUnit

# A plan made late (a file that HR sent late) must not begin with a page of overdue items.
LATE_PLAN_GRACE = dt.timedelta(days=7)
FURTHEST_START = dt.timedelta(days=366)


@lru_cache(maxsize=4096)
def months_after(start: dt.date, months: int) -> dt.date:
    """Counted from the original start, clamped to the month's end: 31 August + 6 is 28 or 29 February."""
    due: dt.date = start + relativedelta(months=months)
    return due


def due_date(start: dt.date, number: int, unit: str) -> dt.date:
    """The day `number` days, weeks or months from the start; negative numbers lie before day one."""
    if unit == OffsetUnit.MONTHS:
        return months_after(start, number)
    return start + dt.timedelta(days=number * (7 if unit == OffsetUnit.WEEKS else 1))


def first_due_date(due: dt.date, *, today: dt.date) -> dt.date:
    """The date an item of a new plan gets: its own, or a week from today when that day is already gone."""
    return due if due >= today else today + LATE_PLAN_GRACE


def month_of(start: dt.date, day: dt.date) -> int:
    """Which month of the plan a day falls in: 1 up to one month after the start, day one included; 0 before it."""
    if day < start:
        return 0
    month = 1
    while months_after(start, month) < day:
        month += 1
    return month


def part_time_end(start: dt.date, end: dt.date, fte: Decimal) -> dt.date:
    """The longer end that the portal proposes for part-time hours: whole days divided by the FTE, rounded up.

    A proposal only (basis A): the line manager applies it with a reason.
    """
    return start + dt.timedelta(days=math.ceil((end - start).days / Decimal(fte)))


def days_paused(start: dt.date, first_day_back: dt.date) -> int:
    """Whole days by which open items move: from the first day away up to the day before the first day back."""
    return max((first_day_back - start).days, 0)


def pause_problem(start: dt.date, expected_back: dt.date | None, *, plan_start: dt.date, plan_end: dt.date) -> str:
    """Why a pause cannot have these dates; empty when it can. A first day to come makes it a planned one."""
    if start < plan_start:
        return "The first day away must be on or after the first day at work."
    if start > plan_end:
        return "The first day away must be on or before the day by which the plan is due to be complete."
    if expected_back is not None and expected_back <= start:
        return "The day you expect them back must be after the first day away."
    return ""


def spread(due: dt.date, *, today: dt.date, end: dt.date, new_end: dt.date) -> dt.date:
    """Where a date still to come lands when the end moves: as far along the time that is left as before.

    What is late already stays late; a longer end excuses nothing.
    """
    if due < today or end <= today:
        return due
    return today + dt.timedelta(days=round((due - today).days * (new_end - today).days / (end - today).days))


def impossible_dates(start: dt.date, leaving: dt.date | None, *, today: dt.date) -> str:
    """Why no plan can be made from these dates; empty when it can."""
    if leaving is not None and leaving <= start:
        return "The leaving date is on or before the start date."
    if start > today + FURTHEST_START:
        return "The start date is more than a year away."
    return ""
