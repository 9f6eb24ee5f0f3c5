"""England's working days: the days on which reminders go out, and how they are counted."""

import datetime as dt

import pytest

from notifications.working_days import (
    WorkingCalendar,
    add_working_days,
    first_working_day_of_a_week,
    next_working_day,
    previous_working_day,
    working_days_between,
)

ENGLAND = WorkingCalendar()


def day(text):
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-01",  # New Year
        "2026-04-03",  # Good Friday
        "2026-04-06",  # Easter Monday
        "2026-05-04",
        "2026-05-25",
        "2026-08-31",
        "2026-12-25",
        "2026-12-28",  # Boxing Day, a Saturday, moves to Monday
        "2027-03-26",
        "2027-03-29",
        "2027-12-27",  # Christmas Day, a Saturday, moves to Monday
        "2027-12-28",
        "2026-11-21",  # Saturday
        "2026-11-22",  # Sunday
    ],
)
def test_nobody_works(text):
    assert not ENGLAND.is_working_day(day(text))


@pytest.mark.parametrize(
    "text",
    [
        "2026-04-02",
        "2026-04-07",
        "2026-11-23",
        "2026-03-17",  # Northern Ireland's holiday
        "2026-11-30",  # Scotland's holiday
        "2026-01-02",  # Scotland's second of January
    ],
)
def test_england_works(text):
    assert ENGLAND.is_working_day(day(text))


def test_royal_one_off_is_added_as_a_row():
    one_off = day("2027-06-11")
    assert ENGLAND.is_working_day(one_off)
    assert not WorkingCalendar(extra=frozenset({one_off})).is_working_day(one_off)


@pytest.mark.parametrize(
    ("start", "number", "expected"),
    [
        ("2026-11-23", 0, "2026-11-23"),
        ("2026-11-22", 0, "2026-11-22"),
        ("2026-11-23", 1, "2026-11-24"),
        ("2026-11-27", 1, "2026-11-30"),
        ("2026-11-21", 1, "2026-11-23"),
        ("2026-11-23", -1, "2026-11-20"),
        ("2026-11-22", -1, "2026-11-20"),
        ("2026-04-02", 1, "2026-04-07"),  # Good Friday to Easter Monday
        ("2026-04-07", -1, "2026-04-02"),
        ("2027-03-25", 2, "2027-03-31"),
        ("2026-12-24", 1, "2026-12-29"),  # Christmas
        ("2026-12-24", 5, "2027-01-05"),
        ("2026-03-27", 1, "2026-03-30"),  # the clocks go forward on 29 March
        ("2026-10-23", 1, "2026-10-26"),  # the clocks go back on 25 October
        ("2026-10-26", -5, "2026-10-19"),
    ],
)
def test_add_working_days(start, number, expected):
    assert add_working_days(day(start), number, ENGLAND) == day(expected)


@pytest.mark.parametrize(
    ("start", "before", "after"),
    [
        ("2026-11-23", "2026-11-23", "2026-11-23"),
        ("2026-11-21", "2026-11-20", "2026-11-23"),
        ("2026-04-04", "2026-04-02", "2026-04-07"),
        ("2026-12-26", "2026-12-24", "2026-12-29"),
    ],
)
def test_a_day_off_moves(start, before, after):
    assert previous_working_day(day(start), ENGLAND) == day(before)
    assert next_working_day(day(start), ENGLAND) == day(after)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2026-11-23", "2026-11-23", 0),
        ("2026-11-20", "2026-11-23", 1),
        ("2026-04-02", "2026-04-07", 1),
        ("2026-04-07", "2026-04-02", -1),
        ("2026-11-23", "2026-11-30", 5),
    ],
)
def test_working_days_between(start, end, expected):
    assert working_days_between(day(start), day(end), ENGLAND) == expected


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("2026-11-23", "2026-11-23"),  # a Monday
        ("2026-11-24", "2026-11-30"),
        ("2026-04-04", "2026-04-07"),  # Easter Monday: the week opens on Tuesday
        ("2026-04-07", "2026-04-07"),
        ("2026-04-08", "2026-04-13"),
    ],
)
def test_first_working_day_of_a_week(start, expected):
    assert first_working_day_of_a_week(day(start), ENGLAND) == day(expected)
