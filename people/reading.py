"""What pages read of people on every request: queries that are written once (people/prepared.py)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F, Q, QuerySet

from people.models import Cover, Person, RegistrationHeld, SignedInSession, User
from people.prepared import Prepared
from people.querysets import covered_ids, direct_ids, held_ids
from people.roles import Role


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


def _own_details(*, person_id: int, today: dt.date) -> QuerySet[Person]:
    return Person.objects.filter(pk=person_id).with_post(today=today).with_manager_name()


def _registrations(*, person_id: int, today: dt.date) -> QuerySet[RegistrationHeld]:
    return RegistrationHeld.objects.since(today).filter(person=person_id).order_by("pk")


def _covers_about(*, person_id: int, manager_id: int, today: dt.date) -> QuerySet[Cover]:
    about = Q(manager=person_id) | Q(cover=person_id) | Q(manager=manager_id)
    return Cover.objects.since(today).filter(about).select_related("manager", "cover").order_by("start_date", "pk")


def _sessions(*, user_id: int, now: dt.datetime) -> QuerySet[SignedInSession]:
    sessions = SignedInSession.objects.filter(user=user_id, expire_date__gt=now).defer("session_data")
    return sessions.order_by(F("seen_at").desc(nulls_first=True), "-expire_date", "session_key")


own_details = Prepared(_own_details)
registrations_of = Prepared(_registrations)
# Cover for a person, by them, and for their manager.
covers_about = Prepared(_covers_about)
sessions_of = Prepared(_sessions)
# Whom a person manages or covers for, manages, covers for: with their names alone.
held_people = Prepared(_held)
reports = Prepared(_reports)
covered_people = Prepared(_covered)
people_with_post = Prepared(_people_with_post)


def has_team(*, person_id: int, today: dt.date) -> QuerySet[Person]:
    """Whom the person manages or covers for today."""
    return Person.objects.active().filter(pk__in=held_ids(person_id, today=today))


def is_learning(*, person_id: int, today: dt.date) -> QuerySet[User]:
    """The person's account, if it is of Learning and Development."""
    return User.objects.filter(person=person_id, groups__name=Role.LD_ADMIN)
