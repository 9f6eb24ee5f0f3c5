"""When things are due, as tables (reliability-and-security.md §6 P10, ruling 12)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from induction import rules

D = dt.date


@pytest.mark.parametrize(
    ("start", "number", "unit", "due"),
    [
        (D(2026, 8, 31), 6, "months", D(2027, 2, 28)),
        (D(2027, 8, 31), 6, "months", D(2028, 2, 29)),
        (D(2028, 2, 29), 12, "months", D(2029, 2, 28)),
        (D(2028, 2, 29), 6, "months", D(2028, 8, 29)),
        (D(2026, 1, 31), 1, "months", D(2026, 2, 28)),
        (D(2026, 1, 31), 2, "months", D(2026, 3, 31)),
        (D(2026, 1, 31), 3, "months", D(2026, 4, 30)),
        (D(2026, 11, 2), -5, "days", D(2026, 10, 28)),
        (D(2026, 11, 2), 2, "weeks", D(2026, 11, 16)),
        (D(2026, 11, 2), 0, "days", D(2026, 11, 2)),
        (D(2026, 3, 28), 1, "days", D(2026, 3, 29)),
    ],
)
def test_due_date_counts_from_the_original_start(start: D, number: int, unit: str, due: D) -> None:
    assert rules.due_date(start, number, unit) == due


@given(st.dates(D(2000, 1, 1), D(2100, 1, 1)), st.integers(1, 24))
def test_months_never_drift_and_never_leave_the_month(start: dt.date, months: int) -> None:
    due = rules.months_after(start, months)
    assert (due.year * 12 + due.month) - (start.year * 12 + start.month) == months
    assert due.day == start.day or (due + dt.timedelta(days=1)).day == 1


@pytest.mark.parametrize(
    ("day", "month"),
    [
        (D(2026, 8, 30), 0),
        (D(2026, 8, 31), 1),
        (D(2026, 9, 30), 1),
        (D(2026, 10, 1), 2),
        (D(2027, 2, 28), 6),
        (D(2027, 3, 1), 7),
    ],
)
def test_month_of_the_plan(day: dt.date, month: int) -> None:
    assert rules.month_of(D(2026, 8, 31), day) == month


@pytest.mark.parametrize(
    ("fte", "end"),
    [("1", D(2026, 7, 1)), ("0.5", D(2026, 12, 29)), ("0.6", D(2026, 10, 30)), ("0.8", D(2026, 8, 16))],
)
def test_part_time_end_is_days_divided_by_fte_rounded_up(fte: str, end: dt.date) -> None:
    assert rules.part_time_end(D(2026, 1, 1), D(2026, 7, 1), Decimal(fte)) == end


@pytest.mark.parametrize(
    ("due", "first"),
    [(D(2026, 5, 1), D(2026, 5, 1)), (D(2026, 5, 2), D(2026, 5, 2)), (D(2026, 4, 30), D(2026, 5, 8))],
)
def test_a_plan_made_late_gives_a_week_for_what_is_past(due: dt.date, first: dt.date) -> None:
    assert rules.first_due_date(due, today=D(2026, 5, 1)) == first


@pytest.mark.parametrize(
    ("start", "leaving", "possible"),
    [
        (D(2026, 5, 1), None, True),
        (D(2026, 5, 1), D(2026, 5, 2), True),
        (D(2026, 5, 1), D(2026, 5, 1), False),
        (D(2027, 5, 2), None, True),
        (D(2027, 5, 3), None, False),
    ],
)
def test_impossible_dates(start: dt.date, leaving: dt.date | None, possible: bool) -> None:
    assert (rules.impossible_dates(start, leaving, today=D(2026, 5, 1)) == "") is possible
