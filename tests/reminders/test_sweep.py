"""The daily sweep: each line once, one digest a person a day, asked again before it leaves."""

import datetime as dt
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.delivery import Drop
from notifications.models import ExtraHoliday, OutgoingMail
from people.models import LineManagement, Person
from reminders import services
from reminders.models import Ladder, Reminder, SweepRun, SweepSettings
from reminders.services import sweeping
from tests.factories.people import PersonFactory, cover, line
from tests.reminders.chores.models import Chore
from tests.reminders.conftest import MONDAY, ONE_DAY, at

pytestmark = pytest.mark.django_db


def sweep(day=MONDAY, **options):
    return services.sweep(for_date=day, now=at(day), **options)


def said(**filters):
    """(step, given name of the recipient) of every line."""
    rows = Reminder.objects.filter(**filters).order_by("pk")
    return [(row.step, row.recipient.given_name) for row in rows.select_related("recipient")]


def everything():
    lines = Reminder.objects.order_by("pk").values_list(
        "rule", "step", "subject_id", "recipient", "due_date", "sweep_date", "mail__key"
    )
    return list(lines), list(OutgoingMail.objects.order_by("key").values_list("key", "subject", "text_body"))


def refreshed(now):
    return services.refresh_digests(list(OutgoingMail.objects.order_by("key")), now)


def test_due_thing_becomes_one_line_in_one_digest(chores, team):
    chore = chores(person=team["starter"], waiting_on="manager")
    report = sweep()
    assert said() == [("on-the-day", "Max")]
    (mail,) = OutgoingMail.objects.all()
    assert mail.key == f"digest:{team['manager'].pk}:2027-06-14"
    assert (mail.kind, mail.recipient, mail.is_routine) == ("digest", team["manager"], True)
    assert mail.subject == "Do a chore by today, Monday 14 June 2027"
    assert "Needs you today" in mail.text_body
    assert "Sam Test-Sample: Water the plants, by today, Monday 14 June 2027" in mail.text_body
    assert f"https://portal.example/chores/{chore.pk}/" in mail.text_body
    assert mail.due_at == at(MONDAY)
    assert Reminder.objects.get().mail == mail
    assert (report.digests, report.people) == (1, {team["manager"].pk})


def test_a_second_sweep_of_the_day_adds_nothing(chores, team):
    chores(person=team["starter"], waiting_on="both")
    sweep()
    before = everything()
    report = sweep()
    assert everything() == before
    assert (report.digests, sum(report.new_lines.values())) == (0, 0)
    assert len(before[0]) == 2


def test_a_clock_set_back_adds_nothing(chores, team):
    chores(person=team["starter"], due_date=MONDAY)
    sweep(MONDAY)
    before = everything()
    sweep(MONDAY - 3 * ONE_DAY)
    lines, mails = everything()
    # The Friday is a sweep of its own with its own step; Monday's line is not said again.
    assert [one for one in lines if one in before[0]] == before[0]
    assert sorted(step for _, step, *_ in lines) == ["before-1", "on-the-day"]
    assert len(mails) == 2
    sweep(MONDAY)
    assert everything() == (lines, mails)


@pytest.mark.wide
def test_every_day_of_two_months_twice_is_the_same_as_once(chores, team):
    for number in range(0, 21, 7):
        chores(person=team["starter"], waiting_on="manager", due_date=MONDAY + number * ONE_DAY)
    days = [MONDAY + number * ONE_DAY for number in range(-10, 40)]
    for day in days:
        sweep(day)
        sweep(day)
    lines, mails = everything()
    assert all(mail_key is not None for *_, mail_key in lines)
    steps = sorted(step for _, step, *_ in lines)
    told = ["told-learning-15"] * 6 + ["told-up-10"] * 6
    of_weeks = [step for step in steps if step.startswith("week-")]
    ladder = ["before-5", "before-1", "on-the-day", "after-2", "up-10", "learning-15"] * 3
    assert steps == sorted([*ladder, *told, *of_weeks])
    # Overdue on a week's first day: the first thing five times, the others a week and two weeks later.
    assert Counter(of_weeks).total() == 5 + 4 + 3
    assert all(sweep_date.weekday() < 5 for *_, sweep_date, _ in lines)
    assert len({key for key, *_ in mails}) == len(mails)


