"""Digests in L&D's own words, and what a held one does to the next."""

import pytest

from notifications.models import OutgoingMail
from reminders import services
from reminders.models import Ladder, Reminder
from tests.reminders.conftest import MONDAY, ONE_DAY, at

pytestmark = pytest.mark.django_db


def test_the_words_of_a_line_are_those_of_learning_and_development(chores, team):
    Ladder.objects.create(kind="chores.chore", on_the_day=True, line="Please do {label} by {date}")
    chores(person=team["starter"], title="Water the plants")
    services.sweep(for_date=MONDAY, now=at(MONDAY))
    assert "Please do Water the plants by Monday 14 June 2027" in OutgoingMail.objects.get().text_body


def test_whose_digest_is_held_gets_no_second_one(chores, team):
    """Later lines wait for the digest after the switch is on again."""
    chores(person=team["starter"])
    chores(person=team["starter"], due_date=MONDAY + ONE_DAY)
    services.sweep(for_date=MONDAY, now=at(MONDAY))
    OutgoingMail.objects.update(state="held")
    services.sweep(for_date=MONDAY + ONE_DAY, now=at(MONDAY + ONE_DAY))
    assert OutgoingMail.objects.count() == 1
    assert Reminder.objects.filter(mail=None).exists()
    OutgoingMail.objects.update(state="sent")
    services.sweep(for_date=MONDAY + 2 * ONE_DAY, now=at(MONDAY + 2 * ONE_DAY))
    assert OutgoingMail.objects.count() == 2
