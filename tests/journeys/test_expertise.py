"""Sharing expertise by keyboard alone, without scripts: offer, find, ask, answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from pathways.models import ExpertiseOffer, PlaceRequest
from tests.factories.pathways import CareerRoleFactory
from tests.factories.people import PASSWORD, PersonFactory, UserFactory
from tests.journeys.keyboard import Keyboard

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module", autouse=True)
def beside_the_browser() -> Iterator[None]:
    """The browser's own loop runs in this thread; the rows are asked between its steps."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.mark.parametrize("width", [320, 1280])
def test_an_hour_for_questions_is_offered_found_and_given(browser: Browser, live_server: Any, width: int) -> None:
    CareerRoleFactory()
    owner = PersonFactory(given_name="Ruth", family_name="Sample-Owner")
    asker = PersonFactory(given_name="Leo", family_name="Test-Asker")

    def sign_in(person: Any) -> Keyboard:
        context = browser.new_context(java_script_enabled=False, viewport={"width": width, "height": 900})
        keyboard = Keyboard(context.new_page(), live_server.url)
        keyboard.open("/")
        keyboard.write("E-mail address", person.user.email)
        keyboard.write("Password", PASSWORD)
        keyboard.press("^Sign in$", kind="submit")
        return keyboard

    for person in (owner, asker):
        user = UserFactory(person=person)
        user.set_password(PASSWORD)
        user.save()
    until = timezone.localdate() + dt.timedelta(days=60)
    mine = sign_in(owner)
    mine.open("/pathways/")
    mine.press("^Shared expertise$")
    mine.says("Nobody offers anything yet")
    mine.press("^Share what you know$")
    mine.choose("An hour for questions")
    mine.write("What is it called", "Ask about the duty desk")
    mine.write("What will people see or learn", "Anything that you always wanted to know.")
    mine.write("When, or how often", "Fridays at noon")
    mine.write("Where, or how to join", "The kitchen on the second floor")
    mine.write("How many places", "1")
    mine.write_date("On offer until", str(until.day), str(until.month), str(until.year))
    mine.press("^Put it on offer$", kind="submit")
    mine.says("Any colleague can find it now")

    theirs = sign_in(asker)
    theirs.open("/pathways/expertise/")
    theirs.press("^Ask about the duty desk$")
    theirs.write("A few words to your colleague", "I begin there in May.")
    theirs.press("^Ask for a place$", kind="submit")
    theirs.says("Waits for an answer")

    mine.open(ExpertiseOffer.objects.get().get_absolute_url())
    mine.says("I begin there in May.")
    mine.press("^Give a place", kind="submit")
    mine.says("Leo Test-Asker has a place")
    theirs.open(ExpertiseOffer.objects.get().get_absolute_url())
    theirs.says("Agree the day with Ruth Sample-Owner")
    assert PlaceRequest.objects.get().state == "given"
