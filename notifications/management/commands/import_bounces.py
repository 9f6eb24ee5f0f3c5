"""`manage.py import_bounces FILE`: mail that came back, as the mail server or GOV.UK Notify lists it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from notifications import bounces
from people.rules.staff_file import MAX_BYTES, FileRefused


class Command(BaseCommand):
    help = "Read a CSV file of mail that came back: address, when, kind (hard or soft), reason."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the CSV file, UTF-8")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            with path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from None
        try:
            report = bounces.import_bounces(content=content, by=None, now=timezone.now())
        except FileRefused as refused:
            raise CommandError(f"Refused, nothing was changed. {refused}") from None
        for line, reason in report.problems:
            self.stderr.write(f"Line {line}: {reason}")
        self.stdout.write(f"New: {report.new}. Known already: {report.known}. Refused: {len(report.problems)}.")
        for address in report.paused:
            self.stdout.write(f"Paused: {address}")
