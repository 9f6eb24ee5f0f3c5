"""Who may do what with an offer to share expertise, and how often one may ask for a place."""

from __future__ import annotations

import datetime as dt

from pathways.models import ExpertiseOffer, PlaceRequest
from people.rules import Conflict, NotAllowed

State = ExpertiseOffer.State

# What may follow what; services change an offer's state only through this table.
OFFER_TRANSITIONS: dict[str, dict[str, str]] = {
    "change": {State.OPEN: State.OPEN, State.PAUSED: State.PAUSED, State.HIDDEN: State.HIDDEN},
    "pause": {State.OPEN: State.PAUSED},
    "resume": {State.PAUSED: State.OPEN},
    "withdraw": {State.OPEN: State.WITHDRAWN, State.PAUSED: State.WITHDRAWN, State.HIDDEN: State.WITHDRAWN},
    "hide": {State.OPEN: State.HIDDEN, State.PAUSED: State.HIDDEN},
    "show": {State.HIDDEN: State.OPEN},
}
# What is past its last day is on offer only with a new one.
NOT_AFTER_THE_END = frozenset({"pause", "resume"})
OWNERS = frozenset({"change", "pause", "resume", "withdraw"})
LEARNINGS = frozenset({"hide", "show"})

_SAID = {
    State.OPEN: "This offer is on offer already.",
    State.PAUSED: "This offer is paused.",
    State.HIDDEN: "Learning and Development has hidden this offer. The reason stands on its page.",
    State.WITHDRAWN: "This offer was withdrawn. Make a new one instead.",
}

# Longer than a year and nobody knows any more whether it still holds.
LONGEST = dt.timedelta(days=366)
MOST_PLACES = 200
# Enough to plan with, and few enough that no owner is buried: a person's requests in seven days.
MOST_ASKED = 5
ASKED_WITHIN = dt.timedelta(days=7)
ANSWER_WITHIN = dt.timedelta(days=7)


def next_state(state: str, action: str, *, hidden_from: str = "", has_expired: bool = False) -> str:
    """The state after an action, or a Conflict that says what has happened to the offer.

    What was paused before it was hidden (`hidden_from`) stays paused when it is shown again.
    """
    after = OFFER_TRANSITIONS[action].get(state)
    if after is None:
        raise Conflict(_SAID[State(state)])
    if has_expired and action in NOT_AFTER_THE_END:
        raise Conflict(
            "The last day of this offer has passed, so nobody finds it. Change it and give it a new last day."
        )
    return hidden_from or after if action == "show" else after


def check_can_act(action: str, *, owner_id: int, by_id: int, is_learning: bool) -> None:
    """The owner changes, pauses and withdraws; Learning and Development hides and shows, never its own offers."""
    if action in OWNERS and by_id != owner_id:
        raise NotAllowed("Only the colleague who made this offer can change it.")
    if action in LEARNINGS and not is_learning:
        raise NotAllowed("Only Learning and Development can hide an offer or show it again.")
    if action in LEARNINGS and by_id == owner_id:
        raise NotAllowed("This offer is your own. Pause or withdraw it instead.")


def allowed_actions(
    state: str, *, owner_id: int, by_id: int, is_learning: bool, has_expired: bool = False
) -> list[str]:
    """What this reader may do with an offer in this state; a page shows these and no others."""
    found = []
    for action in OFFER_TRANSITIONS:
        try:
            check_can_act(action, owner_id=owner_id, by_id=by_id, is_learning=is_learning)
            next_state(state, action, has_expired=has_expired)
        except (NotAllowed, Conflict):
            continue
        found.append(action)
    return found


def check_can_ask(
    offer: ExpertiseOffer, *, by_id: int, given: int, has_asked: bool, asked_lately: int, today: dt.date
) -> None:
    """One request a person and offer, while it is on offer and has a place; at most five in seven days."""
    if offer.person_id == by_id:
        raise NotAllowed("This offer is your own.")
    if offer.state != State.OPEN or offer.has_expired(today):
        raise Conflict("This is not on offer any more, so nothing was sent.")
    if has_asked:
        raise Conflict("You have asked for a place already. The answer stands on this page.")
    if given >= offer.places:
        raise Conflict("Every place has been given, so nothing was sent. Look for another offer, or come back later.")
    if asked_lately >= MOST_ASKED:
        raise NotAllowed(
            f"You have asked for {MOST_ASKED} places in the last seven days. Wait for the answers, then ask again."
        )


def check_can_answer(request: PlaceRequest, *, by_id: int, given: int, is_given: bool) -> None:
    """The owner answers once, while whoever asked can read the offer, and gives no more places than there are."""
    if request.offer.person_id != by_id:
        raise NotAllowed("Only the colleague who made this offer can answer.")
    if request.offer.state == State.HIDDEN:
        raise Conflict(_SAID[State.HIDDEN])
    if request.state != PlaceRequest.State.ASKED:
        raise Conflict("This request was answered already.")
    if is_given and given >= request.offer.places:
        raise Conflict("Every place has been given. Offer more places first, or say that there is none.")
