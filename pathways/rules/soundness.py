"""What a career framework may not say: cycles of automatic steps, roles nobody can reach, requirements nobody can meet.

Plain functions over plain values, so that a page can ask them of a change before it is saved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from graphlib import CycleError, TopologicalSorter


@dataclass(frozen=True)
class Step:
    """A step as the checks need it; keys of roles are whatever the caller uses."""

    source: int
    target: int
    is_automatic: bool = False
    needs_roles: frozenset[int] = field(default_factory=frozenset)
    """Roles that every way through this step asks to have been in."""


def automatic_cycle(steps: Iterable[Step]) -> list[int]:
    """The roles of a cycle of automatic steps, from the first round to itself; empty when there is none.

    Whoever enters such a cycle would be moved on for ever.
    """
    before: dict[int, set[int]] = {}
    for step in steps:
        if step.is_automatic:
            before.setdefault(step.target, set()).add(step.source)
    try:
        TopologicalSorter(before).prepare()
    except CycleError as found:
        return list(found.args[1])
    return []


def orphans(roles: Mapping[int, bool], steps: Iterable[Step]) -> set[int]:
    """Roles without any step that do not say so; `roles` tells of each whether it stands alone on purpose."""
    linked = {role for step in steps for role in (step.source, step.target)}
    return {role for role, stands_alone in roles.items() if not stands_alone} - linked


def unreachable(steps: Sequence[Step]) -> set[int]:
    """Roles that steps lead to and that nobody can reach, because each step there asks for time in a role beyond it.

    Roles that no step leads to are where people come in from outside.
    """
    targets = {step.target for step in steps}
    reached = {step.source for step in steps} - targets
    while True:
        more = {
            step.target for step in steps if step.source in reached and step.needs_roles <= reached | {step.source}
        } - reached
        if not more:
            return targets - reached
        reached |= more


@dataclass(frozen=True)
class Asked:
    """A requirement as the checks need it."""

    kind: str
    group: int | None = None
    level: int | None = None
    months: int | None = None
    role: int | None = None
    award: int | None = None


def needs_roles(asked: Iterable[Asked]) -> frozenset[int]:
    """The roles that have to have been held: those that stand alone, not those among alternatives."""
    return frozenset(row.role for row in asked if row.role is not None and row.group is None)


def impossible(
    asked: Sequence[Asked], *, target: int | None = None, awards: frozenset[int] = frozenset(), award_level: int = 0
) -> list[str]:
    """Why nobody can meet these requirements; empty when somebody can.

    `target` is the role that the step leads to or that the row belongs to; `awards` are what the route itself gives.
    A single alternative that cannot be met is an error too: it helps nobody.
    """
    found = []
    for row in asked:
        if target is not None and row.role == target:
            found.append("It asks for time in the very role that it leads to.")
        if row.award is not None and row.award in awards:
            found.append("It asks for the very award that the route leads to.")
    groups: dict[int, int] = {}
    for row in asked:
        if row.group is not None:
            groups[row.group] = groups.get(row.group, 0) + 1
    found += [
        f"Alternative {group} has one row only: leave its number empty, or add what else would do."
        for group, count in sorted(groups.items())
        if count == 1
    ]
    if award_level and any(row.level and row.level > award_level and row.group is None for row in asked):
        found.append(f"It asks for a higher level than the one that it leads to (Level {award_level}).")
    return list(dict.fromkeys(found))
