"""What users of such systems complain about (user-demands.md, complaints 1 to 10), each as a test of its own."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core import mail as django_mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from notifications import delivery, gate, preferences, rules, services, tasks, wake_up
from notifications.models import ExtraHoliday, OutgoingMail, SendingLimits
from notifications.rules import Way
from people.models import Person
from people.roles import Role
from tests.factories.people import PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
State = OutgoingMail.State
ROUTINE, MUST, NOW_KIND = "induction.plan_agreed", "induction.agreement_asked", "account.password_reset_key"
# Thursday before the Easter of 2027; the clocks went forward on Sunday 28 March.
EASTER_THURSDAY = dt.date(2027, 3, 25)


@pytest.fixture
def quiet(settings: Any) -> None:
    """Quiet hours as in production."""
    settings.QUIET_HOURS = True


def at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    """A time of day in London."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute)))


def queue(person: Person, *, kind: str = ROUTINE, key: str = "k", now: dt.datetime | None = None) -> OutgoingMail:
    row = services.queue(
        key=key, kind=kind, recipient=person, subject="S", text_body="T", why="W", now=now or timezone.now()
    )
    assert row is not None
    return row


def drain(now: dt.datetime) -> int:
    with time_machine.travel(now, tick=False):
        return int(tasks.drain_mail())


@pytest.mark.parametrize(
    ("now", "leaves"),
    [
        (at(dt.date(2027, 3, 4), 7, 59), False),
        (at(dt.date(2027, 3, 4), 8), True),
        (at(dt.date(2027, 3, 4), 17, 59), True),
        (at(dt.date(2027, 3, 4), 18), False),
        (at(dt.date(2027, 3, 6), 10), False),
        (at(EASTER_THURSDAY, 17), True),
        (at(EASTER_THURSDAY + dt.timedelta(days=1), 10), False),
        (at(EASTER_THURSDAY + dt.timedelta(days=4), 10), False),
        (at(EASTER_THURSDAY + dt.timedelta(days=5), 7, 30), False),
        (at(EASTER_THURSDAY + dt.timedelta(days=5), 8), True),
        # 25 October 2026: the clocks go back in the night before; eight in London is one hour later than on the Friday.
        (dt.datetime(2026, 10, 23, 7, 0, tzinfo=dt.UTC), True),
        (dt.datetime(2026, 10, 26, 7, 30, tzinfo=dt.UTC), False),
        (dt.datetime(2026, 10, 26, 8, 0, tzinfo=dt.UTC), True),
        # 29 March 2026: forward.
        (dt.datetime(2026, 3, 27, 7, 30, tzinfo=dt.UTC), False),
        (dt.datetime(2026, 3, 30, 7, 0, tzinfo=dt.UTC), True),
    ],
)
@pytest.mark.parametrize("kind", [ROUTINE, MUST])
def test_nothing_leaves_at_night_or_on_days_off(quiet: None, now: dt.datetime, leaves: bool, kind: str) -> None:
    queue(PersonFactory(), kind=kind, now=now - dt.timedelta(minutes=1))
    assert drain(now) == int(leaves)


def test_mail_that_waits_for_the_morning_calls_nobody_at_night(quiet: None, monkeypatch: pytest.MonkeyPatch) -> None:
    wakes: list[int] = []
    monkeypatch.setattr(wake_up, "publish", lambda: wakes.append(1))
    monkeypatch.setattr(delivery, "CHUNK", 1)
    night = at(dt.date(2027, 3, 6), 23)
    for number in range(2):
        queue(PersonFactory(), key=f"routine{number}", now=night - dt.timedelta(minutes=1))
    queue(PersonFactory(), kind=NOW_KIND, key="asked", now=night - dt.timedelta(minutes=1))
    wakes.clear()
    assert drain(night) == 1
    assert wakes == []


def test_what_someone_asked_for_this_moment_leaves_at_night(quiet: None) -> None:
    now = at(dt.date(2027, 3, 6), 23)
    queue(PersonFactory(), kind=NOW_KIND, now=now)
    assert drain(now) == 1


def test_an_extra_holiday_and_other_hours_are_kept(quiet: None) -> None:
    day = dt.date(2027, 3, 4)
    queue(PersonFactory(), now=at(day, 8))
    SendingLimits.objects.update(opens_hour=10, closes_hour=16)
    assert drain(at(day, 9)) == 0
    ExtraHoliday.objects.create(date=day, name="A royal day")
    assert drain(at(day, 11)) == 0
    assert drain(at(day + dt.timedelta(days=1), 11)) == 1


def test_2_no_reminder_after_the_choice_to_have_none() -> None:
    """The sweep's own part of complaint 2 stands in tests/reminders/test_sweep.py."""
    person = PersonFactory()
    row = queue(person)
    preferences.choose(person=person, chosen={ROUTINE: "off"}, by=person, now=timezone.now())
    tasks.drain_mail()
    row.refresh_from_db()
    assert (row.state, row.reason) == (State.DROPPED, Way.OFF)