def test_one_digest_for_everything_with_five_lines_a_section(chores, team):
    for number in range(8):
        chores(person=team["starter"], title=f"Chore {number}")
    chores(person=team["starter"], title="Later", due_date=MONDAY + ONE_DAY)
    sweep()
    (mail,) = OutgoingMail.objects.all()
    assert mail.subject == "Do a chore by today, Monday 14 June 2027, and 8 more"
    assert [f"Chore {number}," in mail.text_body for number in range(8)] == [True] * 5 + [False] * 3
    assert "And 3 more in the portal:\nhttps://portal.example/\n" in mail.text_body
    assert mail.text_body.index("Needs you today") < mail.text_body.index("Due soon")
    assert mail.text_body.index("Due soon") < mail.text_body.index("Later")
    assert Reminder.objects.filter(mail=mail).count() == 9


def test_finished_work_sends_nothing(chores, team):
    chores(person=team["starter"], is_done=True)
    chores(person=team["starter"], is_paused=True)
    sweep()
    assert everything() == ([], [])


def test_done_between_sweep_and_sending_is_left_out(chores, team):
    done = chores(person=team["starter"], title="Feed the cat")
    chores(person=team["starter"])
    sweep()
    Chore.objects.filter(pk=done.pk).update(is_done=True)
    (content,) = refreshed(at(MONDAY, 10)).values()
    assert "Feed the cat" not in content.text_body
    assert "Feed the cat" not in content.html_body
    assert "Water the plants" in content.text_body
    assert content.subject == "Do a chore by today, Monday 14 June 2027"


@pytest.mark.parametrize(
    "change", [{"is_done": True}, {"is_paused": True}, {"due_date": MONDAY + 9 * ONE_DAY}, {"waiting_on": "manager"}]
)
def test_a_digest_with_nothing_left_is_not_sent(chores, team, change):
    chores(person=team["starter"])
    sweep()
    Chore.objects.update(**change)
    (answer,) = refreshed(at(MONDAY, 10)).values()
    assert answer == Drop("Everything in it was done.")


def test_handed_over_between_sweep_and_sending_is_left_out(chores, team):
    chores(person=team["starter"], waiting_on="manager")
    sweep()
    cover(team["manager"], PersonFactory(), MONDAY)
    (answer,) = refreshed(at(MONDAY, 10)).values()
    assert isinstance(answer, Drop)


def test_unsent_digest_speaks_of_the_day_on_which_it_leaves(chores, team):
    chores(person=team["starter"])
    sweep()
    (content,) = refreshed(at(MONDAY + ONE_DAY)).values()
    assert content.subject == "Overdue since Monday 14 June 2027: do a chore"


def test_what_comes_up_after_todays_digest_waits_for_tomorrows(chores, team):
    chores(person=team["starter"])
    sweep()
    chores(person=team["starter"], title="Feed the cat")
    sweep()
    assert OutgoingMail.objects.count() == 1
    sweep(MONDAY + ONE_DAY)
    assert OutgoingMail.objects.count() == 2
    assert "Feed the cat" in OutgoingMail.objects.get(key__endswith="2027-06-15").text_body


def test_nothing_on_days_off_but_the_day_counts_as_swept(chores, team):
    chores(person=team["starter"])
    ExtraHoliday.objects.create(date=MONDAY, name="A royal day")
    for day in (MONDAY - ONE_DAY, MONDAY):
        assert sweep(day).is_working_day is False
    assert everything() == ([], [])
    assert SweepRun.objects.finished().count() == 2


