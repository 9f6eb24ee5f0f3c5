"""HR's file across the apps: after people have changed, starters get their plans."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from induction import services as induction
from people import services as people
from people.models import ImportRun, User

REFUSED = "Refused"
HEADINGS = (
    ("new", "New"),
    ("changed", "Changed"),
    ("left", "Left"),
    ("refused", REFUSED),
    ("notes", "Notes"),
)


def apply(*, run: ImportRun, by: User | None, now: dt.datetime) -> ImportRun:
    """Applies a preview; the plans of new starters follow and, should that fail, with the next daily sweep."""
    run = people.apply_import(run=run, by=by, now=now)
    induction.start_missing_plans(today=timezone.localdate(now), now=now)
    induction.stop_plans_of_leavers(today=timezone.localdate(now), now=now)
    return run


def in_words(run: ImportRun) -> list[tuple[str, int, list[str]]]:
    """The preview as headings, counts and lines; of what is refused, rows count and not reasons."""
    return [
        (title, _count(key, run.outcome.get(key, [])), [_line(key, item) for item in run.outcome.get(key, [])])
        for key, title in HEADINGS
    ]


def heading(title: str, count: int) -> str:
    """ "New: 3"; of refusals, what the figure counts."""
    return f"{count} {'row' if count == 1 else 'rows'} refused" if title == REFUSED else f"{title}: {count}"


def what_would_apply(run: ImportRun) -> str:
    """What the button does: "1 new person, 2 changes and 1 leaver"; empty when nothing would change."""
    kinds = (("new", "new person", "new people"), ("changed", "change", "changes"), ("left", "leaver", "leavers"))
    counted = [(len(run.outcome.get(key, [])), one, many) for key, one, many in kinds]
    parts = [f"{count} {one if count == 1 else many}" for count, one, many in counted if count]
    return " and ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part) if parts else ""


def _count(key: str, items: list[dict[str, Any]]) -> int:
    return len({item["row"] for item in items}) if key == "refused" else len(items)


def _label(column: str) -> str:
    """A column of the file as people say it."""
    return "FTE" if column == "fte" else column.replace("_", " ")


def _line(key: str, item: dict) -> str:
    row = f"row {item['row']}: " if item.get("row") else ""
    who = f"{item['number'] or '(no number)'} {item.get('name', '')}".strip()
    if key == "new":
        return f"{row}{who}, {item['job_role']}, {item['team']}"
    if key == "changed":
        fields = "; ".join(
            f"{_label(name)}: {old or 'nothing'} → {new or 'nothing'}" for name, old, new in item["fields"]
        )
        return f"{row}{who}: {fields}"
    if key == "left":
        return f"{row}{who}, {item['leaving_date']}"
    column = f"{_label(item['column'])}: " if item["column"] else ""
    return f"{row}{who}: {column}{item['reason']}"
