"""Two schedulers, kills and odd days: always the same rows as one quiet sweep a morning."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection

from notifications import wake_up
from notifications.models import OutgoingMail
from people.models import Person
from reminders import tasks
from reminders.models import Reminder, SweepRun
from tests.factories.people import PersonFactory, line
from tests.faults.conftest import Portal, names, unsent, until
from tests.real.servers import MailSink
from tests.reminders.chores.models import Chore
from tests.reminders.conftest import MONDAY, chores, chores_table, team

__all__ = ["chores", "chores_table", "team"]
pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]

PEOPLE = 60
MORNING = f"{MONDAY.isoformat()}T09:00:00+01:00"
HOUR_BEFORE = f"{MONDAY.isoformat()}T08:00:00+01:00"
ONE_A_STEP = next(one for one in Reminder._meta.constraints if one.name == "one_reminder_a_step")


@pytest.fixture
def many(portal: Portal, chores: Callable[..., Chore], team: dict[str, Person]) -> Iterator[int]:
    """Sixty starters of one manager, each with a thing for both; how many lines a morning has."""
    portal.environment["FAULT_APP"] = "tests.reminders.chores"
    for _ in range(PEOPLE):
        person = PersonFactory()
        line(person, team["manager"])
        chores(person=person, waiting_on="both")
    yield 2 * PEOPLE
    Chore.objects.all().delete()


def rows() -> Counter[tuple[Any, ...]]:
    """Every line by what makes it one, with whether its recipient's digest has it."""
    found = Reminder.objects.values_list("rule", "step", "subject_id", "recipient_id", "due_date", "mail__recipient_id")
    return Counter(found)


def expected_rows() -> Counter[tuple[Any, ...]]:
    """Written down without the engine: each starter hears of their own, the manager of all."""
    found: Counter[tuple[Any, ...]] = Counter()
    for chore in Chore.objects.all():
        manager = chore.person.manager_lines.get().manager_id
        for hearer in (chore.person_id, manager):
            found["chores.chore", "on-the-day", chore.pk, hearer, MONDAY, hearer] += 1
    return found


def is_swept() -> bool:
    return SweepRun.objects.finished().filter(for_date=MONDAY).exists()


def test_two_schedulers_and_two_workers_leave_one_mornings_rows(portal: Portal, mail_sink: MailSink, many: int) -> None:
    portal.environment |= {"FAULT_CLOCK": MORNING, "FAULT_TICKS": "daily sweep,mail drain", "FAULT_AT": "small parts"}
    workers = [portal.worker(2), portal.worker(2)]
    beats = [portal.beat(), portal.beat()]
    until(lambda: is_swept() and OutgoingMail.objects.count() > PEOPLE and unsent() == 0, seconds=90)
    assert rows() == expected_rows()
    assert Counter(Counter(names(mail_sink)).values()) == {1: PEOPLE + 1}

    # The clock of every process an hour back, the same day again.
    for process in [*beats, *workers]:
        process.stop()
    portal.environment["FAULT_CLOCK"] = HOUR_BEFORE
    worker = portal.worker(2)
    portal.beat()
    until(lambda: worker.log().count("run_due_sweep") >= 4, seconds=60)
    assert rows() == expected_rows()
    assert len(mail_sink.messages) == PEOPLE + 1


def test_without_claim_and_key_the_second_scheduler_doubles_the_lines(portal: Portal, many: int) -> None:
    with connection.schema_editor() as editor:
        editor.remove_constraint(Reminder, ONE_A_STEP)
    try:
        environment = {"FAULT_CLOCK": MORNING, "FAULT_TICKS": "daily sweep", "FAULT_WITHOUT": "claim"}
        portal.environment |= environment
        worker = portal.worker(2)
        beat = portal.beat()
        until(lambda: Reminder.objects.count() > many, seconds=60)
        for process in (beat, worker):
            process.kill()
            process.popen.wait()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE reminders_reminder CASCADE")
        with connection.schema_editor() as editor:
            editor.add_constraint(Reminder, ONE_A_STEP)


