"""HR's file across the apps: after people have changed, starters get their plans."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from induction import services as induction
from people import services as people
from people.models import ImportRun, User

HEADINGS = (
    ("new", "New"),
    ("changed", "Changed"),
    ("left", "Left"),
    ("refused", "Refused"),
    ("notes", "Notes"),
)


def apply(*, run: ImportRun, by: User | None, now: dt.datetime) -> ImportRun:
    """Applies a preview; the plans of new starters follow and, should that fail, with the next daily sweep."""
    run = people.apply_import(run=run, by=by, now=now)
    induction.start_missing_plans(today=timezone.localdate(now), now=now)
    induction.stop_plans_of_leavers(today=timezone.localdate(now), now=now)
    return run


def in_words(run: ImportRun) -> list[tuple[str, int, list[str]]]:
    """The preview as headings, counts and lines."""
    return [
        (title, len(run.outcome.get(key, [])), [_line(key, item) for item in run.outcome.get(key, [])])
        for key, title in HEADINGS
    ]


def _line(key: str, item: dict) -> str:
    row = f"row {item['row']}: " if item.get("row") else ""
    who = f"{item['number'] or '(no number)'} {item.get('name', '')}".strip()
    if key == "new":
        return f"{row}{who}, {item['job_role']}, {item['team']}"
    if key == "changed":
        fields = "; ".join(f"{name}: {old or 'nothing'} → {new or 'nothing'}" for name, old, new in item["fields"])
        return f"{row}{who}: {fields}"
    if key == "left":
        return f"{row}{who}, {item['leaving_date']}"
    column = f"{item['column']}: " if item["column"] else ""
    return f"{row}{who}: {column}{item['reason']}"
