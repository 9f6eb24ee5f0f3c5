"""The framework in the form that a search can walk quickly: numbers, and sets as the bits of a number.

A `Network` is made once of a framework and serves every question; a `Problem` is one question put to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product

from pathways.rules.facts import (
    NO_ROLE,
    Facts,
    HasExperience,
    HasRole,
    Held,
    Person,
    Requirement,
    counted_roles,
    implies,
    is_held,
    months_counted,
)
from pathways.rules.framework import NOT_CERTAIN, Block, Framework, Gate, Step, blocked

# A cost is one number whose fields stand in the order in which ways are compared: first what would have to change
# (nothing, in a possible way), then steps of unknown length, months, and between equals how much longer it may
# take, how much of it is not certain, how many posts have to come up, and how many steps there are. Sums of such
# numbers compare as the fields do, as long as no field runs over; `LIMIT` keeps months far below that.
STEP = 1
VACANCY = STEP << 12
NOT_SURE = VACANCY << 12
SPREAD = NOT_SURE << 12
MONTH = SPREAD << 24
UNKNOWN = MONTH << 24
CHANGE = UNKNOWN << 12
ROLE_CHANGE = CHANGE << 12
# No single length may be longer than 80 years.
LIMIT = 960

Outstanding = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Variant:
    """A step with one choice made for each of its any-of requirements: all of these must hold together."""

    step: int
    # The roles in which it can begin; None: in any, and without one.
    roles: frozenset[int] | None
    needs: int
    # (kind of experience, months) each.
    experience: Outstanding


@dataclass(frozen=True)
class Choice:
    """What a conjunction of needs asks for."""

    roles: frozenset[int] | None
    needs: int
    experience: Outstanding


class Network:
    """Roles, needs and kinds of experience of a framework, numbered."""

    def __init__(self, framework: Framework) -> None:
        self.framework = framework
        self.steps = framework.steps
        self.roles = [NO_ROLE, *(role.key for role in framework.roles)]
        self.role_number = {role: number for number, role in enumerate(self.roles)}
        self.needs: list[Held] = []
        self.need_number: dict[Held, int] = {}
        self.kinds: list[HasExperience] = []
        self.kind_number: dict[tuple[frozenset[str], frozenset[str]], int] = {}
        self.variants: list[Variant] = []
        for number, step in enumerate(self.steps):
            _check_lengths(step)
            for choice in self.choices(step.requires):
                self.variants.append(Variant(number, choice.roles, choice.needs, choice.experience))
        self.to_role = [None if step.role_after is None else self.role_number[step.role_after] for step in self.steps]
        self.gives = [0] * len(self.steps)
        self.learned = 0
        # By need: the others that it implies; and which needs imply any.
        self.implied: list[int] = []
        self.implying = 0
        self.learn()

    def learn(self) -> None:
        """Find which steps meet the needs that are new: a goal may name some that no step asks for."""
        if self.learned == len(self.needs):
            return
        for number in range(self.learned, len(self.needs)):
            for step, row in enumerate(self.steps):
                if is_held(self.needs[number], row.gives):
                    self.gives[step] |= 1 << number
        self.learned = len(self.needs)
        self.implied = [
            sum(1 << weaker for weaker, other in enumerate(self.needs) if weaker != number and implies(need, other))
            for number, need in enumerate(self.needs)
        ]
        self.implying = sum(1 << number for number, weaker in enumerate(self.implied) if weaker)

    def choices(self, requirements: Iterable[Requirement]) -> list[Choice]:
        """Every way to choose one alternative of each requirement, without those that ask for more than another."""
        alternatives: list[list[Choice]] = []
        for requirement in requirements:
            roles = frozenset(
                self.role_number[role]
                for need in requirement.any_of
                if isinstance(need, HasRole)
                for role in need.roles
                if role in self.role_number
            )
            # Naming several roles is one alternative: which of them it is does not need a choice.
            rows = [Choice(roles, 0, ())] if roles else []
            rows += [self._choice(need) for need in requirement.any_of if not isinstance(need, HasRole)]
            alternatives.append(rows)
        made = {_together(parts) for parts in product(*alternatives)}
        return sorted((row for row in made if row.roles != frozenset()), key=repr)

    def _choice(self, need: Held | HasExperience) -> Choice:
        if isinstance(need, HasExperience):
            return Choice(None, 0, ((self._kind(need), need.months),))
        return Choice(None, 1 << self._need(need), ())

    def _need(self, need: Held) -> int:
        if need not in self.need_number:
            self.need_number[need] = len(self.needs)
            self.needs.append(need)
        return self.need_number[need]

    def _kind(self, need: HasExperience) -> int:
        key = (counted_roles(need, self.framework.stages), need.stages)
        if key not in self.kind_number:
            self.kind_number[key] = len(self.kinds)
            self.kinds.append(need)
        return self.kind_number[key]

    def bits_given(self, facts: Facts) -> int:
        """The needs that these facts meet."""
        return sum(1 << number for number, need in enumerate(self.needs) if is_held(need, facts))


def _check_lengths(step: Step) -> None:
    """Refuse lengths that cannot be: the search relies on time never running backwards."""
    lengths = [step.months.least, step.least(part_time=True)] if step.months else []
    if step.months and step.months.most is not None:
        lengths += [step.months.most - step.months.least, step.months.most, step.most(part_time=True) or 0]
    if any(not 0 <= months <= LIMIT for months in lengths):
        raise ValueError(f"{step.name}: its length must run from 0 to {LIMIT} months, the least first.")


def _together(parts: tuple[Choice, ...]) -> Choice:
    roles: frozenset[int] | None = None
    needs, experience = 0, dict[int, int]()
    for part in parts:
        if part.roles is not None:
            roles = part.roles if roles is None else roles & part.roles
        needs |= part.needs
        for kind, months in part.experience:
            experience[kind] = max(months, experience.get(kind, 0))
    return Choice(roles, needs, tuple(sorted(experience.items())))


def bits(number: int) -> Iterator[int]:
    """The places of the bits that are set."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest


