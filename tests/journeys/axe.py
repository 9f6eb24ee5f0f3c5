"""What is asked of a page in Chromium: axe by the WCAG 2.2 AA tags, and what axe cannot see."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.conf import settings
from playwright.sync_api import Page

AXE = (Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NARROW, MIDDLE, WIDE, HEIGHT = 320, 700, 1280, 900
# 640 px with letters twice as large: WCAG 1.4.4.
LARGE_TEXT_WIDTH = 640
TITLE_END = "Bexley Learning and Development"

RUN = """async tags => {
  const found = await axe.run(document, {runOnly: tags, resultTypes: ['violations'],
    rules: {'target-size': {enabled: true}}});
  return found.violations.map(one => one.id + ': ' + one.nodes.slice(0, 3).map(
    node => node.html.slice(0, 160) + ' [' + node.target.join(' ') + '] ' + (node.any[0] || {}).message).join(' | '));
}"""

# Two pixels forgive rounding. A wide thing inside a region of its own that scrolls is allowed (tables of the admin).
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width + 2) return [];
  const wide = [...document.querySelectorAll('body *')].filter(one => {
    const box = one.getBoundingClientRect();
    return box.width > 0 && box.right > width + 2;
  });
  return ['scrolls sideways to ' + document.documentElement.scrollWidth,
    ...wide.slice(0, 4).map(one => one.outerHTML.slice(0, 120))];
}"""

# Letters that end inside a box that hides what does not fit.
CLIPPED = """() => [...document.querySelectorAll('main *, header *, footer *')].filter(one => {
  const style = getComputedStyle(one);
  if (!one.textContent.trim() || one.closest('.govuk-visually-hidden, svg, .visually-hidden')) return false;
  const hides = value => value === 'hidden' || value === 'clip';
  if (one.clientWidth < 4 || one.clientHeight < 4) return false;
  return (hides(style.overflowX) && one.scrollWidth > one.clientWidth + 2)
    || (hides(style.overflowY) && one.scrollHeight > one.clientHeight + 2);
}).slice(0, 4).map(one => 'clipped: ' + one.outerHTML.slice(0, 160))"""

# A label is part of the target of its box; a link in a sentence is exempt (WCAG 2.5.8).
SMALL = """() => [...document.querySelectorAll('button, summary, select, input, textarea')].filter(one => {
  if (one.type === 'hidden' || !one.offsetParent) return false;
  if (one.closest('.govuk-visually-hidden, .select2-hidden-accessible')) return false;
  const label = (one.type === 'checkbox' || one.type === 'radio') && one.labels && one.labels[0];
  const boxes = [one, label].filter(Boolean).map(each => each.getBoundingClientRect());
  return !boxes.some(box => box.width >= 24 && box.height >= 24);
}).map(one => 'target under 24 px: ' + one.outerHTML.slice(0, 120))"""

# A box to fill in whose end is hidden by what it stands in.
CUT_OFF = """() => [...document.querySelectorAll('button, select, input, textarea')].filter(one => {
  if (one.type === 'hidden' || !one.offsetParent) return false;
  if (one.closest('.govuk-visually-hidden, .select2-hidden-accessible')) return false;
  const frame = (function hiding(each) {
    if (!each || each === document.body) return null;
    const how = getComputedStyle(each).overflowX;
    return how === 'hidden' || how === 'clip' ? each : /auto|scroll/.test(how) ? null : hiding(each.parentElement);
  })(one.parentElement);
  return frame && one.getBoundingClientRect().right > frame.getBoundingClientRect().right + 1;
}).slice(0, 4).map(one => 'cut off: ' + one.outerHTML.slice(0, 120))"""

FACTS = """() => ({
  title: document.title, lang: document.documentElement.lang,
  headings: [...document.querySelectorAll('h1')].map(one => one.textContent.trim().replace(/\\s+/g, ' ')),
  primary: [...document.querySelectorAll('.govuk-button')].filter(one => one.offsetParent
    && !/--(secondary|inverse)/.test(one.className)).map(one => one.textContent.trim()),
  inError: Boolean(document.querySelector('.govuk-error-summary')),
})"""


def problems(page: Page, *, is_admin: bool = False, in_error: bool = False, is_gallery: bool = False) -> list[str]:
    """Everything that is wrong with the page as it stands, on a phone, a tablet and a desk, and with large letters."""
    page.evaluate(AXE)
    found: list[str] = []
    for width in (NARROW, WIDE):
        page.set_viewport_size({"width": width, "height": HEIGHT})
        found += [f"{width} px: {each}" for each in page.evaluate(RUN, TAGS)]
        found += [f"{width} px: {each}" for each in page.evaluate(TOO_WIDE)]
        if width == NARROW:
            found += [f"{width} px: {each}" for each in page.evaluate(SMALL) + page.evaluate(CUT_OFF)]
    if not is_admin:
        page.set_viewport_size({"width": MIDDLE, "height": HEIGHT})
        found += [f"{MIDDLE} px: {each}" for each in page.evaluate(TOO_WIDE)]
        found += _with_large_letters(page)
        found += _frame(page.evaluate(FACTS), in_error=in_error, is_gallery=is_gallery)
    return found


def _with_large_letters(page: Page) -> list[str]:
    page.set_viewport_size({"width": LARGE_TEXT_WIDTH, "height": HEIGHT})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    found = [f"200 %: {each}" for each in page.evaluate(TOO_WIDE) + page.evaluate(CLIPPED)]
    page.evaluate("document.documentElement.style.fontSize = ''")
    return found


def _frame(facts: dict[str, Any], *, in_error: bool, is_gallery: bool) -> list[str]:
    """Title, language, heading, one main action: the anatomy that every page shares."""
    found = []
    if len(facts["headings"]) != 1:
        found.append(f"not one h1: {facts['headings']}")
    heading = (facts["headings"] or [""])[0]
    title = facts["title"]
    # The gallery shows every component, a summary of errors and all buttons among them.
    if not is_gallery and (in_error != title.startswith("Error: ") or in_error != facts["inError"]):
        found.append(f"in error: {in_error}, but the title is “{title}” and a summary is there: {facts['inError']}")
    parts = re.sub(r"\s+", " ", title.removeprefix("Error: ")).split(" – ")
    if parts[0] != heading or parts[-1] != TITLE_END or len(parts) > 3:
        found.append(f"the title is “{title}” over the heading “{heading}”")
    if not facts["lang"].startswith("en"):
        found.append(f"the language is “{facts['lang']}”")
    if len(facts["primary"]) > 1 and not is_gallery:
        found.append(f"more than one primary button: {facts['primary']}")
    return found
