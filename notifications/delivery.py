"""How rows of the outbox leave: lease a chunk, commit, send outside any transaction, mark each after its own 250.

Source: reliability-and-security.md §6 P5, P8, P12; ruling 5.
"""

from __future__ import annotations

import datetime as dt
import logging
import random
import smtplib
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import connection as database
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from notifications import bounces, gate, holds, links, rules
from notifications.emails import Content, one_line
from notifications.models import OutgoingMail
from notifications.rules import Way

logger = logging.getLogger(__name__)
CHUNK = 50
LOSSES_BEFORE_STOP = 3
State = OutgoingMail.State
DONE = frozenset({State.SENT, State.DROPPED, State.FAILED})


@dataclass(frozen=True)
class Drop:
    """A refresher's answer: the mail is no longer needed."""

    reason: str


@dataclass
class Progress:
    """What became of one chunk."""

    leased: int = 0
    sent: int = 0
    is_reachable: bool = True


class Unreachable(Exception):
    """The mail server does not take a connection: no mail's fault."""


class Refused(Exception):
    """A service that is no mail server refuses this mail: another try would end the same. Words for L&D."""


class Busy(OSError):
    """A service that is no mail server cannot take it now: try again later. Words for L&D."""


class Message(EmailMultiAlternatives):
    """One mail on its way; `is_repeat`: an earlier try may have reached the service without our knowing."""

    is_repeat = False


Refresher = Callable[[list[OutgoingMail], dt.datetime], Mapping[Any, Content | Drop]]
_refreshers: dict[str, Refresher] = {}


def register_refresher(kind: str, refresher: Refresher) -> None:
    """Mails of this kind are asked about right before they leave: done meanwhile, left, muted?"""
    _refreshers[kind] = refresher


def is_anything_due(*, now: dt.datetime) -> bool:
    """One cheap question, so that a wake-up for nothing costs nothing."""
    to_send = OutgoingMail.objects.to_send(now=now, is_night=gate.is_night(now))
    return to_send.exists() or OutgoingMail.objects.expired().exists()


def is_more_than_a_chunk_due(*, now: dt.datetime) -> bool:
    """Whether one drain alone would leave others waiting."""
    return OutgoingMail.objects.to_send(now=now, is_night=gate.is_night(now))[CHUNK : CHUNK + 1].exists()


def recover() -> int:
    """Takes back what a killed worker had leased; what it died over again and again waits longer each time."""
    with transaction.atomic(durable=True):
        expired = list(OutgoingMail.objects.expired().select_for_update(skip_locked=True)[: 10 * CHUNK])
        for mail in expired:
            if mail.attempts > 1:
                _postpone(mail, "The worker that sent it stopped.")
            else:
                _mark(mail, state=State.QUEUED)
    return len(expired)


def deliver_chunk(*, now: dt.datetime, deadline: float) -> Progress:
    """Leases up to 50 mails and sends them over one connection; `deadline` is on the monotonic clock."""
    mails = _lease(now)
    progress = Progress(leased=len(mails))
    if not mails:
        return progress
    waiting = _still_wanted(mails, now)
    line = _Line()
    try:
        while waiting and time.monotonic() < deadline and line.losses_in_a_row < LOSSES_BEFORE_STOP:
            line.open()
            mail = waiting.pop(0)
            if _renew(mail):
                progress.sent += _send(mail, line) == State.SENT
    except Unreachable as error:
        for mail in waiting:
            _postpone(mail, f"The mail server could not be reached: {error}")
        waiting, progress.is_reachable = [], False
    finally:
        line.close()
    for mail in waiting:
        _mark(mail, state=State.QUEUED)
    progress.is_reachable &= line.losses_in_a_row < LOSSES_BEFORE_STOP
    return progress


