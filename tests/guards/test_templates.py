"""Templates: nothing inline (the policy is 'self' alone), nothing unescaped, no words of other apps."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.guards import source

HTML = [path for path in source.templates() if path.suffix == ".html"]

# Mail programs read no style sheet: the layout of mails carries its styles, and css-inline sets them in place.
STYLED = {"templates/emails/layout.html"}

INLINE = {
    "a style attribute": r"<[^>]*\sstyle\s*=",
    "a style element": r"<style\b",
    "a script in the page": r"<script(?![^>]*\bsrc=)[^>]*>",
    "an event handler": r"<[^>]*\son[a-z]+\s*=",
    "a javascript: address": r"javascript:",
    "something from another host": r"<(?:script|link|img|iframe)[^>]*(?:src|href)=[\"']https?:",
    "a data: address": r"(?:src|href)=[\"']data:",
}
UNESCAPED = {
    "the safe filter": r"\|\s*safe(?:seq)?\b",
    "autoescape off": r"{%\s*autoescape\s+off",
    "a debug tag": r"{%\s*debug\s*%}",
}


def written(path: Path) -> str:
    """The template without its comments, which no reader gets."""
    text = path.read_text(encoding="utf-8")
    return re.sub(r"{%\s*comment.*?{%\s*endcomment\s*%}|{#.*?#}", "", text, flags=re.S)


@pytest.mark.parametrize("what", INLINE)
def test_nothing_inline(what: str) -> None:
    found = [
        source.name_of(path)
        for path in HTML
        if source.name_of(path) not in STYLED and re.search(INLINE[what], written(path), re.I)
    ]
    assert found == []


@pytest.mark.parametrize("what", UNESCAPED)
def test_nothing_unescaped(what: str) -> None:
    """Plain-text mails are not HTML: only there may escaping be off."""
    found = [source.name_of(path) for path in HTML if re.search(UNESCAPED[what], written(path))]
    assert found == []


def test_every_form_that_changes_something_carries_its_token() -> None:
    """A POST form without a token is refused by Django, and the reader loses what they typed."""
    without = [
        source.name_of(path)
        for path in HTML
        for form in re.findall(r"<form\b.*?</form>", written(path), re.S | re.I)
        if re.search(r"method=[\"']?post", form, re.I)
        and "csrf_token" not in form
        and "{% crispy" not in form
        and "block" not in form
    ]
    assert without == []


def test_no_link_changes_anything() -> None:
    """Sign-out, sign-off and the like are forms; a link is followed by every prefetching browser."""
    names = r"{%\s*url\s+['\"][^'\"]*(?:logout|sign_off_now|delete)['\"]"
    found = [
        source.name_of(path)
        for path in HTML
        for link in re.findall(r"<a\b[^>]*href=[\"'][^\"']*", written(path))
        if re.search(names, link) and "logout" not in link
    ]
    assert found == []


def test_links_to_another_site_open_without_a_handle_on_ours() -> None:
    found = [
        source.name_of(path)
        for path in HTML
        for link in re.findall(r"<a\b[^>]*target=[\"']_blank[\"'][^>]*>", written(path))
        if "noopener" not in link and "noreferrer" not in link
    ]
    assert found == []


def test_every_page_names_itself() -> None:
    """Pages build on the base page or a layout, so that title, skip link and navigation are there."""
    stand_alone = {"base.html", "500.html", "503.html", "object_history_list.html"}
    pieces = {"components", "includes", "govuk", "fields", "layout", "layouts", "rows", "widgets", "emails"}
    included = set(re.findall(r"{%\s*(?:include|part)\s+[\"']([^\"']+)", " ".join(written(path) for path in HTML)))
    loose = [
        source.name_of(path)
        for path in HTML
        if path.name not in stand_alone
        and path.relative_to(source.ROOT / "templates").as_posix() not in included
        and not pieces & set(path.relative_to(source.ROOT).parts)
        and not re.search(r"{%\s*extends\s", path.read_text(encoding="utf-8"))
    ]
    assert loose == []


# As apps import each other (pyproject.toml): a template takes pieces of its own app, of those below, and shared ones.
LAYERS = (
    *({"govuk", "audit"}, {"people"}, {"notifications"}, {"learning", "content"}, {"pathways"}),
    *({"induction", "coaching"}, {"reminders"}, {"bexley_ld"}),
)
SHARED = {"components", "rows", "layouts", "admin", "account", "mfa", "django", "emails", "simple_history"}


def test_templates_include_downwards_only() -> None:
    """Pages that belong to no app, such as the base page and the error pages, compose as the project does."""
    level = {app: number for number, apps in enumerate(LAYERS) for app in apps}
    found = []
    for path in HTML:
        app = path.relative_to(source.ROOT / "templates").parts[0]
        for piece in re.findall(r"{%\s*(?:include|part|extends)\s+[\"']([^\"']+)", written(path)):
            of = piece.split("/")[0]
            is_above = app in level and level.get(of, 0) >= level[app] and of != app
            if of not in SHARED and "/" in piece and (is_above or app in {"components", "rows"}):
                found.append(f"{source.name_of(path)} includes {piece}")
    assert found == []
