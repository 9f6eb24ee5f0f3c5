"""A service's transaction: all of it or nothing, and once more where the database broke a tie between two.

The one place for it (reliability-and-security.md §6, lock order): services say `@all_or_nothing()` and nothing else.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction

P = ParamSpec("P")
R = TypeVar("R")

REPEATS = 2
"""How often a service is run again at most."""

# PostgreSQL's own codes. In both of the first it has undone one transaction to let another go on.
SERIALISATION_FAILURE = "40001"
DEADLOCK = "40P01"
LOCK_NOT_AVAILABLE = "55P03"


def all_or_nothing(*, durable: bool = False) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Makes a service one transaction, which is run again after a deadlock or a serialisation failure.

    `durable` refuses to be part of another transaction: what a decision answers is then on disk. Inside another
    transaction nothing is run again here: only the outermost one can begin afresh. A service so marked reads its rows
    itself and changes none of its arguments, so that running it again is the same as running it once.
    """

    def decorate(service: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(service)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            repeats = 0 if connection.in_atomic_block else REPEATS
            while True:
                # The first thing that happens after the commit, before any wake-up: from here on nothing is repeated.
                committed: list[bool] = []
                try:
                    with transaction.atomic(durable=durable):
                        if repeats:
                            transaction.on_commit(functools.partial(committed.append, True))
                        return service(*args, **kwargs)
                except OperationalError as error:
                    if committed or not repeats or not has_lost_a_tie(error):
                        raise
                repeats -= 1

        return run

    return decorate


def has_lost_a_tie(error: BaseException) -> bool:
    """Whether the database undid this transaction for another's sake, so that the same may well succeed now."""
    return _code(error) in {DEADLOCK, SERIALISATION_FAILURE}


def is_busy(error: BaseException) -> bool:
    """Whether others hold what is asked for: the database is there, and trying again in a moment helps."""
    return has_lost_a_tie(error) or _code(error) == LOCK_NOT_AVAILABLE or "database is locked" in str(error)


def _code(error: BaseException) -> str:
    """PostgreSQL's five characters, or nothing; Django keeps the driver's own error as the cause."""
    return getattr(error.__cause__, "pgcode", None) or ""