def _lease(now: dt.datetime) -> list[OutgoingMail]:
    token, is_night = uuid.uuid4().hex, gate.is_night(now)
    with transaction.atomic(durable=True):
        due = OutgoingMail.objects.to_send(now=now, is_night=is_night).order_by("due_at", "pk")
        ids = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:CHUNK])
        # SQLite has no row locks: there the state in the condition keeps two drainers apart.
        OutgoingMail.objects.filter(pk__in=ids, state=State.QUEUED).update(
            state=State.LEASED, leased_by=token, lease_until=Now() + settings.MAIL_LEASE, held_as=None
        )
    mine = OutgoingMail.objects.filter(pk__in=ids, state=State.LEASED, leased_by=token)
    return list(mine.select_related("recipient__mailbox").order_by("due_at", "pk"))


def _still_wanted(mails: list[OutgoingMail], now: dt.datetime) -> list[OutgoingMail]:
    """Leavers' mail and what a refresher drops never leaves; one that fails holds up only those it fails for."""
    by_kind: dict[str, list[OutgoingMail]] = defaultdict(list)
    holding = holds.holding_now(mails)
    for mail in mails:
        if mail.recipient is not None and not mail.recipient.is_active:
            _mark(mail, state=State.DROPPED, reason="The person has left.")
        elif reason := holding.reason_for(mail):
            _mark(mail, state=State.HELD, reason=reason)
        else:
            by_kind[mail.kind].append(mail)
    wanted = [mail for kind, same in by_kind.items() for mail in _refreshed(kind, same, now)]
    for mail, way in gate.ways(wanted, now=now).items():
        if way is not Way.LEAVES:
            wanted.remove(mail)
            _mark(mail, state=State.DROPPED if way is Way.OFF else State.JOINED, reason=way)
    return sorted(wanted, key=lambda mail: (mail.due_at, mail.pk))


def _refreshed(kind: str, mails: list[OutgoingMail], now: dt.datetime) -> list[OutgoingMail]:
    refresher = _refreshers.get(kind)
    if refresher is None:
        return mails
    try:
        answers = refresher(mails, now)
    except SoftTimeLimitExceeded:
        # The worker's word to stop is no refresher's fault: the lease ends and the next drain asks again.
        raise
    except Exception:
        if len(mails) > 1:
            # One of them may be at fault: alone it holds up none of the others.
            return [mail for one in mails for mail in _refreshed(kind, [one], now)]
        logger.exception("The refresher of %s failed", kind)
        _postpone(mails[0], "It could not be asked whether the mail is still needed.")
        return []
    wanted = []
    for mail in mails:
        answer = answers.get(mail.pk)
        if isinstance(answer, Drop):
            _mark(mail, state=State.DROPPED, reason=answer.reason)
            continue
        if answer is not None:
            mail.subject, mail.text_body = one_line(answer.subject), answer.text_body
            mail.html_body = answer.html_body
            mail.save(update_fields=["subject", "text_body", "html_body"])
        wanted.append(mail)
    return wanted


def _renew(mail: OutgoingMail) -> bool:
    """The lease holds for this mail from now; False when another worker has taken it meanwhile."""
    mail.attempts += 1
    return bool(
        _ours(mail).update(
            lease_until=Now() + settings.MAIL_LEASE,
            attempts=F("attempts") + 1,
            first_tried_at=Coalesce("first_tried_at", Now()),
        )
    )


def _send(mail: OutgoingMail, line: _Line) -> str:
    """Sends one mail and marks it; whatever is wrong with it stays with it."""
    try:
        message = as_message(mail)
        message.message()
    except Exception as error:
        logger.warning("Mail %s cannot be written: %s", mail.pk, type(error).__name__)
        return _mark(mail, state=State.FAILED, reason=f"The mail cannot be written: {error}")
    try:
        line.send(message)
    except Exception as error:
        code, words = _answer_of(error)
        logger.warning("Mail %s not sent: %s", mail.pk, words)
        if isinstance(error, smtplib.SMTPRecipientsRefused) and rules.is_about_the_address(words):
            bounces.note_refusal(address=message.to[0], answer=words, now=_database_now())
        if 500 <= code < 600:
            return _mark(mail, state=State.FAILED, reason=f"The mail server refused it: {words}")
        return _postpone(mail, f"Not sent yet: {words}")
    return _mark(mail, state=State.SENT, sent_at=Now(), to_email=message.to[0])


