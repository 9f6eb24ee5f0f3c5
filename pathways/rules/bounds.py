"""Which steps can matter to a question, and lower bounds of what is still to come: what makes the search short."""

from __future__ import annotations

import heapq
from collections import defaultdict

from pathways.rules.network import CHANGE, MONTH, ROLE_CHANGE, Outstanding, Problem, Variant, bits

NEVER = 1 << 200

# What may be ruled out or counted as part of a way: ("step", number), ("need", …), ("kind", …), ("role", …).
Item = tuple[str, int]


class Bounds:
    """The roles and steps that may be part of a way, and the least that each role, fact and month can cost."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.variants = problem.variants
        self.members: dict[int, list[int]] = defaultdict(list)
        for role, counted in enumerate(problem.counted):
            for kind in bits(counted):
                self.members[kind].append(role)
        self._index()
        self._bound(frozenset())
        self._keep_relevant()
        self._index()

    def _index(self) -> None:
        """By role, fact and kind of experience: which variants ask for it."""
        self.asking: dict[Item, list[int]] = defaultdict(list)
        self.asked = [0] * len(self.variants)
        for number, row in enumerate(self.variants):
            asked: list[Item] = [("need", need) for need in bits(row.needs)]
            asked += [("kind", kind) for kind, _ in row.experience]
            for item in asked:
                self.asking[item].append(number)
            for role in row.roles or ():
                self.asking["role", role].append(number)
            self.asked[number] = len(asked) + (row.roles is not None)

    def _bound(self, forbidden: frozenset[Item]) -> None:
        """Lower bounds of the cost to be in each role, to hold each fact; NEVER where there is no way at all.

        In the order of cost, as in Dijkstra's algorithm (Knuth's generalisation of it: a step costs no less than each
        of the things that it asks for).
        """
        problem, self.forbidden = self.problem, forbidden
        self.to_role = [NEVER] * len(problem.network.roles)
        self.to_fact = [NEVER] * len(problem.network.needs)
        queue: list[tuple[int, Item]] = [(0, ("role", problem.start))]
        if problem.relaxed:
            queue += [(ROLE_CHANGE, ("role", role)) for role in range(len(self.to_role))]
            queue += [(CHANGE, ("need", need)) for need in range(len(self.to_fact))]
            queue += [(CHANGE, ("kind", kind)) for kind in range(len(problem.network.kinds))]
            queue = [row for row in queue if row[1] not in forbidden or row[0] == 0]
            heapq.heapify(queue)
        waiting, least = list(self.asked), [0] * len(self.variants)
        reached, placed = set[Item](), [False] * len(self.variants)
        ready = [number for number, count in enumerate(waiting) if not count]
        cost = 0
        while True:
            for number in ready:
                self._offer(number, max(cost, least[number]), queue)
            if not queue:
                return
            cost, item = heapq.heappop(queue)
            ready = []
            what, which = item
            if item in reached:
                continue
            reached.add(item)
            if what == "role":
                self.to_role[which] = cost
                for kind in bits(problem.counted[which]):
                    if ("kind", kind) not in reached:
                        heapq.heappush(queue, (cost, ("kind", kind)))
            elif what == "need":
                self.to_fact[which] = cost
            for number in self.asking[item]:
                if what == "role":
                    # Any one of its roles is enough: the first to be reached counts, the others change nothing.
                    if placed[number]:
                        continue
                    placed[number] = True
                elif what == "kind":
                    left = dict(self.variants[number].experience)[which]
                    least[number] = max(least[number], cost + (0 if cost >= CHANGE else MONTH * left))
                waiting[number] -= 1
                if not waiting[number]:
                    ready.append(number)

    def _offer(self, number: int, cost: int, queue: list[tuple[int, Item]]) -> None:
        """Put what a step leads to and gives in the queue."""
        row, problem = self.variants[number], self.problem
        if ("step", row.step) in self.forbidden:
            return
        cost += problem.price[row.step] + MONTH * problem.least[row.step]
        role = problem.network.to_role[row.step]
        if role is not None and self.to_role[role] == NEVER:
            heapq.heappush(queue, (cost, ("role", role)))
        for need in bits(problem.gives[row.step]):
            if self.to_fact[need] == NEVER:
                heapq.heappush(queue, (cost, ("need", need)))

    def bound(self, roles: frozenset[int] | None, needs: int, months: Outstanding) -> int:
        """No way to be in one of the roles with all these met costs less than this."""
        cost = 0 if roles is None else min((self.to_role[role] for role in roles), default=NEVER)
        to_fact = self.to_fact
        while needs:
            lowest = needs & -needs
            needs ^= lowest
            cost = max(cost, to_fact[lowest.bit_length() - 1])
        for kind, left in months:
            cost = max(cost, self._bound_of_months(kind, left))
        return cost

    def _bound_of_months(self, kind: int, left: int, role: int | None = None) -> int:
        """A role that counts has to be reached, so many months to pass, and then the role to be reached from there."""
        reach = min((self.to_role[member] for member in self.members[kind]), default=NEVER)
        cost = min(NEVER, reach + MONTH * left + (0 if role is None else self._way_from(kind).get(role, NEVER)))
        return min(cost, CHANGE) if self.problem.relaxed and ("kind", kind) not in self.forbidden else cost

    def _way_from(self, kind: int) -> dict[int, int]:
        """What role steps alone cost from any role that counts towards the kind to each role.

        The months of a step begun in a role that counts are left out: they are among those asked for.
        """
        if kind not in self.ways_from:
            counted = self.problem.counted
            cost = dict.fromkeys(self.members[kind], 0)
            queue = [(0, role) for role in cost]
            while queue:
                so_far, role = heapq.heappop(queue)
                if so_far > cost[role]:
                    continue
                for row, end in self.moves_from[role]:
                    counts = counted[role] >> kind & 1 and self.problem.network.steps[row.step].while_working
                    months = 0 if counts else self.problem.least[row.step]
                    total = so_far + self.problem.price[row.step] + MONTH * months
                    if total < cost.get(end, NEVER):
                        cost[end] = total
                        heapq.heappush(queue, (total, end))
            self.ways_from[kind] = cost
        return self.ways_from[kind]

    def _keep_relevant(self) -> None:
        """Keep the roles from which a goal role can be reached by role steps, and the steps asked for on such ways."""
        problem, to_role = self.problem, self.problem.network.to_role
        possible = [row for row in self.variants if self.bound(row.roles, row.needs, row.experience) < NEVER]
        into: dict[int, list[Variant]] = defaultdict(list)
        for row in possible:
            role = to_role[row.step]
            if role is not None:
                into[role].append(row)
        reached = [role for role, cost in enumerate(self.to_role) if cost < NEVER]
        wanted, asked = list[int](), 0
        for goal in problem.goals:
            wanted += reached if goal.roles is None else [role for role in goal.roles if self.to_role[role] < NEVER]
            asked |= goal.needs
        self.path_roles = set(wanted)
        while wanted:
            for row in into[wanted.pop()]:
                asked |= row.needs
                fresh = self.starts(row, reached) - self.path_roles
                self.path_roles |= fresh
                wanted += fresh
        self.into = {role: rows for role, rows in into.items() if role in self.path_roles}
        self._keep_suppliers(possible, asked)
        self._keep_sources()

    def starts(self, row: Variant, reached: list[int] | set[int]) -> set[int]:
        """The roles in which a variant can begin."""
        rows = reached if row.roles is None else row.roles
        return {role for role in rows if self.to_role[role] < NEVER}

    def _keep_suppliers(self, possible: list[Variant], asked: int) -> None:
        courses = [
            row
            for row in possible
            if self.problem.network.to_role[row.step] is None
            and (row.roles is None or not self.path_roles.isdisjoint(row.roles))
        ]
        self.suppliers: dict[int, list[Variant]] = defaultdict(list)
        kept = dict[Variant, None]()
        done = 0
        while fresh := asked & ~done:
            done |= fresh
            for row in courses:
                if self.problem.gives[row.step] & fresh and row not in kept:
                    kept[row] = None
                    asked |= row.needs
        for row in kept:
            for need in bits(self.problem.gives[row.step]):
                self.suppliers[need].append(row)
        moves = [row for rows in self.into.values() for row in rows]
        self.variants = [*kept, *moves]
        self.rows_of: dict[int, list[Variant]] = defaultdict(list)
        for row in self.variants:
            self.rows_of[row.step].append(row)

    def _keep_sources(self) -> None:
        """By role: the kinds of experience that can have been gained by then, in it or in a role before."""
        counted = self.problem.counted
        self.sources = [0] * len(counted)
        for role in self.path_roles:
            self.sources[role] = counted[role]
        self.moves_from: dict[int, list[tuple[Variant, int]]] = defaultdict(list)
        for role, rows in self.into.items():
            for row in rows:
                for start in self.starts(row, self.path_roles):
                    self.moves_from[start].append((row, role))
        self.ways_from: dict[int, dict[int, int]] = {}
        moves = [(start, role) for start, rows in self.moves_from.items() for _, role in rows]
        changed = True
        while changed:
            changed = False
            for start, role in moves:
                more = self.sources[role] | self.sources[start]
                if more != self.sources[role]:
                    self.sources[role] = more
                    changed = True
