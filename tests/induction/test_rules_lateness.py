"""What is late in an induction, as a table: whoever has it now is past the day that they were given."""

from __future__ import annotations

import datetime as dt

import pytest

from induction import rules
from induction.models import Checkpoint, InductionPlan, Review

TODAY = dt.date(2026, 11, 25)
PAST, TO_COME = TODAY - dt.timedelta(days=3), TODAY + dt.timedelta(days=3)


def plan(state: str = "active", agree_by: dt.date = PAST) -> InductionPlan:
    return InductionPlan(state=state, agree_by=agree_by)


@pytest.mark.parametrize(
    ("state", "due", "answer_by", "day"),
    [
        ("to_do", PAST, None, PAST),
        ("to_do", TO_COME, None, TO_COME),
        # A proposal waits for an answer; the item itself keeps its own day.
        ("to_do", PAST, TO_COME, PAST),
        # Ready in time or not, it is the other who has it now.
        ("ready", PAST, TO_COME, TO_COME),
        ("ready", TO_COME, PAST, PAST),
        ("held", PAST, TO_COME, TO_COME),
        ("planned", PAST, None, PAST),
    ],
)
def test_the_day_that_counts_is_that_of_whoever_has_it(
    state: str, due: dt.date, answer_by: dt.date | None, day: dt.date
) -> None:
    kind = Review if state in Review.State.values else Checkpoint
    assert rules.day_of(kind(state=state, due_date=due, answer_by=answer_by)) == day


@pytest.mark.parametrize(
    ("fields", "late"),
    [
        ({"state": "to_do", "due_date": PAST}, 1),
        ({"state": "to_do", "due_date": TODAY}, 0),
        ({"state": "ready", "due_date": PAST, "answer_by": TODAY}, 0),
        ({"state": "ready", "due_date": PAST, "answer_by": PAST}, 1),
        ({"state": "signed_off", "due_date": PAST}, 0),
        ({"state": "dropped", "due_date": PAST}, 0),
        ({"state": "to_do", "due_date": PAST, "is_agreement": True}, 1),
        # The line manager has not answered the starter's proposal; one of the manager's goes up to nobody.
        ({"state": "to_do", "due_date": TO_COME, "drop_proposed_by": "person", "answer_by": PAST}, 1),
        ({"state": "to_do", "due_date": TO_COME, "drop_proposed_by": "manager", "answer_by": PAST}, 0),
    ],
)
def test_items_that_are_late(fields: dict[str, object], late: int) -> None:
    assert rules.count_late(plan(), [Checkpoint(**fields)], [], today=TODAY) == late


@pytest.mark.parametrize(
    ("fields", "late"),
    [
        ({"state": "planned", "due_date": PAST}, 1),
        ({"state": "held", "due_date": PAST, "answer_by": TODAY}, 0),
        ({"state": "held", "due_date": PAST, "answer_by": PAST}, 1),
        ({"state": "signed", "due_date": PAST}, 0),
    ],
)
def test_reviews_that_are_late(fields: dict[str, object], late: int) -> None:
    assert rules.count_late(plan(), [], [Review(**fields)], today=TODAY) == late


@pytest.mark.parametrize(
    ("state", "agree_by", "late"),
    [
        # The item that the agreement completes is not counted beside it.
        ("agreeing", PAST, 2),
        ("agreeing", TODAY, 1),
        ("active", PAST, 2),
        ("paused", PAST, 0),
        ("completed", PAST, 0),
        ("stopped", PAST, 0),
    ],
)
def test_a_plan_has_late_things_while_its_clock_runs(state: str, agree_by: dt.date, late: int) -> None:
    items = [
        Checkpoint(state="to_do", due_date=PAST),
        Checkpoint(state="to_do", due_date=PAST, is_agreement=True),
    ]
    assert rules.count_late(plan(state, agree_by), items, [], today=TODAY) == late
