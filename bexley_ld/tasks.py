"""Tasks that mix several apps; the schedule stands in the settings."""

from celery import shared_task
from django.utils import timezone

from bexley_ld.search_sources import SOURCES
from content.services import refresh_index


@shared_task
def refresh_search() -> bool:
    """Ticks each minute: what was saved since, and what begins today, is found. Answers whether anything was."""
    return refresh_index(sources=SOURCES, today=timezone.localdate())
