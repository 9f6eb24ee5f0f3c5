"""Eligibility as a table: eligible, not yet and what would change it, or ask."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pathways.rules.eligibility import Outcome, judge
from pathways.rules.facts import (
    Basis,
    FactKind,
    Facts,
    HasAward,
    HasExperience,
    HasProgramme,
    HasQualification,
    HasRegistration,
    HasRole,
    Person,
    Requirement,
)
from pathways.rules.framework import Block, Framework, State, Step, StepKind
from tests.pathways.bexley import L3, framework, holding, qualified

FRAMEWORK: Framework = framework()
STEPS = {step.key: step for step in FRAMEWORK.steps}
ELIGIBLE, NOT_YET, ASK = Outcome.ELIGIBLE, Outcome.NOT_YET, Outcome.ASK


def course(*needs, basis: Basis = Basis.NATIONAL, state: State = State.OPEN) -> Step:
    return Step("x", StepKind.QUALIFICATION, "x", tuple(Requirement((need,), basis) for need in needs), state=state)


HOLDER = Person("R06", holding(("care", 3)), {"R06": 12})
UNRECORDED = replace(HOLDER, unknown=frozenset({FactKind.REGISTRATION}))
REGISTERED = HasRegistration(frozenset({"swe"}))
AT_BEGIN = HasExperience(20, stages=frozenset({"begin"}))


@pytest.mark.parametrize(
    ("person", "step", "outcome"),
    [
        (HOLDER, course(), ELIGIBLE),
        (HOLDER, course(L3, HasExperience(12, frozenset({"R06"}))), ELIGIBLE),
        (HOLDER, course(L3, HasExperience(13, frozenset({"R06"}))), NOT_YET),
        # Experience at a stage, wherever it was gained.
        (HOLDER, course(HasExperience(12, stages=frozenset({"begin"}))), ELIGIBLE),
        (replace(HOLDER, stage_experience={"begin": 8}), course(AT_BEGIN), ELIGIBLE),
        # Level 3 is not level 4, and care is not social work.
        (HOLDER, course(HasQualification(4)), NOT_YET),
        (HOLDER, course(HasQualification(3, frozenset({"social work"}))), NOT_YET),
        # A rule that is not Bexley's or national decides nothing, met or not.
        (HOLDER, course(L3, basis=Basis.PRACTICE), ASK),
        (HOLDER, course(HasQualification(6), basis=Basis.ASSUMED), ASK),
        (HOLDER, course(HasQualification(6), basis=Basis.UNCHECKED), ASK),
        # What nobody ever recorded is a question.
        (UNRECORDED, course(REGISTERED), ASK),
        (UNRECORDED, course(HasAward("ta")), NOT_YET),
        # One certain no outweighs a question.
        (UNRECORDED, course(HasAward("ta"), REGISTERED), NOT_YET),
        # The state of the step itself.
        (HOLDER, course(L3, state=State.PLANNED), ASK),
        (HOLDER, course(L3, state=State.UNCERTAIN), ASK),
        (HOLDER, course(L3, state=State.CLOSED), NOT_YET),
        (HOLDER, course(L3, state=State.ENDED), NOT_YET),
        # Rows of the framework.
        (HOLDER, STEPS["R06-R09"], ELIGIBLE),
        (Person("R06"), STEPS["R06-R09"], NOT_YET),
        (qualified("R12"), STEPS["Q15"], NOT_YET),
        (qualified("R12", 24), STEPS["Q15"], ELIGIBLE),
        (qualified("R12", 24), STEPS["R12-R13"], ASK),
        (qualified("R12"), STEPS["Q20"], NOT_YET),
    ],
)  # fmt: skip
def test_outcome(person: Person, step: Step, outcome: Outcome) -> None:
    assert judge(FRAMEWORK, person, step).outcome == outcome


def test_not_yet_says_how_many_months_are_left() -> None:
    ruling = judge(FRAMEWORK, qualified("R12", 15), STEPS["Q15"])
    (reason,) = ruling.not_met
    assert [change.months_left for change in reason.changes] == [9]
    assert "24 months as" in reason.words


def test_not_yet_names_the_steps_that_would_change_it_and_none_that_is_shut() -> None:
    ruling = judge(FRAMEWORK, Person("R06"), STEPS["R06-R09"])
    (reason,) = ruling.not_met
    (change,) = reason.changes
    keys = {step.key for step in change.steps}
    assert "Q09" in keys
    assert not keys & {"Q05", "Q06"}


def test_what_nothing_gives_is_to_ask() -> None:
    ruling = judge(FRAMEWORK, HOLDER, course(HasAward("unheard of")))
    (reason,) = ruling.not_met
    assert [change.is_to_ask for change in reason.changes] == [True]


def test_a_role_to_be_in_first_names_the_steps_into_it() -> None:
    ruling = judge(FRAMEWORK, HOLDER, STEPS["Q04"])
    (reason,) = ruling.not_met
    assert {step.key for step in reason.changes[0].steps} == {
        f"{role}-R09" for role in ("R03", "R05", "R06", "R07", "R08")
    }


def test_an_uncertain_rule_that_is_met_says_so() -> None:
    ruling = judge(FRAMEWORK, HOLDER, course(L3, basis=Basis.PRACTICE))
    assert ruling.meets_what_is_known
    assert [reason.is_to_check for reason in ruling.reasons] == [True]


def test_one_alternative_is_enough_and_all_are_offered_when_none_is_met() -> None:
    either = Requirement((HasAward("ta"), HasExperience(24, frozenset({"R06"}))), Basis.NATIONAL)
    step = Step("x", StepKind.AWARD, "x", (either,))
    (reason,) = judge(FRAMEWORK, HOLDER, step).not_met
    assert [(change.months_left, [row.key for row in change.steps]) for change in reason.changes] == [
        (0, ["Q14"]),
        (12, []),
    ]
    assert judge(FRAMEWORK, HOLDER.having(holding(awards=["ta"])), step).outcome == ELIGIBLE


def test_a_closed_route_is_told_as_closed() -> None:
    ruling = judge(FRAMEWORK, HOLDER, course(state=State.CLOSED))
    assert (ruling.outcome, ruling.block) == (NOT_YET, Block.CLOSED)


def test_part_time_where_it_is_not_possible() -> None:
    person = Person("R10", holding(("care", 3)))
    assert judge(FRAMEWORK, person, STEPS["Q08"]).outcome == ELIGIBLE
    ruling = judge(FRAMEWORK, person, STEPS["Q08"], part_time=True)
    assert (ruling.outcome, ruling.block) == (NOT_YET, Block.PART_TIME)


@pytest.mark.parametrize(
    ("need", "words"),
    [
        (HasRole(frozenset({"R12", "R13"})), "to be in the role of Social Worker or Senior Social Worker"),
        (L3, "a qualification at level 3 or above"),
        (HasQualification(6, frozenset({"ot"})), "a qualification at level 6 or above in occupational therapy"),
        (HasRegistration(frozenset({"swe", "hcpc"})), "registration with the HCPC or Social Work England"),
        (HasProgramme("asye"), "to have completed the assessed and supported year"),
        (HasExperience(1, frozenset({"R12"})), "1 month as Social Worker"),
    ],
)
def test_needs_in_words(need, words: str) -> None:
    assert FRAMEWORK.describe(need) == words


def test_facts_are_only_ever_gained() -> None:
    person = HOLDER.having(Facts(awards=frozenset({"ta"}))).after(3)
    assert person.facts.qualifications == HOLDER.facts.qualifications
    assert person.experience == {"R06": 15}
