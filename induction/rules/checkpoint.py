"""Who may do what to an item, in which state (ruling 9: who signs follows from who owns it)."""

from __future__ import annotations

from collections.abc import Callable

from induction.models import Checkpoint, InductionPlan, Owner, WaitingOn
from induction.rules.pair import check_can_work_on, check_is_of_pair, other_side
from people.rules import Conflict, NotAllowed

State = Checkpoint.State

# What may follow what; services change an item's state only through this table.
CHECKPOINT_TRANSITIONS: dict[str, dict[str, str]] = {
    "agree": {State.TO_DO: State.SIGNED_OFF, State.READY: State.SIGNED_OFF},
    "mark_ready": {State.TO_DO: State.READY},
    "sign_off": {State.READY: State.SIGNED_OFF},
    "hand_back": {State.READY: State.TO_DO},
    "change": {State.TO_DO: State.TO_DO, State.READY: State.TO_DO},
    "propose_drop": {State.TO_DO: State.TO_DO, State.READY: State.READY},
    "refuse_drop": {State.TO_DO: State.TO_DO, State.READY: State.READY},
    "drop": {State.TO_DO: State.DROPPED, State.READY: State.DROPPED},
    "undo": {State.SIGNED_OFF: State.TO_DO, State.READY: State.TO_DO, State.DROPPED: State.TO_DO},
}


def waiting_on(*, owner: str, state: str, first_side: str = "") -> WaitingOn:
    """Which side holds an item: the owner first, then the other side for the second signature."""
    if state in {State.SIGNED_OFF, State.DROPPED}:
        return WaitingOn.NOBODY
    if state == State.READY:
        return other_side(first_side or owner)
    return WaitingOn(owner)


def next_state(checkpoint: Checkpoint, action: str) -> str:
    """The state after an action, or a Conflict that says what has happened meanwhile."""
    after = CHECKPOINT_TRANSITIONS[action].get(checkpoint.state)
    if after is None:
        raise Conflict(
            {
                State.TO_DO: "This item is not ready for a signature. It may have been handed back or changed.",
                State.READY: "This item has already been marked as ready and waits for the other signature.",
                State.SIGNED_OFF: "This item has already been signed off.",
                State.DROPPED: "This item was dropped from the plan.",
            }[State(checkpoint.state)]
        )
    return after


def is_for_agreement(checkpoint: Checkpoint, *, plan_state: str) -> bool:
    """Whether the two agreements of the plan are the two signatures on this item, and it waits for them."""
    return checkpoint.is_agreement and plan_state == InductionPlan.State.AGREEING


def _check_is_no_agreement(checkpoint: Checkpoint, plan_state: str) -> None:
    if is_for_agreement(checkpoint, plan_state=plan_state):
        raise NotAllowed("Agree the plan instead: when both of you have, this item is signed off with it.")


def check_can_mark_ready(checkpoint: Checkpoint, *, side: WaitingOn | None, plan_state: str) -> WaitingOn:
    """The owner signs first; of an item for both, either may."""
    side = check_is_of_pair(side)
    check_can_work_on(plan_state)
    next_state(checkpoint, "mark_ready")
    _check_is_no_agreement(checkpoint, plan_state)
    if checkpoint.owner not in {Owner.BOTH, side}:
        raise NotAllowed(
            "This item is the line manager's to do. You will be asked to confirm it."
            if side == WaitingOn.PERSON
            else "The starter marks this item as ready. You sign it off after that."
        )
    return side


def check_can_sign_off(checkpoint: Checkpoint, *, side: WaitingOn | None, plan_state: str) -> WaitingOn:
    """The other side signs second, on the same text; nobody signs for themself."""
    side = check_is_of_pair(side)
    check_can_work_on(plan_state)
    next_state(checkpoint, "sign_off")
    _check_is_no_agreement(checkpoint, plan_state)
    if checkpoint.waiting_on != side:
        raise NotAllowed("You have already signed this item. The other signature must come from the other person.")
    return side


def check_can_hand_back(checkpoint: Checkpoint, *, side: WaitingOn | None, plan_state: str) -> WaitingOn:
    """Whoever is asked for the second signature may hand the item back, with a reason."""
    side = check_is_of_pair(side)
    check_can_work_on(plan_state)
    next_state(checkpoint, "hand_back")
    if checkpoint.waiting_on != side:
        raise NotAllowed("Only the person whose signature is asked for can hand this item back.")
    return side


