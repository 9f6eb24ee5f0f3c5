"""The two who own a plan, and what each may do with it as a whole."""

from __future__ import annotations

from collections.abc import Collection

from induction.models import InductionPlan, WaitingOn
from people.rules import Conflict, NotAllowed

PlanState = InductionPlan.State

# What may follow what; services change a plan's state only through this table.
PLAN_TRANSITIONS: dict[str, dict[str, str]] = {
    "agree": {PlanState.AGREEING: PlanState.ACTIVE},
    "reopen_agreement": {PlanState.AGREEING: PlanState.AGREEING},
    "pause": {PlanState.ACTIVE: PlanState.PAUSED, PlanState.AGREEING: PlanState.PAUSED},
    "resume": {PlanState.PAUSED: PlanState.ACTIVE},
    "resume_agreeing": {PlanState.PAUSED: PlanState.AGREEING},
    "extend": {PlanState.ACTIVE: PlanState.ACTIVE, PlanState.AGREEING: PlanState.AGREEING},
    "move": {PlanState.ACTIVE: PlanState.ACTIVE, PlanState.AGREEING: PlanState.AGREEING},
    "complete": {PlanState.ACTIVE: PlanState.COMPLETED},
    "stop": {PlanState.ACTIVE: PlanState.STOPPED, PlanState.AGREEING: PlanState.STOPPED},
    "leave": {
        PlanState.ACTIVE: PlanState.STOPPED,
        PlanState.AGREEING: PlanState.STOPPED,
        PlanState.PAUSED: PlanState.STOPPED,
    },
}


def side_of(*, person_id: int, by_id: int, managers: Collection[int]) -> WaitingOn | None:
    """Which side of the pair this person stands on today; nobody is ever the manager of their own plan."""
    if by_id == person_id:
        return WaitingOn.PERSON
    return WaitingOn.MANAGER if by_id in managers else None


def other_side(side: str) -> WaitingOn:
    return WaitingOn.MANAGER if side == WaitingOn.PERSON else WaitingOn.PERSON


def check_is_of_pair(side: WaitingOn | None) -> WaitingOn:
    """Only the two may act on a plan."""
    if side is None:
        raise NotAllowed("Only the starter and their line manager, or whoever covers for the manager, can do this.")
    return side


def check_is_manager(side: WaitingOn | None, what: str) -> None:
    if side != WaitingOn.MANAGER:
        raise NotAllowed(f"Only the line manager can {what}. Ask them, or talk about it at your next supervision.")


def next_plan_state(state: str, action: str) -> str:
    """The state after an action, or a Conflict that says what has happened to the plan."""
    after = PLAN_TRANSITIONS[action].get(state)
    if after is None:
        raise Conflict(
            {
                PlanState.AGREEING: "This plan is not agreed yet, so this cannot be done.",
                PlanState.ACTIVE: "This plan is already under way.",
                PlanState.PAUSED: "This plan is paused. Resume it first.",
                PlanState.COMPLETED: "This plan has been completed and can no longer be changed.",
                PlanState.STOPPED: "This plan was stopped and can no longer be changed.",
            }[PlanState(state)]
        )
    return after


def check_can_work_on(plan_state: str) -> None:
    """Items and reviews move while the plan is being agreed or under way."""
    if plan_state == PlanState.PAUSED:
        raise Conflict("This plan is paused, so nothing is due and nothing can be signed. Resume it first.")
    if plan_state in {PlanState.COMPLETED, PlanState.STOPPED}:
        next_plan_state(plan_state, "extend")


def check_can_agree(plan: InductionPlan, *, side: WaitingOn | None, revision: int) -> WaitingOn:
    """Both agree the same revision, in either order."""
    side = check_is_of_pair(side)
    if plan.state != PlanState.AGREEING:
        raise Conflict("Both of you have already agreed this plan.")
    if revision != plan.revision:
        raise Conflict("The plan changed after you opened it. Read it again, then agree it.")
    agreed = plan.person_agreed_revision if side == WaitingOn.PERSON else plan.manager_agreed_revision
    if agreed == plan.revision:
        raise Conflict("You have already agreed this version of the plan. It now waits for the other signature.")
    return side
