"""Who stands on the manager's side of a person's records on a day, from the dated rows of line and cover."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef

from people.models import Cover, LineManagement, Person
from people.prepared import Prepared
from people.querysets import current


@dataclass(frozen=True)
class Line:
    """Who stands on the manager's side of someone's plan on a day: the line manager, and whoever covers."""

    manager: Person | None
    covers: tuple[Person, ...] = ()

    @property
    def ids(self) -> frozenset[int]:
        people = (self.manager, *self.covers) if self.manager else self.covers
        return frozenset(person.pk for person in people if person)

    @property
    def names(self) -> str:
        """Who holds the manager's part, in words; cover first, for they are the ones at work."""
        if self.manager is None:
            return "Learning and Development (no line manager is recorded)"
        if self.covers:
            return f"{' or '.join(cover.full_name for cover in self.covers)}, covering for {self.manager.full_name}"
        return self.manager.full_name

    @property
    def acting(self) -> tuple[Person, ...]:
        """Who holds the manager's part today: whoever covers, else the manager."""
        return self.covers or ((self.manager,) if self.manager else ())

    @property
    def reader_names(self) -> str:
        """Who reads what is shared with the line manager alone, in words for its owner."""
        return self.names if self.manager else "whoever becomes your line manager"

    def acting_for(self, by: Person) -> Person | None:
        """The manager for whom a cover acts in their own name; none when the manager acts."""
        if self.manager is None or by == self.manager:
            return None
        return self.manager if by in self.covers else None


def _line_people(*, person_id: int, today: dt.date) -> models.QuerySet[Any]:
    lines = LineManagement.objects.on(today).filter(person=person_id).order_by()
    acting = (
        Cover.objects.on(today)
        .filter(current("manager__report_lines", today), manager__report_lines__person=person_id)
        .order_by()
    )
    people = Person.objects.active().filter(pk__in=lines.values("manager").union(acting.values("cover")))
    return people.annotate(
        is_line_manager=Exists(lines.filter(manager=OuterRef("pk"))),
        is_covering=Exists(acting.filter(cover=OuterRef("pk"))),
    ).order_by("pk")


_people_of_line = Prepared(_line_people)


def line_of(person: Person, *, today: dt.date) -> Line:
    """The line manager and cover of a person on a day, from the dated rows; one query."""
    found = _people_of_line(person_id=person.pk, today=today)
    manager = next((one for one in found if one.is_line_manager), None)
    if manager is None:
        return Line(manager=None)
    covers = tuple(one for one in found if one.is_covering and one.pk not in {person.pk, manager.pk})
    return Line(manager=manager, covers=covers)
