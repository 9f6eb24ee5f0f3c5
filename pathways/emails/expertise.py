"""Messages about offers to share expertise."""

from __future__ import annotations

import datetime as dt

from notifications.kinds import MessageKind
from pathways.emails.sending import LOG_TITLE, send
from pathways.models import ExpertiseOffer, PlaceRequest
from pathways.reading import has_offer

KINDS = (
    MessageKind(
        code="pathways.place_asked",
        log_title=LOG_TITLE,
        title="Someone asks for a place in what you offer",
        trigger="a colleague asks for a place in something that you offer to others",
        must_send="Someone waits for your answer.",
    ),
    MessageKind(
        code="pathways.place_answered",
        log_title=LOG_TITLE,
        title="An answer to your request for a place",
        trigger="a colleague whom you asked for a place has answered",
        must_send="You asked, and this is the answer.",
    ),
    MessageKind(
        code="pathways.offer_withdrawn",
        log_title=LOG_TITLE,
        title="Something in which you asked for a place is withdrawn",
        trigger="a colleague withdraws something in which you have a place or asked for one",
        must_send="You may be counting on it.",
    ),
    MessageKind(
        code="pathways.offer_hidden",
        log_title=LOG_TITLE,
        title="Your offer to colleagues is hidden",
        trigger="Learning and Development takes something that you offer from the list",
        must_send="Nobody finds your offer until you and Learning and Development have talked.",
    ),
    MessageKind(
        code="pathways.offer_shown",
        log_title=LOG_TITLE,
        concerns=(has_offer,),
        title="Your offer to colleagues is shown again",
        trigger="Learning and Development puts something that you offer back on the list",
    ),
)


def place_asked(asked: PlaceRequest, *, now: dt.datetime) -> None:
    """To the owner: somebody asks. Who and why stands on the page."""
    send(
        "place_asked",
        asked.offer.person,
        key=str(asked.pk),
        why="You offer to share what you know, and a colleague asks for a place.",
        path=f"{asked.offer.get_absolute_url()}#requests",
        now=now,
        answer_by=asked.answer_by,
    )


def place_answered(asked: PlaceRequest, *, now: dt.datetime) -> None:
    """To whoever asked: there is an answer. Which one stands on the page."""
    send(
        "place_answered",
        asked.person,
        key=str(asked.pk),
        why="You asked a colleague for a place, and they have answered.",
        path=asked.offer.get_absolute_url(),
        now=now,
    )


def offer_withdrawn(asked: PlaceRequest, *, now: dt.datetime) -> None:
    """To whoever has a place or asked for one: it does not take place. What and whose stands on the page."""
    send(
        "offer_withdrawn",
        asked.person,
        key=str(asked.pk),
        why="You asked a colleague for a place, and they have withdrawn what they offered.",
        path=asked.offer.get_absolute_url(),
        now=now,
    )


def offer_hidden(offer: ExpertiseOffer, *, now: dt.datetime) -> None:
    """To the owner: nobody finds it now. Why stands on the page."""
    why = "Learning and Development has hidden something that you offer to colleagues."
    send(
        "offer_hidden", offer.person, key=f"{offer.pk}:{offer.version}", why=why, path=offer.get_absolute_url(), now=now
    )


def offer_shown(offer: ExpertiseOffer, *, now: dt.datetime) -> None:
    """To the owner: it can be found again."""
    why = "Learning and Development shows something that you offer to colleagues again."
    send(
        "offer_shown", offer.person, key=f"{offer.pk}:{offer.version}", why=why, path=offer.get_absolute_url(), now=now
    )
