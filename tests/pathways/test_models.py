"""What the database itself refuses, and what follows from dated rows."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from pathways.models import (
    CapabilityMark,
    CareerRole,
    CareerStep,
    CareerStructure,
    CpdAction,
    CpdGoal,
    CpdPlan,
    ExpertiseOffer,
    PlaceRequest,
    PublishedFigure,
    QualificationRoute,
    Requirement,
    SelfAssessment,
)
from people.models import Directorate, JobRole, Qualification
from tests.factories.pathways import CareerRoleFactory, CareerStepFactory, RouteFactory, event, require
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 18)


def refuses(model: Any, **columns: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(**columns)


@pytest.mark.parametrize(
    "columns",
    [
        {"kind": "qualification"},
        {"kind": "level"},
        {"kind": "level", "level": 9},
        {"kind": "registration"},
        {"kind": "experience", "months": 12},
        {"kind": "experience", "experience_of": "direct"},
        {"kind": "experience", "months": 0, "experience_of": "direct"},
        {"kind": "experience", "months": 12, "experience_of": "stage"},
        {"kind": "experience", "months": 12, "experience_of": "role"},
        {"kind": "experience", "months": 12, "experience_of": "direct", "stage": "begin"},
        {"kind": "programme"},
        {"kind": "role"},
        {"kind": "judged", "level": 3},
        {"kind": "support", "body": "SWE"},
        {"kind": "wish"},
    ],
    ids=str,
)
def test_a_requirement_has_the_shape_of_its_kind(columns: dict[str, Any]) -> None:
    refuses(Requirement, career_role=CareerRoleFactory(), text="Something", **columns)


def test_each_kind_can_be_held() -> None:
    role = CareerRoleFactory()
    award = Qualification.objects.create(code="award", title="Award")
    rows: list[dict[str, Any]] = [
        {"kind": "qualification", "qualification": award},
        {"kind": "level", "level": 3},
        {"kind": "registration", "body": "SWE"},
        {"kind": "experience", "months": 24, "experience_of": "registered"},
        {"kind": "experience", "months": 24, "experience_of": "role", "role": CareerRoleFactory()},
        {"kind": "experience", "months": 24, "experience_of": "stage", "stage": "flourish"},
        {"kind": "role", "role": CareerRoleFactory()},
        {"kind": "programme", "programme": "asye"},
        {"kind": "support"},
        {"kind": "judged"},
    ]
    for row in rows:
        require(career_role=role, **row)
    assert role.requirements.count() == len(rows)


def test_a_requirement_belongs_to_one() -> None:
    refuses(Requirement, kind="judged", text="Nobody's")
    refuses(Requirement, kind="judged", text="Both", career_role=CareerRoleFactory(), route=RouteFactory())


def test_a_step_leads_somewhere_through_one_known_gate() -> None:
    role = CareerRoleFactory()
    refuses(CareerStep, code="round", from_role=role, to_role=role, gate="panel")
    refuses(CareerStep, code="odd", from_role=role, to_role=CareerRoleFactory(), gate="luck")
    step = CareerStepFactory(from_role=role)
    refuses(CareerStep, code="again", from_role=role, to_role=step.to_role, gate=step.gate)
    CareerStepFactory(from_role=role, to_role=step.to_role, gate="panel")


@pytest.mark.parametrize(
    ("least", "most", "words", "time"),
    [
        (None, None, "", ""),
        (12, 24, "", "12 to 24 months"),
        (12, 12, "", "12 months"),
        (12, None, "", "12 months or more"),
        (None, 18, "", "up to 18 months"),
        (12, 24, "About a year", "About a year"),
    ],
)
def test_time_in_words(least: int | None, most: int | None, words: str, time: str) -> None:
    assert CareerStepFactory(least_months=least, most_months=most, time_words=words).time == time


def test_time_runs_upwards() -> None:
    refuses(QualificationRoute, code="r", title="R", kind="care", summary="S", least_months=24, most_months=12)


def test_a_structure_with_an_end_is_an_earlier_one() -> None:
    directorate = Directorate.objects.create(code="adults", name="Adults")
    refuses(CareerStructure, code="s", title="S", directorate=directorate, summary="S", state="current", end_date=TODAY)


def test_a_figure_of_a_page_stands_once() -> None:
    PublishedFigure.objects.create(what="routes", number=3, period="2019")
    refuses(PublishedFigure, what="routes", number=4, period="2019")


def test_a_route_is_in_the_state_of_its_last_event() -> None:
    route = RouteFactory()
    event(route, dt.date(2017, 1, 1), "route_open")
    event(route, dt.date(2025, 6, 1), "route_closed")
    event(route, dt.date(2027, 8, 1), "route_ended")
    states = {
        day: QualificationRoute.objects.with_state(day).get(pk=route.pk).state  # type: ignore[attr-defined]
        for day in (dt.date(2016, 1, 1), dt.date(2017, 1, 1), TODAY, dt.date(2027, 8, 1))
    }
    assert list(states.values()) == ["route_planned", "route_open", "route_closed", "route_ended"]


def test_what_has_ended_is_off_the_map() -> None:
    step = CareerStepFactory()
    assert CareerStep.objects.on(TODAY).count() == 1
    JobRole.objects.filter(pk=step.to_role.job_role_id).update(end_date=TODAY - dt.timedelta(days=1))
    assert CareerStep.objects.on(TODAY).count() == 0
    assert list(CareerRole.objects.on(TODAY)) == [step.from_role]


NOW = dt.datetime(2026, 11, 18, 10, tzinfo=dt.UTC)
OFFER = {"kind": "talk", "title": "A talk", "what": "About it", "places": 2, "until_date": TODAY, "created_at": NOW}
HIDDEN = {"state": "hidden", "hidden_reason": "It names a case", "hidden_from": "paused"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "gone"},
        {"kind": "wish"},
        {"title": ""},
        {"what": ""},
        {"hidden_from": "open"},
        HIDDEN | {"hidden_from": ""},
        HIDDEN | {"hidden_from": "withdrawn"},
        HIDDEN | {"hidden_reason": ""},
    ],
    ids=str,
)
def test_an_offer_is_whole(wrong: dict[str, Any]) -> None:
    person = PersonFactory()
    ExpertiseOffer.objects.create(person=person, **OFFER, **HIDDEN)
    refuses(ExpertiseOffer, person=person, **OFFER | wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "lost", "answered_at": NOW},
        {"state": "given"},
        {"state": "given", "answered_at": NOW - dt.timedelta(seconds=1)},
        {"state": "asked", "answered_at": NOW},
    ],
    ids=str,
)
def test_a_request_for_a_place_is_whole(wrong: dict[str, Any]) -> None:
    offer = ExpertiseOffer.objects.create(person=PersonFactory(), **OFFER)
    asked = {"offer": offer, "asked_at": NOW, "answer_by": TODAY}
    PlaceRequest.objects.create(person=PersonFactory(), **asked, state="given", answered_at=NOW)
    refuses(PlaceRequest, person=PersonFactory(), **asked | wrong)


@pytest.mark.parametrize(
    ("model", "wrong"),
    [
        (CpdGoal, {"state": "lost"}),
        (CpdGoal, {"state": "met"}),
        (CpdGoal, {"state": "dropped"}),
        (CpdGoal, {"title": ""}),
        (CpdAction, {"kind": "wish"}),
        (CpdAction, {"title": ""}),
        (CpdAction, {"done_date": TODAY, "is_dropped": True}),
        (CpdAction, {"done_note": "It went well"}),
    ],
    ids=str,
)
def test_a_goal_and_its_actions_are_whole(model: Any, wrong: dict[str, Any]) -> None:
    plan = CpdPlan.objects.create(person=PersonFactory(), review_date=TODAY, created_at=NOW)
    goal = {"plan": plan, "title": "Lead", "created_at": NOW}
    kept = CpdGoal.objects.create(**goal, state="met", outcome_reason="I led")
    action = {"goal": kept, "title": "Go along", "kind": "others", "due_date": TODAY}
    CpdAction.objects.create(**action, done_date=TODAY, done_note="It went well")
    refuses(model, **(goal if model is CpdGoal else action) | wrong)


def test_the_next_review_is_not_before_the_last() -> None:
    refuses(
        CpdPlan, person=PersonFactory(), created_at=NOW, review_date=TODAY, reviewed_date=TODAY + dt.timedelta(days=1)
    )


def test_a_mark_says_of_which_capability() -> None:
    sheet = SelfAssessment.objects.create(person=PersonFactory(), role=CareerRoleFactory(), changed_at=NOW)
    mark = {"assessment": sheet, "by": sheet.person, "side": "person", "marked_at": NOW}
    CapabilityMark.objects.create(**mark, title="Listen")
    refuses(CapabilityMark, **mark, title="")
