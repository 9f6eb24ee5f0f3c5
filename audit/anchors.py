"""The last link of every chain, written down outside: only this shows a tail that was cut off (P3)."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass, field

from audit.models import ChainHead

TITLE = "Audit anchor of Bexley Learning and Development"
HASH_LENGTH = 32
_LINK = re.compile(rf"(\S+) (\d+) ([0-9a-f]{{{HASH_LENGTH}}})")
_AT = re.compile(r"at (\S+), (\d+) chains, (\d+) rows")
_DIGEST = re.compile(r"head ([0-9a-f]{64})")


class BadAnchor(ValueError):
    """The file is not an anchor, or not a whole one."""


@dataclass(frozen=True)
class Anchor:
    """Where each chain ended at one moment."""

    at: dt.datetime
    links: dict[str, tuple[int, str]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return sum(sequence for sequence, _ in self.links.values())

    @property
    def head(self) -> str:
        """One hash over all chains."""
        return hashlib.sha256(self._lines().encode()).hexdigest()

    def as_text(self) -> str:
        """Plain short lines, so that it passes through mail unchanged."""
        return f"{TITLE}\n{self._lines()}head {self.head}\n"

    def _lines(self) -> str:
        at = self.at.astimezone(dt.UTC).isoformat(timespec="seconds")
        lines = [f"at {at}, {len(self.links)} chains, {self.rows} rows"]
        lines += [f"{chain} {sequence} {link}" for chain, (sequence, link) in sorted(self.links.items())]
        return "".join(f"{line}\n" for line in lines)


def current(*, now: dt.datetime) -> Anchor:
    """The anchor of this moment."""
    heads = ChainHead.objects.filter(sequence__gt=0).values_list("chain", "sequence", "hash")
    return Anchor(now, {chain: (sequence, link[:HASH_LENGTH]) for chain, sequence, link in heads.iterator()})


def parse(text: str) -> Anchor:
    """Reads an anchor back, also out of a saved mail; refuses one that lost or changed a line."""
    lines = [line.strip() for line in text.splitlines()]
    if TITLE not in lines:
        raise BadAnchor("This file holds no audit anchor.")
    at, links, digest = None, {}, ""
    for line in lines[lines.index(TITLE) + 1 :]:
        if match := _LINK.fullmatch(line):
            links[match[1]] = (int(match[2]), match[3])
        elif match := _AT.fullmatch(line):
            at = dt.datetime.fromisoformat(match[1])
        elif match := _DIGEST.fullmatch(line):
            digest = match[1]
            break
    if at is None or not digest:
        raise BadAnchor("The anchor is cut off.")
    anchor = Anchor(at, links)
    if anchor.head != digest:
        raise BadAnchor("The anchor was changed: its lines and its head hash differ.")
    return anchor
