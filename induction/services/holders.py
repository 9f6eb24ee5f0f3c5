"""Daily: whatever is open has somebody who can act on it, or stands among L&D's exceptions."""

from __future__ import annotations

import datetime as dt

from induction.models import InductionPlan


class OpenWithoutHolder(Exception):
    """Something is open that nobody can act on, although dated rows name someone."""


NAMED = 20
"""How many plans a failure names at most."""


def check_holders(*, today: dt.date, now: dt.datetime) -> None:
    """After leavers' plans were closed: raises with the plans that nobody holds (reliability-and-security.md §6 P11).

    That each open item names a side is a constraint (`open_item_has_a_holder`); whether somebody stands on that side
    follows from dated rows. Without a line manager it is L&D's, by the list that the overview shows; what is on
    neither is a fault. The sweep's run then shows it as failed, and the overview names the plans and the reason.
    """
    lost = InductionPlan.objects.without_holder(today=today).order_by("pk")
    ids = list(lost.values_list("pk", flat=True)[: NAMED + 1])
    if ids:
        more = " and more" if len(ids) > NAMED else ""
        raise OpenWithoutHolder(f"Nobody can act on induction plans {', '.join(map(str, ids[:NAMED]))}{more}.")
