"""What pages show as due comes from the same rules as the mail."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reminders import services
from tests.factories.people import PersonFactory
from tests.reminders.conftest import MONDAY, ONE_DAY

pytestmark = pytest.mark.django_db

EVERY_SIDE = ["person", "manager", "both", "learning"]


def due(*people, sides=EVERY_SIDE):
    return services.due_about([person.pk for person in people], today=MONDAY, sides=sides)


def titles(*people, **options):
    return [item.label for item in due(*people, **options)]


def test_oldest_first_about_these_people_on_these_sides(chores, team):
    chores(person=team["starter"], title="Late", due_date=MONDAY - 3 * ONE_DAY)
    chores(person=team["starter"], title="Far off", due_date=MONDAY + 90 * ONE_DAY)
    chores(person=team["starter"], title="Of both", waiting_on="both")
    chores(person=team["starter"], title="Of the manager", waiting_on="manager", due_date=MONDAY + ONE_DAY)
    chores(person=team["starter"], title="Of the council", waiting_on="learning", due_date=MONDAY + 2 * ONE_DAY)
    chores(person=PersonFactory(), title="Of a stranger", waiting_on="both")
    assert titles(team["starter"]) == ["Late", "Of both", "Of the manager", "Of the council"]
    assert titles(team["starter"], sides=["person", "both"]) == ["Late", "Of both"]
    assert titles(team["manager"]) == []


def test_a_row_leads_to_its_page_and_says_how_late_it_is(chores, team):
    chore = chores(person=team["starter"], due_date=MONDAY - 2 * ONE_DAY)
    (row,) = due(team["starter"])
    assert (row.url, row.person_id, row.days_late(MONDAY)) == (f"/chores/{chore.pk}/", team["starter"].pk, 2)


def test_it_is_one_query_whatever_the_number(chores, team):
    people = [team["starter"], *(PersonFactory() for _ in range(20))]
    for person in people:
        chores(person=person)
    with CaptureQueriesContext(connection) as context:
        assert len(due(*people)) == 21
    assert len(context) == 1
