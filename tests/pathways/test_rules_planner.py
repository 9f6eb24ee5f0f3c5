"""The route planner on a table of cases worked out by hand from the domain reference (§3 to §5)."""

from __future__ import annotations

import pytest

from pathways.rules.facts import (
    NO_ROLE,
    Facts,
    HasAward,
    HasExperience,
    HasRole,
    Person,
    Qualification,
    Requirement,
    asks,
)
from pathways.rules.framework import Block, Framework, Gate, Months, Role, State, Step, StepKind
from pathways.rules.planner import Planner, Way, Wishes
from tests.pathways.bexley import OT, SW, framework, holding, qualified


@pytest.fixture(scope="module")
def planner() -> Planner:
    return Planner(framework())


def to(role: str) -> tuple[Requirement, ...]:
    return (asks(HasRole(frozenset({role}))),)


def award(code: str) -> tuple[Requirement, ...]:
    return (asks(HasAward(code)),)


def legs(way: Way) -> str:
    return " ".join(leg.step.key if leg.step else f"stay:{leg.role}:{leg.lasts.least}" for leg in way.legs)


NOTHING = Person("R02")
LEVEL_2 = Person("R02", holding(("care", 2)))
LEVEL_3 = Person("R02", holding(("care", 3)))
ASSISTANT = Person("R06", holding(("care", 3)))
GRADUATE = Person("R06", holding(("history", 6)))
EXPERIENCED_GRADUATE = Person("R06", holding(("history", 6)), {"R06": 10})

# (who, goal, best way, months, how many ways)
CASES = [
    # The role asks for level 2: held, or first gained (9 to 12 months).
    (LEVEL_2, to("R03"), "R02-R03", (0, 0)),
    (NOTHING, to("R03"), "Q10 R02-R03", (9, 12)),
    # Level 3 serves where level 2 is asked for, not the other way round.
    (LEVEL_3, to("R03"), "R02-R03", (0, 0)),
    (LEVEL_2, to("R06"), "Q09 R02-R06", (12, 18)),
    # Apprenticeship: 36, register 1 to 2, assessed year 12.
    (ASSISTANT, to("R12"), "R06-R09 Q04 SWE R09-R11 ASYE R11-R12", (49, 50)),
    # The same from a Social Care Assistant who holds level 3: a post on the way, no more time.
    (LEVEL_3, to("R12"), "R02-R03 R03-R09 Q04 SWE R09-R11 ASYE R11-R12", (49, 50)),
    # Without level 3, the part-funded degree beside the job: 36 to 72, then as above.
    (NOTHING, to("R12"), "Q01 SWE R02-R11 ASYE R11-R12", (49, 86)),
    # A graduate: 12 outside the job, register, first post, assessed year.
    (GRADUATE, to("R12"), "Q07 SWE -R11 ASYE R11-R12", (25, 26)),
    # OT: level 3 (12 to 18), apprenticeship 36, register 1 to 2.
    (NOTHING, to("R28"), "Q09 R02-R10 Q08 HCPC R10-R28", (49, 56)),
    (LEVEL_3, to("R28"), "R02-R10 Q08 HCPC R10-R28", (37, 38)),
    # 24 months, counted from the role; the panel of 1 to 3 months comes on top.
    (qualified("R28", body="hcpc"), to("R29"), "stay:R28:24 R28-R29", (25, 27)),
    (qualified("R28", 20, body="hcpc"), to("R29"), "stay:R28:4 R28-R29", (5, 7)),
    # Senior Practitioner: 24 months, appraisal (1), 11 more to 36 since qualifying, panel (1).
    # At the longest: 24, 3, 9, 3.
    (qualified("R12"), to("R14"), "stay:R12:24 R12-R13 stay:R13:9 R13-R14", (37, 39)),
    # Experience is there: the gates alone.
    (qualified("R12", 36), to("R14"), "R12-R13 R13-R14", (2, 6)),
    # All the way: 36 + 1 + 12 to Social Worker, 37 more.
    (NOTHING, to("R14"), "Q01 SWE R02-R11 ASYE R11-R12 stay:R12:24 R12-R13 stay:R13:9 R13-R14", (86, 125)),
    # The award can only be done from 24 months on; its 6 months count towards the 36.
    (qualified("R12"), to("R15"), "stay:R12:24 R12-R13 Q15 stay:R13:3 R13-R15", (37, 39)),
    # The assessed year is passed in the role of NQSW, not before.
    (Person("R11", holding(("social work", 6), registered="swe")), to("R12"), "ASYE R11-R12", (12, 12)),
    # Awards are goals as well. A Support Worker's award, from below.
    (LEVEL_2, award("ta"), "R02-R03 Q14", (0, 1)),
    # AMHP is open to OTs too, two years after registration.
    (qualified("R28", body="hcpc"), award("amhp"), "stay:R28:24 Q17", (30, 36)),
    (qualified("R12"), award("peps2"), "stay:R12:24 Q15 stay:R12:6 Q16", (42, 45)),
    # Somebody who stands there already has nothing to do.
    (qualified("R12"), to("R12"), "", (0, 0)),
    # Outside the council, with a degree.
    (Person(NO_ROLE, holding(("history", 6))), to("R12"), "Q07 SWE -R11 ASYE R11-R12", (25, 26)),
]


