"""The two refusals that every app raises, and the versions by which a form tells what its reader saw."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied


class NotAllowed(PermissionDenied):
    """Visible but not allowed (403); the message is the reason, in words for the reader."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Conflict(Exception):
    """The state has moved meanwhile (409); the message says what happened, the page keeps the typed text."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def check_version(current: int, seen: int) -> None:
    """A form carries the version that its reader saw."""
    if current != seen:
        raise Conflict("This changed after you opened the page. Read it again before you decide.")


def seen_versions(ticked: Iterable[str]) -> dict[int, int]:
    """Rows with the version in which their reader saw them, of ticks like "row:version"; 0, which no row has, where
    none is given. What is no number, or larger than any, is passed over."""
    found = {}
    for tick in ticked:
        row, _, version = tick.partition(":")
        if row.isdecimal() and len(row) < 16:
            found[int(row)] = int(version) if version.isdecimal() and len(version) < 10 else 0
    return found
