"""`python -m bench.planner`: the route planner's times on a framework of the real size, and on one 20 times that size.

The large one is made of copies of the real-sized one and of links between them: 600 roles, 2,000 steps. The same
questions are put to both, in turn, several times; what counts is the ratio of the two. The last questions cross from
copy to copy and have no counterpart at real size.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass

from pathways.rules.facts import HasAward, HasRole, Person, Requirement, asks
from pathways.rules.framework import Framework, Step
from pathways.rules.planner import Answer, Planner
from tests.pathways.bexley import framework, holding, qualified
from tests.pathways.copies import copied, joined, link

ROLES, STEPS, ROUNDS = 600, 2000, 3


@dataclass(frozen=True)
class Question:
    name: str
    person: Person
    goal: tuple[Requirement, ...]


def to(role: str) -> tuple[Requirement, ...]:
    return (asks(HasRole(frozenset({role}))),)


QUESTIONS = (
    Question("Social Care Assistant to Support Worker", Person("R02"), to("R03")),
    Question("Social Care Assistant to Social Worker", Person("R02"), to("R12")),
    Question("Social Care Assistant to Senior Practitioner", Person("R02"), to("R14")),
    Question("Social Care Assistant to Occupational Therapist", Person("R02"), to("R28")),
    Question("Social Care Assistant to Head of Service", Person("R02"), to("R25")),
    Question("Level 3, Social Work Assistant to Social Worker", Person("R06", holding(("care", 3))), to("R12")),
    Question("Social Worker to Advanced Practitioner", qualified("R12"), to("R15")),
    Question("Social Worker to AMHP", qualified("R12"), (asks(HasAward("amhp")),)),
    Question("Impossible: Social Worker to Occupational Therapist", qualified("R12"), to("R28")),
)

CROSSING = (
    Question("Social Care Assistant to a Social Worker 2 copies on", Person("R02"), to("3/R12")),
    Question("Social Care Assistant to a Senior OT 5 copies on", Person("R02"), to("5/R29")),
)


def twenty_times() -> Framework:
    """The real-sized framework, copies of it, and links from each copy to roles of later ones, the real one first."""
    real = framework()
    marks = ["", *(f"{number}/" for number in range(1, ROLES // (len(real.roles) + 1)))]
    parts = [copied(real, mark) for mark in marks]
    dice, links = random.Random(7), dict[str, Step]()
    names = [role.key for role in real.roles]
    while sum(len(part.steps) for part in parts) + len(links) < STEPS:
        first, second = sorted(dice.sample(range(len(marks)), 2))
        row = link(marks[first] + dice.choice(names), marks[second] + dice.choice(names), dice.randint(12, 60))
        links[row.key] = row
    return joined(parts, list(links.values()))


def asked(planner: Planner, question: Question) -> tuple[float, Answer]:
    begun = time.perf_counter()
    answer = planner.plan(question.person, question.goal)
    return (time.perf_counter() - begun) * 1000, answer


def measure() -> Iterator[tuple[str, float | None, float, bool]]:
    """Of each question: its name, median milliseconds at real size and at 20 times, whether all was answered in full."""
    small, large = Planner(framework()), Planner(twenty_times())
    for question in (*QUESTIONS, *CROSSING):
        planners = (small, large) if question in QUESTIONS else (large,)
        times: list[list[float]] = [[] for _ in planners]
        complete = True
        for _ in range(ROUNDS):
            for planner, into in zip(planners, times, strict=True):
                took, answer = asked(planner, question)
                into.append(took)
                complete = complete and answer.is_complete and answer.has_all_openings
        medians = [statistics.median(row) for row in times]
        yield question.name, medians[0] if len(medians) == 2 else None, medians[-1], complete


def main() -> None:
    for name, build in (("real", framework), ("20 times", twenty_times)):
        made = build()
        begun = time.perf_counter()
        Planner(made)
        took = (time.perf_counter() - begun) * 1000
        print(f"{name}: {len(made.roles)} roles, {len(made.steps)} steps, read in {took:.0f} ms")
    print(f"\n{'question':55} {'real':>9} {'20 times':>9} {'ratio':>6}")
    for name, small, large, complete in measure():
        beside = f"{'':9} {large:6.0f} ms" if small is None else f"{small:6.0f} ms {large:6.0f} ms {large / small:6.1f}"
        print(f"{name:55} {beside}{'' if complete else '  stopped at its limit'}", flush=True)


if __name__ == "__main__":
    main()
