"""By keyboard alone, with scripts and without: a cover's tour, the search and the route planner."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser

from bexley_ld import starter, tasks
from induction import services
from induction.models import Decision
from people.models import Cover, JobRole, Person
from tests.factories.induction import pair
from tests.factories.people import PASSWORD, PersonFactory, UserFactory, posting
from tests.journeys.keyboard import Keyboard

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"]),
]
SINCE = dt.date(2020, 1, 6)


@pytest.fixture(scope="module", autouse=True)
def beside_the_browser() -> Iterator[None]:
    """The browser's own loop runs in this thread; the rows are asked between its steps."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture
def browse(browser: Browser, live_server: Any) -> Iterator[Any]:
    """`browse(person, scripts=True)`: signed in by keyboard, in a window of their own."""
    contexts = []

    def sign_in(who: Person, *, scripts: bool) -> Keyboard:
        user = UserFactory(person=who)
        user.set_password(PASSWORD)
        user.save()
        context = browser.new_context(java_script_enabled=scripts, viewport={"width": 1280, "height": 900})
        contexts.append(context)
        keyboard = Keyboard(context.new_page(), live_server.url)
        keyboard.open("/")
        keyboard.write("E-mail address", user.email)
        keyboard.write("Password", PASSWORD)
        keyboard.press("^Sign in$", kind="submit")
        return keyboard

    yield sign_in
    for context in contexts:
        context.close()


def test_a_manager_names_cover_who_signs_and_then_all_is_back(browse: Any, scripts: bool) -> None:
    today, now = timezone.localdate(), timezone.now()
    two = pair(start=today - dt.timedelta(days=20), today=today)
    items = [two.item("person"), two.item("both")]
    for item in items:
        services.mark_ready(
            checkpoint_id=item.pk, by=two.person, version=item.version, note="Done", today=today, now=now
        )
    deputy = PersonFactory(given_name="Priya", family_name="Demo-Shah")

    manager = browse(two.manager, scripts=scripts)
    manager.open("/me/")
    manager.press("^Name cover")
    manager.write("Name, team", "Priya")
    manager.press("^Find$", kind="submit")
    manager.choose("Priya Demo-Shah")
    for day in (today, today + dt.timedelta(days=4)):
        manager.write_date("", str(day.day), str(day.month), str(day.year))
    manager.press("^Name cover", kind="submit")
    manager.says("Priya Demo-Shah")
    assert Cover.objects.get().cover == deputy

    cover = browse(deputy, scripts=scripts)
    cover.press("^My team")
    cover.press(f"^{items[0].title}")
    cover.press("^Sign off$", kind="submit")
    cover.says(f"signed this off, covering for {two.manager.full_name}")
    assert Decision.objects.get(checkpoint=items[0], kind=Decision.Kind.SIGNED_OFF).acting_for == two.manager

    manager.open("/me/")
    manager.press("^End this cover", kind="submit")
    cover.open(items[1].get_absolute_url())
    cover.says("We cannot find that page")
    manager.open("/team/")
    manager.press(f"^{items[1].title}")
    manager.press("^Sign off$", kind="submit")
    items[1].refresh_from_db()
    assert items[1].state == "signed_off"


def test_the_box_of_every_page_finds_what_is_asked(browse: Any, scripts: bool) -> None:
    starter.load(now=timezone.now())
    tasks.refresh_search()
    reader = browse(PersonFactory(), scripts=scripts)
    reader.write("^Search guides", "signs of safety")
    reader.press("^Search$", kind="submit")
    reader.says("for “signs of safety”")
    reader.press("^Signs of Safety")
    reader.says("Signs of Safety")
    assert "/guides/" in reader.page.url


def test_the_planner_answers_and_leads_on(browse: Any, scripts: bool) -> None:
    starter.load(now=timezone.now())
    person = PersonFactory(start_date=SINCE)
    posting(person, job_role=JobRole.objects.get(title="Social Care Assistant"), start=SINCE)
    reader = browse(person, scripts=scripts)
    reader.press("^Pathways")
    reader.press("^Route planner")
    reader.reach("^To", kind="select-one")
    reader.page.keyboard.type("Senior Pract")
    reader.press("^Find ways$", kind="submit")
    reader.says("Ways to Senior Practitioner")
    reader.says("from Social Care Assistant")
