"""Each takes one protection out of the running process, or makes something happen at one point of it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from celery import current_app

from induction import services as induction
from induction.querysets import CheckpointQuerySet, PlanQuerySet
from notifications import delivery, wake_up
from notifications import services as mail
from notifications.models import OutgoingMail
from notifications.querysets import OutgoingMailQuerySet
from reminders import tasks as sweep_tasks
from reminders.querysets import ReminderQuerySet
from reminders.services import digests, sweeping

State = OutgoingMail.State


def _recovery() -> None:
    """Nobody takes back what a killed worker had leased."""
    delivery.recover = lambda: 0


def _mark_after_each() -> None:
    """Mails are marked when their chunk is through, not each after its own 250."""
    mark, close = delivery._mark, delivery._Line.close
    sent: list[tuple[Any, dict[str, Any]]] = []

    def later(row: Any, *, state: str, **changes: Any) -> str:
        if state == State.SENT:
            sent.append((row, changes))
            return state
        return mark(row, state=state, **changes)

    def close_and_mark(line: Any) -> None:
        close(line)
        while sent:
            row, changes = sent.pop()
            mark(row, state=State.SENT, **changes)

    delivery._mark = later
    delivery._Line.close = close_and_mark  # type: ignore[method-assign]


def _retry() -> None:
    """What was refused for now counts as refused for good."""
    delivery._postpone = lambda row, reason: delivery._mark(row, state=State.FAILED, reason=reason)


def _isolation() -> None:
    """What is wrong with one mail ends the drain."""

    def send(row: Any, line: Any) -> str:
        message = delivery.as_message(row)
        line.send(message)
        return delivery._mark(row, state=State.SENT, sent_at=delivery.Now(), to_email=message.to[0])

    delivery._send = send


def _claim() -> None:
    """Every tick sweeps, whoever else does, and nobody asks what is known already."""
    sweep_tasks.services.is_sweep_due = lambda *, now: True
    sweep_tasks.services.claim_run = lambda *, for_date, now: True
    sweeping._only_new = lambda rule, lines: lines


def _digest_transaction() -> None:
    """A digest and its lines are written one after the other, each for itself."""
    digests._compose = digests._compose.__wrapped__  # type: ignore[attr-defined]
    for queryset in (ReminderQuerySet, OutgoingMailQuerySet):
        queryset.select_for_update = lambda self, **options: self.all()  # type: ignore[attr-defined]


def _patience() -> None:
    """The broker is asked as Celery asks it by itself."""
    current_app.conf.broker_transport_options = {}
    current_app.conf.task_publish_retry = True
    wake_up.publish = lambda: bool(current_app.send_task(wake_up.TASK))


def _transaction() -> None:
    """A decision, its entry in the history and its mail are written one after the other, each for itself."""
    induction.sign_off = induction.sign_off.__wrapped__  # type: ignore[attr-defined]
    for queryset in (PlanQuerySet, CheckpointQuerySet):
        queryset.select_for_update = lambda self, **options: self.all()  # type: ignore[method-assign]


WITHOUT: dict[str, Callable[[], None]] = {
    "recovery": _recovery,
    "mark after each": _mark_after_each,
    "retry": _retry,
    "isolation": _isolation,
    "claim": _claim,
    "digest transaction": _digest_transaction,
    "patience": _patience,
    "transaction": _transaction,
    # In the settings.
    "health checks": lambda: None,
}


def _killed_between_digest_and_lines() -> None:
    """kill -9 when the second part's digests are queued and their lines do not know it yet."""
    queue_many = mail.queue_many
    parts = []

    def queue_and_die(*arguments: Any) -> int:
        added = queue_many(*arguments)
        parts.append(added)
        if len(parts) == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return added

    mail.queue_many = queue_and_die


def _small_parts() -> None:
    """Many parts with few people, so that there is a middle."""
    sweeping.ROWS_AT_ONCE = 20
    digests.PEOPLE_AT_ONCE = 7


def _slow_mail_row(seconds: float) -> None:
    """Between the decision and its mail there is time for the database to go away."""
    insert = mail._insert

    def later(*arguments: Any) -> Any:
        time.sleep(seconds)
        return insert(*arguments)

    mail._insert = later


AT: dict[str, Callable[[], None]] = {
    "killed between digest and lines": _killed_between_digest_and_lines,
    "small parts": _small_parts,
    "slow mail row": partial(_slow_mail_row, 0.2),
    "very slow mail row": partial(_slow_mail_row, 1.5),
}
