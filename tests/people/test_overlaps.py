"""One post, one line manager and one cover a day: what the services see to, the database holds to as well."""

from __future__ import annotations

import datetime as dt
import threading
import time
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.urls import reverse

from people.models import Cover, LineManagement, Person, Posting
from people.operations import NoOverlap, RowsOverlap, is_overlap
from people.rules import Conflict
from people.services import lines, name_cover
from tests.factories.people import JobRoleFactory, PersonFactory, TeamFactory, UserFactory, cover, line, posting

NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
TODAY = NOW.date()
DATED = {"post": Posting, "line": LineManagement, "cover": Cover}


def march(day: int) -> dt.date:
    return dt.date(2027, 3, day)


def add(kind: str, person: Person, start: dt.date, end: dt.date | None) -> Any:
    """A row of this kind about this person, who is covered where it is one of cover."""
    if kind == "post":
        return posting(person, team=TeamFactory(), job_role=JobRoleFactory(), start=start, end=end)
    return (line if kind == "line" else cover)(person, PersonFactory(), start, end)


PERIODS = [
    ((10, 20), (21, 25), True),
    ((10, 20), (1, 9), True),
    ((10, 20), (20, 25), False),
    ((10, 20), (1, 10), False),
    ((10, 20), (12, 14), False),
    ((10, 20), (1, 31), False),
    ((10, 20), (10, 20), False),
    ((10, 20), (21, None), True),
    ((10, 20), (15, None), False),
    ((10, None), (1, 9), True),
    ((10, None), (25, 31), False),
]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", DATED)
@pytest.mark.parametrize(("first", "second", "fits"), PERIODS)
def test_two_rows_never_hold_on_one_day(
    kind: str, first: tuple[int, int | None], second: tuple[int, int | None], fits: bool
) -> None:
    """A hand-over leaves one day between: the last day of the old, the first of the new."""
    person = PersonFactory()
    days = [(march(start), march(end) if end else None) for start, end in (first, second)]
    add(kind, person, *days[0])
    add(kind, PersonFactory(), *days[1])
    if fits:
        add(kind, person, *days[1])
        return
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        add(kind, person, *days[1])
    assert is_overlap(refused.value)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", DATED)
def test_nor_by_a_change_of_dates(kind: str) -> None:
    person = PersonFactory()
    before = add(kind, person, march(1), march(9))
    add(kind, person, march(10), march(20))
    rows = DATED[kind].objects.filter(pk=before.pk)
    for change in ({"end_date": march(10)}, {"end_date": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    assert rows.update(end_date=march(8)) == 1
    assert rows.update(end_date=march(9)) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("kind", "table", "of"),
    [
        ("post", "people_posting", "person_id"),
        ("line", "people_linemanagement", "person_id"),
        ("cover", "people_cover", "manager_id"),
    ],
)
def test_the_migration_names_the_rows_that_overlap_already(kind: str, table: str, of: str) -> None:
    guard = NoOverlap(table, of)
    with connection.schema_editor() as editor:
        guard.database_backwards("people", editor, None, None)
    try:
        person = PersonFactory()
        one, other = add(kind, person, march(1), march(10)), add(kind, person, march(10), march(20))
        with pytest.raises(RowsOverlap, match=f"{one.pk} and {other.pk}"), connection.schema_editor() as editor:
            guard.database_forwards("people", editor, None, None)
        other.delete()
    finally:
        with connection.schema_editor() as editor:
            guard.database_forwards("people", editor, None, None)
    with pytest.raises(IntegrityError):
        add(kind, person, march(10), None)


def cover_beside(manager: Person, monkeypatch: pytest.MonkeyPatch) -> Person:
    """Someone covers already, and the service is kept from seeing it, as if both had come at once."""
    first = PersonFactory()
    line(PersonFactory(), manager)
    cover(manager, first, TODAY, TODAY + dt.timedelta(days=5))
    monkeypatch.setattr(lines, "check_cover", lambda **facts: None)
    return first


@pytest.mark.django_db
def test_whoever_comes_second_is_told_kindly(monkeypatch: pytest.MonkeyPatch) -> None:
    manager = PersonFactory()
    cover_beside(manager, monkeypatch)
    with pytest.raises(Conflict, match="Nothing was saved"):
        name_cover(
            manager=manager,
            cover=PersonFactory(),
            start_date=TODAY,
            end_date=TODAY,
            reason="Leave",
            by=manager,
            today=TODAY,
            now=NOW,
        )
    assert Cover.objects.count() == 1


@pytest.mark.django_db
def test_the_page_says_so_with_409(monkeypatch: pytest.MonkeyPatch, on_date: Any) -> None:
    on_date(TODAY)
    manager = PersonFactory()
    cover_beside(manager, monkeypatch)
    client = Client()
    client.force_login(UserFactory(person=manager), backend="bexley_ld.accounts.PortalBackend")
    day = {"day": TODAY.day, "month": TODAY.month, "year": TODAY.year}
    form = {
        "person": PersonFactory(given_name="Amara", search_name="amara sample").pk,
        "reason": "Three weeks in Wales",
    }
    form |= {f"{name}_{part}": value for name in ("start_date", "end_date") for part, value in day.items()}
    answer = client.post(f"{reverse('people:cover_add')}?q=Amara", form)
    assert answer.status_code == 409
    assert "Three weeks in Wales" in answer.content.decode()


@pytest.mark.real
@pytest.mark.django_db(transaction=True)
def test_two_sessions_name_cover_for_the_same_days(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the service's own check taken away, the second waits for the first and is refused by the constraint."""
    monkeypatch.setattr(lines, "check_cover", lambda **facts: None)
    manager = PersonFactory()
    line(PersonFactory(), manager)
    first, second = PersonFactory(), PersonFactory()
    written = threading.Event()

    def other_session() -> None:
        try:
            with transaction.atomic():
                cover(manager, first, TODAY, TODAY)
                # Asked now and not at the commit, where it would wait for the manager whom the service has locked.
                connection.check_constraints()
                written.set()
                time.sleep(1)
        finally:
            connections.close_all()

    thread = threading.Thread(target=other_session)
    thread.start()
    written.wait(timeout=10)
    with pytest.raises(Conflict, match="Nothing was saved"):
        name_cover(
            manager=manager,
            cover=second,
            start_date=TODAY,
            end_date=TODAY,
            reason="",
            by=manager,
            today=TODAY,
            now=NOW,
        )
    thread.join()
    assert list(Cover.objects.values_list("cover_id", flat=True)) == [first.pk]
