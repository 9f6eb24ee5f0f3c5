"""Celery's side of uploaded files; the schedule stands in the settings."""

from celery import shared_task
from django.utils import timezone

from uploads import services


@shared_task
def scan_files() -> dict[str, int]:
    """Each minute: files that wait for the virus scanner."""
    return services.scan_waiting()


@shared_task
def sweep_files() -> int:
    """Daily: files that no row knows."""
    return services.sweep_store(now=timezone.now())
