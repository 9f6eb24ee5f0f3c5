"""Digests: composed from lines that still stand, and asked again right before they leave."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import CharField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from audit.transactions import all_or_nothing
from notifications import holds
from notifications import services as mail
from notifications.delivery import Drop
from notifications.emails import Content
from notifications.kinds import DIGEST as KIND
from notifications.models import OutgoingMail
from notifications.rules import Way, is_first_week
from people.models import Person
from reminders import emails, rules
from reminders.models import Reminder
from reminders.services.choosing import Readers, readers
from reminders.services.ladders import learning_ids
from reminders.services.standing import Standing, ask_again

PEOPLE_AT_ONCE = 500
PATIENCE_SECONDS = 60
UNASKED = "It could not be asked whether it still stands: it waits for the next digest."


def compose_digests(*, for_date: dt.date, now: dt.datetime, deadline: float | None = None) -> tuple[int, bool]:
    """One digest for each person with lines in none; in parts, so that memory stays the same.

    Answers how many, and whether everyone was asked: past `deadline` on the monotonic clock it ends with its part.
    """
    _take_back_unread()
    learning = learning_ids()
    count, after = 0, 0
    while True:
        people = _people_after(after, for_date)
        if not people:
            return count, True
        after = people[-1]
        count += _compose(people, learning=learning, for_date=for_date, now=now)
        if deadline is not None and time.monotonic() > deadline:
            return count, False


def _take_back_unread() -> None:
    """What stood in a digest that nobody got, for it was held too long or failed for good, is asked again: an
    escalation is said once a level and must not vanish with its mail."""
    State = OutgoingMail.State
    lost = OutgoingMail.objects.filter(
        Q(state=State.FAILED) | Q(state=State.DROPPED, reason=holds.TOO_OLD), kind=KIND, recipient__isnull=False
    )
    # By their keys, so that a sweep beside this one is not undone: what it has put into its digest names another.
    for rows, column in ((Reminder.objects.all(), "mail"), (OutgoingMail.objects.all(), "digest")):
        mails = set(rows.filter(**{f"{column}__in": lost}).values_list(column, flat=True))
        if mails:
            rows.filter(**{f"{column}__in": mails}).update(**{column: None})


def _people_after(after: int, for_date: dt.date) -> list[int]:
    """The next readers with lines, or with mail that joined the digest, in none."""
    lines = Reminder.objects.without_mail(until=for_date).filter(recipient_id__gt=after)
    notes = OutgoingMail.objects.for_digest().filter(recipient_id__gt=after)
    found = [
        rows.order_by("recipient_id").values_list("recipient_id", flat=True).distinct()[:PEOPLE_AT_ONCE]
        for rows in (lines, notes)
    ]
    return sorted({pk for part in found for pk in part if pk})[:PEOPLE_AT_ONCE]


@all_or_nothing()
def _compose(people: list[int], *, learning: Collection[int], for_date: dt.date, now: dt.datetime) -> int:
    """The digests of these people together with their lines: both or neither.

    A digest's key is the day on which it is queued, not the morning that was swept: whichever mornings are swept on
    one day, nobody gets two.
    """
    be_patient()
    queued_on = timezone.localdate(now)
    waiting = Reminder.objects.without_mail(until=for_date).filter(recipient_id__in=people)
    locked = list(waiting.select_for_update(of=("self",)).order_by("pk"))
    # Asked after the lock: a sweep beside this one may have been quicker. Who had today's digest keeps later
    # lines for tomorrow's: at most one a day.
    keys = [key_of(person, queued_on) for person in people]
    # Whose digest is held gets no second one: later lines wait for the next.
    held = Q(kind=KIND, state=OutgoingMail.State.HELD, recipient__in=people)
    had_one = set(OutgoingMail.objects.filter(Q(key__in=keys) | held).values_list("recipient_id", flat=True))
    reminders = [reminder for reminder in locked if reminder.recipient_id not in had_one]
    notes = _notes_of([person for person in people if person not in had_one])
    standing = ask_again(reminders, today=for_date)
    recipients = Person.objects.active().in_bulk([person for person in people if person not in had_one])
    asked = readers(
        people,
        today=for_date,
        had_one_this_week=_had_one_this_week(people, for_date),
        had_list_this_week=_had_list_this_week(people, for_date),
    )
    sorted_out = _sort_out(reminders, standing, learning, asked, recipients)
    kept_notes = _sort_out_notes(notes, asked, recipients, for_date=for_date, now=now)
    readers_of_today = sorted_out.kept.keys() | kept_notes.keys()
    mails = [
        mail.NewMail(
            key=key_of(pk, queued_on),
            kind=KIND,
            recipient=recipients[pk],
            subject=content.subject,
            text_body=content.text_body,
            html_body=content.html_body,
            why="Things in the portal wait for you, or for people whom you manage, cover for or look after.",
        )
        for pk in sorted(readers_of_today)
        for content in [
            emails.digest(
                recipient=recipients[pk],
                lines=sorted_out.kept.get(pk, []),
                notes=kept_notes.get(pk, []),
                names=standing.names,
                learning_ids=learning,
                today=for_date,
            )
        ]
    ]
    added = mail.queue_many(mails, now)
    Reminder.objects.filter(pk__in=sorted_out.gone_ids).delete()
    key = Concat(Value(f"{KIND}:"), Cast(OuterRef("recipient_id"), CharField()), Value(f":{queued_on.isoformat()}"))
    digest = OutgoingMail.objects.filter(key=key).values("pk")[:1]
    Reminder.objects.filter(pk__in=sorted_out.kept_ids).update(mail=Subquery(digest))
    OutgoingMail.objects.filter(pk__in=[note.pk for part in kept_notes.values() for note in part]).update(
        digest=Subquery(digest)
    )
    return added


def be_patient() -> None:
    """A sweep beside this one may hold its rows for longer than a page would wait (`lock_timeout` in the settings)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{PATIENCE_SECONDS}s"])


