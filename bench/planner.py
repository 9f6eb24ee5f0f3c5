"""The route planner's times on the framework of the database, and on one 20 times that size; answers as JSON.

The large one is made of copies of the real one and of links between them: 600 roles, 2,000 steps. The same questions
are put to both, in turn, several times; what counts is the ratio of the two, and that both answer the same. The last
questions cross from copy to copy and have no counterpart at real size.
"""

import json
import random
import statistics
import sys
import time
from dataclasses import dataclass, replace

import django

django.setup()

from django.utils import timezone  # noqa: E402

from pathways.rules import facts  # noqa: E402
from pathways.rules.framework import Framework, Step  # noqa: E402
from pathways.rules.planner import Answer, Planner  # noqa: E402
from pathways.services.library import Library, library  # noqa: E402
from pathways.services.standing import standing_in  # noqa: E402
from tests.pathways.copies import copied, joined, link  # noqa: E402

ROLES, STEPS, ROUNDS = 600, 2000, 5


@dataclass(frozen=True)
class Question:
    name: str
    start: str
    goal: str
    has_level_3: bool = False


QUESTIONS = (
    Question("Social Care Assistant to Support Worker", "R02", "R03"),
    Question("Social Care Assistant to Social Worker", "R02", "R12"),
    Question("Social Care Assistant to Senior Practitioner", "R02", "R14"),
    Question("Social Care Assistant to Occupational Therapist", "R02", "R28"),
    Question("Social Care Assistant to Head of Service", "R02", "R25"),
    Question("Social Work Assistant with Level 3 to Social Worker", "R06", "R12", has_level_3=True),
    Question("Social Worker to Advanced Practitioner", "R12", "R15"),
    Question("Impossible: Social Worker to Occupational Therapist", "R12", "R28"),
)
CROSSING = (
    Question("Social Care Assistant to a Social Worker 2 copies on", "R02", "2/R12"),
    Question("Social Care Assistant to a Social Worker 5 copies on", "R02", "5/R12"),
)


def twenty_times(real: Framework) -> Framework:
    """Copies of the real framework, and links from each copy to roles of later ones, the real one first."""
    marks = [""]
    while sum(len(real.roles) + 1 for _ in marks) < ROLES:
        marks.append(f"{len(marks)}/")
    parts = [copied(real, mark) for mark in marks]
    dice, links = random.Random(7), dict[str, Step]()
    names = [role.key for role in real.roles]
    while sum(len(part.steps) for part in parts) + len(links) < STEPS:
        first, second = sorted(dice.sample(range(len(marks)), 2))
        row = link(marks[first] + dice.choice(names), marks[second] + dice.choice(names), dice.randint(12, 60))
        links[row.key] = row
    return joined(parts, list(links.values()))


def who(known: Library, question: Question) -> facts.Person:
    """Somebody in the role, with what it vouches for; a level is held in a subject that the framework knows."""
    person = standing_in(question.start, known).person
    subjects = sorted({row.subject for step in known.planner.framework.steps for row in step.gives.qualifications})
    levels = {row.level for row in person.facts.qualifications} | ({3} if question.has_level_3 else set())
    named = frozenset(facts.Qualification(subjects[0], level) for level in levels)
    return replace(person, facts=replace(person.facts, qualifications=named | person.facts.qualifications))


def asked(planner: Planner, person: facts.Person, goal: str) -> tuple[float, Answer]:
    begun = time.perf_counter()
    answer = planner.plan(person, (facts.asks(facts.HasRole(frozenset({goal}))),))
    return (time.perf_counter() - begun) * 1000, answer


def measure(known: Library) -> list[dict[str, object]]:
    """Of each question: median milliseconds at both sizes, the ratio, and whether the answers agree and are whole."""
    small, large = known.planner, Planner(twenty_times(known.planner.framework))
    rows: list[dict[str, object]] = [
        {"roles": len(p.framework.roles), "steps": len(p.framework.steps)} for p in (small, large)
    ]
    for question in (*QUESTIONS, *CROSSING):
        person = who(known, question)
        planners = (small, large) if question in QUESTIONS else (large,)
        times: list[list[float]] = [[] for _ in planners]
        answers: list[Answer] = []
        for _ in range(ROUNDS):
            answers = []
            for planner, into in zip(planners, times, strict=True):
                took, answer = asked(planner, person, question.goal)
                into.append(took)
                answers.append(answer)
        rows.append(
            {
                "name": question.name,
                "ms": [statistics.median(row) for row in times],
                "ratio": statistics.median(b / a for a, b in zip(times[0], times[-1], strict=True)),
                "same": len({tuple(way.months for way in answer.ways) for answer in answers}) == 1,
                "whole": all(answer.is_complete and answer.has_all_openings for answer in answers),
            }
        )
    return rows


if __name__ == "__main__":
    sys.stdout.write(json.dumps(measure(library(timezone.localdate()))))
