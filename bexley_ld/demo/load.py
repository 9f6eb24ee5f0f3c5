"""Writes the invented staff into an empty database, by bulk inserts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.db import models, transaction

from audit import services as audit
from audit.models import AuditEntry
from bexley_ld.demo import applications, capabilities, careers, cpd_plans
from bexley_ld.demo.accounts import ACCOUNTS, COVERED_TEAM, PASSWORD
from bexley_ld.demo.history import History, Progress, at
from bexley_ld.demo.staff import MANAGING, SMALLEST, Member, Staff, TeamPlace
from people.models import Cover, JobRole, LineManagement, Person, Posting, RegistrationHeld, Team, User
from people.rules import NotAllowed, search_name

BATCH = 1000
LOADED = "portal.demo_loaded"
PRACTITIONERS = {"R12", "R13", "R14"}
Row = TypeVar("Row", bound=models.Model)


def check_can_load() -> None:
    """Invented people never stand beside real ones."""
    if settings.IS_PRODUCTION:
        raise NotAllowed("Demo staff are refused in production: set PORTAL_MODE=demo on a database of its own.")
    if Person.objects.exists():
        raise NotAllowed("This database holds people already. Demo staff go into an empty one: `make demo-reset`.")
    if not Team.objects.exists() or not JobRole.objects.exists():
        raise NotAllowed("Run load_starter_content first: the invented people need teams and job roles.")


def load_staff(*, size: int, seed: int, today: dt.date, progress: Progress) -> list[Member]:
    """Everything, ending with the row that says so; what breaks half-way is cleared by `make demo-reset`."""
    check_can_load()
    if size < SMALLEST:
        raise NotAllowed(f"Ask for at least {SMALLEST} staff, so that every demo account has its place.")
    teams = {team.code: team for team in Team.objects.select_related("directorate")}
    places = [TeamPlace(team.code, team.directorate.code) for team in teams.values()]
    members = Staff(size=size, seed=seed, today=today, teams=places).members
    with transaction.atomic():
        people = _insert_people(members, progress)
        _insert_rows(members, people, {code: team.pk for code, team in teams.items()}, progress)
        _insert_accounts(members, people)
        _insert_cover(members, people, today)
    History(members=members, people=people, seed=seed, today=today, progress=progress).write()
    for member in members:
        if member.account and member.account.name == "social.worker":
            capabilities.mark(people[member.number], today=today)
    cpd_plans.plan(_holders(members, people)["social.worker"], today=today)
    applications.apply(_holders(members, people), _colleagues(members, people), today=today)
    careers.share(_holders(members, people), today=today)
    audit.record(
        by=None,
        verb=LOADED,
        subject=None,
        chain=audit.PORTAL,
        now=at(today, 0),
        facts={"staff": size, "seed": seed, "today": today.isoformat()},
    )
    return members


def loaded_on() -> dt.date | None:
    """The day that the demonstration believes in; none when there is no demo data."""
    entry = AuditEntry.objects.filter(chain=audit.PORTAL, verb=LOADED).order_by("-sequence").first()
    return dt.date.fromisoformat(entry.facts["today"]) if entry else None


def insert(rows: Iterable[Row], what: str, progress: Progress) -> list[Row]:
    """Bulk insert, with a line of progress a batch."""
    waiting = list(rows)
    done: list[Row] = []
    for start in range(0, len(waiting), BATCH):
        batch = waiting[start : start + BATCH]
        done += type(batch[0])._default_manager.bulk_create(batch)
        progress(what, len(done), len(waiting))
    return done


def _insert_people(members: Sequence[Member], progress: Progress) -> dict[int, Person]:
    rows = [
        Person(
            employee_number=member.employee_number,
            given_name=member.given_name,
            family_name=member.family_name,
            email=member.email,
            search_name=search_name(member.given_name, member.family_name),
            start_date=member.start_date,
            leaving_date=member.leaving_date,
            fte=member.fte,
            deactivated_at=member.leaving_date and at(member.leaving_date + dt.timedelta(days=1), 0),
        )
        for member in members
    ]
    return {member.number: row for member, row in zip(members, insert(rows, "people", progress), strict=True)}


def _insert_rows(
    members: Sequence[Member], people: dict[int, Person], teams: dict[str, int], progress: Progress
) -> None:
    roles = {role.code: role for role in JobRole.objects.all()}
    insert(
        (
            Posting(
                person=people[member.number],
                team_id=teams[member.team],
                job_role=roles[member.job_role],
                start_date=member.known_from,
            )
            for member in members
        ),
        "posts",
        progress,
    )
    insert((row for member in members for row in _lines(member, people)), "line managers", progress)
    insert(
        (
            RegistrationHeld(
                person=people[member.number],
                body=_body(roles[member.job_role]),
                number=f"DEMO{member.number:06d}",
                start_date=member.start_date,
            )
            for member in members
            if roles[member.job_role].is_registered
        ),
        "registrations",
        progress,
    )


def _lines(member: Member, people: dict[int, Person]) -> Iterator[LineManagement]:
    """Today's manager, and the one before where today's came later than the person."""
    manager = member.manager
    if manager is None:
        return
    since = max(member.known_from, manager.known_from)
    if manager.manager and member.known_from < since:
        yield LineManagement(
            person=people[member.number],
            manager=people[manager.manager.number],
            start_date=member.known_from,
            end_date=since - dt.timedelta(days=1),
        )
    yield LineManagement(person=people[member.number], manager=people[manager.number], start_date=since)


def _body(role: JobRole) -> str:
    return RegistrationHeld.Body.HCPC if role.registration == "HCPC" else RegistrationHeld.Body.SWE


def _holders(members: Sequence[Member], people: dict[int, Person]) -> dict[str, Person]:
    """Who is behind each demo account."""
    return {member.account.name: people[member.number] for member in members if member.account}


def _colleagues(members: Sequence[Member], people: dict[int, Person]) -> list[Person]:
    """Four people without an account who are social workers where there are so many, those longest here first."""
    found = [
        member
        for member in members
        if member.account is None
        and member.manager is not None
        and member.leaving_date is None
        and member.job_role not in MANAGING
        and member.team != COVERED_TEAM
    ]
    found.sort(key=lambda member: (member.job_role not in PRACTITIONERS, member.start_date, member.number))
    return [people[member.number] for member in found[:4]]


def _insert_accounts(members: Sequence[Member], people: dict[int, Person]) -> None:
    """One hash for all of them: argon2 is slow on purpose."""
    hashed = make_password(PASSWORD)
    holders = _holders(members, people)
    users = User.objects.bulk_create(
        User(
            email=account.email,
            password=hashed,
            person=holders[account.name],
            is_staff=account.is_staff,
            is_superuser=account.is_superuser,
            is_demo=True,
        )
        for account in ACCOUNTS
    )
    groups = {group.name: group for group in Group.objects.all()}
    membership: Any = User.groups.through
    membership.objects.bulk_create(
        membership(user_id=user.pk, group_id=groups[account.role].pk)
        for account, user in zip(ACCOUNTS, users, strict=True)
        if account.role
    )


def _insert_cover(members: Sequence[Member], people: dict[int, Person], today: dt.date) -> None:
    """The manager of one team is away, and cover@ acts."""
    covering = next(member for member in members if member.account and member.account.name == "cover")
    away = next(
        member for member in members if member.job_role == "R22" and member.team == COVERED_TEAM and not member.account
    )
    Cover.objects.create(
        manager=people[away.number],
        cover=people[covering.number],
        reason="Annual leave",
        start_date=today - dt.timedelta(days=3),
        end_date=today + dt.timedelta(days=11),
    )
