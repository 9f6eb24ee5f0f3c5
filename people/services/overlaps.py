"""What someone hears whose dated row met another's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError

from people.operations import is_overlap
from people.rules import Conflict

MEANWHILE = (
    "Someone else has just saved a post, a line manager or cover for the same days, so these would overlap. "
    "Nothing was saved. Open the page again to see what holds now."
)


@contextmanager
def no_overlap() -> Iterator[None]:
    """Dated rows are written inside; where the database's guard refuses one, the whole service is refused kindly."""
    try:
        yield
    except IntegrityError as error:
        if is_overlap(error):
            raise Conflict(MEANWHILE) from None
        raise
