"""What a programme says as plain data: read from a file, judged before publishing."""

from __future__ import annotations

import datetime as dt
import json
import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, fields
from typing import Any
from urllib.parse import urlsplit

from induction.models import Audience, Method, OffsetUnit, Owner, ProgrammeVersion, Section
from induction.rules.dates import due_date, months_after
from people.models import Basis
from people.rules import NotAllowed

EARLIEST_MONTHS = -2  # further before day one is a slip of the keyboard
CHOICES: dict[str, Sequence[str]] = {
    "section": Section.values,
    "method": Method.values,
    "owner": Owner.values,
    "offset_unit": OffsetUnit.values,
    "audience": Audience.values,
    "basis": Basis.values,
}
HEAD_FIELDS = ("months", "summary", "agree_days", "signature_days", "basis", "source", "source_date")
LENGTHS = {
    "key": 80,
    "code": 50,
    "title": 120,
    "link_title": 120,
    "link_url": 500,
    "note": 300,
    "source": 500,
    "source_date": 40,
}
RANGES = {
    "offset_number": range(-1000, 1001),
    "month": range(1, 25),
    "months": range(1, 25),
    "agree_days": range(1, 366),
    "signature_days": range(1, 366),
}
SLUG = re.compile(r"[-a-zA-Z0-9_]+")
LABELS = {
    "offset_number": "Due",
    "offset_unit": "Due, unit",
    "is_mandatory": "Mandatory",
    "is_agreement": "Done by agreeing the plan",
    "is_final": "Final review",
    "link_title": "Link text",
    "link_url": "Link",
    "note": "Dated remark",
    "why": "Why it matters",
    "how": "How to do it",
    "months": "Length in months",
    "agree_days": "Days to agree a plan",
    "signature_days": "Days to answer what is ready",
    "source_date": "Date of the source",
}


WEB_ADDRESS = "the link must begin with https:// or http://."


def is_web_address(link: str) -> bool:
    """Whether a link leads to a page; anything else could run in the reader's browser."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not any(each.isspace() for each in link)


class UnreadableProgramme(ValueError):
    """The file is not a programme; each problem stands in words for the person who chose it."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = list(problems)


@dataclass(frozen=True, slots=True)
class ItemData:
    """One checkpoint of a programme, as a file holds it."""

    key: str
    section: str
    method: str
    title: str
    why: str = ""
    how: str = ""
    owner: str = "person"
    offset_number: int = 1
    offset_unit: str = "weeks"
    is_mandatory: bool = False
    is_agreement: bool = False
    audience: str = "everyone"
    link_title: str = ""
    link_url: str = ""
    basis: str = "A"
    source: str = ""
    source_date: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReviewData:
    """One review of a programme."""

    month: int
    title: str
    is_final: bool = False
    agenda: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProgrammeData:
    """A programme and one version of it; two equal ones say the same to every starter."""

    code: str
    title: str
    directorate: str
    job_roles: tuple[str, ...]
    months: int
    summary: str
    basis: str
    source: str
    source_date: str
    reviews: tuple[ReviewData, ...]
    checkpoints: tuple[ItemData, ...]
    agree_days: int = 14
    signature_days: int = 7

    def content(self) -> dict[str, Any]:
        """What the version says, without what belongs to the programme around it."""
        whole = asdict(self)
        for name in ("code", "title", "directorate", "job_roles"):
            del whole[name]
        return whole


