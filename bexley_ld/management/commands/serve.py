"""`manage.py serve`: the demonstration in one process group each for the web, a worker and the scheduler."""

import contextlib
import io
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from bexley_ld.demo.accounts import ACCOUNTS, PASSWORD
from notifications.working_days import WorkingCalendar, previous_working_day
from people.models import Person

HOST = "127.0.0.1"
STOP_SECONDS = 10
START_SECONDS = 60


class Stopped(Exception):
    """Somebody asked the demonstration to stop."""


class Command(BaseCommand):
    help = "Serve the demonstration: pages, reminders and mail, without any other server."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO_MODE:
            raise CommandError("`serve` is the demonstration: run `make demo`. Production is in docs/how-to/deploy.md.")
        port = self._free_port()
        self._prepare()
        for number in (signal.SIGTERM, signal.SIGINT, getattr(signal, "SIGHUP", signal.SIGTERM)):
            signal.signal(number, _stop)
        children: dict[str, subprocess.Popen[bytes]] = {}
        try:
            for name, command in _commands(port).items():
                children[name] = _start(name, command)
            self._wait_until_up(port, children)
            self._welcome(port)
            while True:
                _check_alive(children)
                time.sleep(0.3)
        except Stopped:
            self.stdout.write("\nStopping.")
        finally:
            _end(children)

    def _free_port(self) -> int:
        try:
            port = int(os.environ.get("PORT") or 8000)
        except ValueError:
            raise CommandError("PORT must be a number, such as 8123.") from None
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except (OSError, OverflowError):
                raise CommandError(
                    f"Port {port} is in use. Stop what uses it, or move: PORT={port + 123} make demo"
                ) from None
        return port

    def _prepare(self) -> None:
        """Bring the database up to date; fill it when it is new, and say how old it is when it is not."""
        call_command("migrate", verbosity=0)
        if Person.objects.exists():
            made = MigrationRecorder.Migration.objects.earliest("applied").applied
            self.stdout.write(f"The data of {_day(made)} is kept. `make demo-reset` starts over.")
        else:
            self.stdout.write("Loading starter content and invented staff.")
            call_command("load_starter_content", stdout=io.StringIO())
            call_command("load_demo_staff", stdout=io.StringIO())
        for day in _mornings(timezone.localtime()):
            call_command("send_reminders", "--on", day.isoformat(), verbosity=0)

    def _wait_until_up(self, port: int, children: dict[str, subprocess.Popen[bytes]]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            _check_alive(children)
            try:
                with urllib.request.urlopen(f"http://{HOST}:{port}/health/live", timeout=2):  # noqa: S310
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)
        raise CommandError(f"The pages did not answer within {START_SECONDS} seconds.")

    def _welcome(self, port: int) -> None:
        address = f"http://{HOST}:{port}"
        lines = [
            "",
            f"The portal is at  {address}/",
            f"Mail it sends:    {address}/demo/mail/",
            "",
            f"Sign in with one of these addresses and the password  {PASSWORD}",
            *(f"  {account.email:<42} {account.what_for}" for account in ACCOUNTS),
            "",
            "Everybody in it is invented. Errors are written to var/*.log. Ctrl-C stops it.",
        ]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()


def _commands(port: int) -> dict[str, list[str]]:
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "--app", "bexley_ld"]
    schedule = settings.STATE_DIR / "beat-schedule"
    if sys.platform == "win32":
        web = [sys.executable, "manage.py", "runserver", "--noreload", f"{HOST}:{port}"]
    else:
        web = [
            *[*python, "gunicorn", "bexley_ld.wsgi", "--bind", f"{HOST}:{port}", "--workers", "1"],
            *["--worker-class", "gthread", "--threads", "4", "--no-control-socket", "--log-level", "warning"],
        ]
    return {
        "web": web,
        "worker": [
            *[*celery, "worker", "--pool", "solo", "--loglevel", "warning"],
            *["--without-gossip", "--without-mingle", "--without-heartbeat"],
        ],
        "scheduler": [*celery, "beat", "--pidfile=", "--schedule", str(schedule), "--loglevel", "warning"],
    }


def _start(name: str, command: list[str]) -> subprocess.Popen[bytes]:
    """A process group of its own, so that whatever it starts ends with it; what it says goes to a file."""
    with _log_file(name).open("ab") as log:
        return subprocess.Popen(  # noqa: S603
            command, cwd=settings.BASE_DIR, start_new_session=True, stdout=log, stderr=subprocess.STDOUT
        )


def _log_file(name: str) -> Path:
    return settings.STATE_DIR / f"{name}.log"


def _stop(*_: object) -> None:
    raise Stopped


def _check_alive(children: dict[str, subprocess.Popen[bytes]]) -> None:
    for name, child in children.items():
        if child.poll() is not None:
            raise CommandError(
                f"The {name} process ended by itself (exit code {child.returncode}), so all are stopped. "
                f"Its last words are in {_log_file(name)}."
            )


def _end(children: dict[str, subprocess.Popen[bytes]]) -> None:
    """Ask every process group to stop, then end what is left of it."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    for child in children.values():
        _signal_group(child, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for child in children.values():
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(timeout=max(0.1, deadline - time.monotonic()))
        _signal_group(child, getattr(signal, "SIGKILL", signal.SIGTERM))
        child.wait()


def _signal_group(child: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        if sys.platform == "win32":
            child.terminate()
        else:
            os.killpg(child.pid, number)


def _mornings(now: datetime) -> Iterator[date]:
    """The last working morning, and the days off since: mornings that have come, not this one before eight."""
    last = now.date() if now.hour >= 8 else now.date() - timedelta(days=1)
    day = previous_working_day(last, WorkingCalendar())
    while day <= last:
        yield day
        day += timedelta(days=1)


def _day(instant: datetime) -> str:
    day = timezone.localtime(instant)
    return f"{day.day} {day:%B %Y}"
