"""`send_reminders` is the daily sweep by hand."""

import io

import pytest
import time_machine
from django.core.management import CommandError, call_command

from notifications.models import OutgoingMail
from reminders.models import Reminder, SweepRun
from tests.factories.people import PersonFactory
from tests.reminders.chores import due as chores_due
from tests.reminders.chores import duties
from tests.reminders.conftest import MONDAY, ONE_DAY, at

pytestmark = [pytest.mark.django_db, pytest.mark.wide]


@pytest.fixture(autouse=True)
def on_monday():
    with time_machine.travel(at(MONDAY), tick=False):
        yield


def run(*arguments, **options):
    out, err = io.StringIO(), io.StringIO()
    call_command("send_reminders", *arguments, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


def test_says_who_gets_what(chores, team):
    chores(person=team["starter"], waiting_on="both")
    chores(person=PersonFactory(given_name="Alone"), waiting_on="manager")
    out, err = run()
    lines = out.splitlines()
    assert lines[0].split("  ")[0] == "Goes to"
    assert any(one.startswith("Max Test-Sample") and "on-the-day" in one and "Chore: Water" in one for one in lines)
    assert "4 new line(s) for 4 person(s) found." in out
    assert "chores.chore: 4" in out
    assert "4 digest(s) queued." in out
    assert "Waiting for a line manager who is not there: 1." in out
    assert err == ""
    assert duties.done == [MONDAY]


def test_dry_run_writes_nothing(chores, team):
    chores(person=team["starter"])
    out, _ = run("--dry-run")
    assert "1 new line(s) for 1 person(s) would be sent." in out
    assert duties.done == []
    assert [model.objects.count() for model in (Reminder, OutgoingMail, SweepRun)] == [0, 0, 0]


def test_a_past_morning(chores, team):
    chores(person=team["starter"])
    run("--on", (MONDAY - 3 * ONE_DAY).isoformat())
    assert list(Reminder.objects.values_list("step", "sweep_date")) == [("before-1", MONDAY - 3 * ONE_DAY)]
    assert OutgoingMail.objects.get().due_at == at(MONDAY)
    assert duties.done == []


@pytest.mark.parametrize("mornings", [(0, -3, -4), (-4, -3, 0), (-3, 0, -3, 0)])
def test_at_most_one_digest_a_person_a_day_whichever_mornings_are_swept(chores, team, mornings):
    for due in (-3, 0, 1):
        chores(person=team["starter"], due_date=MONDAY + due * ONE_DAY)
    chores(person=team["starter"], due_date=MONDAY, waiting_on="manager")
    for morning in mornings:
        run("--on", (MONDAY + morning * ONE_DAY).isoformat())
    (starters, managers) = (OutgoingMail.objects.filter(recipient=team[name]) for name in ("starter", "manager"))
    assert (starters.count(), managers.count()) == (1, 1)
    # What was found after it joins the next day's.
    left = set(Reminder.objects.filter(mail=None).values_list("pk", flat=True))
    assert left
    with time_machine.travel(at(MONDAY + ONE_DAY), tick=False):
        run()
        run("--on", MONDAY.isoformat())
    assert starters.count() == 2
    assert not Reminder.objects.filter(pk__in=left, mail=None).exists()


def test_tomorrow_only_as_a_dry_run(chores, team):
    chores(person=team["starter"], due_date=MONDAY + ONE_DAY)
    tomorrow = (MONDAY + ONE_DAY).isoformat()
    with pytest.raises(CommandError, match="has not come"):
        run("--on", tomorrow)
    assert "on-the-day" in run("--on", tomorrow, "--dry-run")[0]


def test_a_day_off_says_so(chores, team):
    assert "is a day off" in run("--on", (MONDAY - ONE_DAY).isoformat())[0]


def test_not_a_date():
    for text in ("31/12/2027", "2027-33-04"):
        with pytest.raises(CommandError, match=f"invalid day '{text}': write it as year-month-day"):
            run("--on", text)


def test_failures_are_named_even_when_quiet(chores, team, monkeypatch):
    def broken(*, today):
        raise RuntimeError("no such column")

    sound = chores_due.RULES[0]
    monkeypatch.setattr(chores_due, "RULES", (type(sound)(**{**vars(sound), "find": broken}),))
    assert run(verbosity=0) == ("", "FAILED chores.chore: RuntimeError: no such column\n")
