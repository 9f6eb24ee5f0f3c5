"""Small numbers: what may be told to those who see counts only (reliability-and-security.md §2).

A group under five is not shown, and neither is a part of a group that would tell of fewer than five by subtraction.
"""

from __future__ import annotations

SMALLEST_GROUP = 5
FEW = f"fewer than {SMALLEST_GROUP}"


def is_small(count: int) -> bool:
    """Whether so many would single somebody out; nobody at all singles out nobody."""
    return 0 < count < SMALLEST_GROUP


def group_words(count: int) -> str:
    """The size of a group by itself."""
    return str(count) if count >= SMALLEST_GROUP else FEW


def part_words(part: int, whole: int) -> str:
    """How many of a group: of a small group nothing; seven of whom six are late would tell of the one who is not."""
    if whole < SMALLEST_GROUP:
        return "not shown"
    if is_small(part):
        return FEW
    return f"all but {FEW}" if is_small(whole - part) else str(part)
