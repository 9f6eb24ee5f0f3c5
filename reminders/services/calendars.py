"""A person's calendar feed: its secret address, what stands in it, and which dates have changed since."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from audit import services as audit
from audit.transactions import all_or_nothing
from people.models import Person
from reminders import calendar_file
from reminders.models import CalendarDate, CalendarLink
from reminders.services.reading import Waiting, due_to

# 128 random bits cannot be guessed, so guesses need not be counted (reliability-and-security.md §3).
TOKEN_BYTES = 16
LINK_LIVES = dt.timedelta(days=365)
# Calendars ask every few hours; when they last did is written down once an hour at most.
NOTE_READ_EVERY = dt.timedelta(hours=1)

Key = tuple[str, int]


@dataclass(frozen=True)
class Feed:
    """The file and what a calendar needs to ask for it only when it has changed."""

    content: bytes
    etag: str
    changed_at: dt.datetime


@all_or_nothing(durable=True)
def make_calendar_link(*, by: Person, now: dt.datetime, today: dt.date) -> str:
    """A new secret for this person's own calendar; the one before opens nothing from now on. Only the answer of this
    call holds it: what is kept is its hash."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link, is_new = CalendarLink.objects.update_or_create(
        person=by,
        defaults={
            "token_hash": _hash(token),
            "made_at": now,
            "expires_on": today + LINK_LIVES,
            "read_at": None,
            "content_hash": "",
            "content_changed_at": now,
        },
    )
    verb = "reminders.calendar_link_made" if is_new else "reminders.calendar_link_renewed"
    audit.record(by=by, verb=verb, subject=link, chain=audit.chain_of(by), now=now)
    return token


@all_or_nothing(durable=True)
def end_calendar_link(*, by: Person, now: dt.datetime) -> bool:
    """Switches this person's calendar off; False when there was none. Repeatable."""
    link = CalendarLink.objects.select_for_update().filter(person=by).first()
    if link is None:
        return False
    audit.record(by=by, verb="reminders.calendar_link_ended", subject=link, chain=audit.chain_of(by), now=now)
    link.delete()
    return True


def read_calendar(*, token: str, today: dt.date, now: dt.datetime) -> Feed | None:
    """The calendar behind a secret address; None for one that is unknown, ended, expired or of someone who has left."""
    link = CalendarLink.objects.working(today=today).filter(token_hash=_hash(token)).select_related("person").first()
    if link is None:
        return None
    rows = due_to(link.person, today=today)
    dates = _number(rows, now=now)
    content = calendar_file.write(
        [(row, dates[row.kind, row.subject_id]) for row in rows],
        link_id=link.token_hash,
        link_made_at=link.made_at,
        link_expires_on=link.expires_on,
    )
    return _note_reading(link, content, now=now)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _number(rows: Sequence[Waiting], *, now: dt.datetime) -> dict[Key, CalendarDate]:
    """The number of each date: it rises when the date is another than the one that a calendar was told last."""
    known = _known(rows)
    new = {
        (row.kind, row.subject_id): CalendarDate(
            kind=row.kind, subject_id=row.subject_id, due_date=row.due_on, changed_at=now
        )
        for row in rows
        if (row.kind, row.subject_id) not in known
    }
    if new:
        CalendarDate.objects.bulk_create(new.values(), ignore_conflicts=True, batch_size=500)
    moved = {
        known[key].pk: row.due_on
        for row in rows
        if (key := (row.kind, row.subject_id)) in known and known[key].due_date != row.due_on
    }
    if moved:
        known |= {(one.kind, one.subject_id): one for one in _renumber(moved, now=now)}
    return known | new


def _known(rows: Sequence[Waiting]) -> dict[Key, CalendarDate]:
    ids: dict[str, list[int]] = {}
    for row in rows:
        ids.setdefault(row.kind, []).append(row.subject_id)
    if not ids:
        return {}
    wanted = Q()
    for kind, subjects in ids.items():
        wanted |= Q(kind=kind, subject_id__in=subjects)
    return {(one.kind, one.subject_id): one for one in CalendarDate.objects.filter(wanted)}


@all_or_nothing()
def _renumber(moved: dict[int, dt.date], *, now: dt.datetime) -> list[CalendarDate]:
    """Two calendars that ask at once: the second waits here and finds the number already raised."""
    dates = list(CalendarDate.objects.select_for_update().filter(pk__in=moved).order_by("pk"))
    changed = [one for one in dates if one.due_date != moved[one.pk]]
    for one in changed:
        one.due_date = moved[one.pk]
        one.sequence += 1
        one.changed_at = now
    CalendarDate.objects.bulk_update(changed, ["due_date", "sequence", "changed_at"], batch_size=500)
    return dates


def _note_reading(link: CalendarLink, content: bytes, *, now: dt.datetime) -> Feed:
    """When the content became what it is, and that a calendar asked."""
    digest = hashlib.sha256(content).hexdigest()
    changed_at = link.content_changed_at if digest == link.content_hash else now
    if digest != link.content_hash or link.read_at is None or now - link.read_at >= NOTE_READ_EVERY:
        CalendarLink.objects.filter(pk=link.pk, token_hash=link.token_hash).update(
            content_hash=digest, content_changed_at=changed_at, read_at=now
        )
    return Feed(content=content, etag=f'"{digest}"', changed_at=changed_at)
