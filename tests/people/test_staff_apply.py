"""What binds an apply to its preview, what a failure leaves, and how many queries it takes."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from people.models import ImportRun, Person, Posting
from people.rules import Conflict
from people.services import apply_import
from tests.factories.people import JobRoleFactory, PersonFactory, TeamFactory
from tests.people.test_staff_import import NOW, bring_in, contents, csv, preview, row, staffed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _places() -> None:
    TeamFactory(code="T-ONE", name="Team One")
    TeamFactory(code="T-TWO", name="Team Two")
    JobRoleFactory(code="JR-SW", title="Social Worker")


def test_data_changed_since_the_preview_asks_for_another_preview() -> None:
    run = preview(row("E1"))
    PersonFactory()
    with pytest.raises(Conflict, match="Preview the file again"):
        apply_import(run=run, by=None, now=NOW)
    assert Person.objects.count() == 1


def test_yesterdays_preview_is_not_applied_today() -> None:
    run = preview(row("E1"))
    with pytest.raises(Conflict, match="Preview the file again"):
        apply_import(run=run, by=None, now=NOW + dt.timedelta(days=1))


def test_a_changed_file_is_not_applied() -> None:
    run = preview(row("E1"))
    ImportRun.objects.filter(pk=run.pk).update(content=csv(row("E2")))
    with pytest.raises(Conflict):
        apply_import(run=run, by=None, now=NOW)


def test_a_failure_half_way_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    run = preview(row("E1"))
    before = contents()

    def fail(*args: object, **kwargs: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("people.services.staff_write.audit.record_many", fail)
    with pytest.raises(RuntimeError):
        apply_import(run=run, by=None, now=NOW)
    assert contents() == before
    assert ImportRun.objects.get().state == ImportRun.State.PREVIEWED


@pytest.mark.parametrize("kind", ["new", "changed", "left"])
def test_queries_do_not_grow_with_the_rows(kind: str) -> None:
    staffed(1000)
    taken = {}
    for number in (10, 100):
        rows = [row(f"{kind}{number}-{n}") for n in range(number)]
        if kind != "new":
            bring_in(*rows)
            change = {"team": "T-TWO"} if kind == "changed" else {"leaving_date": "2026-11-23"}
            rows = [row(f"{kind}{number}-{n}", **change) for n in range(number)]
        run = preview(*rows)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            apply_import(run=run, by=None, now=NOW)
        taken[number] = len(queries)
    assert taken[100] - taken[10] <= 8, taken
    assert taken[100] < 60


def test_the_clock_of_the_portal_is_londons() -> None:
    # 23:30 UTC in July is the next day in London.
    now = dt.datetime(2026, 7, 1, 23, 30, tzinfo=dt.UTC)
    bring_in(row("E1", start_date="2026-07-02"), now=now)
    assert Posting.objects.get().start_date == timezone.localdate(now)
