"""The route planner: the ways from where a person stands to a goal, and what would open one where there is none.

Which ways are shown (docs/decisions/0016-route-planner.md):

1. Ways are compared by what is known of their time first: steps of unknown length, then months; between equals how
   much longer they may take, uncertain steps, posts that have to come up, number of steps.
2. A way is real when no better way gets there with only some of its steps. Staying in a role is no step here: so a
   needless course taken while the months pass is no way of its own.
3. The real ways are shown best first, leaving out any whose steps (and staying, if there is any) are all in one that
   is shown already. At most `WAYS_SHOWN`.

To find the next real way, each way found is left out by forbidding one of its steps at a time (a tree of
prohibitions): whatever is not a superset of the ways found so far avoids at least one step of each of them.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from pathways.rules.facts import HasExperience, HasRole, Held, Person, Requirement, unmet
from pathways.rules.framework import NOT_CERTAIN, Block, Framework, Gate, Months, State, Step
from pathways.rules.network import Network, Problem, Wishes
from pathways.rules.search import Budget, Found, Item, Search, TooManyLabels

WAYS_SHOWN = 4
OPENINGS_SHOWN = 3
# Labels for one question: a few seconds of work. Past it the planner says that it does not know.
LABELS = 30_000


class WayDoesNotHold(Exception):
    """The search found what playing it forward refutes: a fault of the planner's, never to be shown as an answer."""


@dataclass(frozen=True)
class Leg:
    """One line of a way: a step, or (without one) staying in the role to gain experience.

    `begins` and `lasts` are ranges of months; `most` is None from the first step on whose length nobody knows.
    """

    role: str
    step: Step | None
    begins: Months
    lasts: Months


@dataclass(frozen=True)
class Way:
    legs: tuple[Leg, ...]
    months: Months

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(leg.step for leg in self.legs if leg.step is not None)

    @property
    def next_leg(self) -> Leg | None:
        """The next thing to do; None when the goal is reached already."""
        return self.legs[0] if self.legs else None

    @property
    def unknown(self) -> tuple[Step, ...]:
        """The steps of which nobody can say how long they take."""
        return tuple(step for step in self.steps if step.is_unknown)

    @property
    def vacancies(self) -> tuple[Step, ...]:
        """The steps that wait until a post comes up, which is not counted in months."""
        return tuple(step for step in self.steps if step.gate is Gate.VACANCY)

    @property
    def uncertain(self) -> tuple[Step, ...]:
        """The steps that are planned only, or of which it is not certain that they can be taken."""
        return tuple(step for step in self.steps if step.state in NOT_CERTAIN)


@dataclass(frozen=True)
class Opening:
    """One smallest set of changes that would open a way, and the way that it would open.

    `to_have` are facts and months to be had in some way the framework does not know; `from_role` another
    role to start in; `shut` the steps that are closed, ended or ruled out by a wish, with the reason.
    """

    to_have: tuple[Held | HasExperience, ...]
    from_role: str | None
    shut: tuple[tuple[Step, Block], ...]


@dataclass(frozen=True)
class Answer:
    """Ways, best first; or none, and what would open one.

    `is_complete` is False when the search was stopped at its limit: what is shown is right, but there may be more;
    with no way shown, it is then not known whether there is one. `has_all_openings` says the same of the openings:
    without it there may be none here although something would open a way, which is then for people to find.
    """

    ways: tuple[Way, ...]
    openings: tuple[Opening, ...] = ()
    is_complete: bool = True
    has_all_openings: bool = True

    @property
    def is_impossible(self) -> bool:
        return self.is_complete and not self.ways


