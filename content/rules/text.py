"""Plain text with paragraphs and lists; nothing in it is markup, so nothing in it can be code."""

from __future__ import annotations

import re
from dataclasses import dataclass

ITEM = "- "
_GAP = re.compile(r"\n\s*\n")


@dataclass(frozen=True)
class Block:
    """A paragraph, or a list of items."""

    text: str = ""
    items: tuple[str, ...] = ()


def blocks(text: str) -> list[Block]:
    """An empty line begins a block; a run of lines that begin with "- " is a list, also right after a paragraph."""
    found: list[Block] = []
    for part in _GAP.split(text.replace("\r\n", "\n").strip()):
        words: list[str] = []
        items: list[str] = []
        for line in filter(None, (line.strip() for line in part.split("\n"))):
            if line.startswith(ITEM):
                items.append(line.removeprefix(ITEM))
            elif items:
                items[-1] += f" {line}"
            else:
                words.append(line)
        if words:
            found.append(Block(text=" ".join(words)))
        if items:
            found.append(Block(items=tuple(items)))
    return found
