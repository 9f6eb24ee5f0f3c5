"""What is due as pages show it: from the same registry as the mail, so one definition of due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Literal

from notifications.due import DUE_ON, PERSON_ID, DueItem
from people.models import Person
from reminders import registry
from reminders.services.digests import names_of

Scope = Literal["direct", "cover", "line"]


def due_for(person: Person, *, today: dt.date, until: dt.date | None = None) -> list[DueItem]:
    """Everything that this person may act on now, the longest overdue first; at most one query a rule."""
    about = {
        person.pk,
        *Person.objects.reporting_to(person, today=today).values_list("pk", flat=True),
        *Person.objects.covered_by(person, today=today).values_list("pk", flat=True),
    }
    return _items(about, lambda item: item.is_held_by(person.pk), today=today, until=until)


def due_held_by_line(manager: Person, *, scope: Scope, today: dt.date, until: dt.date | None = None) -> list[DueItem]:
    """What waits on the manager of each person in the scope: reports, those covered, or the whole line."""
    people = {
        "direct": Person.objects.reporting_to,
        "cover": Person.objects.covered_by,
        "line": Person.objects.in_line_of,
    }[scope](manager, today=today)
    about = set(people.values_list("pk", flat=True))
    return _items(about, lambda item: item.waits_on_manager, today=today, until=until)


def exceptions(*, today: dt.date, until: dt.date | None = None) -> list[DueItem]:
    """What waits on Learning and Development, or on a line manager who is not there."""
    return _items(None, lambda item: not item.holder_ids or item.has_no_manager, today=today, until=until)


def _items(
    about: Collection[int] | None,
    is_wanted: Callable[[DueItem], bool],
    *,
    today: dt.date,
    until: dt.date | None,
) -> list[DueItem]:
    found: list[DueItem] = []
    if about is not None and not about:
        return found
    for rule in registry.rules():
        rows = rule.find(today=today)
        if about is not None:
            rows = rows.filter(**{f"{PERSON_ID}__in": about})
        if until is not None:
            rows = rows.filter(**{f"{DUE_ON}__lte": until})
        found += [item for item in rule.items(rows) if is_wanted(item)]
    names = names_of(found)
    found.sort(key=lambda item: (item.due_on, item.kind, item.subject_id))
    return [replace(item, names=names) for item in found]
