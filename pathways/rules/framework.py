"""The career framework as the planner reads it: roles, and the steps that lead on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from math import ceil

from pathways.rules.facts import (
    NO_ROLE,
    Basis,
    Facts,
    HasAward,
    HasExperience,
    HasProgramme,
    HasQualification,
    HasRegistration,
    HasRole,
    Held,
    Need,
    Requirement,
    is_held,
)


class StepKind(StrEnum):
    ROLE = "role"
    QUALIFICATION = "qualification"
    AWARD = "award"
    REGISTRATION = "registration"
    PROGRAMME = "programme"
    EXPERIENCE = "experience"


class Gate(StrEnum):
    """How a step is decided."""

    NONE = ""
    AUTOMATIC = "automatic"
    APPRAISAL = "appraisal"
    PANEL = "panel"
    VACANCY = "vacancy"


class State(StrEnum):
    OPEN = "open"
    PLANNED = "planned"
    UNCERTAIN = "uncertain"
    CLOSED = "closed"
    ENDED = "ended"


# A way may count on these, and says so; on a closed or an ended one it may not.
NOT_CERTAIN = frozenset({State.PLANNED, State.UNCERTAIN})
SHUT = frozenset({State.CLOSED, State.ENDED})


class Block(StrEnum):
    """Why a step cannot be used in an answer."""

    CLOSED = "closed"
    ENDED = "ended"
    DEGREE = "degree"
    PART_TIME = "part-time"


@dataclass(frozen=True)
class Months:
    """A length of time in whole months. `most` is None where nobody can say how long at most."""

    least: int
    most: int | None


@dataclass(frozen=True)
class Step:
    """Something a person can do next.

    `to_role` is the role afterwards (None: it stays). `while_working` says that it runs beside the job: its months
    are then experience in the role; otherwise the job is left for it, and there is no role afterwards.
    `months` is None where the length is not known; at a vacancy it is the time that applying takes, and how long
    until a post comes up is no length at all. `part_time_factor` is how many times as long it takes somebody who
    works part-time (None: not possible part-time). A step that `is_degree` ends in a degree.
    """

    key: str
    kind: StepKind
    name: str
    requires: tuple[Requirement, ...] = ()
    gives: Facts = Facts()
    to_role: str | None = None
    months: Months | None = Months(0, 0)
    while_working: bool = True
    part_time_factor: Fraction | None = Fraction(1)
    is_degree: bool = False
    gate: Gate = Gate.NONE
    state: State = State.OPEN
    funding: str = ""
    conditions: tuple[str, ...] = ()
    basis: Basis = Basis.BEXLEY

    @property
    def role_after(self) -> str | None:
        """The role after the step; None where it stays as it was."""
        return self.to_role if self.to_role is not None or self.while_working else NO_ROLE

    @property
    def is_unknown(self) -> bool:
        """Whether nobody can say how long it takes; of a vacancy that is not said in months."""
        return self.months is None and self.gate is not Gate.VACANCY

    def least(self, *, part_time: bool) -> int:
        return stretched(self.months.least, self, part_time=part_time) if self.months else 0

    def most(self, *, part_time: bool) -> int | None:
        """The longest it takes; None where that is not known."""
        if self.months is None:
            return 0 if self.gate is Gate.VACANCY else None
        return None if self.months.most is None else stretched(self.months.most, self, part_time=part_time)


def stretched(months: int, step: Step, *, part_time: bool) -> int:
    """Months as they are for somebody part-time: rounded up, nobody is promised less than it takes."""
    factor = step.part_time_factor if part_time else None
    return months if factor is None else ceil(months * factor)


@dataclass(frozen=True)
class Role:
    key: str
    name: str
    stage: str = ""


@dataclass(frozen=True)
class Framework:
    """Roles and steps. `names` gives the words for codes of subjects, bodies, awards and programmes."""

    roles: tuple[Role, ...]
    steps: tuple[Step, ...]
    names: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def stages(self) -> dict[str, str]:
        return {role.key: role.stage for role in self.roles}

    @cached_property
    def role_names(self) -> dict[str, str]:
        return {role.key: role.name for role in self.roles}

    def named(self, code: str) -> str:
        return self.names.get(code, code)

    def steps_giving(self, need: Held) -> Iterator[Step]:
        """The steps that would meet the need, whatever their state."""
        return (step for step in self.steps if is_held(need, step.gives))

    def describe(self, need: Need) -> str:
        """The need in words, to follow "You need"."""
        match need:
            case HasRole(roles):
                return "to be in the role of " + self._either(self.role_names.get(role, role) for role in sorted(roles))
            case HasQualification(level, subjects):
                subject = " in " + self._either(map(self.named, sorted(subjects))) if subjects else ""
                return f"a qualification at level {level} or above{subject}"
            case HasRegistration(bodies):
                return "registration with " + self._either(map(self.named, sorted(bodies)))
            case HasAward(award):
                return self.named(award)
            case HasProgramme(programme):
                return f"to have completed {self.named(programme)}"
            case HasExperience(months, roles, stages):
                where = [self.role_names.get(role, role) for role in sorted(roles)]
                where += [f"a role at the stage {self.named(stage)}" for stage in sorted(stages)]
                return f"{months} {'month' if months == 1 else 'months'} as {self._either(where)}"

    @staticmethod
    def _either(words: Iterator[str] | list[str] | map[str]) -> str:
        *others, last = words
        return f"{', '.join(others)} or {last}" if others else last


def blocked(step: Step, *, part_time: bool, no_degree: bool) -> Block | None:
    """Why somebody who asks so cannot use the step; None where they can."""
    if step.state is State.CLOSED:
        return Block.CLOSED
    if step.state is State.ENDED:
        return Block.ENDED
    if no_degree and step.is_degree:
        return Block.DEGREE
    if part_time and step.part_time_factor is None:
        return Block.PART_TIME
    return None
