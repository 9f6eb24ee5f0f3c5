"""The frame: menu, open pages, error pages."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client, RequestFactory

from bexley_ld.views import errors
from induction.models import InductionPlan
from people.models import LineManagement
from people.roles import Role
from tests.bexley_ld.test_home import browser_of
from tests.factories.induction import pair
from tests.factories.people import PersonFactory, UserFactory

ALL = {"Home", "Induction", "My team", "Overview", "Admin"}


def menu(browser: Client) -> set[str]:
    words = browser.get("/").content.decode()
    return {label for label in ALL if f">{label}</" in words}


@pytest.mark.parametrize(
    ("who", "shown"),
    [
        ("starter", {"Home", "Induction"}),
        ("manager", {"Home", "My team"}),
        ("ld_admin", {"Home", "Overview"}),
        ("head_of_service", {"Home", "Overview"}),
        ("colleague", {"Home"}),
    ],
)
def test_the_menu_shows_only_what_i_have(db: None, who: str, shown: set[str]) -> None:
    two = pair()
    browsers = {
        "starter": browser_of(two.person),
        "manager": browser_of(two.manager),
        "ld_admin": browser_of(PersonFactory(), Role.LD_ADMIN),
        "head_of_service": browser_of(PersonFactory(), Role.HEAD_OF_SERVICE),
        "colleague": browser_of(PersonFactory()),
    }
    assert menu(browsers[who]) == shown


def test_the_menu_follows_the_line(db: None) -> None:
    two = pair()
    LineManagement.objects.filter(manager=two.manager).update(end_date="2026-09-02")
    assert menu(browser_of(two.manager)) == {"Home"}


def search_boxes(browser: Client, url: str) -> list[tuple[str, str]]:
    """The forms of a page that look for words in the whole portal: where each leads, and its field."""
    forms = re.findall(r"<form[^>]*role=\"search\".*?</form>", browser.get(url).content.decode(), re.S)
    of_portal = [form for form in forms if 'action="/search/"' in form]
    return [(re.findall('action="([^"]+)"', form)[0], re.findall('id="([^"]+)"', form)[0]) for form in of_portal]


@pytest.mark.parametrize(
    "url", ["/", "/guides/", "/team/", "/me/", "/people/", "/no-such-page/", "/induction/overview/"]
)
def test_the_band_of_every_page_has_one_search_box(db: None, url: str) -> None:
    """Also where a page is refused or not there: whoever is lost looks for it."""
    assert search_boxes(browser_of(pair().manager), url) == [("/search/", "band-search")]


def test_the_page_of_results_has_its_own_box_and_who_is_not_signed_in_has_none(db: None) -> None:
    browser = browser_of(PersonFactory())
    assert search_boxes(browser, "/search/?q=level") == [("/search/", "search-words")]
    for url in ("/accessibility/", "/account/login/"):
        assert search_boxes(Client(), url) == []


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("/accessibility/", "partially compliant"),
        ("/accessibility/", "Accessibility Regulations 2018"),
        ("/privacy/", "groups under five left out"),
    ],
)
def test_open_pages_need_no_sign_in(db: None, url: str, words: str) -> None:
    response = Client().get(url)
    assert response.status_code == 200
    assert words in response.content.decode()


def test_a_missing_page(db: None) -> None:
    response = browser_of(PersonFactory()).get("/nowhere/")
    assert response.status_code == 404
    assert "We cannot find that page" in response.content.decode()


def test_a_refusal_gives_its_reason_and_keeps_the_text() -> None:
    request = RequestFactory().post("/somewhere/", {"comment": "Half an hour of typing", "version": "3"})
    response = errors.permission_denied(request, PermissionDenied("Only the line manager can do this."))
    words = response.content.decode()
    assert response.status_code == 403
    assert "Only the line manager can do this." in words
    assert "Half an hour of typing" in words


def strict_browser() -> Client:
    """A signed-in browser that is asked for its token, as a real one is."""
    two = pair()
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory(person=two.person), backend="bexley_ld.accounts.PortalBackend")
    client.get("/people/")
    return client


@pytest.mark.parametrize(
    ("with_cookie", "words"),
    [(True, "This page is from before you signed in again"), (False, "Your browser sent no cookie")],
)
def test_a_page_from_before_signing_in_again_keeps_what_was_typed(db: None, with_cookie: bool, words: str) -> None:
    client = strict_browser()
    if with_cookie:
        client.cookies["csrftoken"] = "a" * 32
    else:
        client.cookies.pop("csrftoken", None)
    plan = InductionPlan.objects.get()
    page = f"http://testserver/induction/plans/{plan.pk}/notes/"
    typed = {"text": "Half an hour of typing", "csrfmiddlewaretoken": "b" * 32}
    response = client.post(f"/induction/plans/{plan.pk}/notes/", typed, headers={"referer": page})
    shown = response.content.decode()
    assert response.status_code == 403
    assert words in shown
    assert "London Borough of Bexley" in shown
    assert "Half an hour of typing" in shown
    assert typed["csrfmiddlewaretoken"] not in shown
    assert f'href="{page}"' in shown


def test_the_way_back_from_a_stale_page_leads_nowhere_else(db: None) -> None:
    response = strict_browser().post("/people/", {"text": "x"}, headers={"referer": "https://elsewhere.example/"})
    assert response.status_code == 403
    assert "elsewhere.example" not in response.content.decode()


@pytest.mark.parametrize(("handler", "status"), [(errors.server_error, 500), (errors.bad_request, 400)])
def test_error_pages_ask_the_database_nothing(handler: object, status: int) -> None:
    """Runs without the `db` mark: any query would fail it."""
    arguments = [RequestFactory().get("/")] + ([ValueError("x")] if status == 400 else [])
    response = handler(*arguments)  # type: ignore[operator]
    assert response.status_code == status
    assert b"<h1" in response.content


def test_the_page_of_a_fault_gives_the_number_under_which_it_is_logged() -> None:
    request = RequestFactory().get("/")
    assert b"give them this number" not in errors.server_error(request).content
    request.request_id = "number-of-this-request"  # type: ignore[attr-defined]
    assert b"number-of-this-request" in errors.server_error(request).content
