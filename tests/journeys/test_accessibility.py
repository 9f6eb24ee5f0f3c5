"""Every distinct page in Chromium, at 320 and 1280 px: WCAG 2.2 AA by axe, and the anatomy that pages share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.test.signals import template_rendered
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from tests.journeys import axe
from tests.journeys.pages import SEEN, Seen
from tests.journeys.scene import Scene, build

# Addresses that no reader sees a page of, or whose page is another's.
NO_PAGE = {
    "notifications:links_revoke": "a button; it answers with its page",
    "notifications:unsubscribe_one_click": "for mail programs; opened in a browser it leads to the page",
    "team_csv": "a file",
    "induction:overview_csv": "a file",
    "mfa_download_recovery_codes": "a file",
    "induction:plan_agree": "takes a form and leads back to the plan",
    "induction:review_sign": "takes a form and leads back to the review",
    "pathways:goal_set": "takes a form and leads back to the role",
    "pathways:assessment_share": "takes a form and leads back to the capabilities",
    "pathways:goal_clear": "takes a form and leads back to the map",
    "pathways:cpd_share": "takes a form and leads back to the plan",
    "pathways:offer_pause": "takes a form and leads back to the offer",
    "pathways:offer_resume": "takes a form and leads back to the offer",
    "pathways:offer_withdraw": "takes a form and leads back to the list",
    "pathways:offer_show": "takes a form and leads back to the offer",
    "pathways:place_answer": "takes a form and leads back to the offer",
    "pathways:interest_express": "takes a form and leads back to one's applications",
    "pathways:interest_withdraw": "takes a form and leads back to one's applications",
    "pathways:intake_apply": "takes a form and leads on to the text of the application",
    "pathways:step_apply": "takes a form and leads on to the text of the application",
    "pathways:application_discard": "takes a form and leads back to one's applications",
    "pathways:application_file": "hands out a file to be saved",
    "pathways:application_file_take_off": "takes a form and leads back to the files",
    "pathways:milestone_mark": "takes a form and leads back to the application",
    "pathways:intake_decide": "takes the form of the intake; its page is looked at from there",
    "people:cover_end": "takes a form and leads back",
    "reminders:calendar_end": "takes a form and leads back",
    "reminders:calendar_feed": "a file",
    "people:sessions_end": "takes a form and leads back",
    "people:session_end": "takes a form and leads back",
    "account_set_password": "leads on to the change of password: every account here has one",
    "kept_form": "seen after a note that was sent too late",
    "health_live": "answers a machine",
    "health_ready": "answers a machine",
    "admin:autocomplete": "answers a script",
    "admin:jsi18n": "answers a script",
    "admin:view_on_site": "leads on",
    "admin:None": "leads on",
    "admin:app_list": "a part of the admin's first page, from the same template",
    "admin:logout": "the admin's sign-out is the portal's",
    "admin:password_change": "the portal's own page takes its place",
    "admin:password_change_done": "the portal's own page takes its place",
    "admin:people_importrun_apply": "seen in the test of the import",
    "admin:notifications_messagesetting_preview": "a mail, in a frame of the page that words it",
    "admin:notifications_messagesetting_reset": "answers a form of that page",
    "admin:induction_programmeversion_export": "a file",
}
# In the admin a kind of page is one page of Django's for every table; those of our own are looked at above.
SAME_IN_ADMIN = ("_changelist", "_add", "_change", "_history", "_simple_history", "_delete")

NOT_HERE = {
    "400.html": "tests/govuk/test_in_browser.py",
    "403_csrf.html": "the frame and words of 403.html, which is looked at",
    "500.html": "tests/govuk/test_in_browser.py",
    "503.html": "tests/govuk/test_in_browser.py",
    "account/password_set.html": "no account is without a password",
    "account/signup_closed.html": "there is no address that shows it",
    "admin/actions.html": "part of each list in the admin that offers an action",
    "admin/confirm_action.html": "a question after an action; its words and buttons: tests/notifications/test_views.py",
    "admin/pathways/confirm.html": "a question before a save; its words and buttons: tests/pathways/test_effects.py",
    "notifications/demo_mail_list.html": "only in the demonstration",
    "notifications/demo_mail_detail.html": "only in the demonstration",
    "admin/people/importrun/preview.html": "needs an uploaded file; the upload is looked at",
}
FRAMES = {"layouts/two_column.html", "layouts/narrow.html", "admin/base_site.html", "admin/induction/tool.html"}
FRAMES |= {"admin/people/importrun/base.html"}


def names(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from names(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
        elif isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name}"


def test_every_address_is_looked_at_or_has_a_reason() -> None:
    looked_at = {seen.name for seen in SEEN}
    missing = [
        name
        for name in names(get_resolver())
        if name not in looked_at
        and name not in NO_PAGE
        and not (name.startswith("admin:") and name.endswith(SAME_IN_ADMIN))
    ]
    assert missing == []
    assert looked_at & set(NO_PAGE) == set()


def test_every_page_template_is_looked_at_or_has_a_reason() -> None:
    root = Path(settings.BASE_DIR) / "templates"
    drawn = {seen.template for seen in SEEN}
    whole = {
        str(path.relative_to(root))
        for path in root.rglob("*.html")
        if "{% extends" in path.read_text(encoding="utf-8") and "emails" not in path.parts
    }
    assert sorted(whole - drawn - set(NOT_HERE) - FRAMES) == []


@dataclass
class Visit:
    """One scene and one server; a window for each reader, used again and again."""

    browser: Browser
    site: str
    scene: Scene
    windows: dict[str, Page] = field(default_factory=dict)
    drawn: list[str] = field(default_factory=list)

    def window(self, who: str) -> Page:
        """Nobody's window is new each time: a sign-in leaves traces."""
        if who and who in self.windows:
            return self.windows[who]
        if who in self.windows:
            self.windows[who].context.close()
        context = self.browser.new_context(viewport={"width": axe.NARROW, "height": axe.HEIGHT})
        if who:
            cookie = {"name": settings.SESSION_COOKIE_NAME, "value": self.scene.cookie(who), "url": self.site}
            context.add_cookies([cookie])  # type: ignore[list-item]
        self.windows[who] = context.new_page()
        return self.windows[who]

    def open(self, seen: Seen) -> Page:
        page = self.window(seen.who)
        page.set_viewport_size({"width": axe.NARROW, "height": axe.HEIGHT})
        path = seen.path(self.scene)
        self.drawn.clear()
        if seen.name == "mfa_authenticate":
            path = "/account/login/"
        page.goto(self.site + path)
        if seen.act is not None:
            seen.act(page, self.scene)
        return page


