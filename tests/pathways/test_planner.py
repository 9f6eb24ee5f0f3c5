"""The route planner at its address, on the framework that a portal starts with.

The cases are those worked out by hand for the planner's rules, as far as the framework of the database gives the same
facts; where it gives others (no length is published, an entry rule is usual only) the expected words say so.
"""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from pathways.models import CareerStep, QualificationRoute, RouteEvent
from pathways.rules import Wishes
from pathways.services import library as libraries
from pathways.services.library import library
from pathways.services.standing import standing_in
from people.models import Qualification, QualificationHeld, RegistrationHeld
from tests.pathways.conftest import Framework, words_of

pytestmark = pytest.mark.wide

PLANNER = reverse("pathways:planner")
TODAY = dt.date(2026, 11, 25)
MORNING = dt.datetime(2026, 11, 25, 10, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _morning() -> Any:
    with time_machine.travel(MORNING, tick=False):
        yield


def ways(start: str, goal: str, **wishes: bool) -> list[str]:
    known = library(TODAY)
    found = known.plan(standing_in(start, known).person, known.roles[goal], Wishes(**wishes))
    assert found.is_complete
    assert found.has_all_openings
    return [
        " ".join(leg.step.key if leg.step else f"stay:{leg.role}:{leg.lasts.least}" for leg in way.legs)
        + f" = {way.months.least}-{way.months.most or ''}"
        for way in found.ways
    ]


QUALIFIED = "register:SWE post:R11 stay:R11:12 programme:r11-r12 step:r11-r12"
SENIOR = "stay:R12:12 step:r12-r13 stay:R13:12 step:r13-r14"
BEST = [
    # Level 2 by the apprenticeship of 8 months at the least: what has a known length comes first.
    ("R02", "R03", "route:q13:adult-care-worker-l2 step:r02-r03 = 8-"),
    # The part-funded degree beside the job, the register, the assessed year.
    ("R02", "R12", f"route:q01 {QUALIFIED} = 48-"),
    ("R01", "R12", f"route:q01 {QUALIFIED} = 48-"),
    ("R06", "R12", f"route:q01 {QUALIFIED} = 48-"),
    # The OT way: Level 3, a post as apprentice, 30 to 36 months, its own register.
    ("R02", "R28", "route:q13:lead-adult-care-worker-l3 step:r02-r10 route:q08 register:HCPC step:r10-r28 = 38-"),
    ("R28", "R29", "stay:R28:24 step:r28-r29 = 24-36"),
    # A year as NQSW counts towards the two that are usual since registering.
    ("R12", "R14", f"{SENIOR} = 24-48"),
    ("R02", "R14", f"route:q01 {QUALIFIED} {SENIOR} = 72-"),
    ("R11", "R12", "stay:R11:12 programme:r11-r12 step:r11-r12 = 12-12"),
    # Roles held on top of a job: the job stays.
    ("R12", "R16", "stay:R12:12 route:q15 step:r12-r16 = 18-18"),
    ("R12", "R17", "stay:R12:12 route:q15 step:r12-r16 stay:R12:6 route:q16 step:r16-r17 = 24-"),
    ("R12", "R19", "stay:R12:12 route:q17 step:r12-r19 = 18-24"),
    ("R12", "R18", "stay:R12:12 route:q19 step:r12-r18 = 12-"),
    ("R03", "R04", "route:q14:trusted-assessor-l3 step:r03-r04 = 0-1"),
    # Also from further up in the profession.
    ("R14", "R19", "route:q17 step:r12-r19 = 6-12"),
    ("R22", "R26", "step:r22-r24 step:r24-r26 = 0-"),
    ("R12", "R12", " = 0-"),
]


@pytest.mark.parametrize(("start", "goal", "best"), BEST)
def test_best_way_of_the_real_framework(framework: Framework, start: str, goal: str, best: str) -> None:
    assert ways(start, goal)[0] == best


def test_an_apprentice_qualifies_by_the_apprenticeship(framework: Framework) -> None:
    """The degree beside the job does not end in a detour through a post as apprentice."""
    found = ways("R06", "R12")
    assert [("route:q04" in way) == ("step:r06-r09" in way) for way in found] == [True] * len(found)
    assert any("route:q04" in way for way in found)


def test_every_role_is_asked_from_every_other_in_full(framework: Framework) -> None:
    """Nothing reaches its limit, and each question ends in ways, in what would open one, or in the role itself."""
    known = library(TODAY)
    for start in known.roles:
        person = standing_in(start, known).person
        for goal in known.roles.values():
            found = known.plan(person, goal, Wishes())
            assert found.is_complete, (start, goal)
            assert found.ways or found.openings, (start, goal)
            assert not any(step.state in {"closed", "ended"} for way in found.ways for step in way.steps)


def test_the_page_shows_ways_with_time_money_condition_and_what_to_do_next(framework: Framework) -> None:
    client, _ = framework.reader("R02")
    page = client.get(PLANNER, {"start": "me", "goal": "R12"})
    words = words_of(page)
    assert "Ways to Social Worker" in words
    assert "Way 1: at least 4 years" in words
    assert words.count("Do this next") == page.content.decode().count('class="app-plan"') == 4
    assert "Money: Bexley pays part of it (2019)" in words
    assert "On condition: Employed in a social care agency and backed by the employer" in words
    assert "Not counted: the wait until 1 post comes up" in words
    assert "All its steps are open" in words
    assert "2 steps are not certain, as said below" in words
    assert "what came of it is not known, so ask Learning and Development" in words
    assert "check with Learning and Development" in words


def test_the_first_page_after_a_change_asks_no_more_than_others(
    framework: Framework, django_assert_max_num_queries: Any
) -> None:
    client, _ = framework.reader("R02")
    client.get(reverse("pathways:teams"))
    for most in (10, 5):
        with django_assert_max_num_queries(most):
            client.get(PLANNER, {"start": "me", "goal": "R12"})


def test_a_what_if_changes_the_answer(framework: Framework) -> None:
    client, _ = framework.reader("R02")
    words = words_of(client.get(PLANNER, {"goal": "R28"}))
    assert "Way 1: at least 3 years 2 months" in words
    assert "Way 1: at least 2 years 6 months" in words_of(client.get(PLANNER, {"goal": "R28", "level_3": "on"}))
    part_time = words_of(client.get(PLANNER, {"goal": "R28", "level_3": "on", "part_time": "on"}))
    assert "2 years 6 months or more" in part_time
    assert "Employed for 30 hours or more a week" in part_time
    no_degree = words_of(client.get(PLANNER, {"goal": "R28", "no_degree": "on"}))
    assert "No way leads there yet" in no_degree
    assert "Occupational Therapist degree apprenticeship ends in a degree, which you ruled out" in no_degree


@pytest.mark.parametrize(
    ("start", "goal", "said"),
    [
        ("R12", "R28", "A post as Occupational Therapist: no step leads there from where you are"),
        ("R02", "R07", "A post as Family Support Worker: no step leads there from where you are"),
        ("R28", "R19", "To have: "),
    ],
)
def test_no_way_is_no_dead_end(framework: Framework, start: str, goal: str, said: str) -> None:
    words = words_of(framework.reader("R12")[0].get(PLANNER, {"start": start, "goal": goal}))
    assert "No way leads there yet" in words
    assert said in words
    assert "Ask Learning and Development" in words


def test_my_own_records_count(framework: Framework) -> None:
    """A support worker's Level 3, and months in posts before this one."""
    client, person = framework.reader("R06")
    before = words_of(client.get(PLANNER, {"goal": "R09"}))
    QualificationHeld.objects.create(
        person=person, qualification=Qualification.objects.get(code="l3-diploma-adult-care")
    )
    after = words_of(client.get(PLANNER, {"goal": "R09"}))
    assert "Lead adult care worker" in before
    assert "Lead adult care worker" not in after
    assert "On your record: Level 3 Diploma in Adult Care" in after
    senior, person = framework.reader("R12")
    RegistrationHeld.objects.create(person=person, body="SWE", number="SW1", start_date=dt.date(2019, 1, 1))
    words = words_of(senior.get(PLANNER, {"goal": "R13"}))
    assert "Way 1: up to 1 year" in words
    assert "Work as Social Worker" not in words
    assert "registration with Social Work England" in words
    assert "taken as held because the role Social Worker asks for it" in words


def test_what_has_expired_or_ended_does_not_count(framework: Framework) -> None:
    client, person = framework.reader("R06")
    QualificationHeld.objects.create(
        person=person,
        qualification=Qualification.objects.get(code="l3-diploma-adult-care"),
        expires_date=dt.date(2026, 11, 24),
    )
    assert "On your record" not in words_of(client.get(PLANNER, {"goal": "R09"}))


def test_an_award_on_top_of_a_job_is_no_entry_level(framework: Framework) -> None:
    client, person = framework.reader("R03")
    QualificationHeld.objects.create(person=person, qualification=Qualification.objects.get(code="trusted-assessor-l3"))
    assert "Lead adult care worker" in words_of(client.get(PLANNER, {"goal": "R09"}))


def test_my_place_and_goal_are_asked_first(framework: Framework) -> None:
    client, _ = framework.reader("R12")
    assert "Choose a role to go to" in words_of(client.get(PLANNER))
    client.post(reverse("pathways:goal_set", args=[framework.role("R14").pk]))
    assert "Ways to Senior Practitioner" in words_of(client.get(PLANNER))
    assert "You are there already" in words_of(client.get(PLANNER, {"goal": "R12"}))


@pytest.mark.parametrize(
    "query", [{"goal": "R99"}, {"start": "x", "goal": "R12"}, {"goal": ""}, {"start": "me", "goal": "R12"}]
)
def test_what_is_not_on_offer_is_told_and_breaks_nothing(framework: Framework, query: dict[str, str]) -> None:
    """Somebody without a post has no place of their own to start from."""
    response = framework.reader()[0].get(PLANNER, query)
    assert response.status_code == 200
    assert "Way 1" not in words_of(response)


def test_from_outside(framework: Framework) -> None:
    words = words_of(framework.reader()[0].get(PLANNER, {"start": "outside", "goal": "R02"}))
    assert "1 way from outside the council" in words
    assert "Apply for a post: Social Care Assistant" in words


def test_an_empty_framework_says_who_fills_it(db: None) -> None:
    assert "The career framework is empty" in words_of(Framework().reader()[0].get(PLANNER))


def test_a_search_that_is_stopped_says_so(framework: Framework, monkeypatch: pytest.MonkeyPatch) -> None:
    client, _ = framework.reader("R02")
    monkeypatch.setattr(libraries, "LABELS", 5)
    words = words_of(client.get(PLANNER, {"goal": "R14"}))
    assert "The search was stopped" in words
    assert "Whether there is a way is not known" in words
    assert "No way leads there yet" not in words


def test_a_change_of_the_framework_is_read_at_once(framework: Framework, django_assert_num_queries: Any) -> None:
    first = library(TODAY)
    with django_assert_num_queries(1):
        assert library(TODAY) is first
    step = CareerStep.objects.get(code="r28-r29")
    step.least_months, step.most_months = 30, 40
    step.save()
    assert ways("R28", "R29") == ["stay:R28:30 step:r28-r29 = 30-40"]
    RouteEvent.objects.create(
        route=QualificationRoute.objects.get(code="q08"), date=TODAY, state="route_closed", what="Closed"
    )
    assert ways("R02", "R28") == []
    CareerStep.objects.get(code="r12-r13-grade").delete()
    assert all("grade" not in way for way in ways("R12", "R14"))


def test_a_state_changes_on_its_day(framework: Framework) -> None:
    RouteEvent.objects.create(
        route=QualificationRoute.objects.get(code="q08"), date=dt.date(2026, 12, 1), state="route_closed", what="Closes"
    )
    assert ways("R02", "R28")
    later = library(dt.date(2026, 12, 1))
    found = later.plan(standing_in("R02", later).person, later.roles["R28"], Wishes())
    assert found.is_impossible


def test_many_ask_at_once(framework: Framework) -> None:
    """Goals are learned by the planner: threads that bring new ones get the answers that one alone gets."""
    known = library(TODAY)
    goals = sorted(known.roles)
    person = standing_in("R12", known).person
    alone = {goal: known.plan(person, known.roles[goal], Wishes()) for goal in goals}
    fresh = libraries._made(known.version, known.rows)
    found: dict[str, Any] = {}

    def ask(goal: str) -> None:
        found[goal] = fresh.plan(person, fresh.roles[goal], Wishes())

    threads = [threading.Thread(target=ask, args=[goal]) for goal in goals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {goal: [way.months for way in row.ways] for goal, row in found.items()} == {
        goal: [way.months for way in row.ways] for goal, row in alone.items()
    }
