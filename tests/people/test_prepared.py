"""A prepared query answers what the ordinary query answers, whatever the values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import psycopg2
import pytest
from django.db import NotSupportedError, OperationalError, connection, transaction
from django.db.models import F, Q
from django.test.utils import CaptureQueriesContext

from people.models import LineManagement, Person
from people.prepared import NotPreparable, Prepared
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 25)


def lines(*, manager_id: int, today: dt.date) -> Any:
    return LineManagement.objects.on(today).filter(manager_id=manager_id).select_related("person").order_by("pk")


def started(*, today: dt.date, ids: tuple[int, ...]) -> Any:
    later = today + dt.timedelta(days=14)
    return (
        Person.objects.filter(Q(start_date__lte=later) | Q(start_date__isnull=True), pk__in=ids)
        .annotate(number=F("pk"))
        .order_by("pk")
        .values_list("number", "given_name")
    )


def named(*, name: str) -> Any:
    return Person.objects.filter(family_name=name).order_by("pk").values("pk")


def since(*, now: dt.datetime) -> Any:
    return Person.objects.filter(updated_at__gt=now).order_by("pk")


CASES = {
    "instances with a relation": (lines, lambda people: {"manager_id": people[0].pk, "today": DAY}),
    "another value of the same": (lines, lambda people: {"manager_id": people[1].pk, "today": DAY}),
    "a date that is added to": (started, lambda people: {"today": DAY, "ids": [one.pk for one in people[:3]]}),
    "a longer collection": (started, lambda people: {"today": DAY, "ids": [one.pk for one in people]}),
    "an empty collection": (started, lambda people: {"today": DAY, "ids": []}),
    "text": (named, lambda people: {"name": people[2].family_name}),
    "an instant": (since, lambda people: {"now": people[1].updated_at}),
}


@pytest.fixture
def people() -> list[Person]:
    people = PersonFactory.create_batch(6)
    for one in people[2:]:
        LineManagement.objects.create(person=one, manager=people[0], start_date=DAY - dt.timedelta(days=9))
    LineManagement.objects.create(person=people[0], manager=people[1], start_date=DAY - dt.timedelta(days=9))
    return people


@pytest.mark.parametrize("case", CASES)
def test_it_answers_as_the_ordinary_query(case: str, people: list[Person]) -> None:
    build, values_of = CASES[case]
    values, prepared = values_of(people), Prepared(build)
    ordinary = list(build(**values))
    assert list(prepared(**values)) == ordinary
    with CaptureQueriesContext(connection) as asked:
        assert list(prepared(**values)) == ordinary
    assert len(asked) == 1


def test_the_orm_writes_it_once(people: list[Person]) -> None:
    calls = []

    def build(*, manager_id: int, today: dt.date) -> Any:
        calls.append(manager_id)
        return lines(manager_id=manager_id, today=today)

    prepared = Prepared(build)
    found = [[row.person for row in prepared(manager_id=one.pk, today=DAY)] for one in people[:3]]
    assert found == [people[2:], [people[0]], []]
    assert len(calls) == 2  # twice with values of its own, never with ours


def test_relations_come_along_without_a_query(people: list[Person]) -> None:
    rows = Prepared(lines)(manager_id=people[0].pk, today=DAY)
    with CaptureQueriesContext(connection) as asked:
        assert [row.person.pk for row in rows] == [one.pk for one in people[2:]]
    assert len(asked) == 0


def decides(*, today: dt.date) -> Any:
    return Person.objects.filter(start_date=today) if today.day % 2 else Person.objects.all()


def changes(*, number: int) -> Any:
    return Person.objects.filter(pk=number * 2)


def forgets(*, number: int) -> Any:
    return Person.objects.all()


def fetches(*, number: int) -> Any:
    return Person.objects.filter(pk=number).prefetch_related("postings")


@pytest.mark.parametrize(
    ("build", "values"),
    [(decides, {"today": DAY}), (changes, {"number": 3}), (forgets, {"number": 3}), (fetches, {"number": 3}),
     (forgets, {"number": 0.5})],
)  # fmt: skip
def test_what_cannot_be_prepared_is_refused(build: Any, values: dict[str, Any]) -> None:
    with pytest.raises(NotPreparable):
        Prepared(build)(**values)


def cut() -> None:
    """As a restart of the database does to a connection that is kept."""
    with closing(psycopg2.connect(**connection.get_connection_params())) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [connection.connection.get_backend_pid()])


@pytest.mark.real
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_new", [False, True], ids=["prepared before", "never asked before"])
def test_a_connection_cut_between_two_requests_is_opened_anew(people: list[Person], is_new: bool) -> None:
    values = {"manager_id": people[0].pk, "today": DAY}
    prepared = Prepared(lines)
    before = prepared(**values)
    connection.health_check_enabled, connection.health_check_done = True, False
    cut()
    assert (Prepared(lines) if is_new else prepared)(**values) == before


@pytest.mark.real
@pytest.mark.django_db(transaction=True)
def test_a_connection_cut_within_a_request_is_not_hidden(people: list[Person]) -> None:
    prepared = Prepared(lines)
    connection.health_check_enabled, connection.health_check_done = True, False
    prepared(manager_id=people[0].pk, today=DAY)
    cut()
    with pytest.raises(OperationalError):
        prepared(manager_id=people[0].pk, today=DAY)
    connection.close()


@pytest.fixture
def migrated(people: list[Person]) -> Iterator[Callable[[], list[Any]]]:
    """Asks for those whom the first manages, prepared before a migration gave a column of theirs another type."""
    prepared, values = Prepared(lines), {"manager_id": people[0].pk, "today": DAY}
    prepared(**values)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE people_person ALTER family_name TYPE text")
    yield lambda: [line.person for line in prepared(**values)]
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE people_person ALTER family_name TYPE varchar(100)")


@pytest.mark.real
@pytest.mark.django_db(transaction=True)
def test_after_a_migration_it_is_prepared_anew(migrated: Callable[[], list[Any]], people: list[Person]) -> None:
    assert migrated() == people[2:]


@pytest.mark.real
@pytest.mark.django_db(transaction=True)
def test_after_a_migration_a_transaction_fails_once(migrated: Callable[[], list[Any]], people: list[Person]) -> None:
    with pytest.raises(NotSupportedError), transaction.atomic():
        migrated()
    with transaction.atomic():
        assert migrated() == people[2:]
