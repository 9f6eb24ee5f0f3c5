"""From “where could I go from here” to a qualification: a Social Care Assistant, her manager, Learning and Development.

In Chromium on a phone, without scripts, on the framework that the portal starts with.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bexley_ld import starter
from pathways.models import Application, Intake, QualificationRoute
from pathways.services import applying, deciding
from people.models import JobRole, Person, Qualification, QualificationHeld
from people.roles import Role
from tests.factories.pathways import RouteFactory
from tests.factories.people import PersonFactory, TeamFactory, UserFactory, line, posting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AWARD = "lead-adult-care-worker-l3"
LEVEL_3 = "Lead adult care worker"
# Longer than the page waits after the last key: more is typed, and due to be saved, while a save is on its way.
SLOW_ANSWERS = """() => {
  const fetchNow = window.fetch;
  window.fetch = async (...asked) => {
    const answer = await fetchNow(...asked);
    await new Promise((done) => setTimeout(done, 2500));
    return answer;
  };
}"""
ASSISTANT, SENIOR, OT = "R02", "R14", "R28"


@pytest.fixture(scope="module", autouse=True)
def beside_the_browser() -> Iterator[None]:
    """The browser's own loop runs in this thread; the rows are asked between its steps."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@dataclass
class Cast:
    """Everyone with a window of their own."""

    browser: Browser
    site: str
    people: dict[str, Person] = field(default_factory=dict)
    windows: dict[str, BrowserContext] = field(default_factory=dict)

    def enter(self, name: str, *, job_role: str = "", roles: tuple[str, ...] = (), scripts: bool = False) -> Person:
        person = self.people[name] = PersonFactory(given_name=name.capitalize(), family_name="Test-Sample")
        if job_role:
            posting(person, team=TeamFactory(), job_role=JobRole.objects.get(code=job_role))
        client = Client()
        client.force_login(UserFactory(person=person, roles=list(roles)), backend=settings.AUTHENTICATION_BACKENDS[0])
        context = self.browser.new_context(java_script_enabled=scripts, viewport={"width": 320, "height": 700})
        cookie = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": cookie, "value": client.cookies[cookie].value, "url": self.site}])
        self.windows[name] = context
        context.new_page()
        return person

    def at(self, name: str, path: str = "") -> Page:
        page = self.windows[name].pages[0]
        if path:
            page.goto(self.site + path)
        return page


def press(page: Page, name: str, *, kind: str = "button") -> None:
    with page.expect_navigation():
        page.get_by_role(kind, name=name).first.click()  # type: ignore[arg-type]


def act(cast: Cast, name: str, application: Application, button: str, words: dict[str, str] | None = None) -> Page:
    """Open an application, choose what to do, fill in what is asked, do it."""
    page = cast.at(name, application.get_absolute_url())
    page.locator("#act").get_by_text(button, exact=True).click()
    for label, text in (words or {}).items():
        page.get_by_label(label).fill(text)
    press(page, button)
    return page


def apply(cast: Cast, intake: Intake, statement: str) -> Application:
    """From “My applications” to a sent application."""
    page = cast.at("amara", "/pathways/applications/")
    form = page.locator(f"form[action='/pathways/intakes/{intake.pk}/apply/']")
    with page.expect_navigation():
        form.get_by_role("button").click()
    page.get_by_label("Your statement").fill(statement)
    press(page, "Save and go on to send")
    press(page, "Send to your manager")
    expect(page.get_by_text("Dan Test-Sample has it now.")).to_be_visible()
    return Application.objects.get(person=cast.people["amara"], intake=intake)


def planned(cast: Cast, goal: str) -> str:
    """What the planner answers from where she is."""
    page = cast.at("amara", f"/pathways/planner/?start=me&goal={goal}")
    expect(page.get_by_role("heading", name="Way 1")).to_be_visible()
    return page.locator(".app-plan").first.inner_text()


def intake_of(route: QualificationRoute, *, starts_in: int) -> Intake:
    today = timezone.localdate()
    row: Intake = Intake.objects.create(
        route=route,
        opens_date=today - dt.timedelta(days=3),
        closes_date=today + dt.timedelta(days=10),
        decide_date=today + dt.timedelta(days=20),
        start_date=today + dt.timedelta(days=starts_in),
        end_date=today + dt.timedelta(days=starts_in + 400),
        places=1,
    )
    return row


def rival_takes_the_place(cast: Cast, intake: Intake) -> Application:
    """A colleague without a window is offered the only place, by the same services."""
    rival, learning = PersonFactory(), cast.people["joan"]
    when: dict[str, Any] = {"today": timezone.localdate(), "now": timezone.now()}
    row = applying.begin_application(by=rival, intake=intake, **when)
    row = applying.save_draft(
        application_id=row.pk, by=rival, version=1, data=applying.DraftData(statement="Me too."), now=when["now"]
    )
    day = timezone.localdate() + dt.timedelta(days=5)
    for name, by in (("send", rival), ("support", learning), ("consider", learning), ("offer", learning)):
        data = deciding.ActData(words="Yes", day=day if name == "offer" else None)
        row = deciding.act(
            application_id=row.pk, name=name, by=by, is_learning=by == learning, version=row.version, data=data, **when
        )
    return row


