"""The gallery and the error pages in Chromium: no violation in axe, no sideways scrolling."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from scripts.build_static import build

AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
TEMPLATES = Path(settings.BASE_DIR) / "templates"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAGES = ["/design/", *[f"/error/{code}/" for code in (400, 403, 404, 409, 500, 503)]]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.urls("tests.govuk.urls"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(scope="session", autouse=True)
def built():
    build()


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", PAGES)
def test_page_has_no_violation_and_does_not_scroll_sideways(page, live_server, path, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(live_server.url + path)
    assert page.evaluate("document.styleSheets.length") == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate(AXE.read_text())
    result = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
    assert [(found["id"], found["nodes"][0]["html"]) for found in result["violations"]] == []


@pytest.mark.parametrize(
    "part",
    [
        ".govuk-error-summary__list a",
        ".app-row__title a",
        ".app-row__facts",
        "h1",
        ".app-h2",
        ".govuk-summary-list__value",
    ],
)
def test_a_long_address_breaks_on_a_phone(page, live_server, part):
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(live_server.url + "/design/")
    page.locator(part).first.evaluate("(element, words) => { element.textContent = words }", "a.very.long.address" * 9)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize(("questions", "position"), [(2, "sticky"), (3, "static")])
def test_only_the_button_of_a_short_form_stays_in_sight(page, live_server, questions, position):
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(live_server.url + "/design/")
    group = '<div class="govuk-form-group"></div>'
    form = f'<form>{group * questions}<div class="app-action-bar" id="bar"></div></form>'
    page.evaluate("form => document.querySelector('main').insertAdjacentHTML('beforeend', form)", form)
    assert page.evaluate("getComputedStyle(document.getElementById('bar')).position") == position


def test_targets_are_large_enough_on_a_phone(page, live_server):
    """WCAG 2.5.8: 24 by 24 pixels for what is not a link in running text."""
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(live_server.url + "/design/")
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, .govuk-button, .app-switch a, select")]
            .filter((element) => element.offsetParent)
            .map((element) => [element.textContent.trim(), element.getBoundingClientRect()])
            .filter(([, box]) => box.width < 24 || box.height < 24)
            .map(([text, box]) => `${text} ${box.width} by ${box.height}`)"""
    )
    assert small == []


def test_tables_fold_into_cards_with_labels(page, live_server):
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(live_server.url + "/design/")
    assert page.evaluate("getComputedStyle(document.querySelector('.app-table td')).display") == "flex"
    label = "getComputedStyle(document.querySelector('.app-table td'), '::before').content"
    assert page.evaluate(label) == '"Plan"'


def test_error_summary_leads_to_the_first_box_of_a_date(page, live_server):
    page.goto(live_server.url + "/design/")
    page.click("text=The date you held the review must include a year")
    assert page.evaluate("document.activeElement.id") == "id_held_date_0"


def test_select_all_ticks_every_item_and_stays_away_without_script(page, live_server, browser):
    page.goto(live_server.url + "/design/")
    page.check("#pick-all")
    assert page.evaluate("[...document.querySelectorAll('[name=pick]')].every((box) => box.checked)")
    plain = browser.new_context(java_script_enabled=False).new_page()
    plain.goto(live_server.url + "/design/")
    assert not plain.is_visible("#pick-all")
    assert plain.is_visible(".govuk-service-navigation, .app-band")


def test_skip_link_is_the_first_stop_and_can_be_seen(page, live_server):
    page.goto(live_server.url + "/error/404/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    assert page.evaluate("document.activeElement.getBoundingClientRect().height") > 20


def test_the_strip_of_the_demonstration_takes_one_line_on_a_phone(page, live_server, monkeypatch):
    monkeypatch.setattr(settings, "DEMO_MODE", True)
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(live_server.url + "/design/")
    line = page.locator(".app-strip div")
    # Only the demonstration has the address of its mail.
    words = re.search(r"<a[^>]*mail_url[^>]*>(.*?)</a>", (TEMPLATES / "layouts" / "band.html").read_text())[1]
    line.evaluate("(line, words) => { line.innerHTML += ` <a href='#top'>${words}</a>` }", words)
    assert line.evaluate("(line) => line.getBoundingClientRect().height") < 30
