"""Whose mailbox one admin has chosen: people whom their files have added, or given another address (decision 0017)."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from audit.models import AuditEntry
from people.models import LineManagement, Person, User


def addressed_by(account: User) -> set[int]:
    """Ids of these people, by the history; an account that is nobody here is known by its number."""
    chosen = Q(verb="people.person_added") | Q(verb="people.person_changed", facts__fields__has_key="email")
    rows = AuditEntry.objects.filter(chosen, subject_type="people.person")
    rows = rows.filter(actor_id=account.person_id) if account.person_id else rows.filter(facts__account=account.pk)
    return {int(pk) for pk in rows.values_list("subject_id", flat=True) if pk.isdecimal()}


def is_own_newcomer(person: Person, by: Person, *, today: dt.date) -> bool:
    """Whether this admin chose the person's mailbox, and the person has nobody but others of whom that is so."""
    account = User.objects.filter(person=by).first()
    chosen = addressed_by(account) if account else set()
    if person.pk not in chosen:
        return False
    managed = LineManagement.objects.filter(manager=person).since(today).values_list("person_id", flat=True)
    return set(managed) <= chosen
