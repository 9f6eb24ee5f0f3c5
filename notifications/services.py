"""The only door to mail: a row in the same transaction as what caused it; a worker sends it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model
from django.template.loader import render_to_string

from audit import anchors
from audit import services as audit
from audit.transactions import all_or_nothing
from notifications import wake_up
from notifications.emails import Content, one_line, render_sample
from notifications.kinds import Pace
from notifications.models import MessageSetting, OutgoingMail
from notifications.preferences import limits
from notifications.registry import kind_of, kinds
from notifications.wording import Wording, Words
from people.models import Person

ROWS_AT_ONCE = 1000
BODIES_KEPT = dt.timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class NewMail:
    """One message for `queue_many`; the fields of `queue`."""

    key: str
    kind: str
    recipient: Person
    subject: str
    text_body: str
    html_body: str = ""
    why: str
    due_at: dt.datetime | None = None
    is_secret: bool = False
    path: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    held_as: str = ""
    """For a held kind: while a mail of this name is held, another one adds nothing."""


def queue(
    *,
    key: str,
    kind: str,
    recipient: Person,
    subject: str,
    text_body: str,
    html_body: str = "",
    why: str,
    now: dt.datetime,
    due_at: dt.datetime | None = None,
    is_secret: bool = False,
) -> OutgoingMail | None:
    """Adds one message to the outbox; None when a message with this key is there already."""
    mail = NewMail(
        key=key,
        kind=kind,
        recipient=recipient,
        subject=subject,
        text_body=text_body,
        html_body=html_body,
        why=why,
        due_at=due_at,
        is_secret=is_secret,
    )
    added = _add([mail], now)
    return added[0] if added else None


def queue_many(mails: Iterable[NewMail], now: dt.datetime) -> int:
    """Adds many messages in few statements; answers how many were new."""
    return len(_add(list(mails), now))


def _add(mails: list[NewMail], now: dt.datetime) -> list[OutgoingMail]:
    declared = {code: kind_of(code) for code in {mail.kind for mail in mails}}
    hold = dt.timedelta(minutes=limits().hold_minutes) if any(kind.is_held for kind in declared.values()) else None
    rows = [
        OutgoingMail(
            key=mail.key,
            kind=mail.kind,
            recipient=mail.recipient,
            to_email=mail.recipient.email,
            subject=one_line(mail.subject),
            text_body=mail.text_body,
            html_body=mail.html_body,
            why=mail.why[:300],
            is_routine=declared[mail.kind].is_routine,
            leaves_at_night=declared[mail.kind].leaves_at_night,
            is_secret=mail.is_secret,
            created_at=now,
            due_at=mail.due_at or (now + hold if hold and declared[mail.kind].is_held else now),
            path=mail.path,
            facts=dict(mail.facts),
            held_as=mail.held_as or None,
        )
        for mail in mails
    ]
    return _insert(rows, now)


def _insert(rows: list[OutgoingMail], now: dt.datetime) -> list[OutgoingMail]:
    added: list[OutgoingMail] = []
    with transaction.atomic(savepoint=False):
        for start in range(0, len(rows), ROWS_AT_ONCE):
            part = rows[start : start + ROWS_AT_ONCE]
            OutgoingMail.objects.bulk_create(part, ignore_conflicts=True)
            # A key that stood already kept its own id: only rows with our ids are new.
            new = set(OutgoingMail.objects.filter(pk__in=[row.pk for row in part]).values_list("pk", flat=True))
            added += [row for row in part if row.pk in new]
        if any(row.due_at <= now for row in added):
            wake_drain()
    return added


@all_or_nothing()
def send_again(*, mail_ids: Collection[uuid.UUID], by: Person, now: dt.datetime) -> int:
    """L&D sends failed mail once more: the same row with the same key, so that it can never become two."""
    State = OutgoingMail.State
    failed = OutgoingMail.objects.filter(pk__in=mail_ids, state=State.FAILED).exclude(text_body="")
    mails = list(failed.select_for_update().order_by("pk"))
    for mail in mails:
        OutgoingMail.objects.filter(pk=mail.pk, state=State.FAILED).update(
            state=State.QUEUED, reason="", due_at=now, retry_at=None, first_tried_at=None, attempts=0
        )
    audit.record_many(
        (audit.NewEntry(by=by, verb="notifications.sent_again", subject=mail, chain=_chain_of(mail)) for mail in mails),
        now=now,
    )
    if mails:
        wake_drain()
    return len(mails)


def blank_old_bodies(*, now: dt.datetime) -> int:
    """Retention: the words of a mail are kept for 90 days (reliability-and-security.md §5)."""
    # What is held as long as words are kept is not sent any more, whatever it was.
    held = OutgoingMail.objects.filter(state=OutgoingMail.State.HELD, created_at__lt=now - BODIES_KEPT)
    held.update(state=OutgoingMail.State.DROPPED, reason="It was held for 90 days.")
    old = OutgoingMail.objects.with_body_older_than(now - BODIES_KEPT)
    return old.update(text_body="", html_body="")


def mail_audit_anchor(*, now: dt.datetime, today: dt.date) -> bool:
    """The day's anchor of the history, to an address outside that keeps it; once a day."""
    address = getattr(settings, "AUDIT_ANCHOR_EMAIL", "")
    if not address:
        return False
    anchor = anchors.current(now=now)
    text = render_to_string("notifications/emails/audit_anchor.txt", {"anchor": anchor})
    subject, _, body = text.partition("\n")
    return queue_to_address(
        key=f"audit.anchor:{today.isoformat()}",
        kind="audit.anchor",
        address=address,
        content=Content(subject=subject, text_body=body.lstrip()),
        why="This address keeps the audit anchors.",
        now=now,
    )


