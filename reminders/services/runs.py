"""The row of a day's sweep: whether it is to be done, by whom, and when it was done last."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils import timezone

from audit.transactions import all_or_nothing
from reminders.models import Reminder, SweepRun, SweepSettings

# A sweep that was killed is taken over after this time. The lease is not renewed, so it outlasts any sweep: one rule
# may take two minutes, and the worker stops a task after four and kills it after five.
LEASE = dt.timedelta(minutes=6)
# No mail leaves in the evening (user-demands.md §4.3): what was missed by then is caught up next morning.
LAST_HOUR = 18
LATE_AFTER = dt.timedelta(hours=1)
# What was switched off for longer than this is not caught up.
RUNS_REMEMBERED = 400
ASKED = "asked"
"""Where an unfinished run's counts keep the duties and kinds that it has asked."""


def sweep_settings() -> SweepSettings:
    """The one row, or the defaults while nobody has changed them."""
    return SweepSettings.objects.order_by("pk").first() or SweepSettings()


def add_missing_sweep_settings() -> None:
    """The one row with its defaults, where there is none yet; nobody changed anything, so no history is written."""
    if not SweepSettings.objects.exists():
        SweepSettings.objects.bulk_create([SweepSettings()])


def is_sweep_due(*, now: dt.datetime) -> bool:
    """Asked each minute: today's hour in London has come, and today's sweep is not done."""
    local = timezone.localtime(now)
    if not sweep_settings().hour <= local.hour < LAST_HOUR:
        return False
    return not SweepRun.objects.filter(_is_taken(now), for_date=local.date()).exists()


def claim_run(*, for_date: dt.date, now: dt.datetime) -> bool:
    """Takes the day's sweep for this worker; False while another holds it or when it is done."""
    _, is_new = SweepRun.objects.get_or_create(
        for_date=for_date, defaults={"started_at": now, "lease_until": now + LEASE}
    )
    if is_new:
        return True
    free = SweepRun.objects.filter(~_is_taken(now), for_date=for_date)
    return free.update(started_at=now, lease_until=now + LEASE) == 1


def _is_taken(now: dt.datetime) -> Q:
    return Q(finished_at__isnull=False) | Q(lease_until__isnull=False, lease_until__gt=now)


@dataclass(frozen=True)
class Progress:
    """How far an unfinished sweep of a day has come: duties and kinds asked, and what failed among them."""

    asked: frozenset[str] = frozenset()
    failures: Mapping[str, str] = field(default_factory=dict)


def progress_of(for_date: dt.date) -> Progress:
    """Of the day's sweep while it is unfinished; a finished one that is swept again asks everything anew."""
    run = SweepRun.objects.filter(for_date=for_date, finished_at=None).first()
    return Progress(frozenset(run.counts.get(ASKED, [])), run.failures) if run else Progress()


@all_or_nothing()
def leave_run(*, for_date: dt.date, counts: dict[str, Any], progress: Progress) -> None:
    """Gives the day's sweep back unfinished: the next tick goes on with it, and the counts add up."""
    run = SweepRun.objects.select_for_update().filter(for_date=for_date, finished_at=None).first()
    if run is not None:
        run.counts, run.lease_until = _added(run, counts) | {ASKED: sorted(progress.asked)}, None
        run.failures = dict(progress.failures)
        run.save(update_fields=["counts", "failures", "lease_until"])


@all_or_nothing()
def finish_run(*, for_date: dt.date, now: dt.datetime, counts: dict[str, Any], failures: dict[str, str]) -> None:
    """The day is swept. Swept again later, it stays finished since the first time, and what was found adds up.

    Each sweep asks every rule and duty anew: what failed is what failed in the last one, so a fault that is mended
    is a fault no more.
    """
    SweepRun.objects.get_or_create(for_date=for_date, defaults={"started_at": now})
    run = SweepRun.objects.select_for_update().get(for_date=for_date)
    run.counts, run.failures = _added(run, counts), failures
    run.finished_at, run.lease_until = run.finished_at or now, None
    run.save(update_fields=["counts", "failures", "finished_at", "lease_until"])


def _added(run: SweepRun, counts: dict[str, Any]) -> dict[str, Any]:
    """What the day's sweeps have found so far. Whom they told is counted from the lines, since two may tell the same
    person; who has no manager adds up over the parts of one sweep, and each whole sweep counts it afresh."""
    before = run.counts
    lines = Counter(before.get("lines", {})) + Counter(counts["lines"])
    added = ["digests"] if run.finished_at else ["digests", "without_manager"]
    return {
        **counts,
        **{name: before.get(name, 0) + counts[name] for name in added},
        "people": Reminder.objects.filter(sweep_date=run.for_date).values("recipient").distinct().count(),
        "lines": {**before.get("lines", {}), **counts["lines"], **lines},
    }


def last_asked_before(for_date: dt.date) -> dict[str, dt.date]:
    """On which day each kind was asked last before this one, by its code; a kind that never was is left out.

    Days on which nothing was asked do not count: days off, and those on which all reminders or the kind were
    switched off, or on which its rule failed.
    """
    runs = SweepRun.objects.finished().filter(for_date__lt=for_date).order_by("-for_date")
    found: dict[str, dt.date] = {}
    for day, counts in runs.values_list("for_date", "counts")[:RUNS_REMEMBERED]:
        for kind in counts.get("lines", {}):
            found.setdefault(kind, day)
    return found


def is_sweep_late(now: dt.datetime) -> bool:
    """An hour after its time today's sweep is not done; until then yesterday's counts (heartbeat)."""
    settings = sweep_settings()
    if not settings.is_enabled:
        return False
    local = timezone.localtime(now)
    due = local.replace(hour=settings.hour, minute=0, second=0, microsecond=0) + LATE_AFTER
    expected = local.date() if local >= due else local.date() - dt.timedelta(days=1)
    return not SweepRun.objects.finished().filter(for_date__gte=expected).exists()