def test_3_the_same_mail_never_twice() -> None:
    person = PersonFactory()
    queue(person)
    assert services.queue(key="k", kind=ROUTINE, recipient=person, subject="S", text_body="T", why="W",
                          now=timezone.now()) is None  # fmt: skip
    assert (tasks.drain_mail(), tasks.drain_mail()) == (1, 0)


def test_4_the_fourth_routine_mail_of_a_week_joins_the_digest() -> None:
    person, monday = PersonFactory(), dt.date(2027, 3, 1)
    for number in range(5):
        queue(person, key=f"k{number}", now=at(monday, 9, number))
    queue(person, key="must", kind=MUST, now=at(monday, 9, 30))
    queue(PersonFactory(), key="other", now=at(monday, 9, 30))
    drain(at(monday, 10))
    states = dict(OutgoingMail.objects.values_list("key", "state"))
    assert [states[f"k{number}"] for number in range(5)] == ["sent", "sent", "sent", "joined", "joined"]
    assert (states["must"], states["other"]) == ("sent", "sent")
    queue(person, key="sunday", now=at(monday + dt.timedelta(days=6), 12))
    drain(at(monday + dt.timedelta(days=6), 13))
    queue(person, key="next", now=at(monday + dt.timedelta(days=7), 0, 1))
    drain(at(monday + dt.timedelta(days=7), 0, 2))
    states = dict(OutgoingMail.objects.values_list("key", "state"))
    assert (states["sunday"], states["next"]) == ("joined", "sent")


def test_4_a_mail_that_is_tried_again_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    SendingLimits.objects.update(weekly_cap=1)
    row = queue(PersonFactory())
    mails = [row]
    assert gate.ways(mails, now=timezone.now())[row] is Way.LEAVES
    row.refresh_from_db()
    assert gate.ways([row], now=timezone.now()) == {}


@pytest.mark.parametrize(
    ("days_in_job", "kind", "state"),
    [(0, ROUTINE, "joined"), (6, ROUTINE, "joined"), (7, ROUTINE, "sent"), (0, MUST, "sent"),
     (-20, "induction.plan_started", "sent")],
)  # fmt: skip
def test_the_first_week_is_gentle(days_in_job: int, kind: str, state: str) -> None:
    day = dt.date(2027, 3, 4)
    queue(PersonFactory(start_date=day - dt.timedelta(days=days_in_job)), kind=kind, now=at(day, 9))
    drain(at(day, 10))
    assert OutgoingMail.objects.get().state == state


def test_5_off_stays_off_for_what_comes_later() -> None:
    person = PersonFactory()
    preferences.choose(person=person, chosen={ROUTINE: "off"}, by=None, now=timezone.now())
    for number in range(3):
        queue(person, key=f"plan {number}")
    tasks.drain_mail()
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {"dropped"}
    assert django_mail.outbox == []


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"opens_hour": "3"}, "greater than or equal to 7"),
        ({"closes_hour": "23"}, "less than or equal to 19"),
        ({"weekly_cap": "0"}, "greater than or equal to 1"),
        ({"hold_minutes": "90"}, "less than or equal to 60"),
    ],
)
def test_limits_that_make_no_sense_are_refused(client: Any, typed: dict[str, str], words: str) -> None:
    client.force_login(UserFactory(is_staff=True, roles=[Role.LD_ADMIN]))
    usual = {"opens_hour": "8", "closes_hour": "18", "hold_minutes": "15", "weekly_cap": "3"}
    address = reverse("admin:notifications_sendinglimits_change", args=[SendingLimits.objects.get().pk])
    assert words in client.post(address, usual | typed).content.decode()
    assert not SendingLimits.history.exists()
    client.post(address, usual | {"weekly_cap": "5"})
    assert preferences.limits().weekly_cap == 5


@pytest.mark.real
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_locked", [True, False])
def test_4_two_workers_let_no_mail_through_too_many(monkeypatch: pytest.MonkeyPatch, is_locked: bool) -> None:
    """Without the lock on the readers both count before either has written; with it the second waits."""
    import threading  # noqa: PLC0415

    from django.db import connection  # noqa: PLC0415
    from django.db.models import QuerySet  # noqa: PLC0415

    SendingLimits.objects.update(weekly_cap=1)
    person = PersonFactory()
    rows = [queue(person, key=f"k{number}") for number in range(2)]
    if not is_locked:
        monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self.all())
    meet = threading.Barrier(2)
    way_of = rules.way_of
    found: list[Way] = []

    def slowly(*args: Any, **options: Any) -> Way:
        # Both have counted and neither has written. Where the other one waits for the lock, as it should, nobody
        # comes to the meeting.
        with contextlib.suppress(threading.BrokenBarrierError):
            meet.wait(timeout=1 if is_locked else 30)
        return way_of(*args, **options)

    def work(row: OutgoingMail) -> None:
        try:
            found.extend(gate.ways([row], now=timezone.now()).values())
        finally:
            connection.close()

    monkeypatch.setattr(rules, "way_of", slowly)
    workers = [threading.Thread(target=work, args=(row,)) for row in rows]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(found) == ([Way.LEAVES, Way.CAPPED] if is_locked else [Way.LEAVES, Way.LEAVES])
    assert transaction.get_connection().in_atomic_block is False
