"""A leaving date known beforehand takes effect with that day's sweep."""

import datetime as dt

import pytest

from people.models import Person
from reminders import registry
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 11, 20)
NOW = dt.datetime(2026, 11, 20, 8, 0, tzinfo=dt.UTC)


def test_the_daily_duties_deactivate_whoever_leaves_today_and_nobody_else() -> None:
    leaver, stays = PersonFactory(leaving_date=DAY), PersonFactory(leaving_date=DAY + dt.timedelta(days=1))
    for duty in registry.daily_duties().values():
        duty(today=DAY, now=NOW)
    assert list(Person.objects.active().filter(pk__in=[leaver.pk, stays.pk])) == [stays]
