"""What HR's CSV file must look like: the file as a whole and each row by itself; no database here."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from people.rules.names import clean_text

COLUMNS = (
    "employee_number",
    "email",
    "given_name",
    "family_name",
    "job_role",
    "team",
    "manager_employee_number",
    "start_date",
    "leaving_date",
    "fte",
    "registration_body",
    "registration_number",
)
MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 20_000
LONGEST = {
    "employee_number": 30,
    "email": 254,
    "given_name": 100,
    "family_name": 100,
    "registration_number": 40,
}
REQUIRED = ("email", "given_name", "family_name", "job_role", "team", "start_date", "fte")
BODIES = {
    "swe": "SWE",
    "social work england": "SWE",
    "hcpc": "HCPC",
    "health and care professions council": "HCPC",
    "nmc": "NMC",
    "nursing and midwifery council": "NMC",
}
ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
BRITISH = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
SHARE = re.compile(r"[0-9]?\.[0-9]+|[0-9](\.[0-9]+)?")


class FileRefused(Exception):
    """The file as a whole cannot be read safely; the message says why and what to do."""


@dataclass(frozen=True)
class Problem:
    """Why a row is refused, or a note on what was changed in it."""

    row: int
    number: str
    column: str
    reason: str

    def as_dict(self) -> dict[str, object]:
        return {"row": self.row, "number": self.number, "column": self.column, "reason": self.reason}


@dataclass
class StaffRow:
    """One row of the file, cleaned: texts as texts, dates as dates."""

    row: int
    employee_number: str
    email: str = ""
    given_name: str = ""
    family_name: str = ""
    job_role: str = ""
    team: str = ""
    manager_employee_number: str = ""
    start_date: dt.date | None = None
    leaving_date: dt.date | None = None
    fte: Decimal | None = None
    registration_body: str = ""
    registration_number: str = ""
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def refuse(self, column: str, reason: str) -> None:
        self.problems.append(Problem(self.row, self.employee_number, column, reason))

    def note(self, column: str, reason: str) -> None:
        self.notes.append(Problem(self.row, self.employee_number, column, reason))

    def has_left(self, today: dt.date) -> bool:
        """Left is left from the leaving date on."""
        return self.leaving_date is not None and self.leaving_date <= today


def decode(content: bytes) -> str:
    """The file's text: UTF-8 with or without a byte order mark, else refused with the position."""
    if len(content) > MAX_BYTES:
        raise FileRefused(f"The file is larger than {MAX_BYTES // 1024 // 1024} MB. Split it into smaller files.")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FileRefused(
            f"The file is not UTF-8: byte {error.start + 1} (0x{content[error.start]:02x}) does not fit. "
            "Save it again as “CSV UTF-8”."
        ) from None
    zero = content.find(b"\0")
    if zero >= 0:
        raise FileRefused(f"The file is not UTF-8 text: byte {zero + 1} is empty. Save it again as “CSV UTF-8”.")
    return text.removeprefix("\ufeff")


def read_rows(content: bytes) -> list[StaffRow]:
    """Every row of the file, cleaned and judged by itself; raises FileRefused when the file is not whole."""
    text = decode(content)
    if not text.strip():
        raise FileRefused("The file is empty.")
    rows = _cells(text)
    _check_header(rows[0][1])
    if len(rows) == 1:
        raise FileRefused("The file has a header and no rows.")
    if len(rows) - 1 > MAX_ROWS:
        raise FileRefused(f"The file has {len(rows) - 1:,} rows; at most {MAX_ROWS:,} are read. Split it.")
    last_line, last_cells = rows[-1]
    if len(last_cells) < len(COLUMNS):
        raise FileRefused(
            f"The file seems to be cut off: its last row (line {last_line}) has {len(last_cells)} of "
            f"{len(COLUMNS)} columns. Export it again."
        )
    parsed = [parse_row(line, cells) for line, cells in rows[1:]]
    if not text.endswith(("\n", "\r")) and last_cells[-1]:
        parsed[-1].refuse(COLUMNS[-1], "The file ends inside this row without a line break, so the row may be cut off.")
    _refuse_duplicates(parsed)
    return parsed


