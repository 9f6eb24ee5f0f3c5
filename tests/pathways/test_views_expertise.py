"""Sharing expertise at its addresses: offer, find, ask, answer, hide; what ends or leaves is gone."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.models import AuditEntry
from govuk.templatetags.govuk import weekday_date
from notifications.models import OutgoingMail
from notifications.registry import due_rules
from pathways.models import Capability, ExpertiseOffer, PlaceRequest
from pathways.services import expertise as services
from people.models import Person
from people.roles import Role
from tests.factories.pathways import CareerRoleFactory, offer_data
from tests.factories.people import DirectorateFactory, PersonFactory, TeamFactory, UserFactory, posting

pytestmark = pytest.mark.django_db


def client_of(person: Person, *roles: str) -> Client:
    client = Client()
    client.force_login(UserFactory(person=person, roles=list(roles)))
    return client


@pytest.fixture
def owner() -> Person:
    person = PersonFactory(given_name="Ruth", family_name="Sample-Owner")
    posting(person, team=TeamFactory(directorate=DirectorateFactory(code="adults")))
    return person


@pytest.fixture
def colleague() -> Person:
    return PersonFactory(given_name="Leo", family_name="Test-Asker")


def offered(owner: Person, **changed: Any) -> ExpertiseOffer:
    soon = timezone.localdate() + dt.timedelta(days=30)
    return services.make_offer(by=owner, data=offer_data(**{"until_date": soon, **changed}), now=timezone.now())


def list_page(client: Client, query: str = "") -> str:
    return client.get(reverse("pathways:expertise") + query).content.decode()


def typed(until: dt.date, **changed: Any) -> dict[str, Any]:
    data = {
        "kind": "shadowing",
        "title": "A morning on the duty desk",
        "what": "Sit beside me and listen.",
        "when_words": "Tuesday mornings",
        "how_to_reach": "Civic Offices",
        "places": "2",
        "until_date_day": until.day,
        "until_date_month": until.month,
        "until_date_year": until.year,
        "form_key": str(uuid.uuid4()),
    }
    return {**data, **changed}


def test_a_form_that_somebody_else_has_sent_is_refused_and_kept(owner: Person, colleague: Person) -> None:
    data = typed(timezone.localdate() + dt.timedelta(days=60))
    assert client_of(owner).post(reverse("pathways:offer_add"), data).status_code == 302
    answer = client_of(colleague).post(reverse("pathways:offer_add"), data)
    assert answer.status_code == 409
    assert "Sit beside me and listen." in answer.content.decode()
    assert ExpertiseOffer.objects.get().person == owner


def test_anyone_offers_and_every_colleague_finds_it_once(owner: Person, colleague: Person) -> None:
    role = CareerRoleFactory()
    capability = Capability.objects.create(role=role, title="Listen first", good_looks_like="People say so")
    data = typed(timezone.localdate() + dt.timedelta(days=60), capability=capability.pk)
    mine = client_of(owner)
    for _ in range(2):
        assert mine.post(reverse("pathways:offer_add"), data).status_code == 302
    offer = ExpertiseOffer.objects.get()
    assert offer.person == owner
    theirs = client_of(colleague)
    assert "A morning on the duty desk" in list_page(theirs)
    assert "A morning on the duty desk" in theirs.get(role.get_absolute_url()).content.decode()
    assert AuditEntry.objects.filter(verb="pathways.offer_made").count() == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"kind": ""}, "Choose what you offer"),
        ({"places": "0"}, "at least 1 place"),
        ({"what": " "}, "Enter what people will see or learn"),
        ({"until_date_year": "1999"}, "must be on or after"),
        ({"until_date_year": "2999"}, "must be on or before"),
        ({"capability": "987654"}, "valid choice"),
    ],
)
def test_what_is_missing_or_wrong_is_said_and_the_rest_is_kept(
    owner: Person, changed: dict[str, Any], words: str
) -> None:
    data = typed(timezone.localdate() + dt.timedelta(days=9), **changed)
    page = client_of(owner).post(reverse("pathways:offer_add"), data).content.decode()
    assert words in page
    assert "A morning on the duty desk" in page
    assert not ExpertiseOffer.objects.exists()


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("", True),
        ("?kind=questions", True),
        ("?kind=talk", False),
        ("?directorate=adults", True),
        ("?directorate=childrens", False),
        ("?role={role}", True),
        ("?role={other}", False),
        ("?capability={capability}", True),
        ("?kind=no-such-kind", True),
    ],
)
def test_the_list_is_narrowed(owner: Person, colleague: Person, query: str, is_found: bool) -> None:
    role, other = CareerRoleFactory(), CareerRoleFactory()
    capability = Capability.objects.create(role=role, title="Listen first", good_looks_like="People say so")
    Capability.objects.create(role=other, title="Speak last", good_looks_like="People say so")
    offered(owner, capabilities=[capability.pk])
    page = list_page(client_of(colleague), query.format(role=role.pk, other=other.pk, capability=capability.pk))
    assert ("An hour about the Care Act" in page) is is_found
    assert ("Nothing on offer matches" in page) is not is_found


def gone(offer: ExpertiseOffer, how: str) -> None:
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    columns: dict[str, dict[str, Any]] = {
        "ended": {"until_date": yesterday},
        "paused": {"state": "paused"},
        "withdrawn": {"state": "withdrawn"},
        "hidden": {"state": "hidden", "hidden_reason": "Said in a test", "hidden_from": "open"},
    }
    if how == "left":
        Person.objects.filter(pk=offer.person_id).update(deactivated_at=timezone.now())
    else:
        ExpertiseOffer.objects.filter(pk=offer.pk).update(**columns[how])


@pytest.mark.parametrize("how", ["ended", "paused", "withdrawn", "hidden", "left"])
def test_what_does_not_stand_any_more_is_not_found(owner: Person, colleague: Person, how: str) -> None:
    offer = offered(owner)
    client = client_of(colleague)
    gone(offer, how)
    assert "An hour about the Care Act" not in list_page(client)
    assert client.get(offer.get_absolute_url()).status_code == 404
    assert client.post(offer.get_absolute_url(), {"message": "Please"}).status_code == 404
    assert not PlaceRequest.objects.exists()


def test_asking_tells_the_owner_without_words_or_names_and_the_answer_comes_back(
    owner: Person, colleague: Person
) -> None:
    offer = offered(owner, places=1)
    theirs, mine = client_of(colleague), client_of(owner)
    assert theirs.post(offer.get_absolute_url(), {"message": "I begin in that team"}).status_code == 302
    mail = OutgoingMail.objects.get(kind="pathways.place_asked")
    assert mail.recipient == owner
    told = [words for words in ("I begin in", "Test-Asker", offer.title) if words in mail.subject + mail.text_body]
    assert told == []
    page = mine.get(offer.get_absolute_url()).content.decode()
    assert "I begin in that team" in page
    asked = PlaceRequest.objects.get()
    assert mine.post(reverse("pathways:place_answer", args=[asked.pk]), {"answer": "given"}).status_code == 302
    assert OutgoingMail.objects.get(kind="pathways.place_answered").recipient == colleague
    assert owner.email in theirs.get(offer.get_absolute_url()).content.decode()
    again = mine.post(reverse("pathways:place_answer", args=[asked.pk]), {"answer": "declined"})
    assert again.status_code == 409
    late = client_of(PersonFactory())
    assert "Every place has been given" in late.get(offer.get_absolute_url()).content.decode()
    assert late.post(offer.get_absolute_url(), {"message": "Me too"}).status_code == 409


def test_five_requests_in_seven_days_and_no_more(owner: Person, colleague: Person) -> None:
    client = client_of(colleague)
    answers = [client.post(offered(owner).get_absolute_url(), {"message": ""}).status_code for _ in range(6)]
    assert answers == [302] * 5 + [403]
    assert OutgoingMail.objects.filter(kind="pathways.place_asked").count() == 5
    week_ago = timezone.now() - dt.timedelta(days=7, minutes=1)
    PlaceRequest.objects.update(asked_at=week_ago)
    assert client.post(offered(owner).get_absolute_url(), {"message": ""}).status_code == 302


def test_learning_hides_with_a_reason_that_the_owner_reads(owner: Person, colleague: Person) -> None:
    offer = offered(owner)
    learning, mine = client_of(PersonFactory(), Role.LD_ADMIN), client_of(owner)
    hide = reverse("pathways:offer_hide", args=[offer.pk])
    assert "Enter the reason" in learning.post(hide, {"version": 1, "reason": ""}).content.decode()
    assert learning.post(hide, {"version": 1, "reason": "It names a case."}).status_code == 302
    assert "It names a case." in mine.get(offer.get_absolute_url()).content.decode()
    assert "It names a case." not in OutgoingMail.objects.get(kind="pathways.offer_hidden").text_body
    theirs = client_of(colleague)
    assert theirs.get(offer.get_absolute_url()).status_code == 404
    offer.refresh_from_db()
    show = reverse("pathways:offer_show", args=[offer.pk])
    assert mine.post(show, {"version": offer.version}).status_code == 403
    assert learning.post(show, {"version": offer.version}).status_code == 302
    assert theirs.get(offer.get_absolute_url()).status_code == 200


def test_what_was_paused_before_it_was_hidden_stays_paused(owner: Person, colleague: Person) -> None:
    offer = offered(owner)
    mine, learning = client_of(owner), client_of(PersonFactory(), Role.LD_ADMIN)
    mine.post(reverse("pathways:offer_pause", args=[offer.pk]), {"version": 1})
    learning.post(reverse("pathways:offer_hide", args=[offer.pk]), {"version": 2, "reason": "It names a case."})
    learning.post(reverse("pathways:offer_show", args=[offer.pk]), {"version": 3})
    assert ExpertiseOffer.objects.get().state == "paused"
    assert client_of(colleague).get(offer.get_absolute_url()).status_code == 404
    assert "unless you had paused it" in OutgoingMail.objects.get(kind="pathways.offer_shown").text_body


def asked_of(offer: ExpertiseOffer, by: Person) -> PlaceRequest:
    return services.ask_for_place(offer_id=offer.pk, by=by, message="", today=timezone.localdate(), now=timezone.now())


def test_withdrawing_tells_whoever_has_a_place_or_waits_and_nobody_waits_any_more(
    owner: Person, colleague: Person
) -> None:
    offer, second, declined = offered(owner), PersonFactory(), PersonFactory()
    for person, is_given in ((second, True), (declined, False)):
        services.answer_place(request_id=asked_of(offer, person).pk, by=owner, is_given=is_given, now=timezone.now())
    asked_of(offer, colleague)
    mine, theirs = client_of(owner), client_of(colleague)
    assert mine.post(reverse("pathways:offer_withdraw", args=[offer.pk]), {"version": 1}).status_code == 302
    told = OutgoingMail.objects.filter(kind="pathways.offer_withdrawn")
    assert {mail.recipient for mail in told} == {colleague, second}
    assert not [mail for mail in told if offer.title in mail.subject + mail.text_body]
    assert dict(PlaceRequest.objects.values_list("person_id", "state")) == {
        colleague.pk: "declined",
        second.pk: "given",
        declined.pk: "declined",
    }
    assert due("pathways.place_asked_for", timezone.localdate()) == []
    assert AuditEntry.objects.filter(verb="pathways.place_declined", chain=f"person:{colleague.pk}").count() == 1
    for client in (theirs, client_of(second)):
        assert "has withdrawn this" in client.get(offer.get_absolute_url()).content.decode()


def test_nobody_is_told_of_a_withdrawal_that_was_refused(owner: Person, colleague: Person) -> None:
    offer = offered(owner)
    asked_of(offer, colleague)
    assert client_of(owner).post(reverse("pathways:offer_withdraw", args=[offer.pk]), {"version": 9}).status_code == 409
    assert not OutgoingMail.objects.filter(kind="pathways.offer_withdrawn").exists()
    assert PlaceRequest.objects.get().state == "asked"


@pytest.mark.parametrize(("state", "action"), [("paused", "resume"), ("open", "pause")])
def test_what_is_past_its_last_day_needs_a_new_one(owner: Person, state: str, action: str) -> None:
    offer = offered(owner)
    ExpertiseOffer.objects.update(state=state, until_date=timezone.localdate() - dt.timedelta(days=1))
    mine, address = client_of(owner), reverse(f"pathways:offer_{action}", args=[offer.pk])
    assert address not in mine.get(offer.get_absolute_url()).content.decode()
    answer = mine.post(address, {"version": 1})
    assert answer.status_code == 409
    assert "give it a new last day" in answer.content.decode()


def test_nobody_is_answered_about_an_offer_that_they_cannot_read(owner: Person, colleague: Person) -> None:
    offer = offered(owner)
    asked = asked_of(offer, colleague)
    gone(offer, "hidden")
    mine, address = client_of(owner), reverse("pathways:place_answer", args=[asked.pk])
    assert address not in mine.get(offer.get_absolute_url()).content.decode()
    assert mine.post(address, {"answer": "given"}).status_code == 409
    assert due("pathways.place_asked_for", timezone.localdate()) == []


def test_a_stale_form_overwrites_nothing_and_keeps_what_was_typed(owner: Person) -> None:
    offer = offered(owner)
    mine = client_of(owner)
    assert mine.post(reverse("pathways:offer_pause", args=[offer.pk]), {"version": 1}).status_code == 302
    until = timezone.localdate() + dt.timedelta(days=9)
    answer = mine.post(
        reverse("pathways:offer_change", args=[offer.pk]), typed(until, version=1, title="A newer title")
    )
    assert answer.status_code == 409
    assert "A newer title" in answer.content.decode()
    offer.refresh_from_db()
    assert (offer.title, offer.state) == ("An hour about the Care Act", "paused")


def test_there_are_never_fewer_places_than_were_given(owner: Person, colleague: Person) -> None:
    offer = offered(owner)
    for person in (colleague, PersonFactory()):
        asked = services.ask_for_place(
            offer_id=offer.pk, by=person, message="", today=timezone.localdate(), now=timezone.now()
        )
        services.answer_place(request_id=asked.pk, by=owner, is_given=True, now=timezone.now())
    data = typed(timezone.localdate() + dt.timedelta(days=9), version=1, places="1")
    answer = client_of(owner).post(reverse("pathways:offer_change", args=[offer.pk]), data)
    assert answer.status_code == 409
    assert "2 have a place already" in answer.content.decode()


def due(kind: str, today: dt.date) -> list[str]:
    rule = next(rule for rule in due_rules() if rule.kind == kind)
    return [item.label for item in rule.items(rule.find(today=today))]


@pytest.mark.parametrize(
    ("how", "is_due"), [("", True), ("paused", True), ("hidden", False), ("withdrawn", False), ("left", False)]
)
def test_the_owner_is_reminded_before_an_offer_ends(owner: Person, how: str, is_due: bool) -> None:
    offer = offered(owner)
    if how:
        gone(offer, how)
    assert bool(due("pathways.offer_ends", offer.until_date)) is is_due
    assert due("pathways.offer_ends", offer.until_date + dt.timedelta(days=1)) == []


def test_a_request_is_due_until_it_is_answered(owner: Person, colleague: Person) -> None:
    offer, today = offered(owner), timezone.localdate()
    asked = services.ask_for_place(offer_id=offer.pk, by=colleague, message="", today=today, now=timezone.now())
    assert due("pathways.place_asked_for", today) == [offer.title]
    services.answer_place(request_id=asked.pk, by=owner, is_given=False, now=timezone.now())
    assert due("pathways.place_asked_for", today) == []


@pytest.mark.parametrize("version", ["9" * 5000, "-1", "٣", "x", ""])
def test_a_version_that_no_page_has_given_is_a_stale_one(owner: Person, version: str) -> None:
    offer = offered(owner)
    answer = client_of(owner).post(reverse("pathways:offer_pause", args=[offer.pk]), {"version": version})
    assert answer.status_code == 409


def test_every_offer_of_ones_own_and_every_hidden_one_can_be_reached(owner: Person) -> None:
    for number in range(21):
        offered(owner, title=f"Offer {number:02}", until_date=timezone.localdate() + dt.timedelta(days=100 - number))
    mine = client_of(owner)

    def own(query: str) -> str:
        return list_page(mine, query).split('id="mine"')[1].split('id="offers"')[0]

    assert "Offer 20" not in own("")
    assert 'href="?mine=2"' in own("")
    assert "Offer 20" in own("?mine=2")
    ExpertiseOffer.objects.update(state="hidden", hidden_reason="Said in a test", hidden_from="open")
    learning = client_of(PersonFactory(), Role.LD_ADMIN)
    assert "Offer 00" not in list_page(learning)
    assert 'href="?hidden=2"' in list_page(learning)
    assert "Offer 00" in list_page(learning, "?hidden=2")


def test_the_first_page_names_the_day_to_answer_by_and_not_a_due_date(owner: Person, colleague: Person) -> None:
    asked = asked_of(offered(owner), colleague)
    page = client_of(owner).get("/").content.decode()
    words = weekday_date(asked.answer_by)
    assert f"Answer by {words}" in page
    assert f"Due {words}" not in page
