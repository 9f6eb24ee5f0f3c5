"""Exit code 0: every chain holds. 1: something does not. 2: the anchor file cannot be read."""

from argparse import ArgumentParser
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit import anchors
from audit.models import AuditEntry
from audit.verification import faults

SHOWN = 20


class Command(BaseCommand):
    help = "Checks the history: names the first row of each chain that was changed, removed or re-ordered."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--anchor", type=Path, help="A file of `anchor_audit`, kept outside: finds a cut-off tail.")

    def handle(self, *args: Any, **options: Any) -> None:
        anchor = _read(options["anchor"]) if options["anchor"] else None
        found = list(islice(faults(anchor=anchor), SHOWN + 1))
        for fault in found[:SHOWN]:
            self.stderr.write(str(fault))
        if len(found) > SHOWN:
            self.stderr.write("... and more.")
        if found:
            raise CommandError("The history does not hold.", returncode=1)
        compared = f", also against the anchor of {anchor.at.isoformat()}" if anchor else ""
        self.stdout.write(f"The history holds: {AuditEntry.objects.count()} rows{compared}.")


def _read(path: Path) -> anchors.Anchor:
    try:
        return anchors.parse(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"{path}: {error}", returncode=2) from error
