"""Writes what a preview of HR's file showed, set by set; runs inside `apply_import`'s transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import models

from audit import services as audit
from people import notices
from people.models import ImportRun, LineManagement, Person, Posting, RegistrationHeld, SignedInSession, User
from people.rules import search_name
from people.rules.staff_changes import Accepted, Comparison, Held
from people.services.leaving import chunks, leave
from people.services.overlaps import no_overlap

ROWS_AT_ONCE = 500
PERSON_FIELDS = ("email", "given_name", "family_name", "search_name", "start_date", "leaving_date", "fte")


def write_changes(result: Comparison, *, run: ImportRun, by: User | None, today: dt.date, now: dt.datetime) -> None:
    """People and accounts, then posts, lines and registrations as dated rows, then leavers, then history."""
    people = _save_people(result)
    _save_accounts(result, people, now)
    touched = result.new + result.changed
    actor = by.person if by else None
    _save_posts(touched, people, today)
    changes = _save_lines(touched, people, today)
    if changes:
        notices.tell(notices.LinesChanged(changes=changes, by=actor, is_hr_file=True), now=now)
    _save_registrations(touched, people, today)
    facts: dict[str, object] = {"import": run.pk}
    if by and actor is None:
        facts["account"] = by.pk
    leavers = {leaver.known.pk: leaver.leaving_date for leaver in result.left}
    entries = _history(result, people, actor, facts)
    entries += leave(leavers, by=actor, now=now, facts=facts)
    entries.append(
        audit.NewEntry(
            by=actor,
            verb="people.import_applied",
            subject=run,
            chain=audit.PORTAL,
            facts={
                **facts,
                "file_hash": run.file_hash,
                "new": len(result.new),
                "changed": len(result.changed),
                "left": len(result.left),
                "refused": len(result.refused),
            },
        )
    )
    audit.record_many(entries, now=now)


def _save_people(result: Comparison) -> dict[str, Person]:
    """Everyone whom a row needs, by employee number; new ones added, changed ones brought up to date."""
    new = [_filled(Person(employee_number=item.row.employee_number), item) for item in result.new]
    Person.objects.bulk_create(new, batch_size=ROWS_AT_ONCE)
    wanted = {item.row.employee_number for item in result.changed}
    wanted |= {item.manager for item in result.new + result.changed if item.manager}
    known = {p.employee_number: p for p in _by_numbers(sorted(wanted - {p.employee_number for p in new}))}
    changed = []
    for item in result.changed:
        person = _filled(known[item.row.employee_number], item)
        if "state" in item.fields:
            person.deactivated_at = None
        changed.append(person)
    _upsert(Person, changed, [*PERSON_FIELDS, "deactivated_at", "updated_at"])
    return {**known, **{person.employee_number: person for person in new}}


def _by_numbers(numbers: list[str]) -> Iterable[Person]:
    for start in range(0, len(numbers), 2000):
        yield from Person.objects.filter(employee_number__in=numbers[start : start + 2000])


def _filled(person: Person, item: Accepted) -> Person:
    row = item.row
    if row.start_date is None or row.fte is None:
        raise ValueError("An accepted row has a start date and a full-time equivalent.")
    person.email, person.given_name, person.family_name = row.email, row.given_name, row.family_name
    person.search_name = search_name(row.given_name, row.family_name)
    person.start_date, person.leaving_date, person.fte = row.start_date, row.leaving_date, row.fte
    return person


def _save_accounts(result: Comparison, people: Mapping[str, Person], now: dt.datetime) -> None:
    """An account for everyone, without a usable password until single sign-on or a first reset.

    Another address ends the account's sessions, and both addresses are told.
    """
    without = [*result.new, *(item for item in result.changed if "account" in item.fields)]
    User.objects.bulk_create(
        [
            User(email=item.row.email, person=people[item.row.employee_number], password=make_password(None))
            for item in without
        ],
        batch_size=ROWS_AT_ONCE,
    )
    emails = {people[item.row.employee_number].pk: item.row.email for item in result.changed if "email" in item.fields}
    moved: list[User] = []
    for ids in chunks(list(emails)):
        moved.extend(User.objects.filter(person__in=ids))
    for user in moved:
        user.email = emails[user.person_id or 0]
    User.objects.bulk_update(moved, ["email"], batch_size=ROWS_AT_ONCE)
    for ids in chunks([user.pk for user in moved]):
        SignedInSession.objects.filter(user__in=ids).delete()
    has_moved = {user.person_id for user in moved}
    for item in result.changed:
        person = people[item.row.employee_number]
        if "email" in item.fields and person.pk in has_moved:
            old, new = item.fields["email"]
            notices.tell(notices.AddressChanged(person=person, old=old, new=new), now=now)
    back = [people[item.row.employee_number].pk for item in result.changed if "state" in item.fields]
    for ids in chunks(back):
        User.objects.filter(person__in=ids).update(is_active=True)


def _save_posts(items: list[Accepted], people: Mapping[str, Person], today: dt.date) -> None:
    replaced, rows = [], []
    earlier = _had_earlier(Posting, [item.known.pk for item in items if item.known and not item.known.post])
    for item in items:
        person = people[item.row.employee_number]
        held = item.known.post if item.known else None
        if held and not {"team", "job_role"} & item.fields.keys():
            continue
        if held:
            replaced.append(held)
        rows.append(
            Posting(
                person=person,
                team_id=item.team.pk,
                job_role_id=item.job_role.pk,
                **_period(held, person, today, had_earlier=person.pk in earlier),
            )
        )
    _replace(Posting, replaced, rows, today)


def _save_lines(items: list[Accepted], people: Mapping[str, Person], today: dt.date) -> tuple[notices.LineChange, ...]:
    """Answers whose line manager is another now; who is new has nobody to whom that would be news."""
    replaced, rows = [], []
    changed: list[tuple[Person, int, Person | None, dt.date]] = []
    earlier = _had_earlier(LineManagement, [item.known.pk for item in items if item.known and not item.known.line])
    for item in items:
        person = people[item.row.employee_number]
        held = item.known.line if item.known else None
        if item.known and "manager" not in item.fields:
            continue
        if held:
            replaced.append(held)
        manager = people[item.manager] if item.manager else None
        if manager:
            period = _period(held, person, today, had_earlier=person.pk in earlier)
            rows.append(LineManagement(person=person, manager=manager, **period))
        if item.known:
            from_date = rows[-1].start_date if manager else max(held.start_date, today) if held else today
            changed.append((person, held.manager_id if held else 0, manager, from_date))
    _replace(LineManagement, replaced, rows, today)
    old = _by_ids({before for _, before, _, _ in changed if before})
    return tuple(
        notices.LineChange(person=person, old=old.get(before), new=new, from_date=from_date)
        for person, before, new, from_date in changed
    )


def _by_ids(ids: set[int]) -> dict[int, Person]:
    return {person.pk: person for part in chunks(sorted(ids)) for person in Person.objects.filter(pk__in=part)}


def _save_registrations(items: list[Accepted], people: Mapping[str, Person], today: dt.date) -> None:
    """Another number with the same body ends the old one; a number held before is opened again."""
    replaced: list[Held] = []
    rows = []
    opened_again = []
    for item in items:
        body, number = item.row.registration_body, item.row.registration_number
        if not number or (item.known and "registration" not in item.fields):
            continue
        before = item.known.registrations if item.known else ()
        ended = [held for held in before if held.body == body and held.end_date is None]
        replaced.extend(ended)
        again = [held.pk for held in before if (held.body, held.number) == (body, number)]
        opened_again.extend(again)
        if not again:
            person = people[item.row.employee_number]
            period = _period(ended[0] if ended else None, person, today)
            rows.append(RegistrationHeld(person=person, body=body, number=number, **period))
    _replace(RegistrationHeld, replaced, rows, today)
    for ids in chunks(opened_again):
        RegistrationHeld.objects.filter(pk__in=ids).update(end_date=None)


def _had_earlier(model: type[models.Model], person_ids: list[int]) -> set[int]:
    """Who, without such a row today, had one before, such as a line to a manager who has left."""
    return {
        person_id
        for ids in chunks(person_ids)
        for person_id in model._default_manager.filter(person__in=ids).values_list("person", flat=True)
    }


def _period(
    held: Held | None, person: Person, today: dt.date, *, had_earlier: bool = False
) -> dict[str, dt.date | None]:
    """A change holds from today; what is first known holds from the start date, and at the latest from today.

    So someone holds what is due before day one, and what was planned for later stays planned. What follows on a row
    that has ended holds from today as well: the days before stay as they were.
    """
    if held is None:
        return {"start_date": today if had_earlier else min(person.start_date, today), "end_date": None}
    return {"start_date": max(held.start_date, today), "end_date": held.end_date}


def _replace(model: type[models.Model], old: Sequence[Held], new: list[Any], today: dt.date) -> None:
    """The old rows end the day before; those that began today or later never held, so they make room."""
    begun = [held.pk for held in old if held.start_date < today]
    for ids in chunks(begun):
        model._default_manager.filter(pk__in=ids).update(end_date=today - dt.timedelta(days=1))
    for ids in chunks([held.pk for held in old if held.start_date >= today]):
        model._default_manager.filter(pk__in=ids).delete()
    with no_overlap():
        model._default_manager.bulk_create(new, batch_size=ROWS_AT_ONCE)


def _upsert(model: type[models.Model], rows: list[Any], fields: list[str]) -> None:
    """One statement a part, instead of an update a row."""
    model._default_manager.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=fields, batch_size=ROWS_AT_ONCE
    )


def _history(
    result: Comparison, people: Mapping[str, Person], actor: Person | None, facts: dict[str, object]
) -> list[audit.NewEntry]:
    entries = []
    for verb, items in (("people.person_added", result.new), ("people.person_changed", result.changed)):
        for item in items:
            person = people[item.row.employee_number]
            fields = {name: [old, new] for name, (old, new) in item.fields.items()}
            entries.append(
                audit.NewEntry(
                    by=actor,
                    verb=verb,
                    subject=person,
                    chain=audit.chain_of(person),
                    facts={**facts, "fields": fields} if fields else dict(facts),
                )
            )
    return entries
