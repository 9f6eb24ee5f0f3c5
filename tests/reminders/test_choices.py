"""What readers choose about their digest, the weekly list of a team, exceptions, and the end of an escalation."""

import datetime as dt
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications import preferences
from notifications import services as mail
from notifications.delivery import Drop, deliver_chunk
from notifications.models import OutgoingMail
from notifications.rules import Way
from people.models import LineManagement
from reminders import services
from reminders.models import Reminder
from tests.factories.people import PersonFactory, cover, line
from tests.reminders.chores.models import Chore
from tests.reminders.conftest import MONDAY, ONE_DAY, at

pytestmark = [pytest.mark.django_db, pytest.mark.wide]
CHORE = "chores.chore"
State = OutgoingMail.State


def sweep(day=MONDAY):
    return services.sweep(for_date=day, now=at(day))


def leave(day=MONDAY):
    """Everything queued is asked again and counts as sent."""
    mails = list(OutgoingMail.objects.filter(state=State.QUEUED, kind="digest").order_by("key"))
    for pk, answer in services.refresh_digests(mails, at(day)).items():
        if isinstance(answer, Drop):
            OutgoingMail.objects.filter(pk=pk).update(state=State.DROPPED, reason=answer.reason)
        else:
            OutgoingMail.objects.filter(pk=pk).update(
                state=State.SENT, text_body=answer.text_body, subject=answer.subject
            )


def choose(person, **chosen):
    named = {name.replace("__", "."): value for name, value in chosen.items()}
    assert preferences.choose(person=person, chosen=named, by=person, now=at(MONDAY - ONE_DAY))


def digests_of(person):
    return [
        one.text_body for one in OutgoingMail.objects.filter(recipient=person, kind="digest").order_by("created_at")
    ]


def steps_of(person):
    return list(Reminder.objects.filter(recipient=person).order_by("pk").values_list("step", flat=True))


@pytest.mark.parametrize("chosen", [{CHORE: "off"}, {"digest": "off"}, {CHORE: "off", "digest": "weekly"}])
def test_what_is_switched_off_makes_no_line(chores, team, chosen):
    choose(team["starter"], **{name.replace(".", "__"): value for name, value in chosen.items()})
    chores(person=team["starter"])
    assert sweep().digests == 0
    assert steps_of(team["starter"]) == []


def test_weekly_lines_wait_for_the_first_digest_of_the_week(chores, team):
    choose(team["starter"], chores__chore="weekly")
    tuesday = MONDAY + ONE_DAY
    sweep(MONDAY)
    chores(person=team["starter"], due_date=tuesday)
    mail.queue(
        key="digest:had", kind="digest", recipient=team["starter"], subject="S", text_body="T", why="W", now=at(MONDAY)
    )
    sweep(tuesday)
    assert [row.mail for row in Reminder.objects.filter(recipient=team["starter"])] == [None]
    sweep(MONDAY + 7 * ONE_DAY)
    (row, *_) = Reminder.objects.filter(recipient=team["starter"]).order_by("pk")
    assert row.mail is not None


def test_a_pause_keeps_what_is_still_open_for_the_day_after(chores, team):
    back = MONDAY + 2 * ONE_DAY
    preferences.pause(person=team["starter"], until=back, by=team["starter"], now=at(MONDAY))
    chores(person=team["starter"], title="Open")
    chores(person=team["starter"], title="Done meanwhile")
    sweep()
    sweep(MONDAY + ONE_DAY)
    assert digests_of(team["starter"]) == []
    Chore.objects.filter(title="Done meanwhile").update(is_done=True)
    sweep(back)
    (text,) = digests_of(team["starter"])
    assert "Open," in text
    assert "Done meanwhile" not in text


