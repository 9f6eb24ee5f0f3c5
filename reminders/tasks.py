"""Celery's side of the daily sweep."""

from celery import shared_task
from django.utils import timezone

from reminders import services

# With the longest rule on top (RULE_SECONDS) still before the worker would stop the task (CELERY_TASK_SOFT_TIME_LIMIT).
SWEEP_SECONDS = 100


@shared_task
def run_due_sweep() -> None:
    """Ticks each minute and asks what is due and not done, so that an outage is caught up; safe to repeat.

    A sweep too large for one task ends in time, and the next tick goes on with it.
    """
    now, today = timezone.now(), timezone.localdate()
    if services.is_sweep_due(now=now) and services.claim_run(for_date=today, now=now):
        services.sweep(for_date=today, now=now, seconds=SWEEP_SECONDS)
