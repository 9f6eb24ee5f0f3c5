"""What pages read of people on every request: queries that are written once (people/prepared.py)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from people.models import Person
from people.prepared import Prepared
from people.querysets import covered_ids, direct_ids, held_ids


def _named(ids: QuerySet[Any, Any]) -> QuerySet[Person]:
    return Person.objects.active().filter(pk__in=ids).only("given_name", "family_name").order_by("pk")


def _held(*, person_id: int, today: dt.date) -> QuerySet[Person]:
    return _named(held_ids(person_id, today=today))


def _reports(*, person_id: int, today: dt.date) -> QuerySet[Person]:
    return _named(direct_ids(person_id, today=today))


def _covered(*, person_id: int, today: dt.date) -> QuerySet[Person]:
    return _named(covered_ids(person_id, today=today))


def _people_with_post(*, ids: tuple[int, ...], today: dt.date) -> QuerySet[Person]:
    return Person.objects.filter(pk__in=ids).with_post(today=today)


# Whom a person manages or covers for, manages, covers for: with their names alone.
held_people = Prepared(_held)
reports = Prepared(_reports)
covered_people = Prepared(_covered)
people_with_post = Prepared(_people_with_post)
