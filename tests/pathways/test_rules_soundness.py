"""What a framework may not say, as tables."""

from __future__ import annotations

import pytest

from pathways.rules.asked import all_of
from pathways.rules.soundness import Asked, Step, automatic_cycle, impossible, needs_roles, orphans, unreachable


def auto(*pairs: tuple[int, int]) -> list[Step]:
    return [Step(source=a, target=b, is_automatic=True) for a, b in pairs]


@pytest.mark.parametrize(
    ("steps", "roles"),
    [
        ([], set()),
        (auto((1, 2), (2, 3)), set()),
        (auto((1, 2), (1, 3), (2, 4), (3, 4)), set()),
        (auto((1, 2), (2, 1)), {1, 2}),
        (auto((9, 1), (1, 2), (2, 3), (3, 1)), {1, 2, 3}),
        ([*auto((1, 2)), Step(source=2, target=1)], set()),
    ],
    ids=["none", "a row", "a diamond", "two", "three behind one", "a panel breaks it"],
)
def test_automatic_steps_run_in_no_ring(steps: list[Step], roles: set[int]) -> None:
    ring = automatic_cycle(steps)
    assert set(ring) == roles
    assert not ring or ring[0] == ring[-1]


def test_a_role_without_a_step_has_to_say_so() -> None:
    steps = [Step(source=1, target=2)]
    assert orphans({1: False, 2: False, 3: False, 4: True}, steps) == {3}


@pytest.mark.parametrize(
    ("steps", "closed"),
    [
        ([Step(1, 2), Step(2, 3)], set()),
        ([Step(1, 2, needs_roles=frozenset({3})), Step(2, 3)], {2, 3}),
        ([Step(1, 2, needs_roles=frozenset({1})), Step(2, 3, needs_roles=frozenset({1, 2}))], set()),
        ([Step(1, 2, needs_roles=frozenset({3})), Step(1, 3), Step(3, 4)], set()),
        ([Step(1, 2, needs_roles=frozenset({3})), Step(1, 2), Step(2, 3)], set()),
    ],
    ids=["open", "asks for what comes after", "asks for what comes before", "another way there", "a second step"],
)
def test_roles_that_nobody_can_reach(steps: list[Step], closed: set[int]) -> None:
    assert unreachable(steps) == closed


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([Asked("level", level=3)], ""),
        ([Asked("role", role=7)], "the very role"),
        ([Asked("experience", role=7, months=12)], "the very role"),
        ([Asked("qualification", award=5)], "the very award"),
        ([Asked("level", level=7)], "a higher level"),
        ([Asked("level", level=7, group=1), Asked("judged", group=1)], ""),
        ([Asked("judged", group=2)], "Alternative 2 has one row only"),
    ],
)
def test_requirements_that_nobody_can_meet(rows: list[Asked], says: str) -> None:
    found = impossible(rows, target=7, awards=frozenset({5}), award_level=6)
    assert len(found) == bool(says)
    assert says in "".join(found)


def test_only_what_has_no_alternative_has_to_be_held() -> None:
    assert needs_roles([Asked("role", role=1), Asked("role", role=2, group=1), Asked("level", level=3)]) == {1}


def test_alternatives_stand_together_where_the_first_of_them_stands() -> None:
    rows = [Asked("a"), Asked("b", group=1), Asked("c"), Asked("d", group=1)]
    assert [[row.kind for row in part] for part in all_of(rows)] == [["a"], ["b", "d"], ["c"]]
