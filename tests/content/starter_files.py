"""The starter files as plain data, read without Django, and the questions that the tests ask of them."""

import datetime as dt
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from dateutil.relativedelta import relativedelta

ROOT = Path(__file__).resolve().parents[2]
Row = dict[str, Any]


def _read(path: Path) -> Row:
    return tomllib.loads(path.read_text(encoding="utf-8"))


ORGANISATION = _read(ROOT / "people" / "starter" / "organisation.toml")
PROGRAMMES: dict[str, Row] = {
    path.stem: _read(path) for path in sorted((ROOT / "induction" / "starter").glob("*.toml"))
}
FRAMEWORK = _read(ROOT / "pathways" / "starter" / "framework.toml")
GUIDES = _read(ROOT / "content" / "starter" / "guides.toml")
ROUTES = _read(ROOT / "pathways" / "starter" / "routes.toml")
KNOWN_SOURCES = {
    line
    for line in (Path(__file__).parent / "known_sources.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
}
JOB_ROLES: dict[str, Row] = {row["code"]: row for row in ORGANISATION["job_roles"]}

AUDIENCE_FLAG = {
    "care_certificate": "needs_care_certificate",
    "direct_care": "gives_direct_care",
    "practitioners": "is_practitioner",
    "registered": "is_registered",
    "managers": "manages_people",
}

BASES = set("BNPUA")  # Bexley, national, practice elsewhere, unchecked, our assumption

# Short and long months, month ends, leap years: an item falls in the same month of the plan for all of them.
STARTS = [dt.date(year, month, day) for year in (2026, 2027, 2028) for month in range(1, 13) for day in (1, 15, 28)]
STARTS += [dt.date(2028, 2, 29), dt.date(2026, 8, 31), dt.date(2027, 1, 31), dt.date(2026, 12, 31)]


def is_for(row: Row, role: Row) -> bool:
    """Whether a checkpoint is for this job role."""
    return row["audience"] == "everyone" or bool(role[AUDIENCE_FLAG[row["audience"]]])


def plan_of(programme: Row, code: str) -> list[Row]:
    """The checkpoints that a starter in this job role gets."""
    return [row for row in programme["checkpoints"] if is_for(row, JOB_ROLES[code])]


@cache
def _months(number: int, unit: str) -> frozenset[int]:
    found = set()
    for start in STARTS:
        due = start + relativedelta(**{unit: number})
        found.add(next((month for month in range(1, 7) if due <= start + relativedelta(months=month)), 7))
    return frozenset(found)


def months_of(row: Row) -> frozenset[int]:
    """In which months of the plan the row falls due, over all start dates; before day one counts as 1."""
    return _months(row["offset_number"], row["offset_unit"])


def sentences(text: str) -> int:
    return len(re.findall(r"[.?!](?=\s|$)", text))


def text_of(row: Row) -> str:
    return " ".join([row["title"], row["why"], row["how"]])


def rows_below(name: str, found: object) -> list[tuple[str, Row]]:
    """Every row of a file with the list that it stands in, however deep."""
    if isinstance(found, list):
        rows = [row for row in found if isinstance(row, dict)]
        return [pair for row in rows for pair in ((name, row), *rows_below(name, row))]
    if isinstance(found, dict):
        return [pair for key, value in found.items() for pair in rows_below(key, value)]
    return []


PATHWAYS = rows_below("", FRAMEWORK) + rows_below("", ROUTES)

EVERY_CHECKPOINT = [(code, row) for code, programme in PROGRAMMES.items() for row in programme["checkpoints"]]
EVERY_STARTER = [(code, role) for code, programme in PROGRAMMES.items() for role in programme["job_roles"]]
STARTER_IDS = [f"{code}/{role}" for code, role in EVERY_STARTER]
