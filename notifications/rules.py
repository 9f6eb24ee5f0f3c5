"""When a mail that could not be sent is tried again, and when it is given up."""

from __future__ import annotations

import datetime as dt

from notifications.working_days import WorkingCalendar

LONGEST_WAIT = dt.timedelta(hours=4)
GIVE_UP_AFTER = dt.timedelta(days=3)
OPENS, CLOSES = dt.time(8), dt.time(18)


def wait_before_next_try(*, attempts: int, chance: float, first: dt.timedelta) -> dt.timedelta:
    """`first` after the first try, then twice as long after each, up to four hours; `chance` (0 to 1) spreads it a
    quarter either way."""
    doubled: dt.timedelta = first * 2 ** min(max(attempts, 1) - 1, 10)
    return min(doubled, LONGEST_WAIT) * (0.75 + chance / 2)


def is_given_up(*, first_tried_at: dt.datetime | None, at: dt.datetime) -> bool:
    """Three days after the first try (reliability-and-security.md §6 P5)."""
    return first_tried_at is not None and at - first_tried_at >= GIVE_UP_AFTER


def within_sending_hours(at: dt.datetime, *, calendar: WorkingCalendar, chance: float) -> dt.datetime:
    """The instant itself, or the next morning on which routine mail leaves, spread over its first half hour.

    `at` carries the local time zone; nights, weekends and holidays wait (user-demands.md §4.3).
    """
    if calendar.is_working_day(at.date()) and OPENS <= at.time() < CLOSES:
        return at
    day = at.date() if at.time() < OPENS else at.date() + dt.timedelta(days=1)
    while not calendar.is_working_day(day):
        day += dt.timedelta(days=1)
    return dt.datetime.combine(day, OPENS, tzinfo=at.tzinfo) + dt.timedelta(minutes=30) * chance
