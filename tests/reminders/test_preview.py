"""“If this ran tomorrow”: what the page says is what the real run then writes."""

import re
from collections import Counter

import pytest
import time_machine

from audit.models import AuditEntry
from induction.models import Checkpoint, InductionPlan
from notifications.models import Bounce, OutgoingMail
from people.roles import Role
from reminders import services
from reminders.models import Ladder, Reminder, SweepRun, SweepSettings
from reminders.rules import STEP_FAMILIES, step_in_words
from reminders.services import previews
from reminders.services.sweeping import ROWS_AT_ONCE
from tests.factories.induction import ItemFactory, version
from tests.factories.people import PersonFactory, TeamFactory, UserFactory, cover, line, posting
from tests.reminders.chores import due as chores_due
from tests.reminders.conftest import MONDAY, ONE_DAY, at

pytestmark = [pytest.mark.django_db, pytest.mark.wide]
PAGE = "/admin/reminders/sweeprun/preview/"
KEY = ("rule", "step", "subject_type", "subject_id", "recipient_id", "due_date")


@pytest.fixture
def look(client, chores, settings):
    settings.ROOT_URLCONF = "tests.reminders.chores.admin_urls"
    user = UserFactory(is_staff=True, roles=[Role.LD_ADMIN])

    def look(day=None, **more):
        with time_machine.travel(at(MONDAY - 3 * ONE_DAY), tick=False):
            client.force_login(user)
            return client.get(PAGE, {**({"date": day.isoformat()} if day else {}), **more})

    return look


@pytest.fixture
def plenty(chores, team):
    """Things of every kind around Monday: held by each side, covered, without a manager, in the first week."""
    upper = team["upper"]
    other = PersonFactory(given_name="Cover")
    cover(team["manager"], other, MONDAY + ONE_DAY, MONDAY + 9 * ONE_DAY)
    alone = PersonFactory(given_name="Alone")
    for number in range(-24, 16):
        for waiting_on in ("person", "manager", "both", "learning"):
            chores(person=team["starter"], due_date=MONDAY + number * ONE_DAY, waiting_on=waiting_on)
        chores(person=alone, due_date=MONDAY + number * ONE_DAY, waiting_on="manager")
    chores(person=team["manager"], due_date=MONDAY, waiting_on="manager")
    return upper


@pytest.mark.parametrize("days", [-3, 0, 1, 4, 5, 11])
def test_for_any_day_it_is_what_the_real_run_writes(plenty, days):
    day = MONDAY + days * ONE_DAY
    services.sweep(for_date=MONDAY - 7 * ONE_DAY, now=at(MONDAY - 7 * ONE_DAY))
    known = set(Reminder.objects.values_list(*KEY))
    assert known
    shown = services.preview(for_date=day, now=at(MONDAY - 3 * ONE_DAY))
    assert set(Reminder.objects.values_list(*KEY)) == known
    services.sweep(for_date=day, now=at(day))
    written = set(Reminder.objects.values_list(*KEY)) - known
    assert {line.key for line in shown.lines} == written
    assert bool(written) == (day.weekday() < 5)
    assert sum(count.lines for count in shown.by_kind) == sum(count.lines for count in shown.by_manager) == len(written)


@pytest.mark.parametrize("days_ago", [0, 14])
def test_plans_that_the_morning_makes_are_in_it_and_nothing_stays_written(team, days_ago):
    Ladder.objects.update(is_enabled=True)
    programme = version()
    for owner, weeks in (("person", 1), ("manager", 1), ("person", 3), ("manager", 3)):
        ItemFactory(version=programme, owner=owner, offset_number=weeks)
    start = MONDAY - days_ago * ONE_DAY
    starters = [PersonFactory(start_date=start) for _ in range(3)]
    for starter in starters:
        posting(starter, team=TeamFactory(directorate=programme.programme.directorate), start=start)
        line(starter, team["manager"], start=start)
    shown = services.preview(for_date=MONDAY, now=at(MONDAY, 7))
    for written in (InductionPlan, Checkpoint, Reminder, OutgoingMail, AuditEntry):
        assert not written.objects.exists()
    services.sweep(for_date=MONDAY, now=at(MONDAY))
    assert InductionPlan.objects.count() == 3
    unnumbered = ("rule", "step", "subject_type", "recipient_id", "due_date")
    real = Counter(Reminder.objects.values_list(*unnumbered))
    assert Counter((*line.key[:3], *line.key[4:]) for line in shown.lines) == real
    assert real
    again = services.preview(for_date=MONDAY, now=at(MONDAY, 10))
    assert again.lines == []


def test_a_look_ahead_holds_others_up_for_a_moment_and_says_that_it_stopped(team, monkeypatch):
    Ladder.objects.update(is_enabled=True)
    programme = version()
    ItemFactory(version=programme, owner="person", offset_number=1)
    starter = PersonFactory(start_date=MONDAY)
    posting(starter, team=TeamFactory(directorate=programme.programme.directorate), start=MONDAY)
    line(starter, team["manager"], start=MONDAY)
    assert services.preview(for_date=MONDAY, now=at(MONDAY, 7)).report.is_cut is False
    monkeypatch.setattr("reminders.services.sweeping.HELD_SECONDS", 0)
    assert services.preview(for_date=MONDAY, now=at(MONDAY, 7)).report.is_cut
    assert not InductionPlan.objects.exists()


