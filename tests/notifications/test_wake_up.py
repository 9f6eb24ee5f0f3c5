"""A broker that is away: the row stands, the page answers, nobody waits."""

import datetime as dt
import socket
import time

import pytest
import real_servers
from celery import current_app
from django.db import transaction

from notifications import services, wake_up
from notifications.models import OutgoingMail
from tests.factories.people import PersonFactory

NOW = dt.datetime(2027, 3, 4, 9, 30, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def awake(monkeypatch):
    monkeypatch.setattr(wake_up, "_quiet_until", 0.0)


@pytest.fixture
def broker():
    conf = current_app.conf
    before = conf.broker_write_url, conf.broker_transport_options

    def at(url, **options):
        conf.broker_write_url, conf.broker_transport_options = url, options

    yield at
    conf.broker_write_url, conf.broker_transport_options = before


@pytest.fixture
def frozen():
    """A port that takes connections and never says a word."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(16)
        yield silent.getsockname()[1]


def publish():
    started = time.monotonic()
    return wake_up.publish(), time.monotonic() - started


def test_a_broker_that_refuses_costs_a_moment_and_then_nothing(broker):
    broker(f"redis://127.0.0.1:{real_servers.free_port()}/0")
    woken, seconds = publish()
    assert not woken
    assert seconds < 0.5
    assert publish()[1] < 0.01


def test_a_frozen_broker_costs_a_moment_and_then_nothing(broker, frozen):
    broker(f"redis://127.0.0.1:{frozen}/0")
    woken, seconds = publish()
    assert not woken
    assert seconds < 0.5
    assert publish()[1] < 0.01


def test_after_thirty_seconds_it_is_tried_again(broker, frozen, monkeypatch):
    broker(f"redis://127.0.0.1:{frozen}/0")
    publish()
    now = time.monotonic()
    monkeypatch.setattr(wake_up.time, "monotonic", lambda: now + 31)
    tries = []
    monkeypatch.setattr(wake_up._Sender, "start", lambda self: tries.append(1))
    monkeypatch.setattr(wake_up._Sender, "join", lambda self, patience: None)
    wake_up.publish()
    assert tries == [1]


@pytest.mark.django_db
def test_the_mail_is_kept_and_nothing_is_raised(broker, frozen, django_capture_on_commit_callbacks):
    broker(f"redis://127.0.0.1:{frozen}/0")
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        services.queue(
            key="k",
            kind="induction.plan_agreed",
            recipient=PersonFactory(),
            subject="Hold the review",
            text_body="Hello",
            why="You manage the starter.",
            now=NOW,
        )
    assert OutgoingMail.objects.get().state == "queued"


def test_a_broker_in_the_file_system_is_woken(broker, tmp_path, monkeypatch):
    # Whether it is woken is asked here, not how fast on a busy machine.
    monkeypatch.setattr(wake_up, "PATIENCE_SECONDS", 10)
    folder = str(tmp_path)
    broker("filesystem://", data_folder_in=folder, data_folder_out=folder, control_folder=folder)
    assert publish()[0]
    assert any(b"notifications.tasks.drain_mail" in path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
