"""What is due as pages show it: the same rules as the mail, all of them read as one query."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import CharField, Q, QuerySet, Value

from govuk.addresses import address
from notifications import due
from people.prepared import Prepared
from reminders import registry

# How far ahead a thing that nobody has touched is worth a place in a list.
AHEAD = dt.timedelta(days=14)
SHOWN_AT_MOST = 200

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
    url_name: str
    url_pk: int
    subject_type: str

    @property
    def url(self) -> str:
        return address(self.url_name, self.url_pk)

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
    shape = (tuple(sorted(sides)), frozenset(however_far))
    rules = {rule.kind: rule for rule in registry.rules()}
    if not rules:
        return []
    return [_waiting(row, rules[row[KIND]]) for row in _query(*shape)(people=people, today=today)]


@lru_cache(maxsize=32)
def _query(sides: tuple[str, ...], however_far: frozenset[str]) -> Prepared[dict[str, Any]]:
    """The query of all rules for these sides, written once."""

    def build(*, people: tuple[int, ...], today: dt.date) -> QuerySet[Any, dict[str, Any]]:
        # Ids, not a subquery: with a million open items the planner must start from these few people.
        wanted = Q(**{f"{due.PERSON_ID}__in": people, f"{due.WAITING_ON}__in": sides})
        near = wanted & Q(**{f"{due.DUE_ON}__lte": today + AHEAD})
        parts = [
            _part(rule, today=today).filter(wanted if rule.kind in however_far else near).values(*NAMES, KIND)
            for rule in registry.rules()
        ]
        rows: QuerySet[Any, dict[str, Any]] = parts[0].union(*parts[1:], all=True)
        return rows.order_by(due.DUE_ON, KIND, due.SUBJECT_ID)[:SHOWN_AT_MOST]

    return Prepared(build)


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
        url_name=rule.url_name,
        url_pk=row[due.URL_PK],
        subject_type=rule.subject_type,
    )