def check_can_change(checkpoint: Checkpoint, *, side: WaitingOn | None, plan_state: str) -> WaitingOn:
    """Either may adapt an open item; a first signature on the old text is cleared."""
    side = check_is_of_pair(side)
    check_can_work_on(plan_state)
    next_state(checkpoint, "change")
    if checkpoint.is_mandatory and side != WaitingOn.MANAGER:
        raise NotAllowed("This item is mandatory. Only the line manager can change it.")
    return side


def check_can_propose_drop(checkpoint: Checkpoint, *, side: WaitingOn | None, plan_state: str) -> WaitingOn:
    """Either may propose to drop an item that is not mandatory; the other answers."""
    side = check_is_of_pair(side)
    check_can_work_on(plan_state)
    next_state(checkpoint, "propose_drop")
    if checkpoint.is_mandatory:
        raise NotAllowed("This item is mandatory. Only the line manager can drop it, with a reason.")
    if checkpoint.drop_proposed_by:
        raise Conflict("Someone has already proposed to drop this item. It waits for an answer.")
    return side


def check_can_answer_drop(checkpoint: Checkpoint, *, side: WaitingOn | None, plan_state: str) -> WaitingOn:
    """The other side accepts or refuses a proposal to drop."""
    side = check_is_of_pair(side)
    check_can_work_on(plan_state)
    if not checkpoint.drop_proposed_by:
        raise Conflict("Nobody proposes to drop this item any more.")
    next_state(checkpoint, "refuse_drop")
    if checkpoint.drop_proposed_by == side:
        raise NotAllowed("You made this proposal. The other person answers it.")
    return side


def check_can_drop(checkpoint: Checkpoint, *, side: WaitingOn | None, plan_state: str) -> WaitingOn:
    """A mandatory item leaves a plan only by the line manager's decision, with a reason."""
    side = check_is_of_pair(side)
    check_can_work_on(plan_state)
    next_state(checkpoint, "drop")
    if side != WaitingOn.MANAGER or not checkpoint.is_mandatory:
        raise NotAllowed(
            "Only the line manager can drop a mandatory item."
            if checkpoint.is_mandatory
            else "Propose to drop this item; the other person then agrees or refuses."
        )
    return side


def check_can_undo(
    checkpoint: Checkpoint, *, side: WaitingOn | None, plan_state: str, last_side: str | None
) -> WaitingOn:
    """Whoever made the last decision on an item may undo it while the plan is open; the past stays as a row."""
    side = check_is_of_pair(side)
    check_can_work_on(plan_state)
    if checkpoint.state == State.TO_DO:
        raise Conflict("There is no signature to undo on this item.")
    if checkpoint.is_agreement and checkpoint.state == State.SIGNED_OFF:
        raise NotAllowed("Both of you have agreed the plan, and this item with it. That stands.")
    if last_side != side:
        raise NotAllowed("Only whoever made this decision, or stands in their place today, can undo it.")
    return side


def asked_action(checkpoint: Checkpoint, *, side: WaitingOn | None, plan_state: str) -> str:
    """What a side is asked to do with an item of a plan that runs, or nothing: `answer_drop`, `sign_off`, `mark_ready`.

    The first of these among `allowed_actions`, told from whom the item waits on: for lists of many items.
    """
    if side is None or checkpoint.state not in (State.TO_DO, State.READY):
        return ""
    if checkpoint.drop_proposed_by and checkpoint.drop_proposed_by != side:
        return "answer_drop"
    if checkpoint.waiting_on not in (side, WaitingOn.BOTH) or is_for_agreement(checkpoint, plan_state=plan_state):
        return ""
    return "sign_off" if checkpoint.state == State.READY else "mark_ready"


def allowed_actions(
    checkpoint: Checkpoint, *, side: WaitingOn | None, plan_state: str, last_side: str | None
) -> list[str]:
    """What the page offers, from the same checks that the services make."""

    def undo(item: Checkpoint, *, side: WaitingOn | None, plan_state: str) -> WaitingOn:
        return check_can_undo(item, side=side, plan_state=plan_state, last_side=last_side)

    checks: dict[str, Callable[..., WaitingOn]] = {
        "mark_ready": check_can_mark_ready,
        "sign_off": check_can_sign_off,
        "hand_back": check_can_hand_back,
        "change": check_can_change,
        "propose_drop": check_can_propose_drop,
        "answer_drop": check_can_answer_drop,
        "drop": check_can_drop,
        "undo": undo,
    }
    return [name for name, check in checks.items() if _passes(check, checkpoint, side, plan_state)]


def _passes(check: Callable[..., WaitingOn], checkpoint: Checkpoint, side: WaitingOn | None, plan_state: str) -> bool:
    try:
        check(checkpoint, side=side, plan_state=plan_state)
    except (NotAllowed, Conflict):
        return False
    return True
