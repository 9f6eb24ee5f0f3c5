"""The planner against an oracle that walks every state of generated small frameworks."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pathways.rules.facts import (
    Facts,
    HasAward,
    HasExperience,
    HasProgramme,
    HasQualification,
    HasRegistration,
    HasRole,
    Person,
    Qualification,
    Requirement,
)
from pathways.rules.framework import Framework, Gate, Months, Role, State, Step, StepKind
from pathways.rules.planner import WAYS_SHOWN, Answer, Planner, Way, Wishes
from tests.pathways import oracle

ROLES = ("a", "b", "c", "d")
STAGES = {"a": "begin", "b": "begin", "c": "flourish", "d": "excel"}

roles = st.frozensets(st.sampled_from(ROLES), min_size=1, max_size=2)
held_needs = st.one_of(
    st.builds(HasQualification, st.integers(2, 4), st.frozensets(st.sampled_from(("care", "social work")), max_size=1)),
    st.builds(HasRegistration, st.frozensets(st.sampled_from(("swe", "hcpc")), min_size=1, max_size=2)),
    st.builds(HasAward, st.sampled_from(("x", "y"))),
    st.builds(HasProgramme, st.just("asye")),
)
experience = st.one_of(
    st.builds(HasExperience, st.integers(1, 5), roles),
    st.builds(HasExperience, st.integers(1, 4), st.just(frozenset()), st.just(frozenset({"begin"}))),
)
needs = st.one_of(held_needs, experience, st.builds(HasRole, roles))
requirements = st.builds(Requirement, st.lists(needs, min_size=1, max_size=2).map(tuple))
lengths = st.one_of(
    st.none(),
    st.builds(
        lambda least, more: Months(least, None if more == 3 else least + more), st.integers(0, 4), st.integers(0, 3)
    ),
)
qualifications = st.builds(Qualification, st.sampled_from(("care", "social work")), st.integers(2, 4))
facts = st.one_of(
    st.builds(Facts, qualifications=st.frozensets(qualifications, min_size=1, max_size=1)),
    st.builds(Facts, registrations=st.frozensets(st.sampled_from(("swe", "hcpc")), min_size=1, max_size=1)),
    st.builds(Facts, awards=st.frozensets(st.sampled_from(("x", "y")), min_size=1, max_size=2)),
    st.just(Facts(programmes=frozenset({"asye"}))),
)
states = st.sampled_from([State.OPEN, State.OPEN, State.OPEN, State.PLANNED, State.UNCERTAIN, State.CLOSED])


@st.composite
def role_steps(draw: st.DrawFn) -> Step:
    start = draw(st.sampled_from(ROLES))
    asked = draw(st.lists(requirements, max_size=2))
    return Step(
        key="", kind=StepKind.ROLE, name="", to_role=draw(st.sampled_from(ROLES)),
        requires=(Requirement((HasRole(frozenset({start})),)), *asked), months=draw(lengths),
        gate=draw(st.sampled_from([Gate.AUTOMATIC, Gate.PANEL, Gate.VACANCY])), state=draw(states),
    )  # fmt: skip


@st.composite
def courses(draw: st.DrawFn) -> Step:
    return Step(
        key="", kind=StepKind.QUALIFICATION, name="", gives=draw(facts), months=draw(lengths), state=draw(states),
        requires=tuple(draw(st.lists(requirements, max_size=2))),
        while_working=draw(st.sampled_from([True, True, True, False])), is_degree=draw(st.booleans()),
        to_role=draw(st.sampled_from([None, None, None, None, "c"])),
        part_time_factor=draw(st.sampled_from([Fraction(1), Fraction(3, 2), None])),
    )  # fmt: skip


@st.composite
def frameworks(draw: st.DrawFn) -> Framework:
    rows = [*draw(st.lists(role_steps(), min_size=1, max_size=5)), *draw(st.lists(courses(), max_size=5))]
    steps = tuple(
        Step(**{**row.__dict__, "key": f"s{number}", "name": f"s{number}"}) for number, row in enumerate(rows)
    )
    return Framework(tuple(Role(key, key, STAGES[key]) for key in ROLES), steps)


AWARDS = ("x", "y", "z", "licence")
award_needs = st.lists(st.builds(HasAward, st.sampled_from(AWARDS)), min_size=1, max_size=2)
more_months = st.builds(HasExperience, st.integers(2, 6), roles)
open_lengths = st.builds(lambda least, more: Months(least, least + more), st.integers(0, 3), st.integers(0, 2))


@st.composite
def ladders(draw: st.DrawFn) -> Framework:
    """Frameworks in which there are mostly ways, and several: a ladder, short cuts, a way back, many courses."""
    steps = []
    others = st.sampled_from([("a", "c"), ("b", "d"), ("c", "b"), ("b", "a"), ("a", "d"), ("d", "b")])
    pairs = [("a", "b"), ("b", "c"), ("c", "d"), *draw(st.lists(others, max_size=2, unique=True))]
    for start, end in pairs:
        asked = [Requirement((HasRole(frozenset({start})),))]
        if draw(st.booleans()):
            asked.append(Requirement((*draw(award_needs), *draw(st.lists(more_months, max_size=1)))))
        asked += [Requirement((need,)) for need in draw(st.lists(more_months, max_size=1))]
        steps.append(Step("", StepKind.ROLE, "", tuple(asked), Facts(), end, draw(open_lengths)))
    for _ in range(draw(st.integers(2, 5))):
        where = draw(st.lists(roles.map(HasRole), max_size=1))
        first = draw(st.lists(st.one_of(st.builds(HasAward, st.sampled_from(AWARDS)), more_months), max_size=1))
        gives = Facts(awards=frozenset(draw(st.lists(st.sampled_from(AWARDS), min_size=1, max_size=2))))
        asked = [Requirement((need,)) for need in (*where, *first)]
        steps.append(Step("", StepKind.AWARD, "", tuple(asked), gives, None, draw(open_lengths)))
    rows = (Step(**{**row.__dict__, "key": f"s{n}", "name": f"s{n}"}) for n, row in enumerate(steps))
    return Framework(tuple(Role(key, key, STAGES[key]) for key in ROLES), tuple(rows))


people = st.builds(
    Person, role=st.sampled_from(("a", "a", "b", "")), facts=st.one_of(st.just(Facts()), facts),
    experience=st.dictionaries(st.sampled_from(ROLES), st.integers(1, 3), max_size=2),
)  # fmt: skip
goals = st.one_of(
    st.sampled_from(("c", "d")).map(lambda role: (Requirement((HasRole(frozenset({role})),)),)),
    st.lists(requirements, min_size=1, max_size=2).map(tuple),
)
wishes = st.builds(Wishes, part_time=st.booleans(), no_degree=st.booleans())


def can_be(goal: tuple[Requirement, ...]) -> bool:
    return any(
        all(any(not isinstance(need, HasRole) or role in need.roles for need in row.any_of) for row in goal)
        for role in ROLES
    )


def cost_of(way: Way, framework: Framework, part_time: bool) -> oracle.Cost:
    total: oracle.Cost = (0, 0, 0, 0, 0, 0)
    for step in way.steps:
        total = oracle.plus(total, oracle.price(step, part_time))
    return (total[0], way.months.least, *total[2:])


def check(framework: Framework, person: Person, goal: tuple[Requirement, ...], asked: Wishes) -> None:
    ways = oracle.all_ways(framework, person, goal, part_time=asked.part_time, no_degree=asked.no_degree)
    check_against(ways, Planner(framework).plan(person, goal, asked), framework, goal, part_time=asked.part_time)


def check_against(
    ways: dict[frozenset[str], oracle.Cost],
    answer: Answer,
    framework: Framework,
    goal: tuple[Requirement, ...],
    *,
    part_time: bool = False,
) -> None:
    """The answer is what the definition in `planner` makes of all the ways that there are."""
    real = oracle.real(ways)
    assert answer.is_complete
    shown = [(frozenset(step.key for step in way.steps), cost_of(way, framework, part_time)) for way in answer.ways]
    assert answer.is_impossible == (not ways)
    assert len(shown) <= WAYS_SHOWN
    # Each way shown is a real one at its best cost, in order, the best of all first.
    assert all(real.get(steps) == cost for steps, cost in shown)
    assert [cost for _, cost in shown] == sorted(cost for _, cost in shown)
    assert not ways or shown[0][1] == min(ways.values())
    # None is a superset of another.
    marks = {
        steps: steps | ({"stay"} if oracle.months_stayed(steps, cost, framework, part_time) > 0 else set())
        for steps, cost in real.items()
    }
    sets = [marks[steps] for steps, _ in shown]
    assert not any(a <= b for i, a in enumerate(sets) for j, b in enumerate(sets) if i != j)
    # And none is left out: what is not shown is slower than all that is, or part of a way shown.
    full = len(shown) == WAYS_SHOWN
    for steps, cost in real.items():
        if not (full and cost >= shown[-1][1]):
            assert any(marks[steps] <= other for other in sets), f"left out: {set(steps)} at {cost}"
    for way in answer.ways:
        assert way.months.most is None or way.months.most >= way.months.least
    # Whatever bars the way, something would open it, unless the goal is to be in two roles at once.
    assert ways or answer.openings or not can_be(goal)
    assert answer.has_all_openings


@pytest.mark.wide
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(frameworks(), people, goals, wishes)
def test_the_planner_answers_as_the_oracle_does(framework, person, goal, asked) -> None:
    check(framework, person, goal, asked)


@pytest.mark.wide
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(ladders(), st.sampled_from(("c", "d")))
def test_the_planner_answers_as_the_oracle_does_where_there_are_many_ways(framework, goal) -> None:
    check(framework, Person("a"), (Requirement((HasRole(frozenset({goal})),)),), Wishes())
