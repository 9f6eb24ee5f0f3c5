"""What is due as pages show it: the same rules as the mail, all of them read as one query."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Case, CharField, Count, Q, QuerySet, Value, When

from govuk.addresses import address
from notifications import due
from people.models import Person
from people.prepared import Prepared
from people.reading import held_people, is_learning
from reminders import registry
from reminders.rules import is_of_team

# How far ahead a thing that nobody has touched is worth a place in a list.
AHEAD = dt.timedelta(days=14)
SHOWN_AT_MOST = 200
# A calendar holds what is near and far; more than this nobody reads, and a file has to stay small.
IN_A_CALENDAR_AT_MOST = 1000
# What each side of a plan holds of the things that wait.
OWN = (due.Waiting.PERSON, due.Waiting.BOTH)
OF_THE_TEAM = (due.Waiting.MANAGER, due.Waiting.BOTH)

# The line is left out: whose list it is tells who holds a row.

KIND = "row_kind"
PLACE = "row_place"
NAMES = (
    KIND,
    due.SUBJECT_ID,
    due.PERSON_ID,
    due.WAITING_ON,
    due.DUE_ON,
    due.LABEL,
    due.URL_PK,
    due.CAME_BACK,
    PLACE,
)


class Waiting(NamedTuple):
    """One thing that is due or waits for an answer; the fields are NAMES and the rule that found it."""

    kind: str
    subject_id: int
    person_id: int
    waiting_on: str
    due_on: dt.date
    label: str
    url_pk: int
    came_back: bool
    place: int
    rule: due.DueRule

    @property
    def url(self) -> str:
        return address(self.rule.url_name, self.url_pk)

    @property
    def subject_type(self) -> str:
        return self.rule.subject_type

    @property
    def calendar_title(self) -> str:
        """What a calendar may show, where anyone may look over a shoulder."""
        return self.rule.name_in_calendars

    def days_late(self, today: dt.date) -> int:
        return (today - self.due_on).days

    @property
    def on_page(self) -> due.OnPage:
        return self.rule.on_page

    @property
    def title(self) -> str:
        return self.on_page.title or self.label

    @property
    def act_url(self) -> str:
        """Where on its page it is done."""
        return f"{self.url}{self.on_page.anchor}"


def due_about(
    people: Collection[int],
    *,
    today: dt.date,
    sides: Iterable[str],
    reader_id: int | None = None,
) -> list[Waiting]:
    """What waits on these sides about these people, the longest overdue first; one query.

    Far-off things are left out, unless someone already waits for them. What is about the reader comes first, whichever
    side it waits on.
    """
    rules = {rule.kind: rule for rule in registry.rules()}
    if not rules:
        return []
    query = _query(tuple(sorted(sides)), tuple(rules), reader_id is not None)
    reader = {} if reader_id is None else {"reader_id": reader_id}
    found = query(people={*people, *reader.values()}, today=today, **reader)
    return [Waiting._make((*row, rules[row[0]])) for row in found]


@lru_cache(maxsize=32)
def _query(sides: tuple[str, ...], kinds: tuple[str, ...], has_reader: bool) -> Prepared[Any]:
    """The query of these kinds' rules for these sides, written once."""

    def build(*, people: tuple[int, ...], today: dt.date, reader_id: int | None = None) -> QuerySet[Any, Any]:
        is_readers = Q(**{due.PERSON_ID: reader_id}) if has_reader else Q()
        on_side = Q(**{f"{due.WAITING_ON}__in": sides})
        near = Q(**{f"{due.DUE_ON}__lte": today + AHEAD})
        wanted = is_readers | on_side if has_reader else on_side
        place = Case(When(is_readers, then=0), default=1) if has_reader else Value(1)

        parts = [
            _part(rule, today=today)
            # Ids, not a subquery: with a million open items the planner must start from these few people.
            .filter(wanted if rule.on_page.is_asked else wanted & near, **{f"{due.PERSON_ID}__in": people})
            .annotate(**{PLACE: place})
            .values_list(*NAMES)
            for rule in registry.rules()
            if rule.kind in kinds
        ]
        rows: QuerySet[Any, Any] = parts[0].union(*parts[1:], all=True)
        return rows.order_by(PLACE, due.DUE_ON, KIND, due.SUBJECT_ID)[:SHOWN_AT_MOST]

    return Prepared(build)


