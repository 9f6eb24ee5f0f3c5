"""The count and head hash of the history, to be kept outside the portal."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from audit import anchors


class Command(BaseCommand):
    help = "Prints where each chain ends now, or writes it to a file for `verify_audit --anchor FILE`."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--output", type=Path, help="Write the anchor here and print only its head.")

    def handle(self, *args: Any, **options: Any) -> None:
        anchor = anchors.current(now=timezone.now())
        if options["output"]:
            options["output"].write_text(anchor.as_text(), "utf-8")
            self.stdout.write(f"{anchor.rows} rows in {len(anchor.links)} chains, head {anchor.head}")
        else:
            self.stdout.write(anchor.as_text(), ending="")
