"""How often one reader may report a mistake."""

from __future__ import annotations

import datetime as dt

from people.rules import NotAllowed

# As with requests for a place: enough for anyone who reads with care, too few to flood whoever keeps the guides.
MOST_REPORTED = 5
REPORTED_WITHIN = dt.timedelta(days=1)


def check_can_report(*, reported_lately: int) -> None:
    """Any reader may, up to so many a day."""
    if reported_lately >= MOST_REPORTED:
        raise NotAllowed(
            f"You have reported {MOST_REPORTED} mistakes within a day. Learning and Development has them. "
            "Report the next one tomorrow."
        )