def test_paused_between_sweep_and_sending_waits(chores, team):
    chores(person=team["starter"])
    sweep()
    preferences.pause(person=team["starter"], until=MONDAY + ONE_DAY, by=team["starter"], now=at(MONDAY))
    leave()
    digest = OutgoingMail.objects.get(kind="digest")
    assert (digest.state, digest.reason) == (State.DROPPED, Way.PAUSED)
    sweep(MONDAY + ONE_DAY)
    assert len(digests_of(team["starter"])) == 2


def test_switched_off_between_sweep_and_sending_is_left_out(chores, team):
    chores(person=team["starter"])
    sweep()
    choose(team["starter"], chores__chore="off")
    leave()
    assert OutgoingMail.objects.get(kind="digest").state == State.DROPPED


def test_the_managers_copy_follows_the_managers_choice(chores, team):
    choose(team["starter"], chores__chore="off")
    chores(person=team["starter"], due_date=MONDAY - 14 * ONE_DAY)
    sweep()
    assert steps_of(team["starter"]) == []
    assert "up-10" in steps_of(team["manager"])


def joined(person, *, kind="induction.plan_agreed", key="note", day=MONDAY):
    note = mail.NewMail(
        key=key,
        kind=kind,
        recipient=person,
        subject="Both of you have agreed the plan",
        text_body="T",
        why="W",
        path="/chores/7/",
    )
    mail.queue_many([note], now=at(day))
    OutgoingMail.objects.filter(key=key).update(state=State.JOINED)
    return OutgoingMail.objects.get(key=key)


def test_mail_that_joined_stands_for_information(chores, team):
    chores(person=team["starter"])
    note = joined(team["starter"])
    sweep()
    (text,) = digests_of(team["starter"])
    assert text.index("Needs you today") < text.index("For information")
    assert "- Both of you have agreed the plan\n  https://portal.example/chores/7/" in text
    note.refresh_from_db()
    assert note.digest is not None
    sweep(MONDAY + ONE_DAY)
    assert len(digests_of(team["starter"])) == 1


def test_mail_that_joined_makes_a_digest_of_its_own_where_nothing_else_is_due(chores, team):
    joined(team["starter"])
    sweep()
    digest = OutgoingMail.objects.get(kind="digest")
    assert digest.subject == "For information: both of you have agreed the plan"
    leave()
    assert OutgoingMail.objects.get(kind="digest").state == State.SENT


def test_in_the_first_week_it_waits(chores, team):
    team["starter"].start_date = MONDAY - 6 * ONE_DAY
    team["starter"].save()
    joined(team["starter"])
    assert sweep().digests == 0
    assert sweep(MONDAY + ONE_DAY).digests == 1


@pytest.mark.parametrize(
    ("chosen", "state", "reason"),
    [
        ({"induction__plan_agreed": "off"}, State.DROPPED, Way.OFF),
        ({"induction__plan_agreed": "daily", "digest": "off"}, State.DROPPED, Way.OFF),
        # Only the digest was refused: what the reader wants at once leaves on its own.
        ({"digest": "off"}, State.QUEUED, ""),
    ],
)
def test_mail_that_joined_follows_what_was_chosen_meanwhile(chores, team, chosen, state, reason):
    note = joined(team["starter"])
    choose(team["starter"], **chosen)
    assert sweep().digests == 0
    note.refresh_from_db()
    assert (note.state, note.reason) == (state, reason)


def test_without_a_digest_mail_that_joined_in_the_first_week_leaves_after_it(chores, team, mailoutbox):
    team["starter"].start_date = MONDAY - 6 * ONE_DAY
    team["starter"].save()
    choose(team["starter"], digest="off")
    note = joined(team["starter"])
    sweep()
    note.refresh_from_db()
    assert note.state == State.JOINED
    tuesday = MONDAY + ONE_DAY
    sweep(tuesday)
    deliver_chunk(now=at(tuesday), deadline=time.monotonic() + 60)
    note.refresh_from_db()
    assert (note.state, len(mailoutbox)) == (State.SENT, 1)