def as_message(mail: OutgoingMail) -> Message:
    """One message to one address; its Message-ID is fixed by the row, so that a repeat can be known as one."""
    address = mail.recipient.email if mail.recipient else mail.to_email
    if not address:
        raise ValueError("There is no e-mail address.")
    host = urlsplit(settings.SITE_URL).hostname
    headers = {"Message-ID": f"<{mail.pk}@{host}>", "Auto-Submitted": "auto-generated"}
    text, html = links.bodies(mail)
    if links.has_own_link(mail):
        headers |= links.headers(mail)
    message = Message(mail.subject, text, to=[address], headers=headers)
    message.is_repeat = mail.attempts > 1
    if html:
        message.attach_alternative(html, "text/html")
    return message


class _Line:
    """One connection to the mail server, opened when it is needed and again when it was lost."""

    def __init__(self) -> None:
        self.backend: Any = get_connection()
        self.losses_in_a_row = 0

    def open(self) -> None:
        # After "421 closing" Django's backend still holds a connection that is none.
        if getattr(getattr(self.backend, "connection", None), "sock", self) is None:
            self.backend.connection = None
        try:
            self.backend.open()
        except (OSError, smtplib.SMTPException) as error:
            self._drop()
            raise Unreachable(_answer_of(error)[1]) from error

    def send(self, message: EmailMultiAlternatives) -> None:
        try:
            self.backend.send_messages([message])
        except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, Refused):
            self.losses_in_a_row = 0
            raise
        except (smtplib.SMTPException, OSError):
            self.losses_in_a_row += 1
            self._drop()
            raise
        self.losses_in_a_row = 0

    def close(self) -> None:
        try:
            self.backend.close()
        except Exception as error:
            logger.warning("The mail server did not take the goodbye: %s", type(error).__name__)
            self._drop()

    def _drop(self) -> None:
        """Without a goodbye, which would wait for an answer as well."""
        smtp = getattr(self.backend, "connection", None)
        if isinstance(smtp, smtplib.SMTP):
            smtp.close()
            self.backend.connection = None


def _answer_of(error: Exception) -> tuple[int, str]:
    """The server's code, or 0 when it gave none, and words for L&D."""
    said: bytes | str
    if isinstance(error, Refused | Busy):
        return 550 if isinstance(error, Refused) else 0, one_line(str(error))
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, said = error.smtp_code, error.smtp_error
    else:
        return 0, one_line(f"{type(error).__name__}: {error}")
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return code, one_line(f"{code} {text}")


def _ours(mail: OutgoingMail) -> Any:
    return OutgoingMail.objects.filter(pk=mail.pk, state=State.LEASED, leased_by=mail.leased_by)


def _mark(mail: OutgoingMail, *, state: str, reason: str = "", **changes: Any) -> str:
    # In the demonstration the outbox is the only mailbox there is: the link must stay to be followed.
    if mail.is_secret and state in DONE and not settings.DEMO_MODE:
        changes |= {"text_body": "", "html_body": ""}
    _ours(mail).update(state=state, reason=reason[:300], leased_by="", lease_until=None, **changes)
    return state


def _postpone(mail: OutgoingMail, reason: str) -> str:
    """Tries again later, in sending hours; gives up three days after the first try."""
    at = _database_now()
    first_tried_at = mail.first_tried_at or at
    if rules.is_given_up(first_tried_at=first_tried_at, at=at):
        return _mark(mail, state=State.FAILED, reason=f"Given up after 3 days. {reason}")
    chance = random.random()  # noqa: S311 - spreads load, keeps no secret
    again = at + rules.wait_before_next_try(attempts=mail.attempts, chance=chance, first=settings.MAIL_FIRST_WAIT)
    if not mail.leaves_at_night:
        again = gate.next_morning(again, chance=chance)
    return _mark(mail, state=State.QUEUED, reason=reason, retry_at=again, first_tried_at=first_tried_at)


def _database_now() -> dt.datetime:
    """Leases and waits compare the database's time with the database's time, whichever machine asks."""
    if database.vendor == "sqlite":
        return timezone.now()
    with database.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        instant: dt.datetime = cursor.fetchone()[0]
    return instant
