"""The two refusals that every app raises."""

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