def test_the_weekly_list_of_a_team(chores, team):
    """All that is overdue, the oldest first, also what one covers for; counts, names, days, a link a row; each week."""
    away, covered = PersonFactory(), PersonFactory(given_name="Cora")
    line(covered, away)
    cover(away, team["manager"], MONDAY - 30 * ONE_DAY, MONDAY + 30 * ONE_DAY)
    late = chores(person=team["starter"], title="Late", due_date=MONDAY - 15 * ONE_DAY)
    chores(person=covered, title="Older", due_date=MONDAY - 25 * ONE_DAY)
    chores(person=team["starter"], title="Just", due_date=MONDAY - ONE_DAY)
    chores(person=team["starter"], title="Not yet", due_date=MONDAY)
    sweep()
    text = digests_of(team["manager"])[0]
    assert "Your team this week: 3 things overdue, 2 people" in text
    assert f"- Sam Test-Sample: Late, 15 days overdue\n  https://portal.example/chores/{late.pk}/" in text
    assert "- Cora Test-Sample: Older, 25 days overdue; you cover\n" in text
    assert text.index("Older") < text.index("Late") < text.index("Just, 1 day overdue")
    assert "Not yet" not in text
    sweep(MONDAY + ONE_DAY)
    assert len(digests_of(team["manager"])) == 1
    Chore.objects.exclude(title="Late").update(is_done=True)
    sweep(MONDAY + 7 * ONE_DAY)
    assert "Your team this week: 1 thing overdue, 1 person" in digests_of(team["manager"])[-1]


def test_what_waits_on_the_manager_stays_in_the_weekly_list_when_its_ladder_has_ended(chores, team):
    chores(person=team["starter"], title="Old", waiting_on="manager", due_date=MONDAY - 90 * ONE_DAY)
    chores(person=team["starter"], title="Theirs", due_date=MONDAY - 80 * ONE_DAY)
    sweep()
    text = digests_of(team["manager"])[0]
    assert "Your team this week: 2 things overdue, 1 person" in text
    assert text.index("Old, 90 days overdue") < text.index("Theirs, 80 days overdue")
    sweep(MONDAY + 7 * ONE_DAY)
    assert "Old, 97 days overdue" in digests_of(team["manager"])[-1]


def test_the_weekly_list_comes_on_tuesday_after_a_bank_holiday(chores, team):
    monday = dt.date(2027, 5, 31)
    chores(person=team["starter"], due_date=monday - 30 * ONE_DAY)
    sweep(monday)
    assert digests_of(team["manager"]) == []
    sweep(monday + ONE_DAY)
    assert "Your team this week" in digests_of(team["manager"])[0]
    assert "week-2027-06-01" in steps_of(team["manager"])


def test_the_weekly_list_may_be_switched_off_alone(chores, team):
    choose(team["manager"], reminders__team="off")
    chores(person=team["starter"], due_date=MONDAY - 14 * ONE_DAY)
    sweep()
    assert steps_of(team["manager"]) == ["up-10"]


def test_the_weekly_list_of_hundreds_is_cut_after_twenty_with_a_link(chores, team):
    for number in range(23):
        chores(person=team["starter"], title=f"Chore {number}", due_date=MONDAY - 14 * ONE_DAY)
    sweep()
    text = digests_of(team["manager"])[0]
    assert "23 things overdue, 1 person" in text
    assert "And 3 more in the portal:\nhttps://portal.example/team/" in text


def test_exceptions_reach_learning_and_development_each_day_and_nobody_when_there_are_none(chores, team):
    sweep()
    assert digests_of(team["learning"]) == []
    LineManagement.objects.filter(person=team["starter"]).delete()
    chores(person=team["starter"], waiting_on="manager", due_date=MONDAY + ONE_DAY)
    choose(team["learning"], digest="off")
    sweep(MONDAY + ONE_DAY)
    (text,) = digests_of(team["learning"])
    assert "Exceptions for Learning and Development" in text
    assert "no line manager is recorded" in text
    (told,) = digests_of(team["starter"])
    assert "Chore" in told or "Water" in told