class Planner:
    """Answers for one framework. Making it is the costly part: keep it as long as the framework does not change."""

    def __init__(self, framework: Framework) -> None:
        self.framework = framework
        self.network = Network(framework)

    def plan(
        self,
        person: Person,
        goal: tuple[Requirement, ...],
        wishes: Wishes = Wishes(),  # noqa: B008 - frozen
        *,
        limit: int = LABELS,
    ) -> Answer:
        """The ways to meet all of the goal's requirements, such as to be in a role or to hold an award."""
        search = Search(Problem(self.network, person, goal, wishes), Budget(limit))
        found, is_complete = list[Found](), True
        try:
            for way in _different(_real(search, lambda way: _step_items(way.steps))):
                found.append(way)
                if len(found) == WAYS_SHOWN:
                    break
        except TooManyLabels:
            is_complete = False
        ways = tuple(_way(search, way, limit) for way in found)
        if ways or not is_complete:
            return Answer(ways, (), is_complete)
        openings, has_all = self._openings(person, goal, wishes, limit)
        return Answer((), openings, has_all_openings=has_all)

    def _openings(
        self, person: Person, goal: tuple[Requirement, ...], wishes: Wishes, limit: int
    ) -> tuple[tuple[Opening, ...], bool]:
        """The smallest sets of changes, fewest first, and whether the search for them was finished.

        None is a superset of another; another role to start in is named only if nothing else would do.
        """
        problem = Problem(self.network, person, goal, wishes, relaxed=True)

        def changes(way: Found) -> frozenset[Item]:
            return way.missing | _step_items(step for step in way.steps if problem.blocks[step])

        openings = list[Opening]()
        try:
            for way in _real(Search(problem, Budget(limit)), changes):
                opening = self._opening(problem, way)
                if openings and opening.from_role is not None:
                    break
                openings.append(opening)
                if len(openings) == OPENINGS_SHOWN:
                    break
        except TooManyLabels:
            return tuple(openings), False
        return tuple(openings), True

    def _opening(self, problem: Problem, way: Found) -> Opening:
        network = self.network
        missing = sorted(way.missing)
        facts = [network.needs[number] for what, number in missing if what == "need"]
        kinds = [network.kinds[number] for what, number in missing if what == "kind"]
        roles = [network.roles[number] for what, number in missing if what == "role"]
        shut = [(network.steps[step], block) for step in sorted(way.steps) if (block := problem.blocks[step])]
        return Opening((*facts, *kinds), roles[0] if roles else None, tuple(shut))


def _way(search: Search, found: Found, limit: int) -> Way:
    """The way with its times: at the shortest as it was found, at the longest as these steps then allow."""
    problem, search.budget = search.problem, Budget(limit)
    longest = search.run(sequence=tuple(step for step, _ in found.moves))
    if longest is None:
        raise WayDoesNotHold("Steps that can be taken at their shortest can be taken at their longest.")
    return _merged(problem, _played(problem, found, problem.least), _played(problem, longest, problem.most))


def _step_items(steps: Iterator[int] | frozenset[int]) -> frozenset[Item]:
    return frozenset(("step", step) for step in steps)


def _real(search: Search, items_of: Callable[[Found], frozenset[Item]]) -> Iterator[Found]:
    """The best way, then again and again the best that is no superset of those before, in their items."""
    queue: list[tuple[int, int, frozenset[Item], Found]] = []
    tried = set[frozenset[Item]]()
    seen = set[frozenset[Item]]()
    known: list[tuple[frozenset[Item], Found]] = []

    def ask(forbidden: frozenset[Item]) -> None:
        if forbidden in tried:
            return
        tried.add(forbidden)
        # The best way under a lesser prohibition is the best here too, if it does without what is forbidden.
        way = next(
            (way for less, way in known if less <= forbidden and items_of(way).isdisjoint(forbidden)), None
        ) or search.run(forbidden)
        if way is not None:
            known.append((forbidden, way))
            heapq.heappush(queue, (way.cost, len(tried), forbidden, way))

    ask(frozenset())
    while queue:
        _, _, forbidden, way = heapq.heappop(queue)
        items = items_of(way)
        if items not in seen:
            seen.add(items)
            yield way
        for item in sorted(items):
            ask(forbidden | {item})


