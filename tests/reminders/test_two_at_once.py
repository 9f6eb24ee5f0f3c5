"""Two sweeps of one morning side by side, on a database with row locks: the same rows as one alone."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from notifications import wake_up
from notifications.models import OutgoingMail
from reminders import services
from reminders.models import Reminder, SweepRun
from reminders.services import digests, runs, sweeping
from tests.factories.people import PersonFactory, line
from tests.reminders.chores.models import Chore
from tests.reminders.conftest import MONDAY, at

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]
PEOPLE = 60


@pytest.fixture
def many(chores, team, monkeypatch):
    """Sixty starters of one manager, swept in parts of twenty rows and seven people."""
    monkeypatch.setattr(wake_up, "publish", lambda: False)
    monkeypatch.setattr(sweeping, "ROWS_AT_ONCE", 20)
    monkeypatch.setattr(digests, "PEOPLE_AT_ONCE", 7)
    for _ in range(PEOPLE):
        person = PersonFactory()
        line(person, team["manager"])
        chores(person=person, waiting_on="both")
    yield
    Chore.objects.all().delete()


def at_once(count, work):
    start = Barrier(count)

    def one(number):
        try:
            start.wait()
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def rows():
    return Reminder.objects.count(), OutgoingMail.objects.count(), Reminder.objects.filter(mail=None).count()


def test_two_sweeps_at_once_leave_the_rows_of_one(many):
    reports = at_once(3, lambda _: services.sweep(for_date=MONDAY, now=at(MONDAY)))
    assert [report.failures for report in reports] == [{}, {}, {}]
    # A line for each starter and each item of the manager; a digest for each of them.
    assert rows() == (2 * PEOPLE, PEOPLE + 1, 0)
    assert sum(report.digests for report in reports) == PEOPLE + 1
    for reminder in Reminder.objects.select_related("mail"):
        assert reminder.mail.recipient_id == reminder.recipient_id
    assert SweepRun.objects.count() == 1


def finished_at_once(monkeypatch):
    """What the day's row says of four sweeps that end at the same moment, each with one digest."""
    added = runs._added

    def slowly(run, counts):
        time.sleep(0.2)
        return added(run, counts)

    monkeypatch.setattr(runs, "_added", slowly)
    counts = {"lines": {}, "digests": 1, "without_manager": 0}
    services.claim_run(for_date=MONDAY, now=at(MONDAY))
    at_once(4, lambda _: runs.finish_run(for_date=MONDAY, now=at(MONDAY), counts=counts, failures={}))
    return SweepRun.objects.get().counts["digests"]


def test_sweeps_that_end_at_once_add_up(chores, monkeypatch):
    assert finished_at_once(monkeypatch) == 4


def test_without_the_lock_one_sweep_would_write_over_the_other(chores, monkeypatch):
    monkeypatch.setattr(SweepRun.objects, "select_for_update", SweepRun.objects.all)
    assert finished_at_once(monkeypatch) < 4


def test_a_sweep_beside_a_slow_one_waits_longer_than_a_page_would(many, monkeypatch):
    """Pages hear after three seconds that a row is busy; a sweep is not to fail over that."""
    queue_many = digests.mail.queue_many

    def queue_slowly(mails, now):
        time.sleep(0.4)
        return queue_many(mails, now)

    monkeypatch.setattr(digests, "PEOPLE_AT_ONCE", 100)
    monkeypatch.setattr(digests.mail, "queue_many", queue_slowly)
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("3s",)
    settings = {**connection.settings_dict["OPTIONS"], "options": "-c lock_timeout=100ms"}
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", settings)
    reports = at_once(2, lambda _: services.sweep(for_date=MONDAY, now=at(MONDAY)))
    assert [report.failures for report in reports] == [{}, {}]
    assert rows() == (2 * PEOPLE, PEOPLE + 1, 0)


def test_without_the_key_two_sweeps_would_double(many):
    """The damage that the unique key keeps off; the rows are put right again afterwards."""
    with connection.schema_editor() as editor:
        editor.remove_constraint(Reminder, Reminder._meta.constraints[0])
    try:
        # As if both had looked before either wrote: what the known lines are asked for is not there yet.
        wait = Barrier(2)
        before = sweeping._only_new

        def both_look_first(rule, lines):
            new = before(rule, lines)
            if new:
                wait.wait(timeout=20)
            return new

        sweeping._only_new = both_look_first
        try:
            at_once(2, lambda _: services.sweep(for_date=MONDAY, now=at(MONDAY)))
        finally:
            sweeping._only_new = before
        assert rows()[0] == 4 * PEOPLE
    finally:
        Reminder.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Reminder, Reminder._meta.constraints[0])


def test_only_one_worker_claims_the_day(many):
    claims = at_once(4, lambda _: services.claim_run(for_date=MONDAY, now=at(MONDAY)))
    assert sorted(claims) == [False, False, False, True]
