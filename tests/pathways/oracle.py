"""The planner's oracle: every state of a small framework, one month and one step at a time, forward.

It shares nothing with the planner but the shape of the data: it asks requirements with words of its own, keeps the
set of steps taken in each state, drops nothing but a state that it has met before at no higher cost.
"""

from __future__ import annotations

import heapq
import itertools

from pathways.rules.facts import (
    HasAward,
    HasExperience,
    HasProgramme,
    HasQualification,
    HasRegistration,
    HasRole,
    Need,
    Person,
    Requirement,
)
from pathways.rules.framework import Framework, Gate, State, Step

# (unknown lengths, months, how much longer at most, uncertain, vacancies, steps)
Cost = tuple[int, int, int, int, int, int]


def holds(need: Need, role: str, held: frozenset[object], months: dict[str, int], stages: dict[str, str]) -> bool:
    match need:
        case HasRole():
            return role in need.roles
        case HasQualification():
            pairs = [fact for fact in held if isinstance(fact, tuple) and fact[0] == "qualification"]
            return any(
                level >= need.level and (not need.subjects or subject in need.subjects) for _, subject, level in pairs
            )
        case HasRegistration():
            return any(("registration", body) in held for body in need.bodies)
        case HasAward():
            return ("award", need.award) in held
        case HasProgramme():
            return ("programme", need.programme) in held
        case HasExperience():
            counted = [n for name, n in months.items() if name in need.roles or stages.get(name) in need.stages]
            return sum(counted) >= need.months
    raise AssertionError(need)


def facts_of(facts) -> frozenset[object]:
    return frozenset(
        [("qualification", row.subject, row.level) for row in facts.qualifications]
        + [("registration", row) for row in facts.registrations]
        + [("award", row) for row in facts.awards]
        + [("programme", row) for row in facts.programmes]
    )


def price(step: Step, part_time: bool) -> Cost:
    factor = step.part_time_factor if part_time else 1
    least = -(-step.months.least * factor // 1) if step.months else 0
    most = least if step.months is None or step.months.most is None else -(-step.months.most * factor // 1)
    return (
        int(step.months is None and step.gate != Gate.VACANCY),
        int(least),
        int(most - least),
        int(step.state in (State.PLANNED, State.UNCERTAIN)),
        int(step.gate == Gate.VACANCY),
        1,
    )


def plus(a: Cost, b: Cost) -> Cost:
    return tuple(x + y for x, y in zip(a, b, strict=True))  # type: ignore[return-value]


def all_ways(
    framework: Framework,
    person: Person,
    goal: tuple[Requirement, ...],
    *,
    part_time: bool = False,
    no_degree: bool = False,
) -> dict[frozenset[str], Cost]:
    """Each set of steps that leads to the goal, with the least cost to get there with exactly these."""
    stages = {role.key: role.stage for role in framework.roles}
    longest = max(
        [
            need.months
            for row in (*goal, *(r for s in framework.steps for r in s.requires))
            for need in row.any_of
            if isinstance(need, HasExperience)
        ],
        default=0,
    )
    usable = [
        step
        for step in framework.steps
        if step.state not in (State.CLOSED, State.ENDED)
        and not (no_degree and step.is_degree)
        and not (part_time and step.part_time_factor is None)
    ]

    def met(requirements, role, held, months) -> bool:
        return all(any(holds(need, role, held, months, stages) for need in row.any_of) for row in requirements)

    begin = (person.role, facts_of(person.facts), tuple(sorted(person.experience.items())), frozenset[str]())
    counter = itertools.count()
    queue: list[tuple[Cost, int, tuple]] = [((0,) * 6, next(counter), begin)]  # type: ignore[list-item]
    least: dict[tuple, Cost] = {}
    ways: dict[frozenset[str], Cost] = {}
    while queue:
        cost, _, state = heapq.heappop(queue)
        if state in least:
            continue
        least[state] = cost
        role, held, experience, taken = state
        months = dict(experience)
        if met(goal, role, held, months):
            ways.setdefault(taken, cost)
        after: list[tuple[Cost, tuple]] = []
        if role:
            # Months beyond what anything asks for make no difference: they are not told apart.
            waited = {**months, role: min(longest, months.get(role, 0) + 1)}
            after.append((plus(cost, (0, 1, 0, 0, 0, 0)), (role, held, tuple(sorted(waited.items())), taken)))
        for step in usable:
            if not met(step.requires, role, held, months):
                continue
            extra = price(step, part_time)
            gained = dict(months)
            if role and step.while_working and extra[1]:
                gained[role] = min(longest, gained.get(role, 0) + extra[1])
            new_role = step.to_role if step.to_role is not None else role if step.while_working else ""
            after.append(
                (
                    plus(cost, extra),
                    (
                        new_role,
                        held | facts_of(step.gives),
                        tuple(sorted(gained.items())),
                        taken | {step.key},
                    ),
                )
            )
        for new_cost, new in after:
            if new not in least:
                heapq.heappush(queue, (new_cost, next(counter), new))
    return ways


def real(ways: dict[frozenset[str], Cost]) -> dict[frozenset[str], Cost]:
    """Those of which no part gets there as well."""
    return {
        steps: cost for steps, cost in ways.items() if not any(other < steps and ways[other] <= cost for other in ways)
    }


def months_stayed(steps: frozenset[str], cost: Cost, framework: Framework, part_time: bool) -> int:
    return cost[1] - sum(price(step, part_time)[1] for step in framework.steps if step.key in steps)
