"""The planner at twenty times the size of the real framework: still the oracle's answers.

600 roles and 2,000 steps: 150 ladders small enough for the oracle, joined by one-way links. Inside a ladder the oracle
answers by itself, since no link leads back. From ladder to ladder the fastest way is a shortest path over the
ladders, each as long as the oracle says.
"""

from __future__ import annotations

import heapq
import random

import pytest

from pathways.rules.facts import HasRole, Person, asks
from pathways.rules.framework import Framework, Step
from pathways.rules.planner import Planner
from tests.pathways import oracle
from tests.pathways.copies import copied, joined, link, random_ladder
from tests.pathways.test_rules_planner_oracle import check_against, cost_of

pytestmark = pytest.mark.wide

COPIES, LINKS = 150, 650


@pytest.fixture(scope="module")
def ladders() -> list[Framework]:
    dice = random.Random(11)
    return [copied(random_ladder(dice), f"{number}/") for number in range(COPIES)]


@pytest.fixture(scope="module")
def links() -> list[Step]:
    dice = random.Random(12)
    pairs = {(number, number + 1) for number in range(COPIES - 1)}
    while len(pairs) < LINKS:
        first = dice.randrange(COPIES - 1)
        pairs.add((first, min(COPIES - 1, first + dice.randint(1, 12))))
    return [link(f"{first}/d", f"{second}/a", dice.randint(0, 30)) for first, second in sorted(pairs)]


@pytest.fixture(scope="module")
def planner(ladders: list[Framework], links: list[Step]) -> Planner:
    framework = joined(ladders, links)
    assert len(framework.roles) == 600
    assert len(framework.steps) == 2000
    return Planner(framework)


def goal(role: str):
    return (asks(HasRole(frozenset({role}))),)


@pytest.mark.parametrize("number", range(0, COPIES, 10))
def test_inside_a_ladder_the_oracle_of_that_ladder_answers(planner, ladders, number: int) -> None:
    person, wanted = Person(f"{number}/a"), goal(f"{number}/d")
    ways = oracle.all_ways(ladders[number], person, wanted)
    check_against(ways, planner.plan(person, wanted), ladders[number], wanted)


@pytest.mark.parametrize("last", [2, 4, 7])
def test_across_ladders_the_fastest_is_a_shortest_path_over_them(planner, ladders, links, last: int) -> None:
    least = {
        number: min(ways.values())
        for number in range(last + 1)
        if (ways := oracle.all_ways(ladders[number], Person(f"{number}/a"), goal(f"{number}/d")))
    }
    best = dict[int, oracle.Cost]()
    queue = [((0,) * 6, 0)]
    while queue:
        cost, number = heapq.heappop(queue)
        if number in best or number not in least:
            continue
        best[number] = through = oracle.plus(cost, least[number])
        for row in links:
            start, end = (int(name.split("/")[0]) for name in row.key.split(">"))
            if start == number and end <= last:
                heapq.heappush(queue, (oracle.plus(through, oracle.price(row, False)), end))
    answer = planner.plan(Person("0/a"), goal(f"{last}/d"))
    if last not in best:
        assert answer.is_impossible
        return
    assert answer.ways
    assert cost_of(answer.ways[0], planner.framework, False) == best[last]