def queue_to_address(*, key: str, kind: str, address: str, content: Content, why: str, now: dt.datetime) -> bool:
    """One message to an address and not to whoever holds it today; False when the key is there already."""
    mail = OutgoingMail(
        key=key,
        kind=kind,
        to_email=address,
        subject=one_line(content.subject),
        text_body=content.text_body,
        html_body=content.html_body,
        why=why,
        created_at=now,
        due_at=now,
        is_routine=kind_of(kind).is_routine,
        leaves_at_night=kind_of(kind).leaves_at_night,
    )
    return bool(_insert([mail], now))


def _chain_of(mail: OutgoingMail) -> str:
    return audit.chain_of(mail.recipient) if mail.recipient else audit.PORTAL


def wake_drain() -> None:
    """Asks a worker, after the commit, to send what is due; once a transaction is enough."""
    ours = set(connection.savepoint_ids)
    waiting: list[Any] = connection.run_on_commit
    for savepoints, function, _robust in waiting:
        # One that is undone only if we are undone as well serves for us too.
        if function is wake_up.publish and savepoints <= ours:
            return
    transaction.on_commit(wake_up.publish, robust=True)


def add_missing_message_settings() -> int:
    """A row for each kind of mail that has none; rows that stand stay as they are."""
    known = set(MessageSetting.objects.values_list("kind", flat=True))
    codes = [kind.code for kind in kinds().values() if kind.pace is not Pace.LINE and kind.code not in known]
    MessageSetting.objects.bulk_create([MessageSetting(kind=code) for code in codes], ignore_conflicts=True)
    return len(codes)


def add_missing_settings(model: type[Model]) -> None:
    """The one row with its defaults, where nobody has one yet; nobody changed anything, so no history is written."""
    if not model._default_manager.exists():
        model._default_manager.bulk_create([model()])


@all_or_nothing()
def reset_words(*, kinds: Collection[str]) -> int:
    """Back to the words of the files, one history row each; answers how many had others."""
    rows = MessageSetting.objects.select_for_update().filter(kind__in=kinds).exclude(body="")
    for row in rows:
        row.subject = row.body = ""
        row.save()
    return len(rows)


def send_test(*, wording: Wording, words: Words | None, to: Person, now: dt.datetime) -> None:
    """These words, saved or not, with sample data, to whoever asks; nobody else gets it. None: those of the file."""
    why = "You asked in the administration for this test with invented data. Nobody else got it."
    content = render_sample(wording, words, why=why, kind=kind_of(wording.kind))
    queue(
        key=f"notifications.test:{wording.kind}:{to.pk}:{now.isoformat()}",
        kind="notifications.test",
        recipient=to,
        subject=f"Test: {content.subject}",
        text_body=content.text_body,
        html_body=content.html_body,
        why=why,
        now=now,
    )
