"""Real processes of the portal that can be killed, slowed down and robbed of a protection."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from django.db import connection
from django.db.models import Count

from notifications.models import OutgoingMail
from tests.factories.notifications import OutgoingMailFactory
from tests.factories.people import PersonFactory
from tests.real.servers import MailSink, Process

from people.models import Person  # isort: skip


def until(is_so: Callable[[], bool], *, seconds: float, every: float = 0.05) -> None:
    """Waits until it is so; fails when it is not in time."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            states = dict(OutgoingMail.objects.values_list("state").annotate(Count("pk")))
            pytest.fail(f"Not in {seconds:.0f} s; mail: {states}")
        time.sleep(every)


def queue_mails(number: int) -> None:
    """So many mails to as many people, due since long ago; they may leave at any hour."""
    people = Person.objects.bulk_create(PersonFactory.build_batch(number))
    OutgoingMail.objects.bulk_create(OutgoingMailFactory.build(recipient=one, leaves_at_night=True) for one in people)


def unsent() -> int:
    return OutgoingMail.objects.exclude(state=OutgoingMail.State.SENT).count()


class Portal:
    """Starts the portal's processes on this test's servers; `environment` holds for all of them."""

    def __init__(
        self, start: Callable[..., Process], worker: Callable[..., Process], web: Callable[..., Process], folder: Path
    ) -> None:
        self._start, self._worker, self._web, self._folder = start, worker, web, folder
        self.environment = {"DJANGO_SETTINGS_MODULE": "tests.faults.settings"}
        self._beats = 0

    def worker(self, processes: int = 1, **environment: str) -> Process:
        return self._worker(processes=processes, **{**self.environment, **environment})

    def web(self, processes: int = 1, **environment: str) -> Process:
        return self._web(processes=processes, **{**self.environment, **environment})

    def beat(self, **environment: str) -> Process:
        """A scheduler that ticks each second; it is not waited for."""
        self._beats += 1
        command = [sys.executable, "-m", "celery", "--app", "bexley_ld", "beat", "--pidfile=", "--loglevel", "info"]
        command += ["--schedule", str(self._folder / f"beat-{self._beats}"), "--max-interval", "1"]
        return self._start(command, **{**self.environment, **environment})

    def command(self, *arguments: str, **environment: str) -> Process:
        """A management command, not waited for."""
        return self._start([sys.executable, "manage.py", *arguments], **{**self.environment, **environment})


@pytest.fixture
def portal(
    start: Callable[..., Process],
    start_worker: Callable[..., Process],
    start_web: Callable[..., Process],
    portal_environment: dict[str, str],
    tmp_path: Path,
) -> Iterator[Portal]:
    """Nothing of it runs before it is asked for; the broker is empty."""
    redis.Redis.from_url(os.environ["BROKER_URL"]).flushdb()
    yield Portal(
        lambda command, **environment: start(command, {**portal_environment, **environment}),
        start_worker,
        start_web,
        tmp_path,
    )
    connection.close()


def names(sink: MailSink) -> list[str]:
    """The Message-ID of each mail that arrived."""
    return [str(message["Message-ID"]) for message in sink.messages]
