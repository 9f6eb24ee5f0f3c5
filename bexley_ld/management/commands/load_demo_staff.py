import argparse
import datetime as dt
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from bexley_ld.demo import load
from bexley_ld.demo.accounts import ACCOUNTS, PASSWORD
from people.rules import NotAllowed

WIDTH = 30


class Command(BaseCommand):
    help = "Fill an empty database with invented staff: the same seed, number and day give the same people."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--staff", type=int, default=200, metavar="N", help="how many people (200)")
        parser.add_argument("--seed", type=int, default=1, metavar="S", help="another seed, other people (1)")
        parser.add_argument("--on", type=dt.date.fromisoformat, metavar="DATE", help="as if today were this day")

    def handle(self, *args: Any, **options: Any) -> None:
        self._shown = ("", 0)
        began = time.monotonic()
        today = options["on"] or timezone.localdate()
        try:
            members = load.load_staff(size=options["staff"], seed=options["seed"], today=today, progress=self._progress)
        except NotAllowed as refused:
            raise CommandError(refused.reason) from None
        self.stdout.write(f"{len(members)} invented staff in {time.monotonic() - began:.1f} s.")
        self.stdout.write(f"Sign in with the password {PASSWORD}:")
        for account in ACCOUNTS:
            self.stdout.write(f"  {account.email:<45} {account.what_for}")

    def _progress(self, what: str, done: int, total: int) -> None:
        """A bar of plain text, on stderr so that the answer stays clean; into a file only its end."""
        is_done = done >= total
        filled = WIDTH * done // max(total, 1)
        if not is_done and (not self.stderr.isatty() or (what, filled) == self._shown):
            return
        self._shown = (what, filled)
        start = "\r" if self.stderr.isatty() else ""
        bar = f"{start}{what:<16} [{'#' * filled}{'.' * (WIDTH - filled)}] {done}/{total}"
        self.stderr.write(bar, ending="\n" if is_done else "")