@pytest.mark.parametrize(
    ("due", "mornings", "expected"),
    [
        # Due on the Friday before the bank-holiday Monday of 30 August 2027.
        ("2027-08-27", ["2027-08-27", "2027-08-30", "2027-08-31", "2027-09-01"],
         {"2027-08-27": "on-the-day", "2027-09-01": "after-2"}),
        # Good Friday to Easter Monday 2027.
        ("2027-03-29", ["2027-03-24", "2027-03-25", "2027-03-26", "2027-03-29", "2027-03-30", "2027-03-31"],
         {"2027-03-24": "before-1", "2027-03-25": "on-the-day", "2027-03-31": "after-2"}),
        # The clocks go back on Sunday 31 October 2027 and forward on Sunday 28 March 2027.
        ("2027-11-01", ["2027-10-29", "2027-10-30", "2027-10-31", "2027-11-01"],
         {"2027-10-29": "before-1", "2027-11-01": "on-the-day"}),
        # Two days without a sweep.
        ("2027-06-15", ["2027-06-08", "2027-06-11", "2027-06-16", "2027-06-17"],
         {"2027-06-08": "before-5", "2027-06-16": "on-the-day", "2027-06-17": "after-2"}),
    ],
)  # fmt: skip
def test_mornings(chores, team, due, mornings, expected):
    chores(person=team["starter"], due_date=dt.date.fromisoformat(due))
    for morning in mornings:
        sweep(dt.date.fromisoformat(morning))
    rows = Reminder.objects.filter(recipient=team["starter"])
    assert {row.sweep_date.isoformat(): row.step for row in rows} == expected


def test_an_outage_of_a_month_still_escalates_but_reminds_of_nothing_old(chores, team):
    chores(person=team["starter"], waiting_on="manager")
    sweep(MONDAY - ONE_DAY * 3)
    Reminder.objects.all().delete()
    sweep(MONDAY + 35 * ONE_DAY)
    assert sorted(said()) == [
        ("learning-15", team["learning"].given_name),
        ("told-learning-15", "Max"),
        ("told-learning-15", "Sam"),
        (f"week-{MONDAY + 35 * ONE_DAY}", "Max"),
    ]


@pytest.mark.parametrize("off", ["all", "kind"])
def test_what_was_to_go_up_while_reminders_were_off_goes_up_once_they_are_on(chores, team, off):
    chores(person=team["starter"], waiting_on="manager")
    switch = Ladder.objects.create(kind="chores.chore", before=[], on_the_day=True, after=[2],
                                   escalate_to_manager_after=10, escalate_to_learning_after=15)  # fmt: skip
    everything_off = {"all": SweepSettings.objects.all(), "kind": Ladder.objects.filter(pk=switch.pk)}[off]
    sweep(MONDAY)
    everything_off.update(is_enabled=False)
    for number in range(1, 60):
        sweep(MONDAY + number * ONE_DAY)
    assert not Reminder.objects.filter(awaits_end=True).exists()
    everything_off.update(is_enabled=True)
    for number in range(60, 80):
        sweep(MONDAY + number * ONE_DAY)
    told = [step for step, _ in said() if not step.startswith("week-")]
    assert sorted(told) == ["learning-15", "on-the-day", "told-learning-15", "told-learning-15"]


def test_escalation_says_so_to_everyone(chores, team):
    chores(person=team["starter"], waiting_on="manager")
    sweep(MONDAY + 14 * ONE_DAY)
    bodies = {mail.recipient.given_name: mail.text_body for mail in OutgoingMail.objects.all()}
    assert set(bodies) == {"Ursula", "Max", "Sam"}
    assert "Sam Test-Sample: Chore – with Max Test-Sample, overdue since" in bodies["Ursula"]
    assert "https://portal.example/team/?whose=line" in bodies["Ursula"]
    assert "Water the plants" not in bodies["Ursula"]
    assert "Water the plants" in bodies["Sam"]
    assert "Ursula Test-Sample has been told as well" in bodies["Max"]
    assert "For information" in bodies["Sam"]
    assert "Ursula Test-Sample has been told as well" in bodies["Sam"]