def read_programme(content: bytes) -> ProgrammeData:
    """A programme from JSON or TOML; says everything that is wrong at once."""
    raw = _parsed(content)
    problems: list[str] = []
    head = {name: value for name, value in raw.items() if name not in {"reviews", "checkpoints", "reference"}}
    reviews = [
        _row(ReviewData, {**row, "agenda": _texts(row, "agenda", problems)}, f"Review {number}", problems)
        for number, row in enumerate(_tables(raw, "reviews", problems), start=1)
    ]
    items = [
        _row(ItemData, row, f"Checkpoint {number}", problems)
        for number, row in enumerate(_tables(raw, "checkpoints", problems), start=1)
    ]
    head["job_roles"] = tuple(sorted(set(_texts(head, "job_roles", problems))))
    head.setdefault("source", "")
    head.setdefault("source_date", "")
    for name, values in (
        ("key", [item.key for item in items if item]),
        ("month", [review.month for review in reviews if review]),
        ("final review", [True for review in reviews if review and review.is_final]),
    ):
        problems += [f"There is more than one {name} {each}." for each, count in Counter(values).items() if count > 1]
    whole: ProgrammeData | None = _row(
        ProgrammeData,
        {**head, "reviews": tuple(filter(None, reviews)), "checkpoints": tuple(filter(None, items))},
        "The programme",
        problems,
    )
    if problems or whole is None:
        raise UnreadableProgramme(problems)
    return whole


def read_reference(content: bytes) -> dict[str, list[dict[str, Any]]]:
    """The directorate and job roles that an export carries along for an empty database."""
    reference = _parsed(content).get("reference", {})
    return {name: list(rows) for name, rows in reference.items()} if isinstance(reference, dict) else {}


