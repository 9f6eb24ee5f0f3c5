"""How a message is written: a text file with its subject in the first line, and HTML from one layout."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import css_inline
from django.conf import settings
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template, render_to_string
from django.urls import reverse

from notifications.kinds import MessageKind, Pace
from notifications.wording import Wording, Words, as_fields, own_words
from people.roles import Role

SERVICE_NAME = "Bexley Learning and Development"
SUBJECT_LENGTH = 200
KINDS = (
    MessageKind(
        code="notifications.test",
        title="Test of a message",
        trigger="you ask in the administration for a message with sample data",
        pace=Pace.NOW,
        must_send="You asked for it.",
        for_role=Role.LD_ADMIN,
    ),
    MessageKind(
        code="audit.anchor",
        title="Audit anchor",
        trigger="a day begins, at the address that keeps the anchors",
        pace=Pace.NOW,
        must_send="It proves that the history has not been cut.",
        is_personal=False,
    ),
)
_inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)


@dataclass(frozen=True)
class Content:
    """A message as it will be read."""

    subject: str
    text_body: str
    html_body: str = ""


@dataclass(frozen=True)
class Block:
    """A piece of the text as the HTML shows it: heading, text, list, or one link as a button."""

    kind: str
    lines: list[str] = field(default_factory=list)
    link: str = ""


def render(
    template: str,
    context: dict[str, Any],
    words: Words | None = None,
    known: Mapping[str, Words] | None = None,
    *,
    kind: MessageKind,
) -> Content:
    """Renders `<app>/emails/<message>` (.txt; .html only where the text's own shape is not enough).

    In the text file an empty line parts paragraphs, `- ` begins a list item, `# ` a heading; "Words:" above
    one of our addresses becomes a button. `why` in the context stands at the foot, and under it what its reader may
    choose about this `kind`, or why it always comes. Words that L&D has set stand in
    place of the file's: `known` are all of these, where many messages are written; `words` are some only tried out.
    """
    name = template.removesuffix(".txt")
    context = {"site_url": settings.SITE_URL, "service_name": SERVICE_NAME, **context}
    foot_of_kind = _foot_context(context, kind)
    # Plain text is not HTML: nothing is escaped in it.
    own = words or own_words(name, context, known)
    if own is None:
        subject, body = _from_file(name, context)
    else:
        subject, body = own.subject, own.body.replace("\r\n", "\n")
    subject, body = one_line(subject), _without_gaps(body)
    html = _html(name, {**foot_of_kind, **context, "subject": subject, "blocks": blocks(body)})
    body = re.sub(r"(?m)^# (.+)$", lambda heading: f"{heading[1]}\n{'-' * len(heading[1])}", body)
    foot = render_to_string("emails/foot.txt", {"why": one_line(context.get("why", "")), **foot_of_kind})
    return Content(subject=subject, text_body=f"{body}\n\n{foot.strip()}\n", html_body=html)


def words_of_file(wording: Wording) -> Words:
    """The words of the file with merge fields: where L&D begins, and what a reset goes back to."""
    context = {"site_url": settings.SITE_URL, "service_name": SERVICE_NAME, **wording.sample()}
    subject, body = _from_file(wording.template, context)
    return as_fields(wording, Words(one_line(subject), _without_gaps(body)))


def render_sample(wording: Wording, words: Words | None, *, why: str, kind: MessageKind) -> Content:
    """A message to nobody, for preview and test; without words the file's, also while others are kept."""
    sample = {**wording.sample(), "why": why}
    if words is None and wording.is_editable:
        words = words_of_file(wording)
    return render(wording.template, sample, wording.fill(words, sample) if words else None, kind=kind)


def _from_file(name: str, context: dict[str, Any]) -> tuple[str, str]:
    wording: Any = get_template(f"{name}.txt")
    text = wording.template.render(Context(context, autoescape=False)).strip()
    subject, _, body = text.partition("\n")
    return subject, body


def one_line(text: str) -> str:
    """Text fit for a header: one line, no control or direction characters, at most 200 characters."""
    kept = (" " if unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp", "Cs"} else char for char in text)
    return " ".join("".join(kept).split())[:SUBJECT_LENGTH]


def blocks(body: str) -> list[Block]:
    """The text body cut into what the HTML layout knows."""
    return [_block(paragraph.splitlines()) for paragraph in re.split(r"\n{2,}", body) if paragraph.strip()]


def _block(lines: list[str]) -> Block:
    last = lines[-1].strip()
    if len(lines) == 2 and lines[0].endswith(":") and is_ours(last):
        return Block("button", [lines[0].rstrip(": ")], last)
    if lines[0].startswith("# "):
        return Block("heading", [" ".join(line.lstrip("# ") for line in lines)])
    if all(line.startswith(("- ", "  ")) for line in lines):
        items: list[str] = []
        for line in lines:
            if line.startswith("- ") or not items:
                items.append(line[2:].strip())
            else:
                items[-1] += f" {line.strip()}"
        return Block("list", items)
    return Block("text", lines)


def is_ours(address: str) -> bool:
    """An address on the portal, and nothing else beside it: only such ones become links."""
    return address.startswith(f"{settings.SITE_URL}/") and not re.search(r"\s", address)


def _html(name: str, context: dict[str, Any]) -> str:
    try:
        template = get_template(f"{name}.html")
    except TemplateDoesNotExist:
        template = get_template("emails/layout.html")
    return _inliner.inline(template.render(context))


def _foot_context(context: dict[str, Any], kind: MessageKind) -> dict[str, Any]:
    """Mail to a person leads to their choices; the copy that leaves names their own link (`links.with_own_link`).
    What nobody can stop says why instead of offering it."""
    foot = {"site_url": context["site_url"], "service_name": context["service_name"], "must_send": kind.must_send}
    if context.get("recipient") is not None:
        foot["choices_url"] = f"{settings.SITE_URL}{reverse('notifications:preferences')}"
        other = "Choose what else you get by e-mail"
        foot["choices_words"] = other if kind.must_send else "Stop or change what you get by e-mail"
    return foot


def _without_gaps(body: str) -> str:
    """Template tags leave empty lines behind; at most one stays."""
    lines = (line.rstrip() for line in body.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