@pytest.mark.parametrize("protection", ["", "digest transaction"])
def test_a_sweep_killed_half_way_and_run_again(portal: Portal, many: int, protection: str) -> None:
    """The kill falls between a digest and its lines: with the transaction neither is there, without it the digest
    alone, and its lines never come into any."""
    portal.environment |= {"FAULT_CLOCK": MORNING}
    sweep = ("send_reminders", "--verbosity", "0")
    killed = portal.command(*sweep, FAULT_AT="small parts,killed between digest and lines", FAULT_WITHOUT=protection)
    assert killed.popen.wait(timeout=60) == -9, killed.log()
    assert not is_swept()
    assert 0 < OutgoingMail.objects.count() < PEOPLE
    again = portal.command(*sweep, FAULT_AT="small parts")
    assert again.popen.wait(timeout=60) == 0, again.log()

    assert is_swept()
    assert OutgoingMail.objects.count() == PEOPLE + 1
    assert (rows() == expected_rows()) == (not protection)
    if protection:
        assert Reminder.objects.filter(mail=None).count() == 7


LONDON_MORNING = dt.timedelta(hours=8)
# Due, mornings without the portal, and what is written when, to the hour in UTC at which that sweep began.
CALENDAR = {
    "clocks go forward on 29 March 2026": (
        "2026-03-30",
        (),
        {("before-5", "2026-03-23T08"), ("before-1", "2026-03-27T08"), ("on-the-day", "2026-03-30T07"),
         ("after-2", "2026-04-01T07")},
    ),
    "clocks go back on 25 October 2026": (
        "2026-10-26",
        (),
        {("before-5", "2026-10-19T07"), ("before-1", "2026-10-23T07"), ("on-the-day", "2026-10-26T08"),
         ("after-2", "2026-10-28T08")},
    ),
    "Good Friday to Easter Monday 2026": (
        "2026-04-06",
        (),
        # The week opens on Tuesday; what was due on Easter Monday is overdue by then, and on the manager's list.
        {("before-5", "2026-03-26T08"), ("before-1", "2026-04-01T07"), ("on-the-day", "2026-04-02T07"),
         ("week-2026-04-07", "2026-04-07T07"), ("after-2", "2026-04-08T07")},
    ),
    "away on the day before and on the day": (
        "2026-06-16",
        ("2026-06-15", "2026-06-16"),
        {("before-5", "2026-06-09T07"), ("on-the-day", "2026-06-17T07"), ("after-2", "2026-06-18T07")},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CALENDAR)
def test_two_schedulers_through_odd_days(
    chores: Callable[..., Chore], team: dict[str, Person], monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    """From twelve days before to four days after, each half hour around eight o'clock and once in the evening: two
    ticks at once, each on a connection of its own."""
    monkeypatch.setattr(wake_up, "publish", lambda: False)
    due, away, expected = CALENDAR[case]
    day = dt.date.fromisoformat(due)
    chores(person=team["starter"], due_date=day)
    instant = dt.datetime.combine(day - dt.timedelta(days=12), dt.time(0), tzinfo=dt.UTC)
    begun: dict[dt.date, dt.datetime] = {}
    try:
        while instant.date() <= day + dt.timedelta(days=4):
            if instant.date().isoformat() not in away and instant.hour in {6, 7, 8, 18}:
                with time_machine.travel(instant, tick=False):
                    assert tick_twice_at_once() == []
            instant += dt.timedelta(minutes=30)
        begun = dict(SweepRun.objects.finished().values_list("for_date", "started_at"))
        written = Counter((row.step, begun[row.sweep_date].strftime("%Y-%m-%dT%H")) for row in Reminder.objects.all())
        assert written == Counter(expected)
        assert OutgoingMail.objects.count() == len(expected)
    finally:
        Chore.objects.all().delete()


def tick_twice_at_once() -> list[Exception]:
    errors: list[Exception] = []
    start = threading.Barrier(2)

    def tick() -> None:
        try:
            start.wait(timeout=10)
            tasks.run_due_sweep()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test tells
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=tick) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return errors
