"""What became of those who applied: who is counted where, and which numbers are left out."""

from __future__ import annotations

import datetime as dt

import pytest

from pathways.rules.outcomes import STAGES, YEARS_AFTER, Course, YearCount, anniversary, counted, suppressed

TODAY = dt.date(2026, 11, 25)


def course(person: int, reached: str = "applied", *, route: str = "Route", year: int = 2020, **more: dt.date) -> Course:
    return Course(person, route, year, reached, **more)


def test_each_stage_counts_whoever_came_so_far() -> None:
    (row,) = counted([course(number, stage) for number, stage in enumerate(STAGES)], today=TODAY)
    assert row.reached == {"applied": 5, "supported": 4, "offered": 3, "enrolled": 2, "qualified": 1}


def test_a_person_counts_once_a_route_and_year_with_what_came_furthest() -> None:
    rows = counted(
        [course(1), course(1, "offered"), course(1, "supported"), course(1, year=2021), course(1, route="Other")],
        today=TODAY,
    )
    assert [(row.year, row.route, row.reached["offered"], row.applied) for row in rows] == [
        (2021, "Route", 0, 1),
        (2020, "Other", 0, 1),
        (2020, "Route", 1, 1),
    ]


@pytest.mark.parametrize(
    ("completed", "left", "answers"),
    [
        (None, None, [None, None, None]),
        (dt.date(2025, 11, 25), None, [True, None, None]),
        (dt.date(2025, 11, 26), None, [None, None, None]),
        (dt.date(2022, 6, 1), None, [True, True, True]),
        (dt.date(2022, 6, 1), dt.date(2024, 6, 1), [True, True, False]),
        (dt.date(2022, 6, 1), dt.date(2024, 5, 31), [True, False, False]),
        (dt.date(2022, 6, 1), dt.date(2023, 1, 1), [False, False, False]),
        (dt.date(2022, 6, 1), dt.date(2027, 1, 1), [True, True, True]),
    ],
)
def test_still_here(completed: dt.date | None, left: dt.date | None, answers: list[bool | None]) -> None:
    row = Course(1, "Route", 2020, "qualified", completed, left)
    assert [row.still_here(years, today=TODAY) for years in (1, 2, 3)] == answers


@pytest.mark.parametrize(
    ("day", "years", "after"),
    [(dt.date(2024, 2, 29), 1, dt.date(2025, 3, 1)), (dt.date(2024, 2, 29), 4, dt.date(2028, 2, 29))],
)
def test_anniversary(day: dt.date, years: int, after: dt.date) -> None:
    assert anniversary(day, years) == after


@pytest.mark.parametrize(
    ("reached", "cells"),
    [
        ((20, 15, 10, 5, 0), ["20", "15", "10", "5", "0"]),
        ((20, 20, 20, 20, 20), ["20", "20", "20", "20", "20"]),
        ((20, 17, 12, 12, 3), ["20", "5 or more", "12", "12", "fewer than 5"]),
        ((12, 10, 10, 10, 0), ["12", "5 or more", "5 or more", "5 or more", "0"]),
        ((9, 4, 0, 0, 0), ["9", "fewer than 5", "0", "0", "0"]),
        ((4, 4, 4, 4, 4), ["fewer than 5", "not shown", "not shown", "not shown", "not shown"]),
    ],
)
def test_a_number_that_would_single_somebody_out_is_left_out(reached: tuple[int, ...], cells: list[str]) -> None:
    """By itself, or by what is left of any number shown before it: 12 and 10 would tell of two."""
    none = dict.fromkeys(YEARS_AFTER, 0)
    row = YearCount("Route", 2020, dict(zip(STAGES, reached, strict=True)), none, none)
    assert row.cells[: len(STAGES)] == cells


@pytest.mark.parametrize(
    ("asked", "here", "said"),
    [
        (0, 0, "not yet known"),
        (4, 4, "not shown"),
        (10, 10, "10"),
        (10, 8, "5 or more"),
        (10, 5, "5"),
        (10, 2, "fewer than 5"),
    ],
)
def test_still_here_is_told_of_groups_alone(asked: int, here: int, said: str) -> None:
    ten = dict.fromkeys(STAGES, 10)
    row = YearCount("Route", 2020, ten, dict.fromkeys(YEARS_AFTER, asked), dict.fromkeys(YEARS_AFTER, here))
    assert row.cells[len(STAGES) :] == [said] * 3


def test_small_routes_of_a_year_are_one_row() -> None:
    rows = [course(number, "offered", route="Large") for number in range(9)]
    rows += [course(number, route=f"Small {number % 3}") for number in range(6)]
    shown = suppressed(counted(rows, today=TODAY), today=TODAY)
    assert [(row.route, row.applied) for row in shown] == [
        ("Large", 9),
        ("Routes with fewer than 5 applicants, together", 6),
    ]


def test_one_small_route_alone_shows_no_number() -> None:
    (row,) = suppressed(counted([course(1, "qualified")], today=TODAY), today=TODAY)
    assert isinstance(row, YearCount)
    assert set(row.cells) == {"fewer than 5", "not shown"}


@pytest.mark.parametrize(("people", "said"), [(1, "fewer than 5"), (4, "fewer than 5"), (5, "5")])
def test_somebody_with_five_small_routes_is_one_person(people: int, said: str) -> None:
    rows = [course(number % people, "enrolled", route=f"Small {number}") for number in range(5)]
    (row,) = suppressed(counted(rows, today=TODAY), today=TODAY)
    assert row.cells[0] == said
    assert row.cells[3] == (said if people == 5 else "not shown")