@dataclass
class _SortedOut:
    """Which lines stand in today's digests, and which are gone for good; the others wait for another day."""

    kept: dict[int, list[rules.Line]] = field(default_factory=dict)
    kept_ids: list[int] = field(default_factory=list)
    gone_ids: list[int] = field(default_factory=list)


def _sort_out(
    reminders: list[Reminder],
    standing: Standing,
    learning: Collection[int],
    asked: Readers,
    recipients: Mapping[int, Person],
) -> _SortedOut:
    found = _SortedOut()
    for reminder in reminders:
        if reminder.rule in standing.failed:
            continue
        line = standing.line(reminder, learning)
        takes = asked.takes(line) if line is not None and reminder.recipient_id in recipients else False
        if line is None or takes is False:
            found.gone_ids.append(reminder.pk)
        elif takes:
            found.kept.setdefault(reminder.recipient_id, []).append(line)
            found.kept_ids.append(reminder.pk)
    return found


def _notes_of(people: list[int]) -> list[OutgoingMail]:
    waiting = OutgoingMail.objects.for_digest().filter(recipient__in=people)
    return list(waiting.select_for_update(of=("self",)).order_by("created_at", "pk"))


def _sort_out_notes(
    notes: list[OutgoingMail], asked: Readers, recipients: Mapping[int, Person], *, for_date: dt.date, now: dt.datetime
) -> dict[int, list[OutgoingMail]]:
    """Mail that joined the digest, by reader; in the first week and during a pause it goes on waiting.

    Who has switched off the digest, but not the kind, gets it on its own: a busy week must not lose it.
    """
    kept: dict[int, list[OutgoingMail]] = {}
    off, alone = [], []
    for note in notes:
        reader = recipients.get(note.recipient_id or 0)
        takes = asked.takes_note(note.kind, reader.pk) if reader else False
        if takes is False:
            off.append(note.pk)
        elif takes and reader and not is_first_week(reader.start_date, for_date):
            if asked.has_digest(reader.pk):
                kept.setdefault(reader.pk, []).append(note)
            else:
                alone.append(note.pk)
    State = OutgoingMail.State
    OutgoingMail.objects.filter(pk__in=off).update(state=State.DROPPED, reason=Way.OFF)
    OutgoingMail.objects.filter(pk__in=alone).update(state=State.QUEUED, reason="", due_at=now, let_through_at=now)
    return kept


