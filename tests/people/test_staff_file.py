"""HR's file judged by itself: the file as a whole and row by row, no database."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import pytest

from people.rules.names import clean_text
from people.rules.staff_changes import check_leavers, find_loops
from people.rules.staff_file import COLUMNS, FileRefused, parse_date, parse_row, read_rows

HEADER = ",".join(COLUMNS) + "\n"
GOOD = {
    "employee_number": "E1",
    "email": "one@people.example",
    "given_name": "Ada",
    "family_name": "Test-Sample",
    "job_role": "JR1",
    "team": "T-1",
    "manager_employee_number": "",
    "start_date": "2026-11-02",
    "leaving_date": "",
    "fte": "1",
    "registration_body": "",
    "registration_number": "",
}


def cells(**changes: str) -> list[str]:
    return list((GOOD | changes).values())


def text(*rows: str) -> bytes:
    return (HEADER + "".join(row + "\n" for row in rows)).encode()


def test_a_good_row_is_read() -> None:
    row = parse_row(2, cells(registration_body="Social Work England", registration_number="SW 12"))
    assert not row.problems
    assert (row.start_date, row.fte, row.registration_body) == (dt.date(2026, 11, 2), Decimal("1.00"), "SWE")


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2028-02-29", dt.date(2028, 2, 29)),
        ("29/02/2028", dt.date(2028, 2, 29)),
        ("31/08/2026", dt.date(2026, 8, 31)),
        ("2026-08-31", dt.date(2026, 8, 31)),
        ("1/9/2026", dt.date(2026, 9, 1)),
    ],
)
def test_dates_that_are_read(value: str, day: dt.date) -> None:
    assert parse_date(value) == day


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("29/02/2027", "not a day of the calendar"),
        ("31/04/2026", "not a day of the calendar"),
        ("12/31/2026", "not a day of the calendar"),
        ("2026/08/31", "not a date like"),
        ("31-08-2026", "not a date like"),
        ("31/08/26", "not a date like"),
        ("46265", "not a date like"),
        ("0026-08-31", "year 26"),
        ("٣١/٠٨/٢٠٢٦", "not a date like"),
    ],
)
def test_dates_that_are_refused_say_why(value: str, reason: str) -> None:
    (problem,) = parse_row(2, cells(start_date=value)).problems
    assert problem.column == "start_date"
    assert reason in problem.reason


@pytest.mark.parametrize("value", ["0", "0.00", "0.004", "1.01", "1.004", "2", "-0.5", "0,5", "NaN", "1e-1", "50%"])
def test_fte_that_is_refused(value: str) -> None:
    (problem,) = parse_row(2, cells(fte=value)).problems
    assert problem.column == "fte"


@pytest.mark.parametrize(
    ("value", "share"), [("1", "1"), ("1.0", "1"), (".5", "0.5"), ("0.676", "0.68"), ("0.8", "0.8")]
)
def test_fte_that_is_read(value: str, share: str) -> None:
    row = parse_row(2, cells(fte=value))
    assert row.fte == Decimal(share)
    assert bool(row.notes) == (value == "0.676")


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("employee_number", ""),
        ("email", ""),
        ("email", "nobody"),
        ("given_name", "\u00a0 "),
        ("family_name", ""),
        ("family_name", "x" * 101),
        ("team", ""),
        ("job_role", ""),
        ("start_date", ""),
        ("fte", ""),
        ("leaving_date", "2026-11-01"),
        ("manager_employee_number", "E1"),
        ("registration_body", "SWE"),
        ("registration_number", "SW1"),
    ],
)
def test_one_bad_cell_refuses_the_row_and_names_a_column(column: str, value: str) -> None:
    problems = parse_row(7, cells(**{column: value})).problems
    assert problems
    assert all(p.row == 7 and p.reason for p in problems)
    assert column.split("_")[0] in {p.column.split("_")[0] for p in problems}


@pytest.mark.parametrize(
    ("typed", "kept", "removed"),
    [
        ("\u00a0 Zoe\u0308 \u00a0", "Zoë", False),
        ("Anne\u00a0Marie", "Anne Marie", False),
        ("🦊 Test", "🦊 Test", False),
        ("👩‍👩‍👧 Family", "👩‍👩‍👧 Family", False),
        ("مريم", "مريم", False),
        ("evil\u202egpj", "evilgpj", True),
        ("a\u2066b\u2069c", "abc", True),
        ("bell\x07", "bell", True),
        ("=HYPERLINK(1)", "=HYPERLINK(1)", False),
        ("+44", "+44", False),
        ("\ufeffAda", "Ada", False),
    ],
)
def test_names_are_cleaned_and_kept(typed: str, kept: str, removed: bool) -> None:
    assert clean_text(typed) == (kept, removed)


def test_removed_characters_leave_a_note_and_the_row_stands() -> None:
    row = parse_row(2, cells(family_name="Test\u202e-Sample"))
    assert row.family_name == "Test-Sample"
    assert [note.column for note in row.notes] == ["family_name"]
    assert not row.problems


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (HEADER.encode(), "no rows"),
        (
            text(",".join(cells())).replace(b"Ada", b"Ad\xe9"),
            f"byte {len(HEADER + 'E1,one@people.example,Ad') + 1} (0xe9)",
        ),
        (text(",".join(cells())).decode().encode("utf-16"), "byte 1 (0xff)"),
        (text(",".join(cells())).decode().encode("utf-16-le"), "byte 2 is empty"),
        (text(",".join(cells())).replace(b",", b";"), "not separated by commas"),
        (text(",".join(cells())).replace(b"fte", b"FTE"), "missing: fte; not known: FTE"),
        (text(",".join(cells())).replace(b"email,given_name", b"given_name,email"), "another order"),
        (text(",".join(cells()), ",".join(cells()[:9])), "cut off"),
        (text(",".join(cells()))[:-30], "cut off"),
        (text('E1,"open,' + ",".join(cells()[2:])), "Line 2"),
        (
            text('E1,"open,' + ",".join(cells()[2:]), 'E2,closed",' + ",".join(cells()[2:])),
            "inside quotation marks",
        ),
        (HEADER.encode() + b"x" * (5 * 1024 * 1024), "larger than 5 MB"),
        (text(*[",".join(cells(employee_number=f"E{n}")) for n in range(20_001)]), "20,001 rows"),
    ],
)
def test_files_that_are_refused_as_a_whole(content: bytes, reason: str) -> None:
    with pytest.raises(FileRefused, match=re.escape(reason)):
        read_rows(content)


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("line_end", [b"\n", b"\r\n"])
def test_utf8_with_or_without_mark_and_either_line_end(before: bytes, line_end: bytes) -> None:
    rows = read_rows(before + text(",".join(cells(given_name="Zoë")), "", ",,,,,,,,,,,").replace(b"\n", line_end))
    assert [(row.given_name, row.problems) for row in rows] == [("Zoë", [])]


def test_every_cut_of_a_file_is_seen_unless_it_falls_between_two_rows() -> None:
    whole = text(",".join(cells(registration_body="SWE", registration_number="SW123")))
    for end in range(len(HEADER) + 1, len(whole)):
        try:
            rows = read_rows(whole[:end])
        except FileRefused:
            continue
        assert rows[-1].problems, whole[:end]


def test_a_row_with_too_many_columns_is_refused_and_the_rest_goes_on() -> None:
    first, second = read_rows(text(",".join([*cells(), "more"]), ",".join(cells(employee_number="E2"))))
    assert "13 columns" in first.problems[0].reason
    assert not second.problems


def test_duplicates_are_reported_and_none_stands() -> None:
    rows = read_rows(
        text(
            ",".join(cells()),
            ",".join(cells(email="two@people.example")),
            ",".join(cells(employee_number="E3", email="three@people.example")),
            ",".join(cells(employee_number="E4", email="THREE@people.example")),
        )
    )
    assert [[p.column for p in row.problems] for row in rows] == [
        ["employee_number"],
        ["employee_number"],
        ["email"],
        ["email"],
    ]


@pytest.mark.parametrize(
    ("leavers", "active", "allowed", "stops"),
    [
        (0, 0, None, False),
        (1, 10, None, False),
        (2, 10, None, True),
        (2, 10, 2, False),
        (3, 10, 2, True),
        (1, 9, None, True),
    ],
)
def test_more_than_a_tenth_leaving_stops(leavers: int, active: int, allowed: int | None, stops: bool) -> None:
    assert bool(check_leavers(leavers, active, allowed)) is stops


@pytest.mark.parametrize(
    ("above", "loops"),
    [
        ({"a": "b", "b": "", "c": "a"}, []),
        ({"a": "b", "b": "a"}, [{"a", "b"}]),
        ({"x": "a", "a": "b", "b": "c", "c": "a", "y": "x"}, [{"a", "b", "c"}]),
        ({"a": "b", "b": "a", "c": "d", "d": "c"}, [{"a", "b"}, {"c", "d"}]),
        ({"a": "nobody"}, []),
    ],
)
def test_loops_in_the_line(above: dict[str, str], loops: list[set[str]]) -> None:
    assert [set(loop) for loop in find_loops(above)] == loops
