"""What pages show as due comes from the same rules as the mail."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from people.models import LineManagement
from reminders import services
from tests.factories.people import PersonFactory, cover, line
from tests.reminders.conftest import MONDAY, ONE_DAY

pytestmark = pytest.mark.django_db


def titles(items):
    return [item.label for item in items]


def test_oldest_first_and_only_what_the_person_may_act_on(chores, team):
    chores(person=team["starter"], title="Late", due_date=MONDAY - 3 * ONE_DAY)
    chores(person=team["starter"], title="Later", due_date=MONDAY + 90 * ONE_DAY)
    chores(person=team["starter"], title="Of both", waiting_on="both")
    chores(person=team["starter"], title="Of the manager", waiting_on="manager", due_date=MONDAY + ONE_DAY)
    chores(person=team["starter"], title="Of the council", waiting_on="learning")
    chores(person=PersonFactory(), title="Of a stranger", waiting_on="both")

    def due(name, **options):
        return titles(services.due_for(team[name], today=MONDAY, **options))

    assert due("starter") == ["Late", "Of both", "Later"]
    assert due("starter", until=MONDAY) == ["Late", "Of both"]
    assert due("manager") == ["Of both", "Of the manager"]
    assert due("upper") == []


def test_names_and_links(chores, team):
    chore = chores(person=team["starter"], waiting_on="manager")
    deputy = PersonFactory(given_name="Cora")
    cover(team["manager"], deputy, MONDAY)
    for holder in (team["manager"], deputy):
        (item,) = services.due_for(holder, today=MONDAY)
        assert item.url == f"/chores/{chore.pk}/"
        assert (item.person_name, item.manager_name, item.cover_name, item.holder_name) == (
            "Sam Test-Sample",
            "Max Test-Sample",
            "Cora Test-Sample",
            "Cora Test-Sample",
        )
        assert not item.is_overdue(MONDAY)
        assert item.is_overdue(MONDAY + ONE_DAY)


def test_manager_s_queue_by_scope(chores, team):
    deputy = PersonFactory()
    cover(team["manager"], deputy, MONDAY)
    chores(person=team["starter"], title="Waits on the manager", waiting_on="manager")
    chores(person=team["starter"], title="Waits on the starter")
    chores(person=team["manager"], title="Waits on the next level", waiting_on="manager")

    def held(manager, scope):
        return titles(services.due_held_by_line(manager, scope=scope, today=MONDAY))

    assert held(team["manager"], "direct") == ["Waits on the manager"]
    assert held(team["upper"], "direct") == ["Waits on the next level"]
    assert held(team["upper"], "line") == ["Waits on the manager", "Waits on the next level"]
    assert held(deputy, "cover") == ["Waits on the manager"]
    assert held(deputy, "direct") == []


def test_exceptions_are_what_nobody_in_the_line_holds(chores, team):
    alone = PersonFactory()
    chores(person=alone, title="No manager", waiting_on="manager")
    chores(person=alone, title="Own")
    chores(person=team["starter"], title="Of the council", waiting_on="learning")
    chores(person=team["starter"], title="Held", waiting_on="manager")
    assert titles(services.exceptions(today=MONDAY)) == ["No manager", "Of the council"]


def test_the_number_of_queries_does_not_grow(chores, team):
    def count():
        with CaptureQueriesContext(connection) as context:
            services.due_for(team["manager"], today=MONDAY)
        return len(context)

    chores(person=team["starter"], waiting_on="manager")
    few = count()
    for _ in range(20):
        person = PersonFactory()
        line(person, team["manager"])
        chores(person=person, waiting_on="manager")
    assert count() == few
    assert LineManagement.objects.count() == 22
