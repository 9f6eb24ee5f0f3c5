"""Digests: composed from lines that still stand, and asked again right before they leave."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import CharField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from audit.transactions import all_or_nothing
from notifications import services as mail
from notifications.delivery import Drop
from notifications.due import SUBJECT_ID, DueItem
from notifications.emails import Content
from notifications.models import OutgoingMail
from people.models import Person
from reminders import emails, rules
from reminders.models import Reminder
from reminders.services.ladders import learning_ids, worded_rules

logger = logging.getLogger(__name__)

KIND = "digest"
PEOPLE_AT_ONCE = 500
PATIENCE_SECONDS = 60


@dataclass
class Standing:
    """What the rules say today about the things of some lines: one query a rule."""

    items: dict[tuple[str, int], DueItem] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    names: dict[int, str] = field(default_factory=dict)

    def line(self, reminder: Reminder, learning: Collection[int]) -> rules.Line | None:
        """The line as it stands now; None when its thing is done, re-dated, paused or held elsewhere."""
        item = self.items.get((reminder.rule, reminder.subject_id))
        if item is None or item.due_on != reminder.due_date:
            return None
        if reminder.recipient_id not in rules.audience(reminder.step, item, learning):
            return None
        return rules.Line(item, reminder.step, reminder.recipient_id)


def ask_again(reminders: Iterable[Reminder], *, today: dt.date) -> Standing:
    """A rule that fails is noted; its lines are neither shown nor thrown away."""
    standing = Standing()
    subjects: dict[str, set[int]] = {}
    for reminder in reminders:
        subjects.setdefault(reminder.rule, set()).add(reminder.subject_id)
    for rule in worded_rules():
        if rule.kind not in subjects:
            continue
        try:
            with transaction.atomic():
                found = rule.find(today=today).filter(**{f"{SUBJECT_ID}__in": subjects[rule.kind]})
                standing.items.update({item.key: item for item in rule.items(found)})
        except Exception:
            logger.exception("due rule failed: %s", rule.kind)
            standing.failed.add(rule.kind)
    standing.names = names_of(standing.items.values())
    return standing


def names_of(items: Iterable[DueItem]) -> dict[int, str]:
    ids: set[int] = set()
    for item in items:
        concerned = (item.person_id, item.manager_id, item.cover_id, item.upper_id, item.upper_cover_id)
        ids.update(pk for pk in concerned if pk is not None)
    if not ids:
        return {}
    return {person.pk: person.full_name for person in Person.objects.filter(pk__in=ids)}


def compose_digests(*, for_date: dt.date, now: dt.datetime, deadline: float | None = None) -> tuple[int, bool]:
    """One digest for each person with lines in none; in parts, so that memory stays the same.

    Answers how many, and whether everyone was asked: past `deadline` on the monotonic clock it ends with its part.
    """
    learning = learning_ids()
    count, after = 0, 0
    while True:
        waiting = Reminder.objects.without_mail(until=for_date).filter(recipient_id__gt=after)
        people = list(
            waiting.order_by("recipient_id").values_list("recipient_id", flat=True).distinct()[:PEOPLE_AT_ONCE]
        )
        if not people:
            return count, True
        after = people[-1]
        count += _compose(people, learning=learning, for_date=for_date, now=now)
        if deadline is not None and time.monotonic() > deadline:
            return count, False


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
    standing = ask_again(reminders, today=for_date)
    recipients = Person.objects.active().in_bulk({reminder.recipient_id for reminder in reminders})
    kept: dict[int, list[rules.Line]] = {}
    kept_ids, gone_ids = [], []
    for reminder in reminders:
        if reminder.rule in standing.failed:
            continue
        line = standing.line(reminder, learning)
        if line is None or reminder.recipient_id not in recipients:
            gone_ids.append(reminder.pk)
        else:
            kept.setdefault(reminder.recipient_id, []).append(line)
            kept_ids.append(reminder.pk)
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
        for pk, lines in kept.items()
        for content in [_content(recipients[pk], lines, standing, learning, for_date)]
    ]
    added = mail.queue_many(mails, now)
    Reminder.objects.filter(pk__in=gone_ids).delete()
    key = Concat(Value(f"{KIND}:"), Cast(OuterRef("recipient_id"), CharField()), Value(f":{queued_on.isoformat()}"))
    digest = OutgoingMail.objects.filter(key=key).values("pk")[:1]
    Reminder.objects.filter(pk__in=kept_ids).update(mail=Subquery(digest))
    return added


def be_patient() -> None:
    """A sweep beside this one may hold its rows for longer than a page would wait (`lock_timeout` in the settings)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{PATIENCE_SECONDS}s"])


def key_of(person_id: int, queued_on: dt.date) -> str:
    return f"{KIND}:{person_id}:{queued_on.isoformat()}"


def refresh_digests(mails: list[OutgoingMail], now: dt.datetime) -> dict[Any, Content | Drop]:
    """Asked right before sending: what is done, re-dated or held by someone else is left out (H6)."""
    today = timezone.localdate(now)
    learning = learning_ids()
    lines_of: dict[Any, list[Reminder]] = {one.pk: [] for one in mails}
    for reminder in Reminder.objects.filter(mail__in=mails).order_by("pk"):
        lines_of[reminder.mail_id].append(reminder)
    standing = ask_again((line for lines in lines_of.values() for line in lines), today=today)
    recipients = Person.objects.in_bulk({one.recipient_id for one in mails if one.recipient_id})
    answers: dict[Any, Content | Drop] = {}
    for one in mails:
        if lines_of[one.pk] and all(line.rule in standing.failed for line in lines_of[one.pk]):
            # Nothing of it can be asked again: it leaves as it was composed rather than never.
            continue
        kept = [line for reminder in lines_of[one.pk] if (line := standing.line(reminder, learning))]
        person = recipients.get(one.recipient_id) if one.recipient_id else None
        if kept and person is not None:
            answers[one.pk] = _content(person, kept, standing, learning, today)
        else:
            answers[one.pk] = Drop("Everything in it was done.")
    return answers


def _content(
    recipient: Person, lines: list[rules.Line], standing: Standing, learning: Collection[int], today: dt.date
) -> Content:
    return emails.digest(recipient=recipient, lines=lines, names=standing.names, learning_ids=learning, today=today)