def _had_one_this_week(people: Collection[int], for_date: dt.date) -> set[int]:
    """Who has had a digest since this week began: what comes weekly comes with the week's first."""
    monday = timezone.make_aware(dt.datetime.combine(for_date - dt.timedelta(days=for_date.weekday()), dt.time()))
    had = OutgoingMail.objects.filter(recipient__in=people, kind=KIND, created_at__gte=monday)
    return {pk for pk in had.values_list("recipient_id", flat=True) if pk}


def _had_list_this_week(people: Collection[int], for_date: dt.date) -> set[int]:
    """Whose list of this week stands in a digest."""
    monday = for_date - dt.timedelta(days=for_date.weekday())
    sent = Reminder.objects.filter(recipient__in=people, sweep_date__gte=monday, mail__isnull=False)
    return set(sent.filter(step__startswith=f"{rules.Level.TEAM}-").values_list("recipient_id", flat=True))


def key_of(person_id: int, queued_on: dt.date) -> str:
    return f"{KIND}:{person_id}:{queued_on.isoformat()}"


def _why_nothing_leaves(left: list[Reminder], standing: Standing) -> str:
    if not left:
        return "Everything in it was done."
    return UNASKED if any(row.rule in standing.failed for row in left) else Way.PAUSED


def refresh_digests(mails: list[OutgoingMail], now: dt.datetime) -> dict[Any, Content | Drop]:
    """Asked right before sending: what is done, re-dated or held by someone else is left out (H6)."""
    today = timezone.localdate(now)
    learning = learning_ids()
    lines_of: dict[Any, list[Reminder]] = {one.pk: [] for one in mails}
    for reminder in Reminder.objects.filter(mail__in=mails).order_by("pk"):
        lines_of[reminder.mail_id].append(reminder)
    notes_of: dict[Any, list[OutgoingMail]] = {one.pk: [] for one in mails}
    for note in OutgoingMail.objects.filter(digest__in=mails).order_by("created_at", "pk"):
        notes_of[note.digest_id].append(note)
    standing = ask_again((line for lines in lines_of.values() for line in lines), today=today)
    recipients = Person.objects.in_bulk({one.recipient_id for one in mails if one.recipient_id})
    asked = readers(recipients, today=today)
    answers: dict[Any, Content | Drop] = {}
    put_back: list[int] = []
    for one in mails:
        if lines_of[one.pk] and all(line.rule in standing.failed for line in lines_of[one.pk]):
            # Nothing of it can be asked again: it leaves as it was composed rather than never.
            continue
        sorted_out = _sort_out(lines_of[one.pk], standing, learning, asked, recipients)
        done_with = {*sorted_out.kept_ids, *sorted_out.gone_ids}
        left = [row for row in lines_of[one.pk] if row.pk not in done_with]
        put_back += [row.pk for row in left]
        kept = [line for lines in sorted_out.kept.values() for line in lines]
        person = recipients.get(one.recipient_id) if one.recipient_id else None
        if person is not None and (kept or notes_of[one.pk]):
            answers[one.pk] = emails.digest(
                recipient=person,
                lines=kept,
                notes=notes_of[one.pk],
                names=standing.names,
                learning_ids=learning,
                today=today,
            )
        else:
            answers[one.pk] = Drop(_why_nothing_leaves(left, standing))
    # What was paused meanwhile waits for the first digest after the pause, what could not be asked for the next.
    Reminder.objects.filter(pk__in=put_back).update(mail=None)
    return answers
