"""The worker's side of mail; the schedule stands in the settings."""

from __future__ import annotations

import time

from celery import shared_task
from django.utils import timezone

from notifications import delivery, holds, services, wake_up

DRAIN_SECONDS = 45


@shared_task(soft_time_limit=120, time_limit=180)
def drain_mail() -> int:
    """Sends until nothing is due, for at most 45 seconds; the next drain goes on. Answers how many left.

    Whoever finds more than one chunk asks for one more pair of hands, who does the same: a morning's digests keep
    every worker busy, and with one alone the next drain follows at once.
    """
    sent = 0
    holds.release(now=timezone.now())
    if not delivery.is_anything_due(now=timezone.now()):
        return sent
    deadline = time.monotonic() + DRAIN_SECONDS
    delivery.recover()
    if delivery.is_more_than_a_chunk_due(now=timezone.now()):
        wake_up.publish()
    while time.monotonic() < deadline:
        progress = delivery.deliver_chunk(now=timezone.now(), deadline=deadline)
        sent += progress.sent
        if not progress.leased or not progress.is_reachable:
            break
    return sent


@shared_task
def blank_old_bodies() -> int:
    """Daily: the words of old mail go, what was sent when and why stays."""
    return services.blank_old_bodies(now=timezone.now())


@shared_task
def mail_audit_anchor() -> bool:
    """Daily: the head of the history leaves the portal, where AUDIT_ANCHOR_EMAIL names who keeps it."""
    return services.mail_audit_anchor(now=timezone.now(), today=timezone.localdate())
