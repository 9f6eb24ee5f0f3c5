"""Leaving: rights end at once, nobody is deleted, and what someone held for others is given back."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from audit import services as audit
from audit.transactions import all_or_nothing
from people.models import Cover, LineManagement, Person, SignedInSession, User


@all_or_nothing()
def deactivate_due(*, today: dt.date, now: dt.datetime) -> int:
    """Whoever's leaving date, known from HR beforehand, has come; repeatable, for the daily sweep."""
    rows = (
        Person.objects.active()
        .filter(leaving_date__lte=today)
        .order_by("pk")
        .select_for_update()
        .values_list("pk", "leaving_date")
    )
    due = {pk: leaving_date for pk, leaving_date in rows if leaving_date}
    if due:
        audit.record_many(leave(due, by=None, now=now), now=now)
    return len(due)


def leave(
    leavers: Mapping[int, dt.date],
    *,
    by: Person | None,
    now: dt.datetime,
    facts: dict[str, object] | None = None,
) -> list[audit.NewEntry]:
    """Ends everything for a set of people already locked; answers what the history must tell.

    A leaver's own line stays: it tells who answers for their record. Their reports stand without a manager until
    HR or L&D names one; inductions among them are L&D's exceptions (`induction.services.oversight.without_manager`).
    """
    today = timezone.localdate(now)
    by_date: dict[dt.date, list[int]] = defaultdict(list)
    for pk, leaving_date in leavers.items():
        by_date[leaving_date].append(pk)
    for leaving_date, group in by_date.items():
        for ids in chunks(group):
            Person.objects.filter(pk__in=ids).update(deactivated_at=now, leaving_date=leaving_date, updated_at=now)
            _end_lines(LineManagement.objects.filter(manager__in=ids), min(leaving_date, today), today)
            _end_lines(Cover.objects.filter(cover__in=ids), min(leaving_date, today), today)
    people: list[Person] = []
    taken: list[tuple[User, str]] = []
    for ids in chunks(list(leavers)):
        taken.extend(_close_accounts(ids))
        SignedInSession.objects.filter(user__person__in=ids).delete()
        people.extend(Person.objects.filter(pk__in=ids))
    by_person = {person.pk: person for person in people}
    return [
        audit.NewEntry(
            by=by,
            verb="people.person_left",
            subject=person,
            chain=audit.chain_of(person),
            facts={"leaving_date": leavers[person.pk].isoformat(), **(facts or {})},
        )
        for person in people
    ] + [
        audit.NewEntry(
            by=by,
            verb="people.role_removed",
            subject=user,
            chain=audit.chain_of(by_person[user.person_id or 0]),
            facts={"role": role, **(facts or {})},
        )
        for user, role in taken
    ]


def _close_accounts(person_ids: list[int]) -> list[tuple[User, str]]:
    """Closes the accounts and answers the roles they lose: who comes back asks for a role anew, by the same two."""
    users = {user.pk: user for user in User.objects.select_for_update().filter(person__in=person_ids).order_by("pk")}
    held = User.groups.through.objects.filter(user__in=users)
    names = held.order_by("user", "group__name").values_list("user", "group__name")
    taken = [(users[pk], name) for pk, name in names]
    taken += [(user, "superuser") for user in users.values() if user.is_superuser]
    held.delete()
    User.user_permissions.through.objects.filter(user__in=users).delete()
    User.objects.filter(pk__in=users).update(is_active=False, is_staff=False, is_superuser=False)
    return taken


def _end_lines(rows: QuerySet[Any], last_day: dt.date, today: dt.date) -> None:
    """Rows that hold end on the last day, or on their first if that is later; those not begun never begin."""
    rows.filter(start_date__gt=today).delete()
    still_open = rows.filter(Q(end_date__isnull=True) | Q(end_date__gt=last_day))
    still_open.filter(start_date__gt=last_day).update(end_date=F("start_date"))
    still_open.filter(start_date__lte=last_day).update(end_date=last_day)


def chunks(ids: list[int], size: int = 2000) -> list[list[int]]:
    """Parts small enough for one statement."""
    return [ids[start : start + size] for start in range(0, len(ids), size)]
