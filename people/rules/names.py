"""How names are kept and compared."""

from __future__ import annotations

import re
import unicodedata

# Embeddings, overrides and isolates turn round the text after them; joiners stay: names and emoji need them.
TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
INVISIBLE = {0x200B: None, 0x2060: None, 0xFEFF: None}
OUTER = re.compile(r"^[\s\u200b\ufeff]+|[\s\u200b\ufeff]+$")


def clean_text(value: str) -> tuple[str, bool]:
    """The text in NFC without outer or doubled spaces; also whether control or direction characters went."""
    text = OUTER.sub("", value)
    kept = "".join(
        c for c in text.translate(TURNING | INVISIBLE) if c.isspace() or unicodedata.category(c) not in {"Cc", "Cs"}
    )
    removed = len(kept) < len(text)
    return unicodedata.normalize("NFC", " ".join(kept.split())), removed


def search_name(given_name: str, family_name: str) -> str:
    """The name as the people search compares it: case does not matter."""
    return f"{given_name} {family_name}".casefold().strip()[:210]
