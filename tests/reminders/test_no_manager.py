"""What waits on a line manager who is not there: Learning and Development has it, and the person is told."""

import pytest

from notifications.delivery import Drop
from notifications.models import OutgoingMail
from people.models import LineManagement
from tests.factories.people import line
from tests.reminders.conftest import MONDAY, ONE_DAY, at
from tests.reminders.test_sweep import refreshed, said, sweep

pytestmark = pytest.mark.django_db


def test_no_manager_goes_to_learning_and_development_once(chores, team):
    LineManagement.objects.all().delete()
    chores(person=team["starter"], waiting_on="manager", due_date=MONDAY + 7 * ONE_DAY)
    report = sweep()
    sweep(MONDAY + 4 * ONE_DAY)
    sweep(MONDAY + 7 * ONE_DAY)
    assert said() == [("no-manager", team["learning"].given_name), ("told-who-has-it", "Sam")]
    assert len(report.without_manager) == 1
    mail = OutgoingMail.objects.get(recipient=team["learning"])
    assert "no line manager is recorded" in mail.text_body
    assert "you look after Learning and Development" in mail.text_body
    told = OutgoingMail.objects.get(recipient=team["starter"])
    assert "For information" in told.text_body
    assert "Water the plants – with Learning and Development, by Monday 21 June 2027" in told.text_body


def test_what_waits_on_both_says_who_has_the_managers_part(chores, team):
    LineManagement.objects.all().delete()
    chores(person=team["starter"], waiting_on="both")
    sweep()
    mail = OutgoingMail.objects.get(recipient=team["starter"])
    assert mail.text_body.count("Water the plants") == 1
    assert "Learning and Development has the line manager’s part" in mail.text_body


def test_whoever_has_a_manager_again_is_not_told_that_another_has_it(chores, team):
    LineManagement.objects.filter(person=team["starter"]).delete()
    chores(person=team["starter"], waiting_on="manager")
    sweep()
    line(team["starter"], team["manager"])
    told = OutgoingMail.objects.get(recipient=team["starter"])
    assert isinstance(refreshed(at(MONDAY))[told.pk], Drop)
