"""If the sweep ran on some day: who would be told what. The sweep's own code, and nothing is written."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from dataclasses import dataclass

from django.db.models import QuerySet

from notifications import holds
from people.models import Person
from reminders import registry, rules
from reminders.services.sweeping import Bounds, SweepReport, sweep

# What one look reads at most; a page answers within the web server's 30 seconds.
MOST_LINES = 20_000
SECONDS = 15
NAMES_SHOWN = 100


@dataclass(frozen=True)
class Count:
    """How many lines, to how many people."""

    name: str
    lines: int
    people: int


@dataclass(frozen=True)
class Preview:
    """The lines in the order of their readers, and what L&D asks of them."""

    report: SweepReport
    lines: list[rules.Line]
    by_kind: list[Count]
    by_manager: list[Count]
    without_manager: list[str]
    unreachable: list[str]
    switched_off: list[str]

    @property
    def people(self) -> int:
        return len(self.report.people)


def preview(*, for_date: dt.date, now: dt.datetime) -> Preview:
    """As if no other morning were swept before: what earlier mornings will have sent by then is in it too."""
    bounds = Bounds(lines=MOST_LINES, until=time.monotonic() + SECONDS, seconds=SECONDS)
    report = sweep(for_date=for_date, now=now, dry_run=True, bounds=bounds)
    lines = sorted(report.lines, key=lambda line: (line.recipient_id, line.item.due_on, line.key))
    concerned = {line.item.person_id for line in lines if line.item.has_no_manager}
    managers = {line.item.acting_manager_id for line in lines}
    names = names_by_id(managers | concerned)
    titles = {rule.kind: rule.title for rule in registry.rules()}
    logged = {rule.kind: rule.name_in_calendars for rule in registry.rules()}
    return Preview(
        report=report,
        lines=lines,
        by_kind=_counts([(logged[line.item.kind], line) for line in lines]),
        by_manager=_counts([(_manager(line, names), line) for line in lines]),
        unreachable=_names_of(holds.people_out_of_reach(), report.people),
        without_manager=sorted(names[pk] for pk in concerned if pk in names),
        switched_off=[titles[kind] for kind in report.switched_off],
    )


def names_by_id(ids: set[int] | set[int | None]) -> dict[int, str]:
    return {person.pk: str(person) for person in Person.objects.filter(pk__in=[pk for pk in ids if pk])}


def _names_of(people: QuerySet[Person], told: set[int]) -> list[str]:
    """Of these people the names of those who are told something."""
    return sorted(str(person) for person in people if person.pk in told)


def _manager(line: rules.Line, names: dict[int, str]) -> str:
    manager = line.item.acting_manager_id
    return names.get(manager, "") if manager else "Nobody is recorded"


def _counts(lines: list[tuple[str, rules.Line]]) -> list[Count]:
    numbers = Counter(name for name, _ in lines)
    people: dict[str, set[int]] = {}
    for name, line in lines:
        people.setdefault(name, set()).add(line.recipient_id)
    return [Count(name, number, len(people[name])) for name, number in sorted(numbers.items(), key=_most_first)]


def _most_first(row: tuple[str, int]) -> tuple[int, str]:
    return -row[1], row[0]