def test_manager_changed_overnight(chores, team):
    new = PersonFactory(given_name="Nora")
    chores(person=team["starter"], waiting_on="manager")
    LineManagement.objects.filter(person=team["starter"]).update(end_date=MONDAY - ONE_DAY)
    line(team["starter"], new, start=MONDAY)
    sweep(MONDAY - 3 * ONE_DAY)
    sweep(MONDAY)
    assert said() == [("before-1", "Max"), ("on-the-day", "Nora")]


def test_cover_is_reminded_while_the_manager_is_away(chores, team):
    cover(team["manager"], PersonFactory(given_name="Cora"), MONDAY, MONDAY)
    chores(person=team["starter"], waiting_on="manager")
    sweep(MONDAY - 3 * ONE_DAY)
    sweep(MONDAY)
    sweep(MONDAY + 2 * ONE_DAY)
    assert said() == [("before-1", "Max"), ("on-the-day", "Cora"), ("after-2", "Max")]


def test_nothing_about_or_to_those_who_have_left(chores, team):
    chores(person=team["starter"], waiting_on="person")
    chores(person=team["upper"], waiting_on="manager")
    Person.objects.filter(pk=team["starter"].pk).update(deactivated_at=at(MONDAY))
    Person.objects.filter(pk=team["learning"].pk).update(deactivated_at=at(MONDAY))
    sweep()
    assert everything() == ([], [])


def test_learning_and_development_may_change_a_ladder(chores, team):
    chores(person=team["starter"], due_date=MONDAY + 9 * ONE_DAY)
    sweep()
    assert said() == []
    Ladder.objects.create(kind="chores.chore", before=[7])
    sweep()
    assert said() == [("before-7", "Sam")]


def test_a_kind_can_be_switched_off(chores, team):
    Ladder.objects.create(kind="chores.chore", on_the_day=True, is_enabled=False)
    chores(person=team["starter"])
    sweep()
    assert everything() == ([], [])


def test_all_reminders_can_be_switched_off(chores, team):
    SweepSettings.objects.update(is_enabled=False)
    chores(person=team["starter"])
    assert sweep().is_switched_on is False
    assert everything() == ([], [])


def test_dry_run_shows_what_the_sweep_then_writes_and_writes_nothing(chores, team):
    chores(person=team["starter"], waiting_on="both")
    chores(person=team["manager"], due_date=MONDAY + ONE_DAY)
    planned = sweep(dry_run=True)
    assert everything() == ([], [])
    assert SweepRun.objects.count() == 0
    sweep()
    keys = Reminder.objects.values_list("rule", "step", "subject_type", "subject_id", "recipient_id", "due_date")
    assert {found.key for found in planned.lines} == set(keys)
    assert len(planned.lines) == 3


def test_the_number_of_queries_does_not_grow_with_the_people(chores, team):
    def fill(count):
        for _ in range(count):
            person = PersonFactory()
            line(person, team["manager"])
            chores(person=person, waiting_on="both")

    fill(3)
    with CaptureQueriesContext(connection) as few:
        sweep()
    fill(25)
    with CaptureQueriesContext(connection) as many:
        sweep(MONDAY + 2 * ONE_DAY)
    assert Reminder.objects.filter(sweep_date=MONDAY + 2 * ONE_DAY).count() == 56
    assert len(many) == len(few)


def test_people_beyond_one_part_get_their_digest_as_well(chores, team, monkeypatch):
    monkeypatch.setattr(sweeping, "ROWS_AT_ONCE", 2)
    monkeypatch.setattr("reminders.services.digests.PEOPLE_AT_ONCE", 2)
    for _ in range(7):
        chores(person=PersonFactory())
    assert sweep().digests == 7
    assert Reminder.objects.filter(mail__isnull=True).count() == 0
    assert all(row.mail.recipient_id == row.recipient_id for row in Reminder.objects.select_related("mail"))