def _parsed(content: bytes) -> dict[str, Any]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableProgramme(["Save the file as UTF-8."]) from None
    try:
        if text.lstrip().startswith("{"):
            raw = json.loads(text)
            json.dumps(raw, ensure_ascii=False).encode()  # half a character, as "\ud800", could not be stored
        else:
            raw = tomllib.loads(text)
    except (json.JSONDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise UnreadableProgramme([f"The file is not a programme in JSON or TOML: {error}."]) from None
    except UnicodeEncodeError:
        raise UnreadableProgramme(["The file holds a character that cannot be stored."]) from None
    except ValueError:
        # What is left is Python's own limit on the digits of a number.
        raise UnreadableProgramme(["A number in the file has too many digits."]) from None
    if not isinstance(raw, dict):
        raise UnreadableProgramme(["The file holds no programme."])
    return raw


def _tables(raw: Mapping[str, Any], name: str, problems: list[str]) -> list[dict[str, Any]]:
    rows = raw.get(name, [])
    if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
        return rows
    problems.append(f'"{name}" must be a list of tables.')
    return []


def _texts(row: Mapping[str, Any], name: str, problems: list[str]) -> tuple[str, ...]:
    found = row.get(name, [])
    if isinstance(found, list) and all(isinstance(each, str) and "\x00" not in each for each in found):
        return tuple(found)
    problems.append(f'"{name}" must be a list of texts.')
    return ()


def _row(kind: type, row: Mapping[str, Any], where: str, problems: list[str]) -> Any:
    """A dataclass from a table; unknown, missing and ill-typed fields are named."""
    known = {field.name: field for field in fields(kind)}
    where = f"{where} ({row['key']})" if "key" in row else where
    before = len(problems)
    problems += [f'{where}: "{name}" is not known.' for name in row if name not in known]
    for name, field in known.items():
        if name not in row:
            if field.default is MISSING:
                problems.append(f'{where}: "{name}" is missing.')
            continue
        value: Any = row[name]
        wanted = str(field.type)
        wants = {"str": str, "int": int, "bool": bool}.get(wanted, tuple)
        given = type(value)
        if given is not wants:
            problems.append(f'{where}: "{name}" must be {_KINDS[wants]}.')
        elif name in CHOICES and value not in CHOICES[name]:
            problems.append(f'{where}: "{name}" must be one of {", ".join(CHOICES[name])}.')
        elif name in RANGES and value not in RANGES[name]:
            span = RANGES[name]
            problems.append(f'{where}: "{name}" must lie between {span.start} and {span.stop - 1}.')
        elif name in {"key", "code"} and not SLUG.fullmatch(value):
            problems.append(f'{where}: "{name}" may hold letters, digits, hyphens and underscores only.')
        elif wants is str and "\x00" in value:
            problems.append(f'{where}: "{name}" holds a character that cannot be stored.')
        elif name == "link_url" and value and not is_web_address(value):
            problems.append(f"{where}: {WEB_ADDRESS}")
        elif name in LENGTHS and len(value) > LENGTHS[name] + 40 * (kind is ProgrammeData and name == "title"):
            problems.append(f'{where}: "{name}" is longer than {LENGTHS[name]} characters.')
    return None if len(problems) > before else kind(**row)


_KINDS: dict[type, str] = {str: "text", int: "a whole number", bool: "true or false", tuple: "a list"}


def publishing_problems(data: ProgrammeData) -> list[str]:
    """Why this text cannot be given to starters yet; empty when it can."""
    problems = []
    if not data.summary.strip():
        problems.append("Write a summary to the starter.")
    if not data.checkpoints:
        problems.append("Add at least one checkpoint.")
    problems += _review_problems(data)
    for key, count in Counter(item.key for item in data.checkpoints).items():
        if count > 1:
            problems.append(f'The key "{key}" stands on {count} checkpoints: give each its own.')
    if sum(item.is_agreement for item in data.checkpoints) > 1:
        problems.append("Only one item can be done by agreeing the plan.")
    for item in data.checkpoints:
        problems += [f"{item.title or item.key}: {why}" for why in _item_problems(item, data.months)]
    return problems


def _review_problems(data: ProgrammeData) -> list[str]:
    if not data.reviews:
        return ["Add at least one review."]
    problems = []
    finals = [review for review in data.reviews if review.is_final]
    if len(finals) != 1:
        problems.append("Mark exactly one review as the final one.")
    elif finals[0].month != max(review.month for review in data.reviews):
        problems.append("The final review must be the last one.")
    months = Counter(review.month for review in data.reviews)
    problems += [f"There are two reviews in month {month}." for month, count in months.items() if count > 1]
    problems += [
        f"The review in month {month} does not fall within {data.months} months."
        for month in months
        if not 1 <= month <= data.months
    ]
    return problems


def _item_problems(item: ItemData, months: int) -> list[str]:
    problems = []
    for name, words in (
        ("key", "a key"),
        ("title", "a title"),
        ("why", "why it matters"),
        ("how", "how to do it"),
    ):
        if not str(getattr(item, name)).strip():
            problems.append(f"enter {words}.")
    for name in ("section", "method", "owner", "offset_unit", "audience"):
        if getattr(item, name) not in CHOICES[name]:
            problems.append(f"choose the {label(name).lower()}.")
    if item.is_agreement and item.owner != Owner.BOTH:
        problems.append("it is done by agreeing the plan, so it belongs to both together.")
    if item.link_url and not is_web_address(item.link_url):
        problems.append(WEB_ADDRESS)
    if item.offset_unit in CHOICES["offset_unit"] and not _is_within(item, months):
        problems.append(f"must fall due within the {months} months, and at most two months before day one.")
    return problems


def _is_within(item: ItemData, months: int) -> bool:
    """For a start in any month: the shortest stretch of months decides."""
    if abs(item.offset_number) > 1000:
        return False
    for month in range(1, 13):
        start = dt.date(2027, month, 1)
        due = due_date(start, item.offset_number, item.offset_unit)
        if not months_after(start, EARLIEST_MONTHS) <= due <= months_after(start, months):
            return False
    return True


def check_can_change_version(state: str) -> None:
    """A published version never changes: plans that began on it must still find it."""
    if state != ProgrammeVersion.State.DRAFT:
        raise NotAllowed("This version is published and never changes. Start a new draft and change that.")


def label(name: str) -> str:
    """A field's name as the pages say it."""
    return LABELS.get(name, name.replace("_", " ").capitalize())


def due_in_words(number: int, unit: str) -> str:
    """ "3 weeks after the start", "on the first day", "2 days before the start"."""
    if number == 0:
        return "on the first day"
    count = abs(number)
    noun = unit if count != 1 else unit.removesuffix("s")
    return f"{count} {noun} {'before' if number < 0 else 'after'} the start"
