"""What a person holds, what a step asks for, and whether the one meets the other.

This is the only place that answers "is this requirement met?": the route planner, eligibility and the pages ask here.
Everything is plain data, so that a what-if is a changed copy and nothing needs the database.

Facts are only ever gained, never lost: a qualification, a registration or a month of experience that is there stays.
The planner's proofs lean on that. The one thing that changes is the role that a person is in.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

# The role of somebody who has left a job to study, or has not started one.
NO_ROLE = ""


class Basis(StrEnum):
    """How far a rule can be relied on (ruling 7)."""

    BEXLEY = "B"
    NATIONAL = "N"
    PRACTICE = "P"
    UNCHECKED = "U"
    ASSUMED = "A"


# Only these may be told as policy; anything else is to be checked with Learning and Development.
CERTAIN = frozenset({Basis.BEXLEY, Basis.NATIONAL})


class FactKind(StrEnum):
    """The kinds of records of which the portal may know that it knows nothing."""

    ROLE = "role"
    QUALIFICATION = "qualification"
    REGISTRATION = "registration"
    AWARD = "award"
    PROGRAMME = "programme"
    EXPERIENCE = "experience"


@dataclass(frozen=True)
class Qualification:
    """A qualification held or gained: its subject (a code such as `care`) and its level (1 to 8)."""

    subject: str
    level: int


@dataclass(frozen=True)
class Facts:
    """What is held, or what a step gives. Strings are codes of the framework."""

    qualifications: frozenset[Qualification] = frozenset()
    registrations: frozenset[str] = frozenset()
    awards: frozenset[str] = frozenset()
    programmes: frozenset[str] = frozenset()

    def __or__(self, other: Facts) -> Facts:
        return Facts(
            self.qualifications | other.qualifications,
            self.registrations | other.registrations,
            self.awards | other.awards,
            self.programmes | other.programmes,
        )


@dataclass(frozen=True)
class Person:
    """Where somebody stands: role, facts, and months of experience by role.

    `stage_experience` holds months at a stage that belong to no role here, such as those with another employer.
    `unknown` names kinds of which no record was ever made: not holding one is then no answer, but a question.
    """

    role: str = NO_ROLE
    facts: Facts = Facts()
    experience: Mapping[str, int] = field(default_factory=dict)
    stage_experience: Mapping[str, int] = field(default_factory=dict)
    unknown: frozenset[FactKind] = frozenset()

    @property
    def key(self) -> Hashable:
        """The same for whoever stands at the same place with the same: they get the same answers."""
        months = (tuple(sorted(self.experience.items())), tuple(sorted(self.stage_experience.items())))
        return (self.role, self.facts, months, self.unknown)

    def having(self, facts: Facts) -> Person:
        """The same person with more facts: a what-if, or what a step gives."""
        return replace(self, facts=self.facts | facts)

    def after(self, months: int) -> Person:
        """The same person after so many more months in the role."""
        if not months or self.role == NO_ROLE:
            return self
        longer = {**self.experience, self.role: self.experience.get(self.role, 0) + months}
        return replace(self, experience=longer)


@dataclass(frozen=True)
class HasRole:
    """To be in one of these roles when the step begins."""

    roles: frozenset[str]


@dataclass(frozen=True)
class HasQualification:
    """To hold a qualification at this level or above, in one of the subjects (none named: in any)."""

    level: int
    subjects: frozenset[str] = frozenset()


@dataclass(frozen=True)
class HasRegistration:
    """To be registered with one of these bodies."""

    bodies: frozenset[str]


@dataclass(frozen=True)
class HasAward:
    """To hold this award or accreditation."""

    award: str


@dataclass(frozen=True)
class HasProgramme:
    """To have completed this programme, such as the assessed and supported year."""

    programme: str


@dataclass(frozen=True)
class HasExperience:
    """So many months in these roles and stages together, in one go or in several."""

    months: int
    roles: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()


Held = HasQualification | HasRegistration | HasAward | HasProgramme
Need = HasRole | Held | HasExperience

KIND_OF: dict[type, FactKind] = {
    HasRole: FactKind.ROLE,
    HasQualification: FactKind.QUALIFICATION,
    HasRegistration: FactKind.REGISTRATION,
    HasAward: FactKind.AWARD,
    HasProgramme: FactKind.PROGRAMME,
    HasExperience: FactKind.EXPERIENCE,
}


@dataclass(frozen=True)
class Requirement:
    """One thing asked for: any of these needs meets it. A step's requirements must all hold together."""

    any_of: tuple[Need, ...]
    basis: Basis = Basis.BEXLEY
    note: str = ""


def asks(*needs: Need, basis: Basis = Basis.BEXLEY, note: str = "") -> Requirement:
    """Short for a requirement that any of the needs meets."""
    return Requirement(needs, basis, note)


def is_held(need: Held, facts: Facts) -> bool:
    """Whether the facts meet the need. One fact alone always decides: no need is met by two that each fall short."""
    match need:
        case HasQualification(level, subjects):
            return any(
                held.level >= level and (not subjects or held.subject in subjects) for held in facts.qualifications
            )
        case HasRegistration(bodies):
            return not bodies.isdisjoint(facts.registrations)
        case HasAward(award):
            return award in facts.awards
        case HasProgramme(programme):
            return programme in facts.programmes


def implies(stronger: Held, weaker: Held) -> bool:
    """Whether whatever meets the one need meets the other too."""
    if isinstance(stronger, HasQualification) and isinstance(weaker, HasQualification):
        in_subject = not weaker.subjects or bool(stronger.subjects) and stronger.subjects <= weaker.subjects
        return stronger.level >= weaker.level and in_subject
    if isinstance(stronger, HasRegistration) and isinstance(weaker, HasRegistration):
        return stronger.bodies <= weaker.bodies
    return stronger == weaker


def counted_roles(need: HasExperience, stages: Mapping[str, str]) -> frozenset[str]:
    """The roles whose months count; `stages` gives the stage of each role."""
    at_stage = {role for role, stage in stages.items() if stage in need.stages} if need.stages else set()
    return need.roles | at_stage


def months_counted(need: HasExperience, person: Person, stages: Mapping[str, str]) -> int:
    """How many months of the person's experience count towards the need."""
    roles = counted_roles(need, stages)
    in_roles = sum(months for role, months in person.experience.items() if role in roles)
    return in_roles + sum(months for stage, months in person.stage_experience.items() if stage in need.stages)


def is_met(need: Need, person: Person, stages: Mapping[str, str]) -> bool:
    """Whether the person meets the need now."""
    match need:
        case HasRole(roles):
            return person.role in roles
        case HasExperience(months):
            return months_counted(need, person, stages) >= months
        case _:
            return is_held(need, person.facts)


def unmet(requirements: Iterable[Requirement], person: Person, stages: Mapping[str, str]) -> list[Requirement]:
    """The requirements that nothing the person is, holds or has done meets."""
    return [
        requirement
        for requirement in requirements
        if not any(is_met(need, person, stages) for need in requirement.any_of)
    ]
