"""When guessing is stopped: per account and address refused for a while, per account slowed down, never locked.

Source: reliability-and-security of the portal: 10 failures in 5 minutes, then 15 minutes refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

FAILURES = 10
WITHIN = dt.timedelta(minutes=5)
REFUSED_FOR = dt.timedelta(minutes=15)
REMEMBERED = WITHIN + REFUSED_FOR
RESETS = 5
RESETS_WITHIN = dt.timedelta(hours=1)
SLOW_AFTER = 10
SLOWER_BY = 0.1
SLOWEST = 2.0


def is_refused(failures: Sequence[dt.datetime], *, now: dt.datetime) -> bool:
    """Whether ten failures within five minutes ended less than fifteen minutes ago; oldest first."""
    for first, last in zip(failures, failures[FAILURES - 1 :], strict=False):
        if last - first <= WITHIN and now - last < REFUSED_FOR:
            return True
    return False


def delay(failures: int) -> float:
    """Seconds that an attempt waits after many failures from anywhere: nobody can lock out a colleague."""
    return min(max(failures - SLOW_AFTER, 0) * SLOWER_BY, SLOWEST)
