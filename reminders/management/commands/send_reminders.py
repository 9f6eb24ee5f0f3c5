"""`manage.py send_reminders [--on DATE] [--dry-run]`: the daily sweep by hand, and who gets what."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from people.models import Person
from reminders import services

LINES_SHOWN = 200


class Command(BaseCommand):
    help = (
        "Sweep what is due on a day and queue at most one digest a person. A past day is asked what is open now, "
        "by the dates and the line of that day; a line that was written once is never written again, whichever day is "
        "swept later. Steps that were reached over three working days before the swept day are left out; "
        "escalations that no sweep could fire are not. What goes out is asked again right before it leaves."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--on",
            type=_date,
            metavar="YYYY-MM-DD",
            help="The day to sweep, today without it. The daily duties are done for today alone.",
        )
        parser.add_argument("--dry-run", action="store_true", help="Show what would be sent and write nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        now, today = timezone.now(), timezone.localdate()
        for_date: dt.date = options["on"] or today
        if for_date > today and not options["dry_run"]:
            raise CommandError("That day has not come. To see what would be sent, add --dry-run.")
        report = services.sweep(for_date=for_date, now=now, dry_run=options["dry_run"], keep_lines=True)
        if options["verbosity"] > 0:
            self._print(report)
        for name, problem in report.failures.items():
            self.stderr.write(f"FAILED {name}: {problem}")

    def _print(self, report: services.SweepReport) -> None:
        if not report.is_switched_on:
            self.stdout.write("Reminders are switched off in the sweep settings.")
        if not report.is_working_day:
            self.stdout.write(f"{report.for_date:%A} {report.for_date} is a day off: nothing is sent.")
        self._table(report)
        lines = sum(report.new_lines.values())
        verb = "would be sent" if report.is_dry_run else "found"
        self.stdout.write(f"\n{lines} new line(s) for {len(report.people)} person(s) {verb}.")
        for kind, count in sorted(report.new_lines.items()):
            if count:
                self.stdout.write(f"  {kind}: {count}")
        if not report.is_dry_run:
            self.stdout.write(f"{report.digests} digest(s) queued.")
        self.stdout.write(f"Waiting for a line manager who is not there: {len(report.without_manager)}.")

    def _table(self, report: services.SweepReport) -> None:
        shown = sorted(report.lines, key=lambda line: (line.recipient_id, line.item.due_on))[:LINES_SHOWN]
        if not shown:
            return
        ids = {line.recipient_id for line in shown} | {line.item.person_id for line in shown}
        names = {person.pk: str(person) for person in Person.objects.filter(pk__in=ids)}
        rows = [("Goes to", "Due", "Step", "What", "About")]
        for line in shown:
            item = line.item
            rows.append(
                (
                    names.get(line.recipient_id, ""),
                    item.due_on.isoformat(),
                    line.step,
                    f"{item.rule.title}: {item.label}"[:60],
                    names.get(item.person_id, ""),
                )
            )
        widths = [max(len(row[column]) for row in rows) for column in range(5)]
        for row in rows:
            self.stdout.write("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        if len(report.lines) > len(shown):
            self.stdout.write(f"… and {len(report.lines) - len(shown)} more")


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"invalid day {text!r}: write it as year-month-day, such as 2027-03-04") from None
