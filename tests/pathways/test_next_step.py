"""My next step: what is met and missing for the reader alone, on the framework that a portal starts with."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from pathways.models import ApprovalStep, CareerStep, PanelDate, QualificationRoute, RouteEvent
from people.models import Qualification, QualificationHeld, RegistrationHeld
from tests.pathways.conftest import Framework, words_of

pytestmark = pytest.mark.wide

PAGE = reverse("pathways:next_step")
MORNING = dt.datetime(2026, 11, 25, 10, 0, tzinfo=dt.UTC)
APPRENTICE = "Become: Social Work Apprentice"


@pytest.fixture(autouse=True)
def _morning() -> Any:
    with time_machine.travel(MORNING, tick=False):
        yield


def entry(words: str, title: str, until: str) -> str:
    """What the page says between two titles."""
    return words.split(title, 1)[1].split(until, 1)[0]


@pytest.mark.parametrize(
    ("role", "titles"),
    [
        ("R02", ["Become: Support Worker", "Become: Social Work Assistant", "Become: Occupational Therapy Apprentice"]),
        ("R06", [APPRENTICE]),
        ("R12", ["Become: Experienced or Senior Social Worker", "Take on the role: Practice Educator"]),
        ("R14", ["Become: Assistant or Deputy Team Manager", "Take on the role: Approved Mental Health Professional"]),
        ("R01", ["Apply for a post: Social Care Assistant"]),
    ],
)
def test_what_could_follow_my_role(framework: Framework, role: str, titles: list[str]) -> None:
    words = words_of(framework.reader(role)[0].get(PAGE))
    assert [title for title in titles if title not in words] == []


def test_two_steps_to_one_role_say_by_which_gate(framework: Framework) -> None:
    page = framework.reader("R12")[0].get(PAGE).content.decode()
    titles = re.findall(r"Become: Experienced or Senior Social Worker[^<]*", page)
    assert sorted(set(titles)) == [
        "Become: Experienced or Senior Social Worker, by a panel",
        "Become: Experienced or Senior Social Worker, by appraisal or assessment",
    ]


def test_what_is_met_and_what_is_missing(framework: Framework) -> None:
    """The Level 3 rule of the Social Work Apprentice: missing with what gives it, then met; never a dead end."""
    client, person = framework.reader("R06")
    before = entry(words_of(client.get(PAGE)), APPRENTICE, "Apply for a post")
    assert "Not yet." in before
    assert "When a post comes up" in before
    assert "You are in the role of Social Work Assistant" in before
    assert "Level 3" in before.split("Missing:")[1]
    assert "How to get it:" in before
    assert "Level 3 Diploma in Adult Care (RQF)" in before
    QualificationHeld.objects.create(
        person=person, qualification=Qualification.objects.get(code="l3-diploma-adult-care")
    )
    after = entry(words_of(client.get(PAGE)), APPRENTICE, "Apply for a post")
    assert "Missing:" not in after
    assert "You meet what is asked" in after
    assert "For people to decide:" in after


def test_only_time_is_missing(framework: Framework) -> None:
    """A year in the role, of which a part is done: the month from which it can be asked."""
    client, person = framework.reader("R28")
    person.postings.update(start_date=dt.date(2026, 1, 12))
    RegistrationHeld.objects.create(person=person, body="HCPC", number="OT1", start_date=dt.date(2026, 1, 12))
    words = entry(words_of(client.get(PAGE)), "Become: Senior Occupational Therapist", "Qualification routes")
    assert "1 year 2 months to go" in words
    assert "Only time is missing: from January 2028 at the earliest" in words
    assert "Decided by a panel" in words


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        ([], "No date of a panel is set for then: ask Learning and Development"),
        ([(dt.date(2027, 3, 1), None)], "No date of a panel is set for then"),
        ([(dt.date(2028, 2, 1), None)], "Next panel: Tuesday 1 February 2028."),
        (
            [(dt.date(2028, 3, 1), None), (dt.date(2028, 2, 1), dt.date(2028, 1, 10)), (dt.date(2029, 1, 9), None)],
            "Next panel: Tuesday 1 February 2028, everything in by 10 January 2028. Then: Wednesday 1 March 2028.",
        ),
        ([(dt.date(2028, 2, 1), dt.date(2026, 11, 24))], "No date of a panel is set for then"),
    ],
)
def test_the_next_panel_that_can_be_reached(framework: Framework, dates: list[Any], said: str) -> None:
    """The reader has the time in January 2028: an earlier panel is none of theirs, nor one whose papers were due."""
    client, person = framework.reader("R28")
    person.postings.update(start_date=dt.date(2026, 1, 12))
    RegistrationHeld.objects.create(person=person, body="HCPC", number="OT1", start_date=dt.date(2026, 1, 12))
    step = CareerStep.objects.get(from_role__job_role__code="R28", to_role__job_role__code="R29", gate="panel")
    PanelDate.objects.bulk_create(PanelDate(step=step, date=day, send_by_date=by) for day, by in dates)
    words = entry(words_of(client.get(PAGE)), "Become: Senior Occupational Therapist", "Qualification routes")
    assert said in words


def test_a_route_names_who_says_yes_to_it(framework: Framework) -> None:
    client, _ = framework.reader("R06")
    ApprovalStep.objects.create(route=framework.route("q04"), position=1, who="The sample board", what="Decides")
    words = words_of(client.get(PAGE)).split("Qualification routes Those that", 1)[1]
    assert "Who says yes: The sample board." in words


def test_what_i_hold_stands_open(framework: Framework) -> None:
    client, person = framework.reader("R12")
    RegistrationHeld.objects.create(person=person, body="SWE", number="SW1", start_date=dt.date(2020, 1, 6))
    words = entry(words_of(client.get(PAGE)), "What I hold", "Roles that you could go on to")
    assert "On your record:" in words
    assert "Social Work England" in words


def test_routes_come_with_reasons_and_without_what_is_done_or_shut(framework: Framework) -> None:
    client, person = framework.reader("R12")
    RegistrationHeld.objects.create(person=person, body="SWE", number="SW1", start_date=dt.date(2020, 1, 6))
    words = words_of(client.get(PAGE)).split("Qualification routes Those that", 1)[1]
    assert "You seem to meet what is asked" in words.split("Approved Mental Health Professional (AMHP) training", 1)[1]
    for gone in ("BA (Hons) Social Work Degree programme", "Think Ahead", "Step Up to Social Work"):
        assert gone not in words
    assert "Line manager, then Service manager or head of service" in words
    RouteEvent.objects.create(
        route=QualificationRoute.objects.get(code="q17"), date=MORNING.date(), state="route_ended", what="Ended"
    )
    assert "(AMHP) training" not in words_of(client.get(PAGE)).split("Qualification routes Those that", 1)[1]


def test_a_route_leads_to_what_i_meet_of_it(framework: Framework) -> None:
    client, _ = framework.reader("R06")
    route = framework.route("q04")
    assert f'href="{PAGE}#q04"' in client.get(route.get_absolute_url()).content.decode()
    assert 'id="q04"' in client.get(PAGE).content.decode()


def test_it_is_the_readers_own_alone(framework: Framework) -> None:
    """No address takes another person, and another's records change nothing."""
    client, _ = framework.reader("R06")
    _, other = framework.reader("R06")
    before = words_of(client.get(PAGE))
    QualificationHeld.objects.create(
        person=other, qualification=Qualification.objects.get(code="l3-diploma-adult-care")
    )
    assert words_of(client.get(PAGE)) == before
    assert words_of(client.get(PAGE, {"person": other.pk})) == before


def test_without_a_role_or_a_framework(framework: Framework) -> None:
    words = words_of(framework.reader()[0].get(PAGE))
    assert "You have no role in the framework" in words
    assert "Open the route planner" in words


def test_an_empty_framework_says_who_fills_it(db: None) -> None:
    assert "The career framework is empty" in words_of(Framework().reader()[0].get(PAGE))
