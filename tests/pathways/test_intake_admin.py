"""Learning and Development sets up intakes in the administration; what cannot be is refused in words."""

from __future__ import annotations

import datetime as dt
import threading
import time
from typing import Any

import pytest
from django.db import connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pathways.models import Application, Intake
from pathways.services import deciding
from people.roles import Role
from tests.factories.pathways import RouteFactory, event, intake_of
from tests.factories.people import PersonFactory
from tests.pathways.conftest import Framework, words_of

DAY = dt.timedelta(days=1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def client_of_ld() -> Client:
    return Framework().reader(roles=[Role.LD_ADMIN])[0]


def typed(**changed: Any) -> dict[str, Any]:
    """The form of a new intake: dates by days from today."""
    days = {"opens_date": -1, "closes_date": 10, "decide_date": 20, "start_date": 40, "end_date": 400}
    days |= {name: value for name, value in changed.items() if name.endswith("_date") and isinstance(value, int)}
    today = timezone.localdate()
    dates = {name: (today + value * DAY).isoformat() for name, value in days.items()}
    rest = {name: value for name, value in changed.items() if name not in days}
    return {**dates, "places": 3, "answer_days": 10, "service_months": "", **rest}


def taking(state: str = "route_open", title: str = "Route") -> int:
    route = RouteFactory(title=title)
    event(route, timezone.localdate() - 90 * DAY, state)
    return int(route.pk)


def test_an_intake_is_added_and_shown_to_everyone(client_of_ld: Client) -> None:
    route = taking(title="Level 3 preparation")
    response = client_of_ld.post(reverse("admin:pathways_intake_add"), typed(route=route))
    assert response.status_code == 302, words_of(response)
    intake = Intake.objects.get()
    assert (intake.places, intake.history.count()) == (3, 1)
    reader, _ = Framework().reader()
    assert "Level 3 preparation" in words_of(reader.get(reverse("pathways:applications")))


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"closes_date": -5}, "The window must close on or after the day on which it opens"),
        ({"decide_date": 5}, "Answers come between the closing day and the start"),
        ({"decide_date": 45}, "Answers come between the closing day and the start"),
        ({"end_date": 30}, "The end must be after the start"),
        ({"panel_date": "2027-03-04"}, "A panel date needs a panel"),
        ({"places": 0}, "greater than or equal to 1"),
        ({"answer_days": 61}, "less than or equal to 60"),
    ],
)
def test_what_cannot_be_is_refused_in_words(client_of_ld: Client, changed: dict[str, Any], says: str) -> None:
    response = client_of_ld.post(reverse("admin:pathways_intake_add"), typed(route=taking(), **changed))
    assert says in words_of(response)
    assert not Intake.objects.exists()


@pytest.mark.parametrize(
    ("state", "is_taken"),
    [("route_open", True), ("route_planned", True), ("route_closed", False), ("route_ended", False)],
)
def test_a_route_that_takes_nobody_has_no_intake(client_of_ld: Client, state: str, is_taken: bool) -> None:
    response = client_of_ld.post(reverse("admin:pathways_intake_add"), typed(route=taking(state)))
    assert ("This route takes no new entrants" in words_of(response)) != is_taken
    assert Intake.objects.exists() == is_taken


def test_two_intakes_of_a_route_do_not_begin_on_one_day(client_of_ld: Client) -> None:
    route = taking()
    assert client_of_ld.post(reverse("admin:pathways_intake_add"), typed(route=route)).status_code == 302
    again = client_of_ld.post(reverse("admin:pathways_intake_add"), typed(route=route))
    assert "This route has an intake with this start already" in words_of(again)


def test_places_that_are_given_are_not_taken_away(client_of_ld: Client) -> None:
    route, today, now = taking(), timezone.localdate(), timezone.now()
    intake = intake_of(RouteFactory(), start=today + 40 * DAY, today=today, places=3)
    Intake.objects.filter(pk=intake.pk).update(route=route)
    Application.objects.create(
        person=PersonFactory(), intake=intake, state="offered", place=2, created_at=now, saved_at=now, sent_at=now
    )
    url = reverse("admin:pathways_intake_change", args=[intake.pk])
    refused = client_of_ld.post(url, typed(route=route, places=1))
    assert "Place 2 is given or offered, so there cannot be fewer places than that" in words_of(refused)
    assert client_of_ld.post(url, typed(route=route, places=2)).status_code == 302
    intake.refresh_from_db()
    assert intake.places == 2


def test_an_intake_stays_with_its_route_once_somebody_has_applied(client_of_ld: Client) -> None:
    today = timezone.localdate()
    intake = intake_of(RouteFactory(), start=today + 60 * DAY, today=today)
    Application.objects.create(
        person=PersonFactory(), intake=intake, created_at=timezone.now(), saved_at=timezone.now()
    )
    answer = client_of_ld.post(reverse("admin:pathways_intake_change", args=[intake.pk]), typed(route=taking()))
    assert "so it stays with its route" in words_of(answer)
    assert Intake.objects.get().route == intake.route


def test_moving_the_dates_moves_what_waits_for_them(client_of_ld: Client) -> None:
    today, now = timezone.localdate(), timezone.now()
    intake = intake_of(RouteFactory(), start=today + 60 * DAY, today=today)
    waiting = Application.objects.create(
        person=PersonFactory(), intake=intake, state="considered", created_at=now, saved_at=now, sent_at=now,
        answer_by=intake.decide_date,
    )  # fmt: skip
    data = typed(route=intake.route_id, decide_date=30)
    assert client_of_ld.post(reverse("admin:pathways_intake_change", args=[intake.pk]), data).status_code == 302
    waiting.refresh_from_db()
    assert waiting.answer_by == today + 30 * DAY


@pytest.mark.real
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("has_lock", "places"), [(True, 2), (False, 1)])
def test_no_place_is_given_while_places_are_lowered(has_lock: bool, places: int, monkeypatch: Any) -> None:
    """An offer of the second place is being written; whoever lowers the places to one waits for it, and is refused."""
    client, _ = Framework().reader(roles=[Role.LD_ADMIN])
    today, now = timezone.localdate(), timezone.now()
    intake = intake_of(RouteFactory(), start=today + 60 * DAY, today=today, places=2)
    row = {"intake": intake, "state": "considered", "created_at": now, "saved_at": now, "sent_at": now}
    waiting = Application.objects.create(person=PersonFactory(), **row)
    written = threading.Event()

    def offer() -> None:
        try:
            with transaction.atomic():
                deciding.hold_intake(intake.pk)
                Application.objects.filter(pk=waiting.pk).update(state="offered", place=2)
                written.set()
                time.sleep(1)
        finally:
            connections.close_all()

    thread = threading.Thread(target=offer)
    thread.start()
    written.wait(timeout=10)
    if not has_lock:
        monkeypatch.setattr("pathways.admin.intakes.hold_intake", lambda pk: None)
    client.post(reverse("admin:pathways_intake_change", args=[intake.pk]), typed(route=intake.route_id, places=1))
    thread.join()
    assert Intake.objects.get().places == places