def test_a_look_ahead_that_fails_is_named_and_undone(look, chores, team, monkeypatch):
    def broken(*, today, at_most):
        Reminder.objects.create(
            rule="a.b", step="on", subject_type="s", subject_id=1, recipient=team["starter"],
            due_date=today, sweep_date=today,
        )  # fmt: skip
        raise RuntimeError("no such column")

    chores(person=team["starter"])
    monkeypatch.setattr("reminders.services.sweeping.registry.foreseen", lambda: {"induction.plans": broken})
    page = look(MONDAY).content.decode()
    assert "induction.plans could not be asked: RuntimeError" in page
    assert "Chore" in page
    assert not Reminder.objects.exists()


def test_the_page_names_who_what_and_who_has_no_manager(look, chores, team):
    chores(person=team["starter"], title="A private title")
    chores(person=PersonFactory(given_name="Alone", family_name="Ashby"), waiting_on="manager")
    page = look().content.decode()
    assert re.search(r"Monday 14 June 2027: [1-9]\d* lines to [1-9]\d* people", page)
    assert "<strong>No line manager is recorded</strong> for Alone Ashby" in page
    assert str(team["starter"]) in page
    assert "A private title" not in page
    assert SweepRun.objects.count() == Reminder.objects.count() == 0


def test_the_page_names_whose_mail_would_wait(look, chores, team):
    chores(person=team["starter"])
    for day in range(3):
        bounced_at = at(MONDAY - (day + 5) * ONE_DAY)
        Bounce.objects.create(address=team["starter"].email.lower(), bounced_at=bounced_at, kind="hard")
    page = look(MONDAY).content.decode()
    assert f"The address does not work</strong> of {team['starter']}:" in page


@pytest.mark.parametrize("personas", [{"is_superuser": True}, {"roles": [Role.HEAD_OF_SERVICE]}, {}])
def test_it_is_for_learning_and_development(client, personas):
    client.force_login(UserFactory(is_staff=True, **personas))
    assert client.get(PAGE).status_code == 403


def test_a_day_off_and_the_switches_say_so(look, chores, team):
    assert "It is a day off" in look(MONDAY - ONE_DAY).content.decode()
    assert "Nobody would be told anything" in look(MONDAY).content.decode()
    SweepSettings.objects.update(is_enabled=False)
    page = look(MONDAY).content.decode()
    assert "Reminders are switched off" in page
    assert "Switched off, and so not in it: " in page


@pytest.mark.parametrize("date", ["", "tomorrow", "2027-02-30", "0001-01-01", "9999-12-31"])
def test_what_is_no_day_is_said(look, date):
    page = look(date=date)
    assert page.status_code == 200
    assert "errornote" in page.content.decode()


def test_it_is_paged_with_few_queries(look, chores, team, django_assert_max_num_queries):
    for _ in range(120):
        chores(person=team["starter"])
    with django_assert_max_num_queries(60):
        page = look(MONDAY, page="2").content.decode()
    assert "Page 2 of 2" in page
    assert page.count("<td>Chore</td>") == 20


def test_it_stops_where_reading_would_take_too_long(look, chores, team, monkeypatch):
    monkeypatch.setattr(previews, "MOST_LINES", 1)
    for _ in range(ROWS_AT_ONCE + 1):
        chores(person=team["starter"])
    page = look(MONDAY).content.decode()
    assert "There is more than one page can read" in page
    assert f"{ROWS_AT_ONCE} lines" in page


def test_a_rule_that_fails_is_named(look, chores, team, monkeypatch):
    def broken(*, today):
        raise RuntimeError("no such column")

    sound = chores_due.RULES[0]
    monkeypatch.setattr(chores_due, "RULES", (type(sound)(**{**vars(sound), "find": broken}),))
    assert "chores.chore could not be asked: RuntimeError" in look(MONDAY).content.decode()


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("before-5", "5 days before"),
        ("before-1", "1 day before"),
        ("on-the-day", "on the day"),
        ("after-2", "2 days after"),
        ("up-10", "10 days after, to the next level up"),
        ("learning-15", "15 days after, to Learning and Development"),
        ("told-up-10", "10 days after, to the next level up, told of it"),
        ("told-learning-15", "15 days after, to Learning and Development, told of it"),
        ("no-manager", "no line manager is recorded"),
        ("told-who-has-it", "told that Learning and Development has it"),
        ("week-2027-06-14", "on the manager’s list of the week of 14 June 2027"),
        ("resolved", "told that it is resolved"),
    ],
)
def test_steps_in_words(step, words):
    assert step_in_words(step) == words
    assert next(family for family in STEP_FAMILIES if step.startswith(family))
