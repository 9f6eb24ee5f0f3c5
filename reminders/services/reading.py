"""What is due as pages show it: the same rules as the mail, all of them read as one query."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Q, QuerySet, Value
from django.urls import reverse

from notifications import due
from people.models import Person
from reminders import registry

# How far ahead a thing that nobody has touched is worth a place in a list.
AHEAD = dt.timedelta(days=14)
SHOWN_AT_MOST = 200
# A calendar holds what is near and far; more than this nobody reads, and a file has to stay small.
IN_A_CALENDAR_AT_MOST = 1000
# What each side of a plan holds of the things that wait.
OWN = (due.Waiting.PERSON, due.Waiting.BOTH)
OF_THE_TEAM = (due.Waiting.MANAGER, due.Waiting.BOTH)

# The line is left out: whose list it is tells who holds a row.
NAMES = (
    due.SUBJECT_ID,
    due.PERSON_ID,
    due.WAITING_ON,
    due.DUE_ON,
    due.LABEL,
    due.URL_PK,
)
KIND = "row_kind"


@dataclass(frozen=True)
class Waiting:
    """One thing that is due or waits for an answer."""

    kind: str
    subject_id: int
    person_id: int
    waiting_on: str
    due_on: dt.date
    label: str
    url: str
    subject_type: str
    calendar_title: str = ""

    def days_late(self, today: dt.date) -> int:
        return (today - self.due_on).days

    @property
    def action(self) -> str:
        return self.kind.partition(".")[2]


def due_about(
    people: Collection[int], *, today: dt.date, sides: Iterable[str], however_far: Collection[str] = ()
) -> list[Waiting]:
    """What waits on these sides about these people, the longest overdue first.

    Far-off things are left out, but for the kinds named `however_far`: someone already waits for those.
    """
    wanted = Q(
        **{
            # Ids, not a subquery: with a million open items the planner must start from these few people.
            f"{due.PERSON_ID}__in": people,
            f"{due.WAITING_ON}__in": list(sides),
        }
    )
    near = wanted & Q(**{f"{due.DUE_ON}__lte": today + AHEAD})
    return _read(
        {rule: wanted if rule.kind in however_far else near for rule in registry.rules()},
        today=today,
        at_most=SHOWN_AT_MOST,
    )


def due_to(person: Person, *, today: dt.date) -> list[Waiting]:
    """Everything that waits on this person, near and far, the oldest first: their own things, and what they hold as
    a line manager or cover. A manager who is away still holds it beside the cover, as in the queue."""
    team = list(Person.objects.held_by(person, today=today).values_list("pk", flat=True))
    own = Q(**{due.PERSON_ID: person.pk, f"{due.WAITING_ON}__in": OWN})
    of_team = Q(**{f"{due.PERSON_ID}__in": team, f"{due.WAITING_ON}__in": OF_THE_TEAM})
    wanted = own | of_team if team else own
    return _read(dict.fromkeys(registry.rules(), wanted), today=today, at_most=IN_A_CALENDAR_AT_MOST)


def _read(wanted: Mapping[due.DueRule, Q], *, today: dt.date, at_most: int) -> list[Waiting]:
    """The open things of every rule that fit, in one query."""
    rules = {rule.kind: rule for rule in wanted}
    parts = [_part(rule, today=today).filter(fits).values(*NAMES, KIND) for rule, fits in wanted.items()]
    if not parts:
        return []
    rows = parts[0].union(*parts[1:], all=True).order_by(due.DUE_ON, KIND, due.SUBJECT_ID)[:at_most]
    return [_waiting(row, rules[row[KIND]]) for row in rows]


def _part(rule: due.DueRule, *, today: dt.date) -> QuerySet[Any]:
    found: QuerySet[Any] = rule.find(today=today).annotate(**{KIND: Value(rule.kind, output_field=CharField())})
    return found


def _waiting(row: dict[str, Any], rule: due.DueRule) -> Waiting:
    return Waiting(
        kind=rule.kind,
        subject_id=row[due.SUBJECT_ID],
        person_id=row[due.PERSON_ID],
        waiting_on=row[due.WAITING_ON],
        due_on=row[due.DUE_ON],
        label=row[due.LABEL],
        url=reverse(rule.url_name, args=[row[due.URL_PK]]),
        subject_type=rule.subject_type,
        calendar_title=rule.name_in_calendars,
    )
