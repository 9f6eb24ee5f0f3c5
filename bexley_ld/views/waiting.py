"""Due things as pages show them: whose they are, by when an answer is asked, how late the thing itself is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, CharField, Exists, F, OuterRef, TextField, Value

from induction.models import Checkpoint, Decision, Review
from induction.views.urgency import Urgency, urgency
from notifications import due
from people.models import Person
from people.prepared import Prepared
from reminders.services import Waiting

MANAGERS = {due.Waiting.MANAGER, due.Waiting.BOTH}

SOON = dt.timedelta(days=7)


@dataclass(frozen=True)
class Facts:
    """What a page says about the thing itself, beside the day by which something is asked."""

    due_date: dt.date | None = None
    waiting_since: dt.date | None = None
    note: str = ""
    is_disputed: bool = False


NOTHING_KNOWN = Facts()


def _facts(*, items: tuple[int, ...], reviews: tuple[int, ...]) -> Any:
    disputed = Decision.objects.filter(checkpoint=OuterRef("pk"), kind=Decision.Kind.DISAGREED)
    names = ("type_", "pk", "due_date", "waiting_since", "note_", "disputed")
    of_items = Checkpoint.objects.filter(pk__in=items).annotate(
        type_=Value("checkpoint", output_field=CharField()),
        note_=F("ready_note"),
        disputed=Exists(disputed),
    )
    no = Value(False, output_field=BooleanField())
    of_reviews = Review.objects.filter(pk__in=reviews).annotate(
        type_=Value("review", output_field=CharField()),
        note_=Value("", output_field=TextField()),
        disputed=no,
    )
    return of_items.order_by().values_list(*names).union(of_reviews.order_by().values_list(*names), all=True)


_facts_of = Prepared(_facts)


def facts_about(found: Iterable[Waiting]) -> dict[tuple[str, int], Facts]:
    """Of the items and reviews behind these rows; one query."""
    ids: dict[str, set[int]] = {"checkpoint": set(), "review": set()}
    for row in found:
        ids.setdefault(row.subject_type, set()).add(row.subject_id)
    rows = _facts_of(items=ids["checkpoint"], reviews=ids["review"])
    return {(row[0], row[1]): Facts(*row[2:]) for row in rows}


def action_words(row: Waiting, starter: Person) -> str:
    return row.on_page.act.format(given_name=starter.given_name)


def rank_of(row: Waiting, *, today: dt.date) -> Urgency:
    return urgency(row.due_on, today=today, is_handed_back=row.came_back, is_asked=row.on_page.is_asked)


def dates_of(row: Waiting, facts: Facts, *, today: dt.date) -> dict[str, object]:
    """The day to answer by and the thing's own day are two dates; late is whoever has it now, past the day that counts
    for them (`induction/rules/lateness.py`)."""
    days = row.days_late(today)
    if row.on_page.is_asked:
        return {"due": facts.due_date, "answer_by": row.due_on, "days": days if days > 0 else None}
    return {"due": row.due_on, "answer_by": None, "days": days if days >= -SOON.days else None}


def state_of(row: Waiting, *, today: dt.date) -> str:
    """One word for a row of the first page and of the queue."""
    if row.on_page.is_asked:
        return row.on_page.state
    if row.came_back:
        return "handed_back"
    return "overdue" if row.due_on < today else row.on_page.state
