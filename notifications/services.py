"""The only door to mail: a row in the same transaction as what caused it; a worker sends it."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection, transaction

from notifications import wake_up
from notifications.emails import one_line
from notifications.models import OutgoingMail
from people.models import Person

logger = logging.getLogger(__name__)
ROWS_AT_ONCE = 1000


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
    is_routine: bool = True


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
    is_routine: bool = True,
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
        is_routine=is_routine,
    )
    added = _add([mail], now)
    return added[0] if added else None


def queue_many(mails: Iterable[NewMail], now: dt.datetime) -> int:
    """Adds many messages in few statements; answers how many were new."""
    return len(_add(list(mails), now))


def _add(mails: list[NewMail], now: dt.datetime) -> list[OutgoingMail]:
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
            is_routine=mail.is_routine,
            created_at=now,
            due_at=mail.due_at or now,
        )
        for mail in mails
    ]
    added: list[OutgoingMail] = []
    with transaction.atomic(savepoint=False):
        for start in range(0, len(rows), ROWS_AT_ONCE):
            part = rows[start : start + ROWS_AT_ONCE]
            OutgoingMail.objects.bulk_create(part, ignore_conflicts=True)
            # A key that stood already kept its own id: only rows with our ids are new.
            new = set(
                OutgoingMail.objects.filter(pk__in=[row.pk for row in part]).values_list("pk", flat=True)
            )
            added += [row for row in part if row.pk in new]
        if any(row.due_at <= now for row in added):
            wake_drain()
    return added


def wake_drain() -> None:
    """Asks a worker, after the commit, to send what is due; once a transaction is enough."""
    ours = set(connection.savepoint_ids)
    for savepoints, function, _robust in connection.run_on_commit:
        # One that is undone only if we are undone as well serves for us too.
        if function is wake_up.publish and savepoints <= ours:
            return
    transaction.on_commit(wake_up.publish, robust=True)
