"""Who may do what to a CPD plan: the person plans and says what came of it, the line manager confirms in a review."""

from __future__ import annotations

import datetime as dt

from pathways.models import CpdGoal
from people.rules import Conflict, NotAllowed

State = CpdGoal.State

# What may follow what; services change a goal's state only through this table.
GOAL_TRANSITIONS: dict[str, dict[str, str]] = {
    "change": {State.OPEN: State.OPEN},
    "say_met": {State.OPEN: State.SAID_MET},
    "say_not_met": {State.OPEN: State.SAID_NOT_MET},
    "reopen": {State.SAID_MET: State.OPEN, State.SAID_NOT_MET: State.OPEN},
    "drop": {State.OPEN: State.DROPPED},
    "confirm": {State.SAID_MET: State.MET, State.SAID_NOT_MET: State.NOT_MET},
    "hand_back": {State.SAID_MET: State.OPEN, State.SAID_NOT_MET: State.OPEN},
}
OWNS = frozenset({"change", "say_met", "say_not_met", "reopen", "drop"})

_SAID = {
    State.OPEN: "This goal is open: nothing was said about it, or it was opened again.",
    State.SAID_MET: "This goal is said to be met and waits for the review. Open it again first.",
    State.SAID_NOT_MET: "This goal is said not to be met and waits for the review. Open it again first.",
    State.MET: "This goal was confirmed as met in a review, and stays as it is.",
    State.NOT_MET: "This goal was confirmed as not met in a review, and stays as it is.",
    State.DROPPED: "This goal was dropped, and stays as it is.",
}

# A review once a year; a plan may look five years ahead.
REVIEW_EVERY = dt.timedelta(days=365)
FURTHEST = dt.timedelta(days=5 * 366)


def next_state(state: str, action: str) -> str:
    """The state after an action, or a Conflict that says what has happened to the goal."""
    after = GOAL_TRANSITIONS[action].get(state)
    if after is None:
        raise Conflict(_SAID[State(state)])
    return after


def goal_actions(state: str, *, is_own: bool) -> list[str]:
    """What the person may do with a goal in this state; the manager acts in the review alone."""
    return [action for action, table in GOAL_TRANSITIONS.items() if is_own and action in OWNS and state in table]


def check_can_plan(*, person_id: int, by_id: int) -> None:
    """The plan is the person's: they alone write, share and say what came of it."""
    if by_id != person_id:
        raise NotAllowed("Only the person whose plan this is can change it. Talk about it at your next supervision.")


def check_can_review(*, person_id: int, by_id: int, managers: frozenset[int], is_shared: bool) -> None:
    """The line manager or whoever covers reviews a plan that is shared; nobody reviews their own."""
    if by_id == person_id:
        raise NotAllowed("Your line manager reviews your plan. Share it with them, and ask for a day.")
    if not is_shared or by_id not in managers:
        raise NotAllowed("Only the line manager, or whoever covers for them, can review a plan that is shared.")