@pytest.fixture(scope="module")
def db(django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    """The database for the whole module: its scene takes longer to build than a page to look at."""
    with django_db_blocker.unblock():
        yield
        call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=False)
        ContentType.objects.clear_cache()


@pytest.fixture(scope="module")
def visit(db: None, request: pytest.FixtureRequest) -> Iterator[Visit]:
    with pytest.MonkeyPatch.context() as patch:
        # The browser's driver runs a loop of its own in this thread; Django would take it for ours.
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        server = LiveServer("localhost")
        scene = build()
        visit = Visit(browser=request.getfixturevalue("browser"), site=server.url, scene=scene)

        def note(sender: Any, template: Any, **kwargs: Any) -> None:
            visit.drawn.append(template.name)

        template_rendered.connect(note)
        try:
            yield visit
        finally:
            template_rendered.disconnect(note)
            for window in visit.windows.values():
                window.context.close()
            server.stop()


@pytest.mark.browser
@pytest.mark.parametrize("seen", SEEN, ids=lambda seen: seen.title)
def test_page(visit: Visit, seen: Seen) -> None:
    page = visit.open(seen)
    assert seen.template in visit.drawn, f"{page.url} was drawn by {visit.drawn}"
    found = axe.problems(
        page,
        is_admin=seen.is_admin and "account/" not in seen.template,
        in_error=seen.in_error,
        is_gallery=seen.is_gallery,
    )
    _keep_pictures(page, seen)
    assert not found, "\n" + "\n".join(found)


def _keep_pictures(page: Page, seen: Seen) -> None:
    """With PAGE_PICTURES=a-folder, for whoever wants to look at the pages themselves."""
    folder = os.environ.get("PAGE_PICTURES")
    if not folder:
        return
    name = seen.title.replace("/", "-").replace(":", "-").replace(" ", "_")
    for width in (axe.NARROW, axe.WIDE):
        page.set_viewport_size({"width": width, "height": axe.HEIGHT})
        page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