def test_everyone_who_heard_of_an_escalation_hears_once_that_it_is_resolved(chores, team):
    chore = chores(person=team["starter"], waiting_on="manager", due_date=MONDAY - 14 * ONE_DAY)
    sweep()
    leave()
    heard = {team["starter"], team["manager"], team["upper"]}
    assert {row.recipient for row in Reminder.objects.filter(awaits_end=True)} == heard
    Chore.objects.filter(pk=chore.pk).update(is_done=True)
    sweep(MONDAY + ONE_DAY)
    ends = Reminder.objects.filter(step="resolved")
    assert {row.recipient for row in ends} == heard
    (first, second) = digests_of(team["upper"])
    assert "up" not in second.split()
    assert "Sam Test-Sample: Chore" in second
    assert "resolved: it was due by Monday 31 May 2027 and nothing waits under that date any more" in second
    assert "Water the plants" not in second
    subjects = (
        OutgoingMail.objects.filter(recipient=team["upper"]).order_by("created_at").values_list("subject", flat=True)
    )
    assert subjects[1] == "Resolved: chore due by Monday 31 May 2027"
    leave(MONDAY + ONE_DAY)
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {State.SENT}
    sweep(MONDAY + 2 * ONE_DAY)
    assert ends.count() == 3
    assert not Reminder.objects.filter(awaits_end=True).exists()


def test_the_end_under_the_old_date_hides_nothing_of_the_new_one(chores, team):
    chores(person=team["starter"], waiting_on="manager", due_date=MONDAY - 14 * ONE_DAY)
    sweep()
    leave()
    Chore.objects.update(due_date=MONDAY + ONE_DAY)
    sweep(MONDAY + ONE_DAY)
    second = digests_of(team["manager"])[1]
    assert "it was due by Monday 31 May 2027 and nothing waits under that date any more" in second
    assert "by today, Tuesday 15 June 2027" in second


def test_who_never_heard_of_an_escalation_hears_no_end_of_it(chores, team):
    chores(person=team["starter"], waiting_on="manager", due_date=MONDAY - 14 * ONE_DAY)
    sweep()
    Chore.objects.update(is_done=True)
    leave()
    sweep(MONDAY + ONE_DAY)
    assert not Reminder.objects.filter(step="resolved").exists()


def test_an_end_that_is_none_any_more_is_left_out(chores, team):
    chores(person=team["starter"], waiting_on="manager", due_date=MONDAY - 14 * ONE_DAY)
    sweep()
    leave()
    Chore.objects.update(is_done=True)
    sweep(MONDAY + ONE_DAY)
    Chore.objects.update(is_done=False)
    leave(MONDAY + ONE_DAY)
    assert set(OutgoingMail.objects.filter(created_at=at(MONDAY + ONE_DAY)).values_list("state", flat=True)) == {
        State.DROPPED
    }


def test_choices_and_ends_cost_the_same_queries_for_one_and_for_many(chores, team):
    def fill(count):
        for number in range(count):
            person = PersonFactory()
            line(person, team["manager"])
            chores(person=person, due_date=MONDAY - 14 * ONE_DAY)
            choose(person, chores__chore="weekly")
            joined(person, key=f"note:{person.pk}:{number}")

    def ended():
        leave()
        Chore.objects.update(is_done=True)

    fill(2)
    sweep()
    ended()
    with CaptureQueriesContext(connection) as few:
        sweep(MONDAY + ONE_DAY)
    Chore.objects.all().delete()
    Reminder.objects.all().delete()
    fill(20)
    sweep(MONDAY + 7 * ONE_DAY)
    ended()
    with CaptureQueriesContext(connection) as many:
        sweep(MONDAY + 8 * ONE_DAY)
    assert len(many) == len(few)
