"""Wakes the mail drain; a page waits at most 0.3 seconds for a broker that is away."""

from __future__ import annotations

import logging
import threading
import time

from celery import current_app

logger = logging.getLogger(__name__)
TASK = "notifications.tasks.drain_mail"
PATIENCE_SECONDS = 0.3
QUIET_SECONDS = 30.0

_quiet_until = 0.0


def publish() -> bool:
    """One try; after a failure no further try for 30 seconds (reliability-and-security.md §6 P7)."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return False
    # Time-outs of the broker's client add up (name, connection, hand-shake): the thread is the bound. It
    # holds no database connection, and at most one is begun in 30 seconds while the broker is away.
    sender = _Sender()
    sender.start()
    sender.join(PATIENCE_SECONDS)
    if sender.succeeded:
        return True
    _quiet_until = time.monotonic() + QUIET_SECONDS
    logger.warning("Mail drain not woken, the minute sweep will send: %s", sender.problem or "broker does not answer")
    return False


class _Sender(threading.Thread):
    def __init__(self) -> None:
        super().__init__(daemon=True, name="wake-mail-drain")
        self.succeeded = False
        self.problem = ""

    def run(self) -> None:
        try:
            with current_app.connection_for_write(
                connect_timeout=PATIENCE_SECONDS,
                transport_options={
                    **current_app.conf.broker_transport_options,
                    "max_retries": 1,
                    "interval_start": 0,
                    "connect_retries_timeout": PATIENCE_SECONDS,
                },
            ) as broker:
                current_app.send_task(TASK, connection=broker, retry=False, ignore_result=True)
            self.succeeded = True
        except Exception as error:  # noqa: BLE001 - whatever the broker's client raises, the page goes on
            self.problem = type(error).__name__
