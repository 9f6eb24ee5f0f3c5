"""The one export helper: on record before the first byte, no formula, a question before many people."""

import csv
import datetime as dt
import io
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from audit import exports
from audit.models import AuditEntry
from tests.factories.audit import Someone

NOW = dt.datetime(2027, 3, 4, 9, 30, tzinfo=dt.UTC)
BY = SimpleNamespace(pk=4, person=Someone(pk=7))
FORMULA = "=+-@＝＋－＠\t\r\n"


def export(kind="csv", rows=(), count=1, columns=("Name", "State"), **changes):
    response = {"csv": exports.csv_response, "xlsx": exports.xlsx_response}[kind]
    values = {"by": BY, "name": "My team's state", "filters": {"show": "late"}, "now": NOW}
    return response(columns=columns, rows=rows, count=count, **{**values, **changes})


def body(response):
    return b"".join(response.streaming_content)


def cells(rows):
    text = body(export(rows=rows)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))[1:]


def lines(cell):
    return cell.replace("\r\n", "\n").replace("\r", "\n").split("\n")


dangerous = st.text(alphabet=st.sampled_from([*FORMULA, " ", "\u00a0", "'", '"', ",", ";", "a", "1", "\x00"]))


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("typed", ["=1+1", " =cmd|' /C calc'!A0", "a\n=1+1", "\t=1", "＝1", "\u00a0@SUM(1)", "-1+1"])
def test_known_attacks_arrive_as_text(kind, typed):
    response = export(kind, rows=[[typed, ""]])
    if kind == "csv":
        (cell, _) = list(csv.reader(io.StringIO(body(response).decode("utf-8-sig"), newline="")))[1]
        assert not any(line.lstrip(" \u00a0")[:1] in set(FORMULA) for line in lines(cell))
    else:
        cell = load_workbook(io.BytesIO(body(response))).active["A2"]
        assert cell.data_type == "s"
        assert cell.number_format == "@"


@given(st.one_of(st.text(), dangerous))
def test_no_line_of_a_cell_starts_with_a_formula_character(typed):
    cell = exports.safe_text(typed)
    assert cell.lstrip(" \u00a0")[:1] not in set(FORMULA) or not cell
    for line in lines(cell):
        assert line.lstrip(" \u00a0")[:1] not in set(FORMULA) or not line.lstrip(" \u00a0")
    assert cell.replace("'", "") == exports.as_text(typed).replace("'", "")


@pytest.mark.django_db
@given(st.lists(st.lists(st.one_of(st.text(), dangerous), min_size=2, max_size=2), max_size=5))
def test_a_csv_file_reads_back_with_the_same_shape(rows):
    assert cells(rows) == [[exports.safe_text(value) for value in row] for row in rows]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "Yes"),
        (False, "No"),
        (-3, "-3"),
        (Decimal("0.60"), "0.60"),
        (dt.date(2027, 3, 4), "2027-03-04"),
        ("Zoë 😀", "Zoë 😀"),
        ("a\x00b\x1b", "ab"),
        ("-3", "'-3"),
        ("a-b", "a-b"),
        ("first\n- second", "first\n'- second"),
    ],
)
def test_values_in_words(value, text):
    assert exports.safe_text(value) == text


@pytest.mark.django_db
def test_the_file_has_a_mark_a_name_and_quotes():
    response = export(rows=[["Zoë", 3]])
    assert response["Content-Disposition"] == 'attachment; filename="my-teams-state-2027-03-04.csv"'
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Cache-Control"] == "no-store, private"
    assert body(response) == '\ufeff"Name","State"\r\n"Zoë","3"\r\n'.encode()


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_it_is_on_record_before_the_first_row_is_read(kind):
    def rows():
        seen.append(AuditEntry.objects.count())
        yield ["a", "b"]

    seen = []
    body(export(kind, rows=rows(), count=12))

    assert seen == [1]
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.chain, entry.actor_id) == ("audit.exported", "portal", 7)
    assert entry.facts == {
        "list": "My team's state",
        "kind": kind,
        "filters": {"show": "late"},
        "count": 12,
        "account": 4,
    }


@pytest.mark.django_db
def test_an_account_without_a_person_is_on_record_too():
    export(by=SimpleNamespace(pk=9, person=None))
    assert AuditEntry.objects.get().facts["account"] == 9


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("count", "minutes_ago", "is_allowed"),
    [(50, None, True), (51, None, False), (51, 16, False), (51, 15, True), (10_000, 1, True)],
)
def test_many_people_need_a_recent_sign_in(kind, count, minutes_ago, is_allowed):
    confirmed_at = None if minutes_ago is None else NOW - dt.timedelta(minutes=minutes_ago)
    if is_allowed:
        export(kind, count=count, confirmed_at=confirmed_at)
        assert AuditEntry.objects.count() == 1
    else:
        with pytest.raises(PermissionDenied, match="sign in again"):
            export(kind, count=count, confirmed_at=confirmed_at)
        assert not AuditEntry.objects.exists()


@pytest.mark.django_db
def test_a_long_list_is_streamed():
    taken = []

    def rows():
        for number in range(10_000):
            taken.append(number)
            yield [f"Person {number}", "x"]

    stream = iter(export(rows=rows()).streaming_content)
    next(stream), next(stream)
    assert len(taken) < 500


@pytest.mark.django_db
def test_a_sheet_name_that_excel_refuses_is_mended():
    book = load_workbook(io.BytesIO(body(export("xlsx", name="Team: [late] / all * ? of a very long name"))))
    assert book.active.title.startswith("Team")
