"""Everything that happens to an offer to share expertise, and to the requests for a place in it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from audit import services as audit
from audit.transactions import all_or_nothing
from pathways import emails
from pathways.models import Capability, ExpertiseOffer, PlaceRequest
from pathways.rules import expertise as rules
from people.models import Person
from people.rules import Conflict, check_version

PlaceState = PlaceRequest.State


@dataclass(frozen=True)
class OfferData:
    """What an offer says; `capabilities` are numbers of capabilities in the framework."""

    kind: str
    title: str
    what: str
    when_words: str
    how_to_reach: str
    places: int
    until_date: dt.date
    capabilities: Collection[int] = ()

    @property
    def columns(self) -> dict[str, object]:
        names = ("kind", "title", "what", "when_words", "how_to_reach", "places", "until_date")
        return {name: getattr(self, name) for name in names}


@all_or_nothing(durable=True)
def make_offer(*, by: Person, data: OfferData, form_key: uuid.UUID | None = None, now: dt.datetime) -> ExpertiseOffer:
    """Anyone offers what they know, in their own name; the same form twice makes one offer."""
    Person.objects.select_for_update().get(pk=by.pk)
    before: ExpertiseOffer | None = ExpertiseOffer.objects.filter(form_key=form_key).first() if form_key else None
    if before is not None and before.person_id == by.pk:
        return before
    if before is not None:
        raise Conflict("This form was used before. Open it again, then add your offer.")
    offer: ExpertiseOffer = ExpertiseOffer.objects.create(person=by, created_at=now, form_key=form_key, **data.columns)
    offer.capabilities.set(Capability.objects.filter(pk__in=data.capabilities))
    _record(offer, "offer_made", by=by, now=now)
    return offer


@all_or_nothing(durable=True)
def change_offer(
    *, offer_id: int, by: Person, version: int, data: OfferData, today: dt.date, now: dt.datetime
) -> ExpertiseOffer:
    """The owner changes the words, the places or the last day; what was hidden stays hidden until it is shown."""
    offer = _enter(offer_id, "change", by=by, is_learning=False, today=today)
    check_version(offer.version, version)
    given = offer.requests.filter(state=PlaceState.GIVEN).count()
    if data.places < given:
        raise Conflict(f"{given} have a place already, so there cannot be fewer places than that.")
    for name, value in data.columns.items():
        setattr(offer, name, value)
    offer.capabilities.set(Capability.objects.filter(pk__in=data.capabilities))
    return _save(offer, "change", by=by, now=now)


@all_or_nothing(durable=True)
def move_offer(
    *, offer_id: int, by: Person, action: str, version: int, is_learning: bool = False, today: dt.date, now: dt.datetime
) -> ExpertiseOffer:
    """Pause, resume or withdraw by the owner; show again by Learning and Development."""
    offer = _enter(offer_id, action, by=by, is_learning=is_learning, today=today)
    check_version(offer.version, version)
    offer.hidden_reason = offer.hidden_from = ""
    if action == "show":
        emails.offer_shown(offer, now=now)
    elif action == "withdraw":
        _let_go(offer, by=by, now=now)
    return _save(offer, action, by=by, now=now)


@all_or_nothing(durable=True)
def hide_offer(
    *, offer_id: int, by: Person, version: int, reason: str, is_learning: bool, today: dt.date, now: dt.datetime
) -> ExpertiseOffer:
    """Learning and Development takes an offer from the list; the owner reads why."""
    offer = _enter(offer_id, "hide", by=by, is_learning=is_learning, today=today)
    check_version(offer.version, version)
    offer.hidden_reason = reason
    emails.offer_hidden(offer, now=now)
    return _save(offer, "hide", by=by, now=now, text=reason)


@all_or_nothing(durable=True)
def ask_for_place(*, offer_id: int, by: Person, message: str, today: dt.date, now: dt.datetime) -> PlaceRequest:
    """A colleague asks; the owner is told by mail that somebody does, and reads the words on the page."""
    # Two requests of one person, for whatever offers, are counted one after the other.
    Person.objects.select_for_update().get(pk=by.pk)
    offer = ExpertiseOffer.objects.select_for_update(of=("self",)).select_related("person").get(pk=offer_id)
    rules.check_can_ask(
        offer,
        by_id=by.pk,
        given=offer.requests.filter(state=PlaceState.GIVEN).count(),
        has_asked=offer.requests.filter(person=by).exists(),
        asked_lately=PlaceRequest.objects.filter(person=by, asked_at__gt=now - rules.ASKED_WITHIN).count(),
        today=today,
    )
    asked: PlaceRequest = PlaceRequest.objects.create(
        offer=offer, person=by, message=message, asked_at=now, answer_by=today + rules.ANSWER_WITHIN
    )
    emails.place_asked(asked, now=now)
    _record_request(asked, "place_asked", by=by, now=now)
    return asked


@all_or_nothing(durable=True)
def answer_place(*, request_id: int, by: Person, is_given: bool, now: dt.datetime) -> PlaceRequest:
    """The owner gives the place or says that there is none this time; whoever asked is told."""
    offer_id = PlaceRequest.objects.values_list("offer_id", flat=True).get(pk=request_id)
    offer = ExpertiseOffer.objects.select_for_update().get(pk=offer_id)
    asked: PlaceRequest = (
        PlaceRequest.objects.select_for_update(of=("self",)).select_related("person").get(pk=request_id)
    )
    asked.offer = offer
    given = offer.requests.filter(state=PlaceState.GIVEN).count()
    rules.check_can_answer(asked, by_id=by.pk, given=given, is_given=is_given)
    emails.place_answered(asked, now=now)
    _answer(asked, PlaceState.GIVEN if is_given else PlaceState.DECLINED, by=by, now=now)
    return asked


def _let_go(offer: ExpertiseOffer, *, by: Person, now: dt.datetime) -> None:
    """Of an offer that is withdrawn: nobody waits for an answer any more, and nobody comes in vain without a word."""
    concerned = offer.requests.exclude(state=PlaceState.DECLINED).select_for_update(of=("self",))
    for asked in concerned.select_related("person").order_by("person_id"):
        asked.offer = offer
        emails.offer_withdrawn(asked, now=now)
        if asked.state == PlaceState.ASKED:
            _answer(asked, PlaceState.DECLINED, by=by, now=now)


def _answer(asked: PlaceRequest, state: str, *, by: Person, now: dt.datetime) -> None:
    asked.state, asked.answered_at = state, now
    asked.save(update_fields=["state", "answered_at"])
    verb = "place_given" if state == PlaceState.GIVEN else "place_declined"
    _record_request(asked, verb, by=by, now=now)


def _enter(offer_id: int, action: str, *, by: Person, is_learning: bool, today: dt.date) -> ExpertiseOffer:
    """Lock an offer and ask whether this may be done to it now; sets the state that follows."""
    offer = ExpertiseOffer.objects.select_for_update(of=("self",)).select_related("person").get(pk=offer_id)
    rules.check_can_act(action, owner_id=offer.person_id, by_id=by.pk, is_learning=is_learning)
    before, expired = offer.state, offer.has_expired(today)
    offer.state = rules.next_state(before, action, hidden_from=offer.hidden_from, has_expired=expired)
    if action == "hide":
        offer.hidden_from = before
    return offer


VERBS = {
    "change": "offer_changed",
    "pause": "offer_paused",
    "resume": "offer_resumed",
    "withdraw": "offer_withdrawn",
    "hide": "offer_hidden",
    "show": "offer_shown",
}


def _save(offer: ExpertiseOffer, action: str, *, by: Person, now: dt.datetime, text: str = "") -> ExpertiseOffer:
    offer.version += 1
    offer.save()
    _record(offer, VERBS[action], by=by, now=now, text=text)
    return offer


def _record(offer: ExpertiseOffer, verb: str, *, by: Person, now: dt.datetime, text: str = "") -> None:
    """In the owner's history, where also what Learning and Development did stands."""
    chain = audit.chain_of(offer.person)
    audit.record(by=by, verb=f"pathways.{verb}", subject=offer, chain=chain, now=now, text=text)


def _record_request(asked: PlaceRequest, verb: str, *, by: Person, now: dt.datetime) -> None:
    """In the history of whoever asked; the words stay in the request."""
    chain = audit.chain_of(asked.person)
    audit.record(by=by, verb=f"pathways.{verb}", subject=asked, chain=chain, now=now)
