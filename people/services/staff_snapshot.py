"""What the portal knows about everyone, read in few queries for the comparison with HR's file."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q

from people.models import Cover, JobRole, LineManagement, Person, Posting, RegistrationHeld, Team, User
from people.roles import GUARDED
from people.rules.staff_changes import (
    Choice,
    HeldLine,
    HeldPost,
    HeldRegistration,
    Known,
    Snapshot,
)
from people.services.newcomers import addressed_by


def take_snapshot(*, today: dt.date, by: User | None = None) -> Snapshot:
    """At most ten queries, whatever the number of staff. Of dated rows the one of today counts, else the next."""
    # The latest comes first, so that the earliest, which is today's, is the one that stays.
    posts = {
        person_id: HeldPost(pk, start, end, team_id, team, role_id, role)
        for person_id, pk, start, end, team_id, team, role_id, role in Posting.objects.since(today)
        .order_by("-start_date", "-pk")
        .values_list(
            "person_id",
            "pk",
            "start_date",
            "end_date",
            "team_id",
            "team__name",
            "job_role_id",
            "job_role__title",
        )
    }
    lines = {
        person_id: HeldLine(pk, start, end, manager, manager_id)
        for person_id, pk, start, end, manager, manager_id in LineManagement.objects.since(today)
        .order_by("-start_date", "-pk")
        .values_list("person_id", "pk", "start_date", "end_date", "manager__employee_number", "manager_id")
    }
    registrations: dict[int, list[HeldRegistration]] = defaultdict(list)
    for row in RegistrationHeld.objects.order_by("pk").values_list(
        "pk", "start_date", "end_date", "person_id", "body", "number"
    ):
        held = HeldRegistration(*row)
        registrations[held.person_id].append(held)
    accounts = list(User.objects.order_by("pk").values_list("person_id", "email"))
    with_account = {person_id for person_id, _ in accounts if person_id}
    above = Q(is_staff=True) | Q(is_superuser=True) | Q(groups__name__in=GUARDED)
    guarded = set(User.objects.filter(above).values_list("person_id", flat=True))
    # Whoever manages or covers reads and signs for others: their mailbox is worth as much.
    guarded |= {line.manager_id for line in lines.values()}
    guarded |= set(Cover.objects.since(today).values_list("cover_id", flat=True))
    people = {
        number: Known(
            pk=pk,
            employee_number=number,
            email=email.lower(),
            given_name=given_name,
            family_name=family_name,
            start_date=start_date,
            leaving_date=leaving_date,
            fte=fte,
            is_active=deactivated_at is None,
            has_account=pk in with_account,
            is_guarded=pk in guarded,
            post=posts.get(pk),
            line=lines.get(pk),
            registrations=tuple(registrations.get(pk, ())),
        )
        for (
            pk,
            number,
            email,
            given_name,
            family_name,
            start_date,
            leaving_date,
            fte,
            deactivated_at,
        ) in Person.objects.order_by("pk").values_list(
            "pk",
            "employee_number",
            "email",
            "given_name",
            "family_name",
            "start_date",
            "leaving_date",
            "fte",
            "deactivated_at",
        )
    }
    chosen = addressed_by(by) if by else set()
    covers = Cover.objects.filter(cover=by.person) if by and by.person else Cover.objects.none()
    return Snapshot(
        people=people,
        teams=_choices(Team.objects.order_by("pk").values_list("pk", "code", "name", "end_date")),
        job_roles=_choices(JobRole.objects.order_by("pk").values_list("pk", "code", "title", "end_date")),
        emails={known.email: known for known in people.values()},
        registrations={(r.body, r.number): r for rows in registrations.values() for r in rows},
        other_account_emails=frozenset(email for person_id, email in accounts if person_id is None),
        importer=None if by is None else by.person.employee_number if by.person else "",
        brought_in=frozenset(number for number, known in people.items() if known.pk in chosen),
        covered=frozenset(covers.since(today).values_list("manager__employee_number", flat=True)),
    )


def version_of(snapshot: Snapshot, *, today: dt.date) -> str:
    """A fingerprint of all that a preview rests on: after any change, and on another day, preview again."""
    digest = hashlib.sha256(today.isoformat().encode())
    for part in (snapshot.people, snapshot.teams, snapshot.job_roles):
        for key in sorted(part):
            digest.update(repr(part[key]).encode())
    digest.update(repr(sorted(snapshot.registrations.items())).encode())
    digest.update(repr(sorted(snapshot.other_account_emails)).encode())
    digest.update(repr(sorted(snapshot.covered)).encode())
    digest.update(repr(sorted(snapshot.brought_in)).encode())
    return digest.hexdigest()


def _choices(rows: Iterable[tuple[int, str, str, dt.date | None]]) -> dict[str, Choice | None]:
    """By code and by name; a name that two rows share stands for neither."""
    choices: dict[str, Choice | None] = {}
    codes = {}
    for pk, code, name, end_date in rows:
        choice = Choice(pk, name, end_date)
        codes[code.casefold()] = choice
        key = name.casefold()
        choices[key] = None if key in choices else choice
    return choices | codes
