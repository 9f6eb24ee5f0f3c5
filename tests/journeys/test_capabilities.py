"""A social worker marks her capabilities, shares them, her manager answers; with scripts and without."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from pathways.models import CareerRole
from pathways.services import goal as goals
from people.models import Person
from tests.factories.pathways import CapabilityFactory, CareerRoleFactory, CareerStepFactory
from tests.factories.people import PersonFactory, UserFactory, line, posting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Browse = Callable[[Person, bool], Page]


@pytest.fixture
def browse(browser: Browser, live_server: Any) -> Iterator[Browse]:
    """A window on a phone, signed in as this person, at the page of capabilities."""
    contexts = []

    def signed_in(person: Person, scripts: bool) -> Page:
        client = Client()
        client.force_login(UserFactory(person=person), backend=settings.AUTHENTICATION_BACKENDS[0])
        context = browser.new_context(java_script_enabled=scripts, viewport={"width": 320, "height": 700})
        contexts.append(context)
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        page = context.new_page()
        page.goto(f"{live_server.url}/pathways/capabilities/")
        return page

    yield signed_in
    for context in contexts:
        context.close()


@pytest.fixture
def goal() -> CareerRole:
    role = CareerRoleFactory(job_role__title="Senior Sample")
    CapabilityFactory(role=role, title="Lead practice", position=1)
    CapabilityFactory(role=role, title="Advise others", position=2)
    return role


@pytest.fixture
def pair(goal: CareerRole) -> tuple[Person, Person]:
    """The social worker, who would like to reach the goal, and her manager."""
    person, manager = PersonFactory(given_name="Amara", start_date=dt.date(2020, 1, 6)), PersonFactory(given_name="Dan")
    posting(person, job_role=CareerStepFactory(to_role=goal).from_role.job_role)
    line(person, manager)
    goals.set_goal(person=person, role=goal, now=timezone.now())
    return person, manager


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_marked_shared_and_answered(pair: tuple[Person, Person], browse: Browse, scripts: bool) -> None:
    person, manager = pair
    mine = browse(person, scripts)
    mine.get_by_role("link", name="Mark where you are as Senior Sample").click()
    mine.get_by_role("group", name="Lead practice").first.get_by_label("Developing").check()
    mine.get_by_label("An example, or what you would like to learn for “Lead practice”").fill("The duty desk")
    mine.get_by_role("button", name="Save").click()
    expect(mine.get_by_role("main")).to_contain_text("Only you can read this until you share it")
    expect(mine.locator("#missing")).to_contain_text("The duty desk")

    theirs = browse(manager, scripts)
    expect(theirs.get_by_role("main")).not_to_contain_text("Shared with you")

    mine.get_by_role("button", name="Share with my manager").click()
    expect(mine.get_by_role("main")).to_contain_text("can read this now")

    theirs.reload()
    theirs.get_by_role("link", name=person.full_name).click()
    expect(theirs.get_by_role("main")).to_contain_text("The duty desk")
    theirs.get_by_role("link", name="Add how you see it").click()
    theirs.get_by_role("group", name="Lead practice").first.get_by_label("Confident").check()
    theirs.get_by_label("Your comment for “Lead practice”").fill("You led it alone in October")
    theirs.get_by_role("button", name="Save my view").click()
    expect(theirs.get_by_role("main")).to_contain_text("can read it now")

    mine.reload()
    expect(mine.locator("#missing")).to_contain_text("You led it alone in October")
    mine.get_by_role("button", name="Stop sharing").click()
    theirs.reload()
    expect(theirs.get_by_role("main")).not_to_contain_text("The duty desk")
