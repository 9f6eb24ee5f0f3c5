"""Two of Learning and Development offer the last place at once, on PostgreSQL: one offer, and a kind refusal."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
from typing import Any

import pytest
from django.db import IntegrityError, connections

from pathways.models import Application, Intake
from pathways.services import deciding
from people.rules import Conflict
from tests.factories.pathways import RouteFactory, intake_of
from tests.factories.people import PersonFactory

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]

TODAY = dt.date(2026, 11, 18)
NOW = dt.datetime(2026, 11, 18, 10, 0, tzinfo=dt.UTC)


def race(rows: list[Application], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Both are let past the count of free places together, if nothing keeps one of them waiting."""
    counted = threading.Barrier(2)
    free_place = deciding.rules.free_place

    def count_then_meet(**places: Any) -> int:
        number = free_place(**places)
        with contextlib.suppress(threading.BrokenBarrierError):
            counted.wait(timeout=1)
        return number

    monkeypatch.setattr(deciding.rules, "free_place", count_then_meet)
    told: list[str] = []
    by = PersonFactory()

    def offer(row: Application) -> None:
        try:
            deciding.act(
                application_id=row.pk, name="offer", by=by, is_learning=True, version=row.version,
                data=deciding.ActData(day=TODAY), today=TODAY, now=NOW,
            )  # fmt: skip
            told.append("offered")
        except Conflict:
            told.append("all places are taken")
        except IntegrityError:
            told.append("server error")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=offer, args=(row,)) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


@pytest.mark.parametrize(
    ("has_lock", "told"),
    [(True, ["all places are taken", "offered"]), (False, ["offered", "server error"])],
)
def test_the_last_place_is_offered_once(has_lock: bool, told: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the lock the constraint still gives the place once, but the second reader meets an error."""
    intake: Intake = intake_of(RouteFactory(), start=TODAY + dt.timedelta(days=60), today=TODAY, places=1)
    rows = [
        Application.objects.create(
            person=PersonFactory(), intake=intake, state="considered", created_at=NOW, saved_at=NOW, sent_at=NOW
        )
        for _ in range(2)
    ]
    if not has_lock:
        manager = type(Intake.objects.all())
        monkeypatch.setattr(manager, "select_for_update", lambda self, **options: self.all(), raising=False)
    assert race(rows, monkeypatch) == told
    assert Application.objects.filter(place__isnull=False).count() == 1
