"""Brings staff in from HR's CSV file: shows what would change, then applies it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from bexley_ld.staff_files import REFUSED, apply, heading, in_words
from people.models import ImportRun
from people.rules import Conflict
from people.rules.staff_file import MAX_BYTES
from people.services import preview_import

LINES = 20


class Command(BaseCommand):
    help = "Bring staff in from HR's CSV file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the CSV file, UTF-8")
        parser.add_argument("--dry-run", action="store_true", help="only show what would change")
        parser.add_argument("--complete", action="store_true", help="whoever is not in the file has left")
        parser.add_argument("--allow-leavers", type=int, metavar="N", help="let up to N people leave")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            with path.open("rb") as file:
                content = file.read(MAX_BYTES + 1)
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from None
        now = timezone.now()
        run = preview_import(
            content=content,
            file_name=path.name,
            by=None,
            now=now,
            complete=options["complete"],
            allow_leavers=options["allow_leavers"],
        )
        self._show(run, everything=options["verbosity"] > 1)
        if run.state == ImportRun.State.REFUSED:
            raise CommandError(f"Refused, nothing was changed. {run.outcome['file_reason']}")
        if options["dry_run"]:
            self.stdout.write("Only a preview: nothing was changed.")
            return
        try:
            apply(run=run, by=None, now=now)
        except Conflict as conflict:
            raise CommandError(conflict.reason) from None
        self.stdout.write(self.style.SUCCESS("Applied."))

    def _show(self, run: ImportRun, *, everything: bool) -> None:
        for title, count, lines in in_words(run):
            self.stdout.write(heading(title, count))
            shown = lines if everything or title == REFUSED else lines[:LINES]
            for line in shown:
                self.stdout.write(f"  {line}")
            if len(lines) > len(shown):
                self.stdout.write(f"  … and {len(lines) - len(shown)} more (-v 2 shows all)")
        self.stdout.write(f"Unchanged: {run.outcome.get('unchanged', 0)}")
