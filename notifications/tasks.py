"""The worker's side of mail; the schedule stands in the settings."""

from __future__ import annotations

import time

from celery import shared_task
from django.utils import timezone

from notifications import delivery, services

DRAIN_SECONDS = 45


@shared_task(time_limit=180)
def drain_mail() -> int:
    """Sends until nothing is due, for at most 45 seconds; the next minute goes on. Answers how many left."""
    sent = 0
    if not delivery.is_anything_due(now=timezone.now()):
        return sent
    deadline = time.monotonic() + DRAIN_SECONDS
    delivery.recover()
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
