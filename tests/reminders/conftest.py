"""The test-only app `chores`, installed as any other part would be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from people.models import Person
from people.roles import Role
from reminders.models import Ladder
from tests.factories.people import PersonFactory, UserFactory, line
from tests.reminders.chores import duties
from tests.reminders.chores.models import Chore

# A Monday without holidays near it.
MONDAY = dt.date(2027, 6, 14)
ONE_DAY = dt.timedelta(days=1)


def at(day: dt.date, hour: int = 9) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), tzinfo=dt.UTC)


@pytest.fixture(scope="session")
def chores_table(django_db_setup: None, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock():
        # The tests of faults have this fixture too: whoever comes first makes the table.
        if Chore._meta.db_table not in connection.introspection.table_names():
            with connection.schema_editor() as editor:
                editor.create_model(Chore)


@pytest.fixture
def chores(chores_table: None, settings: Any) -> Callable[..., Chore]:
    """`chores(person=…, due_date=…)` makes one; only this app's rules are in the registry beside the real ones."""
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "tests.reminders.chores"]
    settings.ROOT_URLCONF = "tests.reminders.chores.urls"
    settings.SITE_URL = "https://portal.example"
    duties.done.clear()
    return lambda **facts: Chore.objects.create(**{"due_date": MONDAY, **facts})


@pytest.fixture
def team(chores: Callable[..., Chore]) -> dict[str, Person]:
    """A starter, the line manager, the manager's manager and someone of Learning and Development."""
    people = {
        "starter": PersonFactory(given_name="Sam"),
        "manager": PersonFactory(given_name="Max"),
        "upper": PersonFactory(given_name="Ursula"),
        "learning": UserFactory(roles=[Role.LD_ADMIN]).person,
    }
    line(people["starter"], people["manager"])
    line(people["manager"], people["upper"])
    # The other kinds have nothing due here; without them a morning's sweep is quick.
    Ladder.objects.exclude(kind="chores.chore").update(is_enabled=False)
    return people