def overdue_of(people: Collection[int], *, today: dt.date) -> Counter[int]:
    """How much is overdue of each of these people, as a team’s list of the week counts it; one query."""
    kinds = tuple(rule.kind for rule in registry.rules())
    found: Counter[int] = Counter()
    for person_id, number in _overdue(kinds)(people=people, today=today) if kinds and people else ():
        found[person_id] += number
    return found


@lru_cache(maxsize=32)
def _overdue(kinds: tuple[str, ...]) -> Prepared[Any]:
    """Of each of these kinds' rules the number a person, written once."""

    def build(*, people: tuple[int, ...], today: dt.date) -> QuerySet[Any, Any]:
        parts = [
            _part(rule, today=today)
            .filter(
                **{
                    f"{due.PERSON_ID}__in": people,
                    f"{due.DUE_ON}__lt": today,
                    f"{due.WAITING_ON}__in": [side for side in due.Waiting if is_of_team(rule, side)],
                }
            )
            .order_by()
            .values(due.PERSON_ID)
            .annotate(number=Count("pk"))
            .values_list(due.PERSON_ID, "number")
            for rule in registry.rules()
            if rule.kind in kinds
        ]
        rows: QuerySet[Any, Any] = parts[0].union(*parts[1:], all=True)
        return rows

    return Prepared(build)


def due_to(person: Person, *, today: dt.date) -> list[Waiting]:
    """Everything that waits on this person, near and far, the oldest first: their own things, and what they hold as
    a line manager or cover. A manager who is away still holds it beside the cover, as in the queue. People of Learning
    and Development have what waits on them together, and what waits on a manager who is not there; a starter without a
    line manager is one such thing, whatever else of that app then waits with it. One query for all."""
    team = [one.pk for one in held_people(person_id=person.pk, today=today)]
    own = Q(**{due.PERSON_ID: person.pk, f"{due.WAITING_ON}__in": OWN})
    of_team = Q(**{f"{due.PERSON_ID}__in": team, f"{due.WAITING_ON}__in": OF_THE_TEAM})
    held = own | of_team if team else own
    of_learning = Q(**{due.WAITING_ON: due.Waiting.LEARNING})
    of_nobody = Q(**{f"{due.WAITING_ON}__in": OF_THE_TEAM, f"{due.MANAGER_ID}__isnull": True})
    is_of_learning = is_learning(person_id=person.pk, today=today).exists()
    rules = {rule.kind: rule for rule in registry.rules()}
    stood_for = {rule.app for rule in rules.values() if rule.stands_for_manager}

    def wanted(rule: due.DueRule) -> Q:
        if not is_of_learning:
            return held
        return held | of_learning if rule.app in stood_for else held | of_learning | of_nobody

    parts = [
        _part(rule, today=today).filter(wanted(rule)).annotate(**{PLACE: Value(1)}).values_list(*NAMES)
        for rule in rules.values()
    ]
    if not parts:
        return []
    rows = parts[0].union(*parts[1:], all=True).order_by(due.DUE_ON, KIND, due.SUBJECT_ID)[:IN_A_CALENDAR_AT_MOST]
    return [Waiting._make((*row, rules[row[0]])) for row in rows]


def _part(rule: due.DueRule, *, today: dt.date) -> QuerySet[Any]:
    found: QuerySet[Any] = rule.find(today=today).annotate(**{KIND: Value(rule.kind, output_field=CharField())})
    return found