@pytest.mark.parametrize(("person", "goal", "best", "months"), CASES)
def test_the_best_way(planner: Planner, person: Person, goal, best: str, months: tuple[int, int]) -> None:
    answer = planner.plan(person, goal)
    assert answer.is_complete
    assert legs(answer.ways[0]) == best
    assert (answer.ways[0].months.least, answer.ways[0].months.most) == months


def test_alternatives_follow_slowest_last(planner: Planner) -> None:
    """Apprenticeship, degree beside the job, and ways that take a post between; none is part of another."""
    ways = planner.plan(ASSISTANT, to("R12")).ways
    assert [legs(way) for way in ways[:2]] == [
        "R06-R09 Q04 SWE R09-R11 ASYE R11-R12",
        "Q01 SWE R06-R11 ASYE R11-R12",
    ]
    assert len(ways) <= 4
    assert [way.months.least for way in ways] == sorted(way.months.least for way in ways)
    sets = [frozenset(step.key for step in way.steps) for way in ways]
    assert not any(a <= b for a in sets for b in sets if a is not b)


def test_experience_is_met_before_the_course_that_asks_for_it(planner: Planner) -> None:
    """The PG Diploma asks for a year in care: 12 months, or the 2 that are left of it."""
    found = {legs(way) for way in planner.plan(GRADUATE, to("R12")).ways}
    assert "stay:R06:12 Q02 SWE R06-R11 ASYE R11-R12" in found
    found = {legs(way) for way in planner.plan(EXPERIENCED_GRADUATE, to("R12")).ways}
    assert "stay:R06:2 Q02 SWE R06-R11 ASYE R11-R12" in found


def test_what_is_planned_is_marked_and_what_waits_for_a_post_is_no_length(planner: Planner) -> None:
    way = planner.plan(ASSISTANT, to("R12")).ways[0]
    assert [step.key for step in way.uncertain] == ["Q04"]
    assert [step.key for step in way.vacancies] == ["R06-R09"]
    assert way.unknown == ()
    assert way.next_leg is not None
    assert way.next_leg.step is not None
    assert way.next_leg.step.key == "R06-R09"
    assert way.steps[1].funding == "Levy"


def test_what_is_closed_is_in_no_way(planner: Planner) -> None:
    """Step Up and Think Ahead would be faster than the diploma; both are closed."""
    used = {step.key for way in planner.plan(GRADUATE, to("R12")).ways for step in way.steps}
    assert not used & {"Q05", "Q06"}


# -- What if -------------------------------------------------------------------------------------------------------


def test_what_if_i_had_level_3(planner: Planner) -> None:
    before = planner.plan(NOTHING, to("R28")).ways[0].months.least
    after = planner.plan(NOTHING.having(holding(("care", 3))), to("R28")).ways[0].months.least
    assert (before, after) == (49, 37)


def test_what_if_i_worked_part_time(planner: Planner) -> None:
    """The OT apprenticeship asks for 30 hours; nothing else leads there."""
    answer = planner.plan(LEVEL_3, to("R28"), Wishes(part_time=True))
    assert answer.is_impossible
    assert [(step.key, block) for opening in answer.openings for step, block in opening.shut] == [
        ("Q08", Block.PART_TIME)
    ]


def test_what_if_i_wanted_no_degree(planner: Planner) -> None:
    answer = planner.plan(ASSISTANT, to("R12"), Wishes(no_degree=True))
    assert answer.is_impossible
    shut = {(step.key, block) for opening in answer.openings for step, block in opening.shut}
    assert shut == {("Q01", Block.DEGREE), ("Q04", Block.DEGREE)}
    assert SW in {need for opening in answer.openings for need in opening.to_have}
    assert planner.plan(qualified("R12"), to("R14"), Wishes(no_degree=True)).ways


# -- Impossible ----------------------------------------------------------------------------------------------------


