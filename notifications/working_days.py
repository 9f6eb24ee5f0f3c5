"""Working days in England: weekends, bank holidays, one-offs that L&D adds. The calendar is an argument."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

import holidays

ONE_DAY = dt.timedelta(days=1)


@lru_cache(maxsize=64)
def _bank_holidays(year: int) -> frozenset[dt.date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


@dataclass(frozen=True)
class WorkingCalendar:
    """Bank holidays come from the library; `extra` are the days of ExtraHoliday, such as a royal one-off."""

    extra: frozenset[dt.date] = frozenset()

    def is_working_day(self, day: dt.date) -> bool:
        return day.weekday() < 5 and day not in self.extra and day not in _bank_holidays(day.year)


def next_working_day(day: dt.date, calendar: WorkingCalendar) -> dt.date:
    """The day itself, or the first working day after it: where an escalation moves to (ruling 12)."""
    while not calendar.is_working_day(day):
        day += ONE_DAY
    return day


def previous_working_day(day: dt.date, calendar: WorkingCalendar) -> dt.date:
    """The day itself, or the last working day before it: where a reminder moves to (ruling 12)."""
    while not calendar.is_working_day(day):
        day -= ONE_DAY
    return day


def add_working_days(day: dt.date, number: int, calendar: WorkingCalendar) -> dt.date:
    """So many working days later, or earlier when negative; nought leaves the day as it is."""
    step = ONE_DAY if number > 0 else -ONE_DAY
    for _ in range(abs(number)):
        day += step
        while not calendar.is_working_day(day):
            day += step
    return day


def working_days_between(start: dt.date, end: dt.date, calendar: WorkingCalendar) -> int:
    """Working days after `start` up to and with `end`; negative when `end` lies before `start`."""
    if end < start:
        return -working_days_between(end, start, calendar)
    days = (start + ONE_DAY * number for number in range(1, (end - start).days + 1))
    return sum(calendar.is_working_day(day) for day in days)


def first_working_day_of_a_week(day: dt.date, calendar: WorkingCalendar) -> dt.date:
    """The first day on or after `day` that opens a week: a Monday, or the Tuesday after a holiday."""
    monday = day - ONE_DAY * day.weekday()
    opening = next_working_day(monday, calendar)
    while opening < day:
        monday += ONE_DAY * 7
        opening = next_working_day(monday, calendar)
    return opening
