"""Completing a route writes the award, and every answer that depends on it is another one with the next page."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pathways.models import Application, Intake, QualificationRoute
from pathways.services import deciding
from people.models import Person, QualificationHeld
from people.roles import Role
from tests.factories.pathways import intake_of
from tests.pathways.conftest import Framework, words_of

pytestmark = pytest.mark.wide

AWARD = "l3-diploma-adult-care"
APPRENTICE = "Become: Social Work Apprentice"


def on_route(framework: Framework, person: Person) -> Application:
    """Enrolled on a route of the framework that gives the Level 3 diploma."""
    today, now = timezone.localdate(), timezone.now()
    route = QualificationRoute.objects.filter(awards__code=AWARD).order_by("code")[0]
    intake = intake_of(route, start=today + dt.timedelta(days=30), today=today)
    Intake.objects.filter(pk=intake.pk).update(service_months=12)
    return Application.objects.create(
        person=person,
        intake=Intake.objects.get(pk=intake.pk),
        state="enrolled",
        place=1,
        created_at=now,
        saved_at=now,
        sent_at=now,
        enrolled_date=today - dt.timedelta(days=300),
    )


def complete(application: Application, by: Person, *codes: str) -> Application:
    assert application.intake is not None
    awards = application.intake.route.awards.filter(code__in=codes).values_list("pk", flat=True)
    return deciding.act(
        application_id=application.pk,
        name="complete",
        by=by,
        is_learning=True,
        version=application.version,
        data=deciding.ActData(day=timezone.localdate(), awards=list(awards)),
        today=timezone.localdate(),
        now=timezone.now(),
    )


def next_step(client: Client) -> str:
    return words_of(client.get(reverse("pathways:next_step"))).split(APPRENTICE, 1)[1].split("Apply for a post")[0]


def ways(client: Client) -> str:
    return words_of(client.get(reverse("pathways:planner"), {"start": "me", "goal": "R09"}))


def test_a_completed_route_changes_next_step_and_planner_at_once(framework: Framework) -> None:
    client, person = framework.reader("R06")
    _, learning = framework.reader(roles=[Role.LD_ADMIN])
    application = on_route(framework, person)
    before, way_before = next_step(client), ways(client)
    assert "Level 3" in before.split("Missing:")[1]
    assert "Level 3 Diploma in Adult Care (RQF)" in way_before

    done = complete(application, learning, AWARD)
    assert (done.state, done.completed_date) == ("completed", timezone.localdate())
    assert done.service_until is not None
    assert (done.service_until - timezone.localdate()).days in {364, 365, 366}
    held = QualificationHeld.objects.get(person=person)
    assert (held.qualification.code, held.is_verified, held.awarded_date) == (AWARD, True, timezone.localdate())
    after, way_after = next_step(client), ways(client)
    assert "Missing:" not in after
    assert "You meet what is asked" in after
    assert way_after != way_before
    assert "Way 1" in way_after
    first = way_after.split("Way 1", 1)[1].split("Way 2", 1)[0]
    assert "Level 3" not in first.split("Do this next", 1)[1]


def test_an_award_of_another_route_is_not_written(framework: Framework) -> None:
    """Only what the route leads to can be gained by it; whoever gains nothing has completed it all the same."""
    _, person = framework.reader("R06")
    _, learning = framework.reader(roles=[Role.LD_ADMIN])
    application = on_route(framework, person)
    done = complete(application, learning, "sw-degree", "no-such-award")
    assert done.state == "completed"
    assert not QualificationHeld.objects.filter(person=person).exists()


def test_an_own_entry_becomes_verified(framework: Framework) -> None:
    """Somebody had it on record unseen: there is one row, now seen."""
    _, person = framework.reader("R06")
    _, learning = framework.reader(roles=[Role.LD_ADMIN])
    application = on_route(framework, person)
    assert application.intake is not None
    award = application.intake.route.awards.get(code=AWARD)
    QualificationHeld.objects.create(person=person, qualification=award)
    complete(application, learning, AWARD)
    assert QualificationHeld.objects.get(person=person).is_verified