@dataclass(frozen=True)
class Wishes:
    """How the person wants to go about it."""

    part_time: bool = False
    no_degree: bool = False


@dataclass
class Problem:
    """One question: a person, a goal, wishes. With `relaxed`, what bars the way costs a change instead."""

    network: Network
    person: Person
    goal: tuple[Requirement, ...]
    wishes: Wishes
    relaxed: bool = False

    start: int = field(init=False)
    goals: list[Choice] = field(init=False)
    blocks: list[Block | None] = field(init=False)
    price: list[int] = field(init=False)
    least: list[int] = field(init=False)
    most: list[int] = field(init=False)
    # By role: the kinds of experience that its months count towards, as bits.
    counted: list[int] = field(init=False)
    done_months: list[int] = field(init=False)

    def __post_init__(self) -> None:
        network, person = self.network, self.person
        if person.role not in network.role_number:
            raise ValueError(f"The framework has no role {person.role}.")
        self.start = network.role_number[person.role]
        goals = network.choices(self.goal)
        network.learn()
        have = network.bits_given(person.facts)
        stages = network.framework.stages
        self.done_months = [months_counted(kind, person, stages) for kind in network.kinds]
        self.counted = self._counted(stages)
        self.blocks = [
            blocked(step, part_time=self.wishes.part_time, no_degree=self.wishes.no_degree) for step in network.steps
        ]
        self.least = [step.least(part_time=self.wishes.part_time) for step in network.steps]
        self.most = [
            least if (most := step.most(part_time=self.wishes.part_time)) is None else most
            for step, least in zip(network.steps, self.least, strict=True)
        ]
        self.price = [self._price(number) for number in range(len(network.steps))]
        self.goals = [self._left(row, have) for row in goals]
        self.variants: list[Variant] = []
        for row in network.variants:
            if self.blocks[row.step] and not self.relaxed:
                continue
            left = self._left(Choice(row.roles, row.needs, row.experience), have)
            self.variants.append(Variant(row.step, left.roles, left.needs, left.experience))
        self.gives = [given & ~have for given in network.gives]

    def _counted(self, stages: dict[str, str]) -> list[int]:
        counted = [0] * len(self.network.roles)
        for number, kind in enumerate(self.network.kinds):
            for role in counted_roles(kind, stages):
                if role in self.network.role_number:
                    counted[self.network.role_number[role]] |= 1 << number
        return counted

    def _left(self, row: Choice, have: int) -> Choice:
        """What of a choice is not met at the start already: facts and months are never lost, so it stays met."""
        experience = tuple(
            (kind, months - self.done_months[kind])
            for kind, months in row.experience
            if months > self.done_months[kind]
        )
        return Choice(row.roles, row.needs & ~have, experience)

    def _price(self, number: int) -> int:
        """What a step costs, its months apart."""
        step = self.network.steps[number]
        price = STEP + SPREAD * (self.most[number] - self.least[number])
        price += UNKNOWN * step.is_unknown + NOT_SURE * (step.state in NOT_CERTAIN)
        price += VACANCY * (step.gate is Gate.VACANCY)
        return price + (CHANGE if self.blocks[number] else 0)

    def strongest(self, needs: int) -> int:
        """The needs without those that another of them implies (level 3 goes with level 4)."""
        for need in bits(needs & self.network.implying):
            # What stands for another has gone already where the other implies it in turn.
            if needs >> need & 1:
                needs &= ~self.network.implied[need]
        return needs
