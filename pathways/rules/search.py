"""The fastest way, exactly: a search from the goal back to where the person stands.

What is searched. One thing is done at a time, beside the job; months in a role, waited or spent on a step, count as
experience in it; before any step one may stay longer in the role, in whole months. A way is an order of steps in
which every step's requirements all hold when it begins.

How. A label is "being in this role, with these needs and months still to be met by then". Going back over a step
that gives a needed fact takes the fact off the list and puts the step's own requirements on it; going back over a role
step moves to the role before. A label with nothing left in the role that the person is in is a way. Going
backwards, only steps that something asks for are ever looked at.

Why nothing faster is missed:

* Facts and months only grow, so what the person has at the start never needs to be listed.
* A step that gives nothing asked for later can be replaced by staying in the role as long: the same months, fewer
  steps. Such steps are never in a best way.
* Of two facts asked for, the weaker one is not kept where whatever meets the stronger one meets it too.
* A label is dropped when another in the same role asks for no more, of facts and of each kind of months, and has
  cost no more. Any way on from the dropped label works from the other one too (what it meets beyond what is asked
  does no harm), at no more cost.
* Months to be waited may be moved to the role before if they count there for all that they count for here: earlier
  is early enough for every requirement, and the sum is the same. So one waits here only for months that no role
  before can give, and, where the role before counts for less, tries every number of months up to what is asked.
* Labels are taken in the order of cost so far plus a lower bound of the rest (A*). The bound looks at each single
  role, fact and sum of months: a way contains all steps of a way to any one of them, so it cannot cost less.

The search gives up, with `TooManyLabels`, rather than answer without having finished.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from pathways.rules.bounds import NEVER, Bounds, Item
from pathways.rules.network import CHANGE, MONTH, ROLE_CHANGE, Outstanding, Problem, Variant, bits

# Comparing a label with so many others takes about as long as making one.
COMPARED = 250


class TooManyLabels(Exception):
    """The search would take longer than a page may."""


@dataclass
class Budget:
    """How much work may still be done for one question: a label, or looking through so many others of its role."""

    left: int

    def spend(self, work: int) -> None:
        self.left -= work
        if self.left < 0:
            raise TooManyLabels


@dataclass(frozen=True)
class Found:
    """A way in its order: months to wait at first, then (step, months to wait after it) each.

    `missing` is what would have to be different, in a relaxed problem: needs and months not met, another role.
    """

    cost: int
    wait: int
    moves: tuple[tuple[int, int], ...]
    missing: frozenset[Item]

    @property
    def steps(self) -> frozenset[int]:
        return frozenset(step for step, _ in self.moves)

    @property
    def waits(self) -> bool:
        return self.wait > 0 or any(wait for _, wait in self.moves)


@dataclass(eq=False)
class Label:
    cost: int
    role: int
    needs: int
    months: Outstanding
    passed: int = 0
    after: Label | None = None
    step: int = -1
    wait: int = 0
    missing: frozenset[Item] | None = None
    dropped: bool = False


class Search(Bounds):
    """The search of one problem; `run` finds the best way under a prohibition."""

    def __init__(self, problem: Problem, budget: Budget) -> None:
        super().__init__(problem)
        self.budget = budget

    def run(self, forbidden: frozenset[Item] = frozenset(), *, sequence: tuple[int, ...] | None = None) -> Found | None:
        """The best way without what is forbidden; with `sequence`, the best way of these steps at their longest."""
        if forbidden != self.forbidden:
            self._bound(forbidden)
        self.sequence = sequence
        self.lengths = self.problem.least if sequence is None else self.problem.most
        self.queue: list[tuple[int, int, Label]] = []
        self.best: dict[tuple[int, int], list[Label]] = defaultdict(list)
        self.count = 0
        for goal in self.problem.goals:
            for role in self.path_roles if goal.roles is None else goal.roles & self.path_roles:
                self._add(Label(0, role, self.problem.strongest(goal.needs), goal.experience))
        while self.queue:
            _, _, label = heapq.heappop(self.queue)
            if label.missing is not None:
                return _found(label)
            if label.dropped:
                continue
            self._finish(label)
            if sequence is None or label.passed < len(sequence):
                self._go_back(label)
        return None

    def _add(self, label: Label) -> None:
        """Keep a label unless another is as good in every respect; drop those that it is as good as."""
        bound = max(self.to_role[label.role], self.bound(None, label.needs, ()))
        for kind, left in label.months:
            bound = max(bound, self._bound_of_months(kind, left, label.role))
        if bound >= NEVER:
            return
        kept = self.best[label.role, label.passed]
        self.budget.spend(1 + len(kept) // COMPARED)
        needs, cost, months = label.needs, label.cost, label.months
        for other in kept:
            if other.cost <= cost and not other.needs & ~needs and _asks_no_more(other.months, months):
                return
        for other in kept:
            if cost <= other.cost and not needs & ~other.needs and _asks_no_more(months, other.months):
                other.dropped = True
        kept[:] = [other for other in kept if not other.dropped]
        kept.append(label)
        self.count += 1
        heapq.heappush(self.queue, (label.cost + bound, self.count, label))

    def _finish(self, label: Label) -> None:
        """Whether the person stands here: if the months left can all be waited in this role, it is a way."""
        if self.sequence is not None and label.passed < len(self.sequence):
            return
        cost, missing = label.cost, list[Item]()
        if label.role != self.problem.start:
            missing.append(("role", label.role))
        missing += [("need", need) for need in bits(label.needs)]
        counted, wait = self.problem.counted[label.role], 0
        for kind, left in label.months:
            if counted >> kind & 1:
                wait = max(wait, left)
            else:
                missing.append(("kind", kind))
        if missing:
            if not self.problem.relaxed or not self.forbidden.isdisjoint(missing):
                return
            cost += sum(ROLE_CHANGE if what == "role" else CHANGE for what, _ in missing)
        cost += wait * MONTH
        self.count += 1
        end = Label(cost, label.role, 0, (), after=label, wait=wait, missing=frozenset(missing))
        heapq.heappush(self.queue, (cost, self.count, end))

    def _go_back(self, label: Label) -> None:
        for row in self._before(label):
            if ("step", row.step) in self.forbidden:
                continue
            role_after = self.problem.network.to_role[row.step]
            if role_after is None:
                if row.roles is None or label.role in row.roles:
                    self._over(label, row, label.role, 0)
                continue
            for start in self.starts(row, self.path_roles):
                for wait in self._waits(label, start):
                    self._over(label, row, start, wait)

    def _before(self, label: Label) -> Iterator[Variant]:
        """The steps that may have come just before."""
        if self.sequence is not None:
            last = self.sequence[-1 - label.passed]
            moves = self.problem.network.to_role[last]
            if moves is None or moves == label.role:
                yield from self.rows_of[last]
            return
        yield from self.into.get(label.role, ())
        seen = set[int]()
        for need in bits(label.needs):
            for row in self.suppliers[need]:
                if id(row) not in seen:
                    seen.add(id(row))
                    yield row

    def _waits(self, label: Label, start: int) -> range:
        """How many months to stay in the label's role, having come from `start`."""
        here, before = self.problem.counted[label.role], self.problem.counted[start]
        source = self.sources[start]
        must, may = 0, 0
        for kind, left in label.months:
            if not here >> kind & 1:
                # Months that neither this role nor one before can give: a dead end, unless they may be missing.
                if not source >> kind & 1 and not self.problem.relaxed:
                    return range(0)
                continue
            if not source >> kind & 1:
                must = max(must, left)
            elif not before >> kind & 1:
                may = max(may, left)
        if not may:
            return range(must, must + 1)
        # A month here may serve one kind that the role before counts and one that it does not.
        longest = max(left for kind, left in label.months if here >> kind & 1)
        return range(must, max(must, longest) + 1)

    def _over(self, label: Label, row: Variant, start: int, wait: int) -> None:
        """The label before the step: what it gives is no longer asked for, its months count, what it asks for is."""
        months = dict(label.months)
        if wait:
            _pass(months, self.problem.counted[label.role], wait)
        length = self.lengths[row.step]
        step = self.problem.network.steps[row.step]
        if step.while_working:
            _pass(months, self.problem.counted[start], length)
        for kind, left in row.experience:
            months[kind] = max(left, months.get(kind, 0))
        cost = label.cost + self.problem.price[row.step] + MONTH * (length + wait)
        needs = self.problem.strongest(label.needs & ~self.problem.gives[row.step] | row.needs)
        passed = label.passed + 1 if self.sequence is not None else 0
        self._add(Label(cost, start, needs, tuple(sorted(months.items())), passed, label, row.step, wait))


def _pass(months: dict[int, int], counted: int, length: int) -> None:
    """Take months spent in a role off those still asked for."""
    for kind, left in list(months.items()):
        if counted >> kind & 1:
            if left > length:
                months[kind] = left - length
            else:
                del months[kind]


def _asks_no_more(months: Outstanding, others: Outstanding) -> bool:
    """Whether no more months of any kind are asked for than there."""
    if not months or months == others:
        return True
    asked = dict(others)
    return all(left <= asked.get(kind, 0) for kind, left in months)


def _found(end: Label) -> Found:
    moves: list[tuple[int, int]] = []
    label = end.after or end
    while label.after is not None:
        moves.append((label.step, label.wait))
        label = label.after
    return Found(end.cost, end.wait, tuple(moves), end.missing or frozenset())
