"""Each minute the task asks what is due and not done; a sweep is done once a day, at its hour in London."""

import datetime as dt

import pytest
import time_machine
from celery.exceptions import SoftTimeLimitExceeded

from notifications.models import OutgoingMail
from reminders import services, tasks
from reminders.models import Ladder, Reminder, SweepRun, SweepSettings
from reminders.services import digests, ladders, runs, sweeping
from tests.factories.people import PersonFactory
from tests.reminders.chores import duties
from tests.reminders.conftest import MONDAY, ONE_DAY, at

pytestmark = pytest.mark.django_db


def tick(text):
    """One tick of the beat at an instant in UTC."""
    with time_machine.travel(dt.datetime.fromisoformat(f"{text}+00:00"), tick=False):
        tasks.run_due_sweep()


def swept():
    return [day.isoformat() for day in SweepRun.objects.finished().values_list("for_date", flat=True)]


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        ("2027-06-14T06:59", []),  # 07:59 in summer
        ("2027-06-14T07:00", ["2027-06-14"]),
        ("2027-06-14T16:59", ["2027-06-14"]),
        ("2027-06-14T17:00", []),  # no mail in the evening
        ("2027-12-06T07:30", []),  # in winter London is on UTC
        ("2027-12-06T08:00", ["2027-12-06"]),
        ("2027-10-29T07:00", ["2027-10-29"]),  # the Friday before the clocks go back
        ("2027-11-01T07:00", []),  # the Monday after
        ("2027-11-01T08:00", ["2027-11-01"]),
        ("2027-03-26T23:30", []),
        ("2027-06-13T09:00", ["2027-06-13"]),  # on a Sunday the duties are done and nobody is reminded
    ],
)
def test_hour_of_the_sweep(chores, team, instant, expected):
    tick(instant)
    assert swept() == expected


def test_hour_is_a_row(chores, team):
    SweepSettings.objects.update(hour=10)
    tick("2027-06-14T08:00")
    assert swept() == []
    tick("2027-06-14T09:00")
    assert swept() == ["2027-06-14"]


def test_switched_off(chores, team):
    SweepSettings.objects.update(is_enabled=False)
    chores(person=team["starter"])
    tick("2027-06-14T09:00")
    assert duties.done == [MONDAY]
    assert (Reminder.objects.count(), OutgoingMail.objects.count()) == (0, 0)
    assert not services.is_sweep_late(at(MONDAY + ONE_DAY))


def test_every_further_tick_of_the_day_does_nothing(chores, team):
    chores(person=team["starter"])
    for minute in range(3):
        tick(f"2027-06-14T09:0{minute}")
    assert duties.done == [MONDAY]
    assert SweepRun.objects.get().started_at == at(MONDAY)
    assert (Reminder.objects.count(), OutgoingMail.objects.count()) == (1, 1)


def test_outage_of_two_days_is_caught_up(chores, team):
    chores(person=team["starter"])
    tick("2027-06-11T09:00")
    tick("2027-06-16T09:00")
    assert list(Reminder.objects.values_list("step", "sweep_date")) == [
        ("before-1", MONDAY - 3 * ONE_DAY),
        ("after-2", MONDAY + 2 * ONE_DAY),
    ]


def test_sweep_that_was_killed_is_taken_over_after_its_lease(chores, team):
    chores(person=team["starter"])
    services.claim_run(for_date=MONDAY, now=at(MONDAY))
    tick("2027-06-14T09:05")
    assert Reminder.objects.count() == 0
    tick("2027-06-14T09:07")
    assert swept() == ["2027-06-14"]
    assert Reminder.objects.count() == 1


def test_a_sweep_too_large_for_one_task_goes_on_with_the_next_tick(chores, team, monkeypatch):
    monkeypatch.setattr(digests, "PEOPLE_AT_ONCE", 2)
    monkeypatch.setattr(tasks, "SWEEP_SECONDS", 0)
    for _ in range(5):
        chores(person=PersonFactory())
    mails = []
    for minute in range(5):
        tick(f"2027-06-14T09:0{minute}")
        mails.append((OutgoingMail.objects.count(), swept()))
    assert mails == [(2, []), (4, []), (5, []), (5, ["2027-06-14"]), (5, ["2027-06-14"])]
    assert "asked" not in SweepRun.objects.get().counts
    assert SweepRun.objects.get().counts == {
        "lines": {**dict.fromkeys(SweepRun.objects.get().counts["lines"], 0), "chores.chore": 5},
        "people": 5,
        "without_manager": 0,
        "digests": 5,
    }


