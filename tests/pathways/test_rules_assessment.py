"""Marks of capabilities as tables: what is new among them, what is missing for a role, which comes after which."""

from __future__ import annotations

import datetime as dt

import pytest

from pathways.models import Capability, CapabilityMark
from pathways.rules.assessment import Marked, changed, gap_view, instant_behind

TODAY = dt.date(2026, 11, 25)
NINE, TEN = (dt.datetime(2026, 11, 25, hour, tzinfo=dt.UTC) for hour in (9, 10))
TICK = dt.timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("before", "after", "new"),
    [
        ({}, {1: Marked()}, set()),
        ({}, {1: Marked("developing")}, {1}),
        ({1: Marked("developing")}, {1: Marked("developing")}, set()),
        ({1: Marked("developing")}, {1: Marked("developing", "A note")}, {1}),
        ({1: Marked("developing")}, {1: Marked("developing", "", TODAY)}, {1}),
        ({1: Marked("developing")}, {1: Marked()}, {1}),
        ({1: Marked("developing")}, {2: Marked("not_yet")}, {2}),
    ],
)
def test_what_is_new(before: dict[int, Marked], after: dict[int, Marked], new: set[int]) -> None:
    assert set(changed(before, after)) == new


@pytest.mark.parametrize(
    ("levels", "missing", "met"),
    [
        ({}, ["A", "B"], []),
        ({"A": "confident"}, ["B"], ["A"]),
        ({"A": "developing", "B": "not_yet"}, ["B", "A"], []),
        ({"A": "confident", "B": "confident"}, [], ["A", "B"]),
        ({"B": "developing"}, ["B", "A"], []),
    ],
)
def test_what_is_missing(levels: dict[str, str], missing: list[str], met: list[str]) -> None:
    rows = [Capability(pk=number, title=title) for number, title in enumerate("AB", 1)]
    marks = [
        CapabilityMark(capability_id=row.pk, side="person", level=levels[row.title])
        for row in rows
        if row.title in levels
    ]
    found = gap_view(rows, marks)
    assert [gap.capability.title for gap in found.missing] == missing
    assert [gap.capability.title for gap in found.met] == met


@pytest.mark.parametrize(
    ("now", "last", "past", "kept"),
    [
        (TEN, None, None, TEN),
        (TEN, NINE, NINE, TEN),
        (NINE, TEN, None, TEN),
        (NINE, None, TEN, TEN + TICK),
        (NINE, NINE, NINE, NINE + TICK),
        (NINE, TEN, NINE, TEN),
    ],
)
def test_what_the_lock_let_through_later_is_kept_as_later(
    now: dt.datetime, last: dt.datetime | None, past: dt.datetime | None, kept: dt.datetime
) -> None:
    assert instant_behind(now, last=last, past=past) == kept
