"""/health/: 503 only when pages cannot work; strangers learn states and nothing else."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from bexley_ld import health
from notifications.models import OutgoingMail
from reminders.models import SweepRun, SweepSettings

MORNING = datetime(2027, 3, 4, 10, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_ten(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(timezone, "now", lambda: MORNING)
    return None


@pytest.fixture
def swept() -> SweepRun:
    return SweepRun.objects.create(for_date=date(2027, 3, 4), started_at=MORNING, finished_at=MORNING)


def add_mail(due_at: datetime, state: str = OutgoingMail.State.QUEUED) -> None:
    OutgoingMail.objects.create(key=f"{due_at}", kind="test", why="", created_at=due_at, due_at=due_at, state=state)


def test_live_asks_nothing_of_the_database(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        response = client.get("/health/live")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})


def test_ready_when_all_is_well(client: Client, swept: SweepRun) -> None:
    response = client.get("/health/ready")
    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "checks": {"database": "ok", "migrations": "ok", "broker": "ok", "sweep": "ok", "mail": "ok", "scanner": "ok"},
    }


def test_a_scanner_that_is_away_makes_files_wait_and_no_page_fail(client: Client, swept: SweepRun, settings) -> None:
    settings.SCANNER_URL = "clamd://127.0.0.1:1"
    response = client.get("/health/ready")
    assert (response.status_code, response.json()["checks"]["scanner"]) == (200, "degraded")


def test_ready_without_a_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise DatabaseError("host db.internal has gone")

    monkeypatch.setattr(connection, "cursor", fail)
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "checks": {"database": "unavailable"}}


def test_ready_before_the_migrations_have_run(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated", False)
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda *_: ["people.0099"])
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert response.json()["checks"] == {"database": "ok", "migrations": "unavailable"}


def test_a_broker_that_is_away_is_degraded(client: Client, swept: SweepRun, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise ConnectionError("redis://secret@host")

    monkeypatch.setattr(health.current_app, "connection_for_write", fail)
    response = client.get("/health/ready")
    assert response.status_code == 200
    assert response.json()["checks"]["broker"] == "degraded"
    assert b"secret" not in response.content


@pytest.mark.parametrize(
    ("last", "hour", "state"),
    [
        (date(2027, 3, 4), 8, "ok"),
        (date(2027, 3, 3), 8, "degraded"),
        (date(2027, 3, 3), 10, "ok"),
        (date(2027, 3, 2), 10, "degraded"),
        (None, 8, "degraded"),
    ],
)
def test_a_sweep_that_is_late_is_degraded(client: Client, last: date | None, hour: int, state: str) -> None:
    SweepSettings.objects.update_or_create(defaults={"hour": hour})
    if last:
        SweepRun.objects.create(for_date=last, started_at=MORNING, finished_at=MORNING)
    assert client.get("/health/ready").json()["checks"]["sweep"] == state


def test_reminders_that_are_switched_off_are_not_late(client: Client) -> None:
    SweepSettings.objects.update_or_create(defaults={"is_enabled": False})
    assert client.get("/health/ready").json()["checks"]["sweep"] == "ok"


@pytest.mark.parametrize(
    ("minutes", "state", "expected"),
    [
        (14, OutgoingMail.State.QUEUED, "ok"),
        (16, OutgoingMail.State.QUEUED, "degraded"),
        (16, OutgoingMail.State.LEASED, "degraded"),
        (16, OutgoingMail.State.SENT, "ok"),
        (-60, OutgoingMail.State.QUEUED, "ok"),
    ],
)
def test_mail_that_waits_too_long_is_degraded(client: Client, minutes: int, state: str, expected: str) -> None:
    add_mail(MORNING - timedelta(minutes=minutes), state)
    assert client.get("/health/ready").json()["checks"]["mail"] == expected


@pytest.mark.parametrize("address", ["/health/live", "/health/ready"])
def test_health_changes_nothing_and_is_never_kept(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405
    assert "no-store" in client.get(address).headers["Cache-Control"]
