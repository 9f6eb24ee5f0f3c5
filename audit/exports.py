"""The one way out for lists: who took what is on record before the first byte; no cell acts as a formula.

Source: reliability-and-security.md §3, Exports.
"""

from __future__ import annotations

import csv
import datetime as dt
import re
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.text import slugify
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from audit import services

ROWS_WITHOUT_QUESTION = 50
RECENT = dt.timedelta(minutes=15)
ROWS_AT_ONCE = 200
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CELL_LENGTH = 32_767
_FORMULA_LINE = re.compile("(^|[\r\n])(?=[ \u00a0]*[=+\\-@＝＋－＠\t])")
_STARTS_WITH_BREAK = re.compile("[ \u00a0]*[\r\n]")
R = TypeVar("R", bound=HttpResponseBase)


class Account(Protocol):
    """Who takes the list: an account, seen from below `people`."""

    pk: Any
    person: Any


class _Echo:
    """What the CSV writer writes to: gives each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def csv_response(
    *,
    by: Account,
    name: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    filters: dict[str, Any],
    count: int,
    now: dt.datetime,
    confirmed_at: dt.datetime | None = None,
) -> StreamingHttpResponse:
    """The rows as a streamed CSV file; `count` people are named in it, `confirmed_at` is the last sign-in."""
    _allow(by=by, name=name, kind="csv", filters=filters, count=count, now=now, confirmed_at=confirmed_at)
    response = StreamingHttpResponse(_csv_lines(columns, rows), content_type="text/csv; charset=utf-8")
    return _as_download(response, f"{_file_name(name, now)}.csv")


def xlsx_response(
    *,
    by: Account,
    name: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    filters: dict[str, Any],
    count: int,
    now: dt.datetime,
    confirmed_at: dt.datetime | None = None,
) -> FileResponse:
    """The same as a spreadsheet; every cell is typed as text, so that nothing in it is worked out."""
    _allow(by=by, name=name, kind="xlsx", filters=filters, count=count, now=now, confirmed_at=confirmed_at)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", name)[:31])
    for row in _with_heading(columns, rows):
        sheet.append([_text_cell(sheet, value) for value in row])
    # Not in memory: a large list goes to the disk and from there to the reader; the response closes the file.
    file = tempfile.TemporaryFile(suffix=".xlsx")  # noqa: SIM115
    book.save(file)
    file.seek(0)
    return _as_download(FileResponse(file, content_type=XLSX_TYPE), f"{_file_name(name, now)}.xlsx")


def safe_text(value: object) -> str:
    """The text of a cell; whatever a spreadsheet would take for a formula gets a leading apostrophe."""
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return str(value)
    text = _FORMULA_LINE.sub(r"\1'", as_text(value))
    return f"'{text}" if _STARTS_WITH_BREAK.match(text) else text


def as_text(value: object) -> str:
    """A value in words; characters that no file should hold are left out."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    return "".join(c for c in str(value) if c in "\t\r\n" or unicodedata.category(c) not in {"Cc", "Cs"})


def _allow(
    *,
    by: Account,
    name: str,
    kind: str,
    filters: dict[str, Any],
    count: int,
    now: dt.datetime,
    confirmed_at: dt.datetime | None,
) -> None:
    if count > ROWS_WITHOUT_QUESTION and (confirmed_at is None or now - confirmed_at > RECENT):
        raise PermissionDenied(
            f"This list names {count} people. To take more than {ROWS_WITHOUT_QUESTION} out of the portal, "
            "sign out, sign in again and download it within 15 minutes."
        )
    services.record(
        by=by.person,
        verb="audit.exported",
        subject=None,
        chain=services.PORTAL,
        now=now,
        facts={"list": name, "kind": kind, "filters": filters, "count": count, "account": by.pk},
    )


def _csv_lines(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
    yield "\ufeff".encode()
    part: list[str] = []
    for row in _with_heading(columns, rows):
        part.append(writer.writerow([safe_text(value) for value in row]))
        if len(part) == ROWS_AT_ONCE:
            yield "".join(part).encode()
            part.clear()
    yield "".join(part).encode()


def _with_heading(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[Sequence[object]]:
    yield columns
    yield from rows


def _text_cell(sheet: Any, value: object) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=as_text(value)[:CELL_LENGTH])
    cell.data_type = "s"
    cell.number_format = "@"
    return cell


def _file_name(name: str, now: dt.datetime) -> str:
    return f"{slugify(name) or 'list'}-{now.date().isoformat()}"


def _as_download(response: R, file_name: str) -> R:
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    response["Cache-Control"] = "no-store, private"
    return response