def _different(ways: Iterator[Found]) -> Iterator[Found]:
    """The ways of which something is in none that was given before."""
    shown = list[frozenset[Item]]()
    for way in ways:
        all_of_it = _step_items(way.steps) | ({("stay", 0)} if way.waits else frozenset())
        if not any(all_of_it <= other for other in shown):
            shown.append(all_of_it)
            yield way


Played = list[tuple[str, int | None, int]]


def _played(problem: Problem, found: Found, lengths: list[int]) -> Played:
    """The way played forward, in lines of (role, step or None for staying, months).

    Months are stayed only when the next step asks for them, so that what can begin at once does; where that is not
    enough, or takes longer, in the roles in which the search found that they have to be stayed.
    """
    stayed = found.wait + sum(wait for _, wait in found.moves)
    late = _played_so(problem, found, lengths, budget=stayed)
    if late is not None and sum(months for _, number, months in late if number is None) == stayed:
        return late
    lines = _played_so(problem, found, lengths)
    if lines is None:
        raise WayDoesNotHold("A way that was found does not hold when it is played.")
    return lines


def _played_so(problem: Problem, found: Found, lengths: list[int], *, budget: int | None = None) -> Played | None:
    """Every requirement is asked again, of the facts as they then are: None where one is not met.

    With a budget, so many months may be stayed anywhere; without, in each role what the search says.
    """
    network, stages = problem.network, problem.network.framework.stages
    person, lines, left = problem.person, Played(), found.wait if budget is None else budget

    def stay(months: int) -> None:
        nonlocal person, left
        if months:
            lines.append((person.role, None, months))
            person, left = person.after(months), left - months

    for number, wait_after in found.moves:
        step = network.steps[number]
        needed = next((m for m in range(left + 1) if not unmet(step.requires, person.after(m), stages)), None)
        if needed is None:
            return None
        moves = step.role_after is not None and budget is None
        stay(left if moves else needed)
        lines.append((person.role, number, lengths[number]))
        if step.while_working:
            person = person.after(lengths[number])
        person = person.having(step.gives)
        if step.role_after is not None:
            person = replace(person, role=step.role_after)
        if budget is None:
            left = wait_after if moves else left + wait_after
    stay(left)
    return None if unmet(problem.goal, person, stages) else lines


def _merged(problem: Problem, fast: Played, slow: Played) -> Way:
    """One list of legs from the way at its shortest and at its longest; they differ in the months stayed alone."""
    steps = problem.network.steps
    legs, begins, known = list[Leg](), [0, 0], True
    at = [0, 0]

    def add(role: str, step: Step | None, months: tuple[int, int]) -> None:
        nonlocal known
        known_here = step is None or step.most(part_time=problem.wishes.part_time) is not None
        lasts = Months(min(months), max(months) if known_here else None)
        legs.append(Leg(role, step, Months(min(begins), max(begins) if known else None), lasts))
        known = known and known_here
        begins[0], begins[1] = begins[0] + months[0], begins[1] + months[1]

    while at[0] < len(fast) or at[1] < len(slow):
        stays, role = [0, 0], ""
        for side, lines in enumerate((fast, slow)):
            while at[side] < len(lines) and lines[at[side]][1] is None:
                role, stays[side] = lines[at[side]][0], stays[side] + lines[at[side]][2]
                at[side] += 1
        if stays != [0, 0]:
            add(role, None, (stays[0], stays[1]))
        if at[0] < len(fast):
            (role, number, least), (_, _, most) = fast[at[0]], slow[at[1]]
            add(role, None if number is None else steps[number], (least, most))
            at = [at[0] + 1, at[1] + 1]
    return Way(tuple(legs), Months(begins[0], begins[1] if known else None))


__all__ = ["Answer", "HasRole", "Leg", "Opening", "Planner", "State", "Way", "Wishes"]
