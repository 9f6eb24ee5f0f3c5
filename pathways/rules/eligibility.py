"""Whether somebody may take a step or a route: yes, not yet and what would change it, or ask.

The requirements are data and are asked in `facts`, as the planner asks them. There is always something to do next.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from pathways.rules.facts import (
    CERTAIN,
    KIND_OF,
    HasExperience,
    HasRole,
    Need,
    Person,
    Requirement,
    is_met,
    months_counted,
)
from pathways.rules.framework import NOT_CERTAIN, Block, Framework, Step, blocked


class Outcome(StrEnum):
    ELIGIBLE = "eligible"
    NOT_YET = "not yet"
    ASK = "ask"


@dataclass(frozen=True)
class Change:
    """What would meet a need: months still to gain, steps that give it, or (neither) Learning and Development."""

    need: Need
    months_left: int = 0
    steps: tuple[Step, ...] = ()

    @property
    def is_to_ask(self) -> bool:
        return not self.months_left and not self.steps


@dataclass(frozen=True)
class Reason:
    """How one requirement came out, in words that follow "You need", and what would change it."""

    requirement: Requirement
    outcome: Outcome
    words: str
    is_met: bool
    # The record that is missing, rather than the fact: nobody ever wrote down whether there is one.
    is_unknown: bool = False
    changes: tuple[Change, ...] = ()

    @property
    def is_to_check(self) -> bool:
        """Whether the rule itself is not certain, so that it must carry "check with Learning and Development"."""
        return self.requirement.basis not in CERTAIN


@dataclass(frozen=True)
class Ruling:
    """Whether a step is open to a person now. `conditions` is what people decide, not rules: it changes no outcome."""

    step: Step
    outcome: Outcome
    reasons: tuple[Reason, ...]
    block: Block | None = None
    conditions: tuple[str, ...] = ()

    @property
    def meets_what_is_known(self) -> bool:
        """Whether all requirements are met, certain or not; with ASK: they seem to be, and somebody must say so."""
        return all(reason.is_met for reason in self.reasons)

    @property
    def not_met(self) -> tuple[Reason, ...]:
        return tuple(reason for reason in self.reasons if not reason.is_met)


def judge(framework: Framework, person: Person, step: Step, *, part_time: bool = False) -> Ruling:
    """Whether the person may take the step now.

    One certain requirement that is not met, or a step that is closed, makes it "not yet". Otherwise it is to be
    asked where a rule is not Bexley's or national, where a fact was never recorded, or where the step is planned or
    uncertain. Only what is left is "eligible".
    """
    reasons = tuple(reason_for(framework, person, requirement) for requirement in step.requires)
    block = blocked(step, part_time=part_time, no_degree=False)
    return Ruling(step, _together(step, block, {reason.outcome for reason in reasons}), reasons, block, step.conditions)


def outcome_of(framework: Framework, person: Person, step: Step) -> Outcome:
    """How `judge` would rule, without the reasons: for counts over everybody."""
    block = blocked(step, part_time=False, no_degree=False)
    found = {_outcome(framework, person, requirement)[0] for requirement in step.requires} if block is None else set()
    return _together(step, block, found)


def _together(step: Step, block: Block | None, outcomes: set[Outcome]) -> Outcome:
    if block is not None or Outcome.NOT_YET in outcomes:
        return Outcome.NOT_YET
    return Outcome.ASK if Outcome.ASK in outcomes or step.state in NOT_CERTAIN else Outcome.ELIGIBLE


def _outcome(framework: Framework, person: Person, requirement: Requirement) -> tuple[Outcome, bool, bool]:
    """How one requirement comes out, whether it is met, and whether it is the record that is missing."""
    is_certain = requirement.basis in CERTAIN
    if any(is_met(need, person, framework.stages) for need in requirement.any_of):
        return Outcome.ELIGIBLE if is_certain else Outcome.ASK, True, False
    is_unknown = any(KIND_OF[type(need)] in person.unknown for need in requirement.any_of)
    return Outcome.NOT_YET if is_certain and not is_unknown else Outcome.ASK, False, is_unknown


def reason_for(framework: Framework, person: Person, requirement: Requirement) -> Reason:
    """How the person stands to one requirement."""
    outcome, met, is_unknown = _outcome(framework, person, requirement)
    words = requirement.note or " or ".join(framework.describe(need) for need in requirement.any_of)
    changes = () if met else tuple(changes_for(framework, person, requirement.any_of))
    return Reason(requirement, outcome, words, is_met=met, is_unknown=is_unknown, changes=changes)


def changes_for(framework: Framework, person: Person, needs: Iterable[Need]) -> list[Change]:
    """What would meet each of the needs; steps that are shut are left out."""
    rows = []
    for need in needs:
        if isinstance(need, HasExperience):
            rows.append(Change(need, months_left=need.months - months_counted(need, person, framework.stages)))
            continue
        if isinstance(need, HasRole):
            steps = [step for step in framework.steps if step.role_after in need.roles]
        else:
            steps = list(framework.steps_giving(need))
        usable = [step for step in steps if blocked(step, part_time=False, no_degree=False) is None]
        rows.append(Change(need, steps=tuple(usable)))
    return rows
