"""Real parts for tests: web processes, Celery workers and a mail server, each started once it is asked for.

PostgreSQL and Redis are started by scripts/run_tests.py, once a run. Tests that use these are marked `real`;
they commit what they write (`django_db(transaction=True)`), so that other processes see it.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import IO, Any

import pytest
import real_servers
from aiosmtpd.controller import Controller

ROOT = Path(__file__).resolve().parent.parent.parent
PRODUCTION = {
    "PORTAL_MODE": "production",
    "SECRET_KEY": "test-of-production-8f1b2c7d9e0a4f6b8c1d2e3f4a5b6c7d8e9f0a1b",
    "AUDIT_KEY": "test-of-production-1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d",
    "ALLOWED_HOSTS": "portal.example",
    "SITE_URL": "https://portal.example",
    "TRUSTED_PROXY_COUNT": "1",
    "UPLOADS_WITHOUT_SCANNER": "1",
}


class MailSink:
    """A mail server that keeps what it gets; `refuse` answers addresses with the SMTP reply that it names."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refuse: dict[str, str] = {}
        self.controller = Controller(self, hostname="127.0.0.1", port=real_servers.free_port())

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names its hooks so
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        self.messages.append(BytesParser(policy=default).parsebytes(envelope.content))
        return "250 OK"

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.controller.port}"


@pytest.fixture(scope="session")
def _mail_server() -> Iterator[MailSink]:
    sink = MailSink()
    sink.controller.start()
    yield sink
    sink.controller.stop()


@pytest.fixture
def mail_sink(_mail_server: MailSink) -> MailSink:
    """The mail server, empty at the start of each test."""
    _mail_server.messages.clear()
    _mail_server.refuse.clear()
    return _mail_server


class Process:
    """One of our processes in a group of its own, with its output in a file."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.output: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed in stop()
        self.popen = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdout=self.output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.url = ""

    def log(self) -> str:
        self.output.seek(0)
        return self.output.read().decode(errors="replace")

    def wait_for(self, is_up: Callable[[], bool], *, seconds: float = 40) -> None:
        deadline = time.monotonic() + seconds
        while not is_up():
            if self.popen.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{self.popen.args} did not come up:\n{self.log()}")
            time.sleep(0.05)

    def kill(self, number: int = signal.SIGKILL) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.popen.pid, number)

    def stop(self) -> None:
        if self.popen.poll() is None:
            self.kill(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.popen.wait(timeout=15)
        self.kill()
        self.popen.wait()
        self.output.close()


def answers(url: str, headers: dict[str, str] | None = None) -> bool:
    """Whether a page at this address answers at all."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}), timeout=5):  # noqa: S310
            return True
    except urllib.error.HTTPError:
        return True
    except (OSError, TimeoutError):
        return False


def database_url() -> str:
    """This test process's own database, for another process."""
    from django.db import connection  # noqa: PLC0415 - this module is loaded before Django's settings

    given = connection.settings_dict
    return f"postgres://{given['USER']}@{given['HOST']}:{given['PORT']}/{given['NAME']}"


@pytest.fixture
def portal_environment(mail_sink: MailSink) -> dict[str, str]:
    """Environment for another process of the portal on this test's database, broker and mail server."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "DJANGO_"))}
    return {**kept, "PORTAL_MODE": "test", "DATABASE_URL": database_url(), "EMAIL_URL": mail_sink.url}


@pytest.fixture
def start(transactional_db: None) -> Iterator[Callable[..., Process]]:
    """`start(command, environment)`: any process; all are ended with the test."""
    started: list[Process] = []

    def start_process(command: list[str], environment: dict[str, str]) -> Process:
        started.append(Process(command, environment))
        return started[-1]

    yield start_process
    for process in reversed(started):
        process.stop()


@pytest.fixture
def start_worker(start: Callable[..., Process], portal_environment: dict[str, str]) -> Callable[..., Process]:
    """`start_worker(processes=1, **environment)`: a real Celery worker on this test's broker."""

    def start_one(*, processes: int = 1, **environment: str) -> Process:
        number = f"test-{time.monotonic_ns()}"
        command = [
            *[sys.executable, "-m", "celery", "--app", "bexley_ld", "worker", "--hostname", number],
            *["--concurrency", str(processes), "--loglevel", "info", "--without-gossip", "--without-mingle"],
        ]
        worker = start(command, {**portal_environment, "C_FORCE_ROOT": "1", **environment})
        worker.wait_for(lambda: f"{number} ready" in worker.log())
        return worker

    return start_one


@pytest.fixture
def start_web(start: Callable[..., Process], portal_environment: dict[str, str]) -> Callable[..., Process]:
    """`start_web(processes=1, **environment)`: gunicorn as in production; `.url` is where it listens."""

    def start_one(*, processes: int = 1, **environment: str) -> Process:
        port = real_servers.free_port()
        command = [
            *[sys.executable, "-m", "gunicorn", "bexley_ld.wsgi", "--bind", f"127.0.0.1:{port}"],
            *["--workers", str(processes), "--worker-class", "gthread", "--threads", "4"],
            "--no-control-socket",
        ]
        web = start(command, {**portal_environment, **environment})
        web.url = f"http://127.0.0.1:{port}"
        host = environment.get("ALLOWED_HOSTS", "127.0.0.1")
        web.wait_for(lambda: answers(f"{web.url}/health/live", {"Host": host}))
        return web

    return start_one
