"""How the search compares words where the database has no full-text search of its own."""

from __future__ import annotations

import re
import unicodedata

MOST_WORDS = 12
"""More words than this are not asked for: nobody types them, and each costs."""
_WORD = re.compile(r"[\w%:]+")
_ENDINGS = ("ings", "ing", "ers", "er", "ies", "es", "ed", "s")
_WEIGHTS = (12, 5, 1)
_LEAST_STEM = 4


def normal(text: str) -> str:
    """Small letters, plain quotes, single spaces: two ways to type the same name become one."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(one for one in plain if not unicodedata.combining(one))
    plain = re.sub(r"[\"'“”‘’]", "", plain.lower().replace("&", " and "))
    return " ".join(re.sub(r"[^\w%:]+", " ", plain).split())


def asked_words(query: str) -> list[str]:
    """The words of a query, each once, without their common endings."""
    found = dict.fromkeys(_stem(word) for word in _WORD.findall(normal(query)))
    return list(found)[:MOST_WORDS]


def score(words: list[str], title: str, summary: str, rest: str) -> int:
    """How well an entry answers all of the words; 0 when it lacks one. A title counts most."""
    parts = [{_stem(word) for word in _WORD.findall(normal(text))} for text in (title, summary, rest)]
    total = 0
    for word in words:
        hits = [weight for weight, part in zip(_WEIGHTS, parts, strict=True) if word in part]
        if not hits:
            return 0
        total += sum(hits)
    return total


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST_STEM:
            return word.removesuffix(ending)
    return word
