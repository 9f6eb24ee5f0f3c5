"""The words of a message where L&D has others than those of its file: plain text with merge fields, `{first_name}`.

An app declares which of its messages may be worded, and their fields, as `WORDINGS` in its own `wording.py`. What is
typed is never a template: a field in braces is replaced by its value, and nothing else is read into it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from notifications.declarations import modules
from notifications.models import MessageSetting

FIELD = re.compile(r"\{([a-z_]+)\}")
SUBJECT_LENGTH = 200
Context = Mapping[str, Any]


@dataclass(frozen=True)
class Field:
    """A piece that differs from mail to mail; `is_block` may have several lines, such as a list."""

    name: str
    meaning: str
    value: Callable[[Context], str]
    is_block: bool = False


@dataclass(frozen=True)
class Words:
    """A subject and a text, with merge fields."""

    subject: str
    body: str


@dataclass(frozen=True, kw_only=True)
class Wording:
    """A message that L&D may look at, and whose words they may change where it `is_editable`.

    `sample` makes the context of a mail to nobody, for preview and test.
    """

    kind: str
    template: str
    fields: tuple[Field, ...]
    sample: Callable[[], dict[str, Any]]
    required: frozenset[str] = frozenset({"link"})
    is_editable: bool = True

    def fill(self, words: Words, context: Context) -> Words:
        """The words with the values of this mail; a value is one line unless its field is a block."""
        values = {field.name: _plain(field.value(context), field.is_block) for field in self.fields}
        subject = {name: _plain(value, is_block=False) for name, value in values.items()}
        return Words(_replaced(words.subject, subject), _replaced(words.body, values))


def wordings() -> dict[str, Wording]:
    """Every wording by its kind."""
    return {wording.kind: wording for _, module in modules("wording") for wording in getattr(module, "WORDINGS", ())}


def words_set() -> dict[str, Words]:
    """The words that L&D has set, by kind; whoever writes many messages asks once and hands them on."""
    rows = MessageSetting.objects.exclude(body="").values_list("kind", "subject", "body")
    return {kind: Words(subject, body) for kind, subject, body in rows}


def own_words(template: str, context: Context, known: Mapping[str, Words] | None = None) -> Words | None:
    """What L&D has made of the words of this template, filled in; None where the file holds."""
    wording = next((one for one in wordings().values() if one.template == template), None)
    if wording is None or not wording.is_editable:
        return None
    words = (words_set() if known is None else known).get(wording.kind)
    return wording.fill(words, context) if words else None


def problems(text: str, fields: Mapping[str, Any] | set[str], *, one_line: bool = False) -> list[str]:
    """What is wrong with a text that L&D typed, in words; nothing when it may be kept."""
    found = []
    if one_line and re.search(r"[\r\n]", text):
        found.append("Write it in one line: a line break could add a header to the mail.")
    elif any(_is_control(char) for char in text if char not in "\r\n"):
        found.append("It holds characters that cannot be seen, such as tabs or direction marks. Type it again.")
    known = ", ".join(f"{{{name}}}" for name in fields)
    unknown = sorted(set(FIELD.findall(text)) - set(fields))
    if unknown:
        found.append(f"There is no field {', '.join(f'{{{name}}}' for name in unknown)}. There are {known}.")
    if re.search(r"[{}]", FIELD.sub("", text)):
        found.append(f"A brace is not closed, or does not hold the name of a field. There are {known}.")
    return found


def missing(text: str, required: frozenset[str]) -> list[str]:
    """A problem for each field without which the message would be of no use."""
    names = sorted(required - set(FIELD.findall(text)))
    return [f"The field {{{name}}} is missing: without it the message leads nowhere." for name in names]


def as_fields(wording: Wording, words: Words) -> Words:
    """A rendered sample turned back: each value of the sample becomes its field again, the longest first."""
    sample = wording.sample()
    values = {field.name: _plain(field.value(sample), field.is_block) for field in wording.fields}
    subject, body = words.subject, words.body
    for name, value in sorted(values.items(), key=lambda pair: -len(pair[1])):
        subject, body = subject.replace(value, f"{{{name}}}"), body.replace(value, f"{{{name}}}")
    return Words(subject, body)


def _replaced(text: str, values: Mapping[str, str]) -> str:
    """In one pass, so that a value that looks like a field stays as it is."""
    return FIELD.sub(lambda found: values.get(found[1], found[0]), text)


def _plain(value: str, is_block: bool) -> str:
    lines = value.splitlines() if is_block else [" ".join(value.split())]
    return "\n".join("".join(" " if _is_control(char) else char for char in line) for line in lines)


def _is_control(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp", "Cs"}
