"""One word for each of the two signatures on an item, wherever it is asked for or told (ruling 9)."""

from __future__ import annotations

from dataclasses import dataclass

from induction.models import Owner


@dataclass(frozen=True)
class SigningWords:
    """What the first and the second signature are called: as a button, as told of later, and once given."""

    first: str
    second: str
    did_first: str
    did_second: str
    said_first: str
    said_second: str


_READY = SigningWords(
    first="Mark as ready", second="Sign off", did_first="marked {it} as ready", did_second="signed {it} off",
    said_first="Marked as ready.", said_second="Signed off.",
)  # fmt: skip
_DONE = SigningWords(
    first="Mark as done", second="Confirm it is done", did_first="marked {it} as done",
    did_second="confirmed that {it} is done", said_first="Marked as done.", said_second="Confirmed as done.",
)  # fmt: skip


def signing_words(owner: str) -> SigningWords:
    """The line manager does it and the starter confirms; of everything else one says it is ready, the other signs."""
    return _DONE if owner == Owner.MANAGER else _READY
