"""The daily sweep: asks every rule what is due and not done, adds the lines, then one digest a person."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection, transaction
from django.utils import timezone

from audit.transactions import all_or_nothing
from notifications.due import DUE_ON, PERSON_ID, ROW_NAMES, SUBJECT_ID, DueRule, LadderDefaults
from notifications.working_days import WorkingCalendar
from reminders import registry, rules
from reminders.models import Reminder
from reminders.services.choosing import wanted
from reminders.services.digests import be_patient, compose_digests
from reminders.services.ladders import calendar, ladders, learning_ids
from reminders.services.resolving import end_escalations
from reminders.services.runs import Progress, finish_run, last_asked_before, leave_run, progress_of, sweep_settings

logger = logging.getLogger(__name__)

ROWS_AT_ONCE = 1000
# One rule may not hold up the others (reliability-and-security.md §6 P12).
RULE_SECONDS = 120
TOOK_TOO_LONG = "This took longer than a task may. It is tried again with the next day's sweep."
# One look ahead makes so many people's missing plans at most, and undoes them again.
PEOPLE_FORESEEN = 200
# Meanwhile whoever writes about these people waits, on SQLite whoever writes at all: so long, then it is cut.
HELD_SECONDS = 2.0


@dataclass(frozen=True)
class Bounds:
    """How much a look ahead reads: lines in all, an instant of the monotonic clock, seconds for one query."""

    lines: int
    until: float
    seconds: int

    def are_reached(self, lines: int) -> bool:
        return lines >= self.lines or time.monotonic() >= self.until


@dataclass
class SweepReport:
    """What a sweep found and did; `lines` only when asked for."""

    for_date: dt.date
    is_dry_run: bool
    is_working_day: bool = True
    is_switched_on: bool = True
    new_lines: Counter[str] = field(default_factory=Counter)
    people: set[int] = field(default_factory=set)
    without_manager: set[tuple[str, int]] = field(default_factory=set)
    digests: int = 0
    is_complete: bool = True
    failures: dict[str, str] = field(default_factory=dict)
    lines: list[rules.Line] = field(default_factory=list)
    switched_off: list[str] = field(default_factory=list)
    is_cut: bool = False
    asked: set[str] = field(default_factory=set)
    """Duties and kinds asked by this sweep of the day, or by an unfinished one before it."""

    @property
    def counts(self) -> dict[str, Any]:
        """What adds up over the sweeps of a day; whom they told does not (runs)."""
        return {
            "lines": dict(self.new_lines),
            "without_manager": len(self.without_manager),
            "digests": self.digests,
        }


@dataclass(frozen=True)
class _Morning:
    """What is the same for every rule of one sweep."""

    today: dt.date
    last_asked: Mapping[str, dt.date]
    calendar: WorkingCalendar
    learning: list[int]
    is_dry_run: bool
    keeps_lines: bool
    bounds: Bounds | None = None
    about: frozenset[int] | None = None
    """Only these people, in a look ahead; everyone without it."""
    known: frozenset[tuple[Any, ...]] = frozenset()
    """Keys of lines that this look has found already."""


def sweep(
    *,
    for_date: dt.date,
    now: dt.datetime,
    dry_run: bool = False,
    keep_lines: bool = False,
    seconds: float | None = None,
    bounds: Bounds | None = None,
) -> SweepReport:
    """Finds and queues what is to be said on this day; sweeping it again, or twice at once, adds nothing.

    Daily duties come first, also on days off and while reminders are switched off. After `seconds` the rules that are
    not asked and the digests that are not composed are left to the next sweep of the day, which finds it unfinished
    and goes on from there. A dry run with `bounds` stops when they are reached, and says so.
    """
    deadline = None if seconds is None else time.monotonic() + seconds
    begun = Progress() if dry_run else progress_of(for_date)
    report = SweepReport(
        for_date=for_date,
        is_dry_run=dry_run,
        is_working_day=calendar().is_working_day(for_date),
        is_switched_on=sweep_settings().is_enabled,
        failures=dict(begun.failures),
        asked=set(begun.asked),
    )
    try:
        if not dry_run and for_date == timezone.localdate(now):
            _do_daily_duties(report, now=now)
        if report.is_working_day and (report.is_switched_on or dry_run):
            _ask_rules(report, deadline, bounds, now=now, keeps_lines=keep_lines or dry_run)
            if not dry_run and report.is_complete:
                report.digests, report.is_complete = compose_digests(for_date=for_date, now=now, deadline=deadline)
    except SoftTimeLimitExceeded:
        # The worker stops this task; what it has done is kept, so that the rule or duty that took all its time is
        # asked no more today and the next tick goes on with the others.
        report.is_complete = False
        if not dry_run:
            _leave(report)
        raise
    if not dry_run and not report.is_complete:
        _leave(report)
    elif not dry_run:
        finish_run(for_date=for_date, now=now, counts=report.counts, failures=report.failures)
    return report


def _leave(report: SweepReport) -> None:
    progress = Progress(frozenset(report.asked), report.failures)
    leave_run(for_date=report.for_date, counts=report.counts, progress=progress)


def _ask_rules(
    report: SweepReport, deadline: float | None, bounds: Bounds | None, *, now: dt.datetime, keeps_lines: bool
) -> None:
    today, days = report.for_date, calendar()
    morning = _Morning(today, last_asked_before(today), days, learning_ids(), report.is_dry_run, keeps_lines, bounds)
    offsets = ladders()
    report.switched_off = [kind for kind, ladder in offsets.items() if ladder is None]
    is_first = True
    for rule in registry.rules():
        ladder = offsets[rule.kind]
        if ladder is None or report.is_cut or rule.kind in report.asked:
            continue
        # One at least: a sweep that is always late would otherwise never get anywhere.
        if not is_first and deadline is not None and time.monotonic() > deadline:
            report.is_complete = False
            return
        is_first = False
        report.asked.add(rule.kind)
        _isolated(rule, ladder, morning, report)
    if report.is_dry_run and today >= timezone.localdate(now):
        _foresee(offsets, morning, report)


def _foresee(offsets: Mapping[str, LadderDefaults | None], morning: _Morning, report: SweepReport) -> None:
    """Lines about what this morning's duties would make first, such as a missing plan: it is made, asked about and
    undone, in one short transaction about these few people, so that nothing stays written and nobody waits for long."""
    for name, make in registry.foreseen().items():
        if report.is_cut:
            return
        try:
            with transaction.atomic():
                at_most = PEOPLE_FORESEEN if morning.bounds else None
                people = frozenset(make(today=morning.today, at_most=at_most))
                known = frozenset(line.key for line in report.lines)
                ahead = replace(morning, about=people, known=known, bounds=_held_briefly(morning.bounds))
                for rule in registry.rules():
                    ladder = offsets[rule.kind]
                    if people and ladder is not None and not report.is_cut:
                        _isolated(rule, ladder, ahead, report)
                report.is_cut |= at_most is not None and len(people) >= at_most
                transaction.set_rollback(True)
        except SoftTimeLimitExceeded:
            raise
        except Exception as error:
            logger.exception("look ahead failed: %s", name)
            report.failures[name] = f"{type(error).__name__}: {error}"[:500]


def _held_briefly(bounds: Bounds | None) -> Bounds | None:
    return bounds and replace(bounds, until=min(bounds.until, time.monotonic() + HELD_SECONDS))


def _isolated(rule: DueRule, ladder: LadderDefaults, morning: _Morning, report: SweepReport) -> None:
    """A rule that fails is recorded and leaves no half of its lines; the others go on."""
    try:
        found = _sweep_rule(rule, ladder, morning, len(report.lines))
    except SoftTimeLimitExceeded:
        report.failures[rule.kind] = TOOK_TOO_LONG
        raise
    except Exception as error:
        logger.exception("due rule failed: %s", rule.kind)
        report.failures[rule.kind] = f"{type(error).__name__}: {error}"[:500]
        return
    report.new_lines[rule.kind] += found.count
    report.people |= found.people
    report.without_manager |= found.without_manager
    report.lines += found.lines
    report.is_cut |= found.is_cut


@dataclass
class _Found:
    is_cut: bool = False
    count: int = 0
    people: set[int] = field(default_factory=set)
    without_manager: set[tuple[str, int]] = field(default_factory=set)
    lines: list[rules.Line] = field(default_factory=list)


@all_or_nothing()
def _sweep_rule(rule: DueRule, ladder: LadderDefaults, morning: _Morning, already: int) -> _Found:
    _limit_time(morning.bounds.seconds if morning.bounds else RULE_SECONDS)
    found = _Found()
    if not morning.is_dry_run:
        end_escalations(rule, today=morning.today)
    fired = _fired_by_due_date(ladder, morning, morning.last_asked.get(rule.kind))
    if not fired:
        return found
    rows = (
        rule.find(today=morning.today)
        .filter(**{f"{DUE_ON}__in": sorted(fired)})
        .order_by(DUE_ON, SUBJECT_ID)
        .values(*ROW_NAMES)
    )
    if morning.about is not None:
        rows = rows.filter(**{f"{PERSON_ID}__in": morning.about})
    for part in _in_parts(rows.iterator(chunk_size=ROWS_AT_ONCE)):
        if morning.bounds and morning.bounds.are_reached(already + found.count):
            found.is_cut = True
            break
        lines: list[rules.Line] = []
        for row in part:
            item = rule.item(row)
            if item.has_no_manager:
                found.without_manager.add(item.key)
            lines += rules.lines(
                item,
                fired[item.due_on],
                today=morning.today,
                calendar=morning.calendar,
                learning_ids=morning.learning,
            )
        new = [line for line in wanted(_only_new(rule, lines)) if line.key not in morning.known]
        if not morning.is_dry_run:
            Reminder.objects.bulk_create(
                [_reminder(line, morning.today) for line in new],
                ignore_conflicts=True,
                batch_size=ROWS_AT_ONCE,
            )
        found.count += len(new)
        found.people.update(line.recipient_id for line in new)
        if morning.keeps_lines:
            found.lines += new
    return found


def _fired_by_due_date(
    ladder: LadderDefaults, morning: _Morning, last_run: dt.date | None
) -> Mapping[dt.date, list[rules.Step]]:
    """Due dates for which a step fires this morning: the query asks for these and nothing else."""
    first, last = rules.window(ladder, today=morning.today, last_run=last_run, calendar=morning.calendar)
    days = (first + dt.timedelta(days=number) for number in range((last - first).days + 1))
    fired = {
        day: rules.firing(ladder, day, today=morning.today, last_run=last_run, calendar=morning.calendar)
        + rules.weekly(day, today=morning.today, calendar=morning.calendar)
        for day in days
    }
    return {day: steps for day, steps in fired.items() if steps}


def _only_new(rule: DueRule, lines: list[rules.Line]) -> list[rules.Line]:
    """Lines that no earlier sweep has found; one query for the part."""
    if not lines:
        return []
    known = set(
        Reminder.objects.filter(
            rule=rule.kind,
            subject_type=rule.subject_type,
            step__in={line.step for line in lines},
            subject_id__in={line.item.subject_id for line in lines},
        ).values_list("rule", "step", "subject_type", "subject_id", "recipient_id", "due_date")
    )
    return [line for line in lines if line.key not in known]


def _reminder(line: rules.Line, sweep_date: dt.date) -> Reminder:
    kind, step, subject_type, subject_id, recipient_id, due_date = line.key
    return Reminder(
        rule=kind,
        step=step,
        subject_type=subject_type,
        subject_id=subject_id,
        recipient_id=recipient_id,
        due_date=due_date,
        sweep_date=sweep_date,
        about_id=line.item.person_id,
        awaits_end=rules.is_escalation(step),
    )


def _in_parts(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    rows = iter(rows)
    while part := list(islice(rows, ROWS_AT_ONCE)):
        yield part


def _limit_time(seconds: int) -> None:
    be_patient()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{seconds}s"])


def _do_daily_duties(report: SweepReport, *, now: dt.datetime) -> None:
    """What apps put right each day, such as plans that are missing; what failed is noted by name."""
    for name, duty in registry.daily_duties().items():
        if name in report.asked:
            continue
        report.asked.add(name)
        try:
            duty(today=report.for_date, now=now)
        except SoftTimeLimitExceeded:
            report.failures[name] = TOOK_TOO_LONG
            raise
        except Exception as error:
            logger.exception("daily duty failed: %s", name)
            report.failures[name] = f"{type(error).__name__}: {error}"[:500]