def test_a_role_to_which_no_step_leads(planner: Planner) -> None:
    answer = planner.plan(NOTHING, to("R07"))
    assert answer.is_impossible
    assert [(opening.to_have, opening.from_role, opening.shut) for opening in answer.openings] == [((), "R07", ())]


def test_a_route_that_has_ended_is_named(planner: Planner) -> None:
    answer = planner.plan(NOTHING, award("psdp"))
    assert answer.is_impossible
    assert ("Q20", Block.ENDED) in {(step.key, block) for opening in answer.openings for step, block in opening.shut}


def test_what_is_missing_is_the_least_there_is(planner: Planner) -> None:
    """Outside the council without a degree: one qualification would do, and that is all that is asked."""
    answer = planner.plan(Person(NO_ROLE), to("R12"))
    assert answer.is_impossible
    assert all(len(opening.to_have) + len(opening.shut) == 1 for opening in answer.openings)
    assert OT not in {need for opening in answer.openings for need in opening.to_have}


def test_a_limit_is_told_and_never_taken_for_an_answer(planner: Planner) -> None:
    answer = planner.plan(NOTHING, to("R14"), limit=5)
    assert not answer.is_complete
    assert not answer.ways
    assert not answer.is_impossible


def test_a_limit_on_what_would_open_a_way_is_told(planner: Planner) -> None:
    answer = planner.plan(Person(NO_ROLE), to("R12"), limit=3)
    assert answer.is_impossible
    assert not answer.has_all_openings


# -- Small frameworks that a shortest path over roles would get wrong ----------------------------------------------


def small(*steps: Step) -> Planner:
    return Planner(Framework(tuple(Role(key, key) for key in "abc"), steps))


def test_requirements_hold_together_when_the_step_begins() -> None:
    """Months in the first role are asked for at the second step: they have to be waited before the first."""
    first = Step("ab", StepKind.ROLE, "ab", (asks(HasRole(frozenset("a"))),), Facts(), "b")
    second = Step(
        "bc", StepKind.ROLE, "bc",
        (asks(HasRole(frozenset("b"))), asks(HasExperience(10, frozenset("a")))), Facts(), "c",
    )  # fmt: skip
    way = small(first, second).plan(Person("a"), to("c")).ways[0]
    assert legs(way) == "stay:a:10 ab bc"


def test_a_course_that_saves_waiting_is_a_way_beside_waiting() -> None:
    course = Step("fast", StepKind.AWARD, "fast", gives=Facts(awards=frozenset({"fast"})), months=Months(6, 6))
    step = Step(
        "ab", StepKind.ROLE, "ab",
        (asks(HasRole(frozenset("a"))), asks(HasAward("fast"), HasExperience(60, frozenset("a")))), Facts(), "b",
    )  # fmt: skip
    assert [legs(way) for way in small(course, step).plan(Person("a"), to("b")).ways] == ["fast ab", "stay:a:60 ab"]


def test_a_course_taken_only_to_pass_the_time_is_no_way() -> None:
    course = Step("idle", StepKind.AWARD, "idle", gives=Facts(awards=frozenset({"idle"})), months=Months(12, 12))
    step = Step(
        "ab", StepKind.ROLE, "ab",
        (asks(HasRole(frozenset("a"))), asks(HasExperience(12, frozenset("a")))), Facts(), "b",
    )  # fmt: skip
    assert [legs(way) for way in small(course, step).plan(Person("a"), to("b")).ways] == ["stay:a:12 ab"]


def test_a_known_length_comes_before_an_unknown_one() -> None:
    def course(key: str, months: Months | None) -> Step:
        return Step(key, StepKind.QUALIFICATION, key, gives=Facts(frozenset({Qualification("care", 3)})), months=months)

    step = Step("ab", StepKind.ROLE, "ab", (asks(HasRole(frozenset("a"))), asks(HasRole(frozenset("a")))), Facts(), "b",
                gate=Gate.VACANCY, months=None, state=State.OPEN)  # fmt: skip
    needs = (*step.requires, *framework().steps[1].requires[1:])
    planner = small(
        course("unknown", None), course("known", Months(24, None)), Step(**{**step.__dict__, "requires": needs})
    )
    ways = planner.plan(Person("a"), to("b")).ways
    assert [(legs(way), way.months) for way in ways] == [
        ("known ab", Months(24, None)),
        ("unknown ab", Months(0, None)),
    ]


@pytest.mark.parametrize("months", [Months(-1, 2), Months(5, 3), Months(0, 5000)])
def test_lengths_that_cannot_be_are_refused(months: Months) -> None:
    with pytest.raises(ValueError, match="its length must run"):
        small(Step("x", StepKind.AWARD, "x", months=months))
