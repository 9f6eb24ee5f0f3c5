"""Names that nobody bears: every family name says that it is invented."""

from __future__ import annotations

import random
import tomllib
import unicodedata
from collections.abc import Iterator
from pathlib import Path

DOMAIN = "demo.bexley.example"
MARKS = ("Test", "Sample", "Demo", "Example", "Trial", "Specimen")
_LISTS = tomllib.loads((Path(__file__).parent / "names.toml").read_text(encoding="utf-8"))
GIVEN = _LISTS["given"].split()
FAMILY = _LISTS["family"].split()


def names(rng: random.Random) -> Iterator[tuple[str, str]]:
    """Given and family names, no pair twice, in an order that the seed decides."""
    pairs = [(given, f"{mark}-{family}") for given in GIVEN for family in FAMILY for mark in MARKS]
    rng.shuffle(pairs)
    yield from pairs


def address(given: str, family: str) -> str:
    """An address in a domain that cannot exist (RFC 2606)."""
    plain = unicodedata.normalize("NFKD", f"{given}.{family}").encode("ascii", "ignore").decode()
    return f"{plain.lower()}@{DOMAIN}"
