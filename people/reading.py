"""What pages read of people on every request: queries that are written once (people/prepared.py)."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from people.models import Person
from people.prepared import Prepared
from people.querysets import held_ids


def _held(*, person_id: int, today: dt.date) -> QuerySet[Person]:
    people = Person.objects.active().filter(pk__in=held_ids(person_id, today=today))
    return people.only("given_name", "family_name").order_by("pk")


def _people_with_post(*, ids: tuple[int, ...], today: dt.date) -> QuerySet[Person]:
    return Person.objects.filter(pk__in=ids).with_post(today=today)


held_people = Prepared(_held)
people_with_post = Prepared(_people_with_post)
