"""Large frameworks made of copies of small ones, whose answers can be worked out from the small ones' answers."""

from __future__ import annotations

import random
from dataclasses import replace

from pathways.rules.facts import (
    NO_ROLE,
    Facts,
    HasAward,
    HasExperience,
    HasProgramme,
    HasQualification,
    HasRegistration,
    HasRole,
    Need,
    Qualification,
    Requirement,
    asks,
)
from pathways.rules.framework import Framework, Gate, Months, Role, Step, StepKind


def copied(framework: Framework, mark: str) -> Framework:
    """The same framework under names of its own: no role and no fact in common with another copy.

    To be without a role is a role of the copy's own too, and what can begin in any role can in the copy's roles.
    """

    def own(code: str) -> str:
        return f"{mark}{code or 'outside'}"

    def own_need(need: Need) -> Need:
        match need:
            case HasRole(roles):
                return HasRole(frozenset(map(own, roles)))
            case HasQualification(level, subjects):
                subjects = subjects or {row.subject for step in framework.steps for row in step.gives.qualifications}
                return HasQualification(level, frozenset(map(own, subjects)))
            case HasRegistration(bodies):
                return HasRegistration(frozenset(map(own, bodies)))
            case HasAward(award):
                return HasAward(own(award))
            case HasProgramme(programme):
                return HasProgramme(own(programme))
            case HasExperience(months, roles, stages):
                return HasExperience(months, frozenset(map(own, roles)), frozenset(map(own, stages)))
        raise AssertionError(need)

    def own_facts(facts: Facts) -> Facts:
        return Facts(
            frozenset(Qualification(own(row.subject), row.level) for row in facts.qualifications),
            frozenset(map(own, facts.registrations)),
            frozenset(map(own, facts.awards)),
            frozenset(map(own, facts.programmes)),
        )

    roles = (*(Role(own(row.key), row.name, own(row.stage)) for row in framework.roles), Role(own(NO_ROLE), "outside"))
    here = asks(HasRole(frozenset(role.key for role in roles)))
    steps = tuple(
        replace(
            step,
            key=own(step.key),
            requires=(here, *(Requirement(tuple(map(own_need, row.any_of)), row.basis) for row in step.requires)),
            gives=own_facts(step.gives),
            to_role=None if step.role_after is None else own(step.role_after),
        )
        for step in framework.steps
    )
    leaves = any(step.role_after == NO_ROLE for step in framework.steps)
    return Framework(roles if leaves else roles[:-1], steps)


def link(start: str, end: str, months: int) -> Step:
    """A step from a role of one copy to a role of another."""
    needs = (asks(HasRole(frozenset({start}))),)
    return Step(
        f"{start}>{end}", StepKind.ROLE, f"{start}>{end}", needs, Facts(), end, Months(months, months), gate=Gate.PANEL
    )


def joined(parts: list[Framework], links: list[Step]) -> Framework:
    return Framework(
        tuple(role for part in parts for role in part.roles),
        (*(step for part in parts for step in part.steps), *links),
    )


def random_ladder(dice: random.Random) -> Framework:
    """Four roles, nine steps: a ladder with a short cut, courses that one can choose among, months to be gained."""
    awards, roles = ("x", "y", "z", "licence"), ("a", "b", "c", "d")

    def months() -> Months:
        least = dice.randint(1, 4)
        return Months(least, least + dice.randint(0, 3))

    steps = []
    for start, end in (("a", "b"), ("b", "c"), ("c", "d"), dice.choice((("a", "c"), ("b", "d"), ("c", "b")))):
        asked = [asks(HasRole(frozenset({start})))]
        if dice.random() < 0.6:
            asked.append(asks(*(HasAward(award) for award in dice.sample(awards, 2))))
        if dice.random() < 0.5:
            asked.append(asks(HasExperience(dice.randint(2, 6), frozenset({start, dice.choice(roles)}))))
        steps.append(Step(f"{start}{end}", StepKind.ROLE, "", tuple(asked), Facts(), end, months()))
    for number in range(5):
        where = frozenset(dice.sample(roles, 3))
        first = [asks(HasAward(dice.choice(awards)))] if dice.random() < 0.3 else []
        gives = Facts(awards=frozenset({awards[number % 4], dice.choice(awards)}))
        steps.append(Step(f"course{number}", StepKind.AWARD, "", (asks(HasRole(where)), *first), gives, None, months()))
    named = tuple(
        replace(step, key=f"{number}{step.key}", name=f"{number}{step.key}") for number, step in enumerate(steps)
    )
    return Framework(tuple(Role(role, role) for role in roles), named)