def _cells(text: str) -> list[tuple[int, list[str]]]:
    """Line number and cells of each row that is not blank; the header is line 1."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[tuple[int, list[str]]] = []
    line = 0
    try:
        for cells in reader:
            line += 1
            if reader.line_num != line:
                raise FileRefused(
                    f"Line {line}: a line break inside quotation marks. A quotation mark is probably not "
                    "closed; the rows after it cannot be told apart."
                )
            if any(cell.strip() for cell in cells):
                rows.append((line, cells))
    except csv.Error as error:
        raise FileRefused(f"Line {line + 1} cannot be read ({error}). The file may be cut off there.") from None
    return rows


def _check_header(cells: Sequence[str]) -> None:
    header = [clean_text(cell)[0] for cell in cells]
    if header == list(COLUMNS):
        return
    if len(header) == 1 and (";" in header[0] or "\t" in header[0]):
        raise FileRefused("The columns are not separated by commas. Save the file as comma-separated (CSV UTF-8).")
    missing = [name for name in COLUMNS if name not in header]
    unknown = [name or "(empty)" for name in header if name not in COLUMNS]
    parts = []
    if missing:
        parts.append(f"missing: {', '.join(missing)}")
    if unknown:
        parts.append(f"not known: {', '.join(unknown)[:200]}")
    if not parts:
        parts.append("they stand in another order or twice")
    raise FileRefused(f"The columns must be exactly {', '.join(COLUMNS)} ({'; '.join(parts)}).")


def parse_row(line: int, cells: Sequence[str]) -> StaffRow:
    """One row: every reason against it is collected, so that HR can put all right at once."""
    number, removed = clean_text(cells[0]) if cells else ("", False)
    row = StaffRow(row=line, employee_number=number)
    if len(cells) != len(COLUMNS):
        row.refuse("", f"The row has {len(cells)} columns instead of {len(COLUMNS)}.")
        return row
    values: dict[str, str] = {}
    for column, cell in zip(COLUMNS, cells, strict=True):
        values[column], removed = clean_text(cell)
        if removed:
            row.note(column, "Control or text-direction characters were removed.")
        if len(values[column]) > LONGEST.get(column, 200):
            row.refuse(column, f"Longer than {LONGEST.get(column, 200)} characters.")
    if not number:
        row.refuse("employee_number", "The employee number is missing.")
    row.leaving_date = _date(row, "leaving_date", values["leaving_date"])
    row.start_date = _date(row, "start_date", values["start_date"])
    for column in ("given_name", "family_name", "job_role", "team", "manager_employee_number"):
        setattr(row, column, values[column])
    for column in REQUIRED:
        if not values[column]:
            row.refuse(column, "This cell must be filled in.")
    row.email = _email(row, values["email"])
    row.fte = _fte(row, values["fte"])
    _registration(row, values["registration_body"], values["registration_number"])
    if row.start_date and row.leaving_date and row.leaving_date < row.start_date:
        row.refuse("leaving_date", "The leaving date is before the start date.")
    if row.employee_number and row.manager_employee_number == row.employee_number:
        row.refuse("manager_employee_number", "Nobody can be their own line manager.")
    return row


def parse_date(value: str) -> dt.date:
    """A day as 2026-11-30 or 30/11/2026; ValueError says what is wrong."""
    if match := ISO.fullmatch(value):
        year, month, day = (int(part) for part in match.groups())
    elif match := BRITISH.fullmatch(value):
        day, month, year = (int(part) for part in match.groups())
    else:
        raise ValueError(f"“{value[:40]}” is not a date like 2026-11-30 or 30/11/2026.")
    if not 1940 <= year <= 2100:
        raise ValueError(f"The year {year} cannot be right.")
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise ValueError(f"“{value}” is not a day of the calendar.") from None


def _date(row: StaffRow, column: str, value: str) -> dt.date | None:
    if not value:
        return None
    try:
        return parse_date(value)
    except ValueError as error:
        row.refuse(column, str(error))
        return None


def _email(row: StaffRow, value: str) -> str:
    email = value.lower()
    if email:
        try:
            validate_email(email)
        except ValidationError:
            row.refuse("email", "This is not an e-mail address.")
    return email


def _fte(row: StaffRow, value: str) -> Decimal | None:
    if not value:
        return None
    if not SHARE.fullmatch(value):
        row.refuse("fte", f"“{value[:20]}” is not a number like 0.8 or 1.")
        return None
    exact = Decimal(value)
    share = exact.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    if not 0 < share <= 1 or exact > 1:
        row.refuse("fte", "Full-time equivalent must be above 0 and at most 1.")
        return None
    if share != exact:
        row.note("fte", f"{value} was rounded to {share}.")
    return share


def _registration(row: StaffRow, body: str, number: str) -> None:
    if bool(body) != bool(number):
        row.refuse(
            "registration_number" if body else "registration_body",
            "Give both the registration body and the number, or neither.",
        )
    elif body and body.casefold() not in BODIES:
        row.refuse("registration_body", f"“{body[:40]}” is not known; use SWE, HCPC or NMC.")
    elif body:
        row.registration_body, row.registration_number = BODIES[body.casefold()], number


def _refuse_duplicates(rows: Sequence[StaffRow]) -> None:
    """The same number, address or registration twice: all are reported, none applied; nobody guesses."""
    keys: dict[str, Callable[[StaffRow], object]] = {
        "employee_number": lambda row: row.employee_number,
        "email": lambda row: row.email,
        "registration_number": lambda row: row.registration_number and (row.registration_body, row.registration_number),
    }
    for column, key in keys.items():
        groups: dict[object, list[StaffRow]] = defaultdict(list)
        for row in rows:
            if key(row):
                groups[key(row)].append(row)
        for group in groups.values():
            if len(group) > 1:
                lines = ", ".join(str(row.row) for row in group[:10])
                for row in group:
                    row.refuse(column, f"Stands in the file more than once (lines {lines}). None was applied.")
