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


@pytest.mark.parametrize("place", range(12))
@pytest.mark.parametrize(
    "change",
    [
        lambda today: today.replace(day=1),
        lambda today: today.replace(month=1, day=1),
        lambda today: today - dt.timedelta(days=today.weekday()),
        lambda today: max(today, DAY),
        lambda today: min(today, DAY),
    ],
    ids=["first of the month", "first of the year", "Monday", "not before", "not after"],
)
def test_a_day_that_turns_into_another_is_refused(change: Any, place: int) -> None:
    """Wherever it stands among the values."""

    def build(*, ids: tuple[int, ...], today: dt.date) -> Any:
        return LineManagement.objects.filter(pk__in=ids, start_date__gte=today, end_date__lte=change(today))

    with pytest.raises(NotPreparable):
        Prepared(build)(ids=range(place), today=DAY)


@pytest.mark.parametrize(
    ("change", "value"),
    [
        (lambda now: now.replace(microsecond=0), dt.datetime(2026, 11, 25, tzinfo=dt.UTC)),
        (lambda now: now.replace(hour=0, minute=0, second=0), dt.datetime(2026, 11, 25, tzinfo=dt.UTC)),
        (lambda text: text[:1], "a"),
        (lambda text: text.strip(), "a"),
        (lambda text: text.lower(), "a"),
        (lambda text: text.upper(), "A"),
        (lambda number: number // 1_000, 7),
        (lambda number: number % 10, 7),
        (lambda number: -number, 7),
    ],
)
def test_a_value_that_turns_into_another_is_refused(change: Any, value: Any) -> None:
    column = {dt.datetime: "updated_at__gt", str: "family_name", int: "pk__lt"}[type(value)]

    def build(*, value: Any) -> Any:
        return Person.objects.filter(**{column: value}).exclude(**{column: change(value)})

    with pytest.raises(NotPreparable):
        Prepared(build)(value=value)


def test_two_numbers_that_become_one_are_refused() -> None:
    for change in (int.__add__, int.__sub__):

        def build(*, one: int, other: int, change: Any = change) -> Any:
            return Person.objects.filter(pk__in=(one, other, change(one, other)))

        with pytest.raises(NotPreparable):
            Prepared(build)(one=7, other=3)


def test_values_are_told_apart_by_name_whatever_their_order(people: list[Person]) -> None:
    def build(*, some: tuple[int, ...], but: tuple[int, ...]) -> Any:
        return Person.objects.filter(pk__in=some).exclude(pk__in=but).order_by("pk")

    prepared, ids = Prepared(build), [one.pk for one in people]
    assert prepared(some=ids[:2], but=ids[:1]) == people[1:2]
    assert prepared(but=ids[:2], some=ids[1:2]) == []
    assert prepared(but=ids[:1], some=ids[:2]) == people[1:2]


def test_a_value_of_another_kind_is_not_taken_for_the_first(people: list[Person]) -> None:
    prepared = Prepared(since)
    assert len(prepared(now=people[0].updated_at - dt.timedelta(days=1))) == 6
    for wrong in (None, True, 0.5):
        with pytest.raises(NotPreparable):
            prepared(now=wrong)


def test_an_id_that_no_column_holds_finds_nothing(people: list[Person]) -> None:
    prepared = Prepared(started)
    assert [number for number, _ in prepared(today=DAY, ids=[2**70, people[0].pk, -(2**70)])] == [people[0].pk]
    assert prepared(today=DAY, ids=[2**63]) == []


def test_a_collection_of_anything_but_numbers_is_refused() -> None:
    for wrong in (["7"], [None], [True]):
        with pytest.raises(NotPreparable):
            Prepared(started)(today=DAY, ids=wrong)


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
