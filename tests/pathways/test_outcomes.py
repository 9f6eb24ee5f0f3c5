"""The page of outcomes: counted from applications, with small numbers left out and published figures apart."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from pathways.models import Application, Intake, PublishedFigure
from people.models import Person
from people.roles import Role
from tests.factories.pathways import RouteFactory
from tests.factories.people import PersonFactory, UserFactory
from tests.pathways.conftest import words_of

pytestmark = pytest.mark.django_db

PAGE = reverse("pathways:outcomes")
MORNING = dt.datetime(2026, 11, 25, 10, 0, tzinfo=dt.UTC)


def reader(*roles: Role) -> Client:
    client = Client()
    client.force_login(UserFactory(person=PersonFactory(), roles=list(roles)))
    return client


def intake(title: str) -> Intake:
    start = dt.date(2022, 9, 1)
    days = {"opens_date": start.replace(month=1), "closes_date": start.replace(month=3)}
    row: Intake = Intake.objects.create(
        route=RouteFactory(title=title), decide_date=start.replace(month=6), start_date=start, places=30, **days
    )
    return row


def completed(of: Intake, count: int, *, left: dt.date | None = None) -> None:
    """So many people who applied in 2022 and completed on 1 July 2024."""
    for number in range(count):
        person = PersonFactory()
        Person.objects.filter(pk=person.pk).update(leaving_date=left)
        Application.objects.create(
            person=person,
            intake=of,
            state="completed",
            place=Application.objects.filter(intake=of).count() + 1,
            created_at=dt.datetime(2022, 2, 1, 9, number, tzinfo=dt.UTC),
            saved_at=MORNING,
            sent_at=dt.datetime(2022, 2, 2, 9, 0, tzinfo=dt.UTC),
            enrolled_date=dt.date(2022, 9, 1),
            completed_date=dt.date(2024, 7, 1),
        )


@time_machine.travel(MORNING, tick=False)
def test_routes_by_year_with_small_numbers_left_out() -> None:
    large = intake("The large route")
    completed(large, 10)
    completed(large, 5, left=dt.date(2026, 1, 1))
    completed(intake("The small route"), 2)
    words = words_of(reader(Role.LD_ADMIN).get(PAGE))
    assert "Applied in 2022" in words
    assert "The large route 15 15 15 15 15 15 10 not yet known" in words
    assert "Routes with fewer than 5 applicants, together fewer than 5 not shown" in words
    assert "The small route" not in words


def test_published_figures_stand_apart_with_their_date() -> None:
    PublishedFigure.objects.create(
        route=RouteFactory(title="Think"),
        what="hired",
        number=2,
        period="up to 2019",
        basis="B",
        source="A page",
        source_date="2019",
    )
    words = words_of(reader(Role.HEAD_OF_SERVICE).get(PAGE))
    assert "Nobody has applied yet" in words
    assert "Think : Newly qualified social workers recruited, up to 2019: 2 . Source: A page, 2019." in words


def test_it_is_not_for_everybody() -> None:
    response = reader().get(PAGE)
    assert response.status_code == 403
    assert "Learning and Development and heads of service" in words_of(response)
