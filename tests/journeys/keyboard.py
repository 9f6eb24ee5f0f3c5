"""A reader who has no mouse: Tab to what is named, Enter to press it; focus must be seen at every step."""

from __future__ import annotations

import re

from playwright.sync_api import Page

MOST_STEPS = 150

FOCUSED = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return null;
  const labels = element.labels ? [...element.labels].map(label => label.innerText) : [];
  const names = [element.getAttribute('aria-label'), ...labels, element.innerText, element.value];
  const style = getComputedStyle(element);
  const beside = element.type === 'radio' || element.type === 'checkbox'
    ? getComputedStyle(element.labels[0] || element, '::before') : style;
  const marked = [style, beside].some(one =>
    (one.outlineStyle !== 'none' && parseFloat(one.outlineWidth) > 0) || one.boxShadow !== 'none');
  // A mark of a drawing shows its focus in the shapes inside it.
  const drawn = element instanceof SVGElement && [...element.querySelectorAll('*')].some(shape => {
    const paint = getComputedStyle(shape);
    return paint.fill === 'rgb(255, 221, 0)' || paint.stroke === 'rgb(255, 221, 0)';
  });
  const box = element.getBoundingClientRect();
  const middle = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height / 2, 20));
  const covered = middle && !element.contains(middle) && !middle.contains(element)
    && !(element.labels && [...element.labels].some(label => label.contains(middle)));
  return {
    name: names.filter(Boolean).map(name => name.trim()).filter(Boolean)[0] || '',
    tag: element.tagName.toLowerCase(), type: element.type || '', marked: marked || drawn,
    inside: box.bottom > 0 && box.top < innerHeight && box.width > 0, covered: Boolean(covered),
  };
}"""


class Keyboard:
    """Keyboard events alone, and what a sighted reader would see of them."""

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        self.site = site
        self.met: list[str] = []

    def open(self, path: str) -> None:
        """Typing an address is a keyboard's way in too."""
        self.page.goto(self.site + path)

    def reach(self, name: str, *, kind: str = "") -> None:
        """Tab until what is called `name` has the focus; every stop on the way must show its focus."""
        self.met = []
        for _ in range(MOST_STEPS):
            self.page.keyboard.press("Tab")
            focused = self.page.evaluate(FOCUSED)
            if focused is None:
                continue
            self.met.append(focused["name"])
            assert focused["marked"], f"Focus cannot be seen on {focused} of {self.page.url}"
            assert focused["inside"], f"Focus is outside the window on {focused} of {self.page.url}"
            assert not focused["covered"], f"Focus is hidden behind something on {focused} of {self.page.url}"
            if re.search(name, focused["name"]) and kind in {"", focused["tag"], focused["type"]}:
                return
        raise AssertionError(f"Tab never reached “{name}” on {self.page.url}; it met {self.met[:40]}")

    def press(self, name: str, *, kind: str = "") -> None:
        """Reach a link or a button and press Enter."""
        self.reach(name, kind=kind)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, name: str, text: str) -> None:
        """Reach a field, replace what stands in it."""
        self.reach(name)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def choose(self, name: str) -> None:
        """Reach a group of radio buttons or a checkbox and choose the one that is named, with arrows or Space."""
        self.reach("", kind="radio")
        for _ in range(20):
            focused = self.page.evaluate(FOCUSED)
            if focused and re.search(name, focused["name"]):
                self.page.keyboard.press("Space")
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"No choice called “{name}” on {self.page.url}")

    def write_date(self, legend: str, day: str, month: str, year: str) -> None:
        """Three boxes, one after the other."""
        self.reach("^Day")
        self.page.keyboard.type(day)
        self.reach("^Month")
        self.page.keyboard.type(month)
        self.reach("^Year")
        self.page.keyboard.type(year)

    def says(self, text: str) -> None:
        """The page shows these words."""
        body = self.page.inner_text("body")
        assert text in body, f"“{text}” is not on {self.page.url}:\n{body}"