def test_rules_too_slow_for_one_task_are_asked_one_after_the_other(chores, team, monkeypatch):
    """Each tick asks one more, also when the first fails each time; nothing is mailed before all have been asked."""
    chores(person=team["starter"])
    Ladder.objects.filter(kind__in=["induction.item", "induction.review"]).update(is_enabled=True)
    kinds = [kind for kind, ladder in ladders.ladders().items() if ladder is not None]
    assert len(kinds) == 3
    asked = []

    def ask(rule, *args):
        asked.append(rule.kind)
        if rule.kind == "induction.item":
            raise OSError("too slow")
        return real(rule, *args)

    real = sweeping._sweep_rule
    monkeypatch.setattr(sweeping, "_sweep_rule", ask)
    monkeypatch.setattr(tasks, "SWEEP_SECONDS", 0)
    for minute in range(3):
        assert OutgoingMail.objects.count() == 0
        tick(f"2027-06-14T09:0{minute}")
    tick("2027-06-14T09:03")
    assert asked == kinds
    assert OutgoingMail.objects.count() == 1
    run = SweepRun.objects.get()
    assert run.finished_at
    assert list(run.failures) == ["induction.item"]
    assert run.counts["lines"]["chores.chore"] == 1


def test_a_rule_that_takes_a_whole_task_is_asked_once_a_day_and_holds_nobody_up(chores, team, monkeypatch):
    """The limit of RULE_SECONDS is one for each statement; a rule of many may run until the worker stops the task."""
    chores(person=team["starter"])
    Ladder.objects.filter(kind__in=["induction.item", "induction.review"]).update(is_enabled=True)
    asked = []

    def ask(rule, *args):
        asked.append(rule.kind)
        if rule.kind == "induction.item":
            raise SoftTimeLimitExceeded
        return real(rule, *args)

    real = sweeping._sweep_rule
    monkeypatch.setattr(sweeping, "_sweep_rule", ask)
    with pytest.raises(SoftTimeLimitExceeded):
        tick("2027-06-14T09:00")
    tick("2027-06-14T09:01")
    assert sorted(asked) == ["chores.chore", "induction.item", "induction.review"]
    run = SweepRun.objects.get()
    assert run.finished_at
    assert run.failures == {"induction.item": sweeping.TOOK_TOO_LONG}
    # Not among the kinds asked on this day, so the next sweep catches it up.
    assert "induction.item" not in run.counts["lines"]
    assert OutgoingMail.objects.count() == 1


def test_a_duty_that_takes_a_whole_task_holds_nobody_up(chores, team, monkeypatch):
    chores(person=team["starter"])

    def endless(*, today, now):
        raise SoftTimeLimitExceeded

    both = {"endless": endless, "put_right": duties.put_right}
    monkeypatch.setattr(sweeping.registry, "daily_duties", lambda: both)
    with pytest.raises(SoftTimeLimitExceeded):
        tick("2027-06-14T09:00")
    tick("2027-06-14T09:01")
    assert duties.done == [MONDAY]
    assert SweepRun.objects.get().failures == {"endless": sweeping.TOOK_TOO_LONG}
    assert OutgoingMail.objects.count() == 1


def test_a_sweep_ends_by_itself_before_the_worker_stops_it():
    assert tasks.run_due_sweep.soft_time_limit > tasks.SWEEP_SECONDS + sweeping.RULE_SECONDS


def test_no_sweep_outlives_its_lease():
    task = tasks.run_due_sweep
    limits = (sweeping.RULE_SECONDS, tasks.SWEEP_SECONDS, task.soft_time_limit, task.time_limit)
    assert [limit for limit in limits if limit >= runs.LEASE.total_seconds()] == []


def test_clock_set_back_an_hour(chores, team):
    chores(person=team["starter"])
    tick("2027-06-14T09:00")
    tick("2027-06-14T08:00")
    assert SweepRun.objects.get().started_at == at(MONDAY)
    assert OutgoingMail.objects.count() == 1


def test_a_duty_that_fails_does_not_keep_the_sweep(chores, team, monkeypatch):
    chores(person=team["starter"])

    def broken(*, today, now):
        raise RuntimeError("HR's file is odd")

    monkeypatch.setattr(duties, "put_right", broken)
    tick("2027-06-14T09:00")
    assert OutgoingMail.objects.count() == 1
    run = SweepRun.objects.get()
    assert run.failures == {"tests.reminders.chores.duties.put_right": "RuntimeError: HR's file is odd"}


def test_duties_come_before_the_rules(chores, team, monkeypatch):
    monkeypatch.setattr(duties, "put_right", lambda *, today, now: chores(person=team["starter"]))
    tick("2027-06-14T09:00")
    assert OutgoingMail.objects.count() == 1


def test_heartbeat(chores, team):
    assert services.is_sweep_late(at(MONDAY))
    tick("2027-06-14T07:00")
    assert not services.is_sweep_late(at(MONDAY))
    assert not services.is_sweep_late(at(MONDAY + ONE_DAY, 7))
    assert services.is_sweep_late(at(MONDAY + ONE_DAY, 8))


def test_a_leaver_of_today_is_not_reminded(chores, team):
    chores(person=team["starter"], waiting_on="manager")
    team["manager"].deactivated_at = at(MONDAY)
    team["manager"].save()
    tick("2027-06-14T09:00")
    assert list(Reminder.objects.order_by("pk").values_list("step", "recipient")) == [
        ("no-manager", team["learning"].pk),
        ("told-who-has-it", team["starter"].pk),
    ]