def rival_turns_it_down(rival: Application) -> None:
    when: dict[str, Any] = {"today": timezone.localdate(), "now": timezone.now()}
    deciding.act(
        application_id=rival.pk,
        name="refuse_offer",
        by=rival.person,
        is_learning=False,
        version=rival.version,
        **when,
    )


@pytest.fixture
def cast(browser: Browser, live_server: Any) -> Iterator[Cast]:
    cast = Cast(browser, live_server.url)
    yield cast
    for context in cast.windows.values():
        context.close()


def test_an_assistant_finds_her_way_and_gains_level_3(cast: Cast) -> None:
    list(starter.load_organisation())
    list(starter.load_pathways())
    line(cast.enter("amara", job_role=ASSISTANT), cast.enter("dan", job_role="R22"))
    cast.enter("joan", roles=(Role.LD_ADMIN,))
    route = QualificationRoute.objects.filter(awards__code=AWARD).get()
    assert "Do this next" in planned(cast, SENIOR)
    before = planned(cast, OT)
    assert LEVEL_3 in before

    first = apply(cast, intake_of(route, starts_in=30), "I want Level 3 because it opens the apprenticeship.")
    act(cast, "dan", first, "Support it", {"Your view": "Ready for it; Fridays are agreed."})
    act(cast, "joan", first, "Accept for consideration")
    act(cast, "joan", first, "Decline", {"Feedback": "Say next time how you will make time for it."})
    page = cast.at("amara", first.get_absolute_url())
    expect(page.get_by_text("This is not the end")).to_be_visible()
    expect(page.get_by_text("Say next time how you will make time for it.")).to_be_visible()

    later = intake_of(route, starts_in=60)
    rival = rival_takes_the_place(cast, later)
    again = apply(cast, later, "As before, and Fridays are agreed with my manager.")
    act(cast, "dan", again, "Support it", {"Your view": "As I said, and more so."})
    act(cast, "joan", again, "Accept for consideration")
    act(cast, "joan", again, "Put on the reserve list")
    expect(cast.at("amara", again.get_absolute_url()).get_by_text("On the reserve list").first).to_be_visible()

    rival_turns_it_down(rival)
    page = cast.at("joan", later.get_absolute_url())
    press(page, "offer it to Amara Test-Sample", kind="link")
    press(page, "Offer a place")
    act(cast, "amara", again, "Accept the offer")
    act(cast, "joan", again, "Record the enrolment")
    page = cast.at("joan", f"{again.get_absolute_url()}complete/")
    page.get_by_label(Qualification.objects.get(code=AWARD).title).check()
    press(page, "Record the completion")
    assert QualificationHeld.objects.get(person=cast.people["amara"]).is_verified

    page = cast.at("amara", "/pathways/next-step/")
    expect(page.get_by_text(Qualification.objects.get(code=AWARD).title).first).to_be_visible()
    after = planned(cast, OT)
    assert after != before
    assert LEVEL_3 not in after


def test_what_is_typed_is_there_after_the_window_is_closed(cast: Cast) -> None:
    """With scripts the text is saved as it is typed; the button after it meets no conflict with it."""
    amara, intake = cast.enter("amara", scripts=True), intake_of(RouteFactory(), starts_in=30)
    draft = applying.begin_application(by=amara, intake=intake, today=timezone.localdate(), now=timezone.now())
    page = cast.at("amara", f"{draft.get_absolute_url()}write/")
    page.get_by_label("Your statement").press_sequentially("I would like")
    expect(page.get_by_text("Saved on")).to_be_visible()
    page.evaluate(SLOW_ANSWERS)
    with page.expect_request("**/write/"):
        page.get_by_label("Your statement").press_sequentially(" to")
    page.get_by_label("Your statement").press_sequentially(" learn")
    expect(page.locator("[name=version]")).to_have_value("4", timeout=20_000)
    page.close()
    page = cast.windows["amara"].new_page()
    page.goto(f"{cast.site}{draft.get_absolute_url()}write/")
    expect(page.get_by_label("Your statement")).to_have_value("I would like to learn")
    page.get_by_label("Your statement").fill("I would like to learn.")
    press(page, "Save and go on later")
    expect(page.get_by_text("You can go on whenever you like.")).to_be_visible()
    Application.objects.filter(pk=draft.pk).update(version=9)
    page.get_by_label("Your statement").press_sequentially(" More.")
    expect(page.get_by_text("Not saved, because this page is not the newest.")).to_be_visible()
    draft.refresh_from_db()
    assert draft.statement == "I would like to learn."
