"""A CPD plan by keyboard alone, without scripts: from the first goal to the review that confirms it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from pathways.models import CpdPlan
from tests.factories.pathways import CareerRoleFactory
from tests.factories.people import PASSWORD, PersonFactory, UserFactory, line
from tests.journeys.keyboard import Keyboard

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module", autouse=True)
def beside_the_browser() -> Iterator[None]:
    """The browser's own loop runs in this thread; the rows are asked between its steps."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.mark.parametrize("width", [320, 1280])
def test_a_goal_is_planned_shared_said_and_confirmed(browser: Browser, live_server: Any, width: int) -> None:
    CareerRoleFactory()
    person = PersonFactory(given_name="Amara", family_name="Test-Planner")
    manager = PersonFactory(given_name="Dan", family_name="Sample-Manager")
    line(person, manager)

    def sign_in(who: Any) -> Keyboard:
        user = UserFactory(person=who)
        user.set_password(PASSWORD)
        user.save()
        context = browser.new_context(java_script_enabled=False, viewport={"width": width, "height": 900})
        keyboard = Keyboard(context.new_page(), live_server.url)
        keyboard.open("/")
        keyboard.write("E-mail address", user.email)
        keyboard.write("Password", PASSWORD)
        keyboard.press("^Sign in$", kind="submit")
        return keyboard

    due = timezone.localdate() + dt.timedelta(days=60)
    mine = sign_in(person)
    mine.open("/pathways/cpd/")
    mine.says("You have no plan yet")
    mine.press("^Start my plan$", kind="submit")
    mine.press("^Add a goal$")
    mine.write("What do you want to reach", "Lead a meeting")
    mine.press("^Save the goal$", kind="submit")
    mine.press("^Add an action")
    mine.write("What will you do", "Sit beside somebody who does")
    mine.choose("With others")
    mine.write_date("By when", str(due.day), str(due.month), str(due.year))
    mine.press("^Save the action$", kind="submit")
    mine.says("Sit beside somebody who does")
    mine.press("^Share with my manager$", kind="submit")
    mine.says("Shared with Dan Sample-Manager")
    mine.press("^It is met")
    mine.write("What makes you say so", "I led two.")
    mine.press("^It is met$", kind="submit")
    mine.says("Met, to be confirmed")

    theirs = sign_in(manager)
    theirs.open("/pathways/cpd/")
    theirs.press("^Amara Test-Planner$")
    theirs.press("^Write down the review$")
    theirs.choose("I confirm: met")
    theirs.write("Your comment", "Calm and clear.")
    theirs.press("^Save the review$", kind="submit")
    theirs.says("The review is in the plan")

    mine.open(CpdPlan.objects.get().get_absolute_url())
    mine.says("Calm and clear.")
    assert CpdPlan.objects.get().goals.get().state == "met"
