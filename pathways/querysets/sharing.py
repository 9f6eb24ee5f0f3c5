"""Who reads what a person keeps to themself until they share it with their line manager: one rule for all of it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db.models import Q

from people.querysets import held_ids

if TYPE_CHECKING:
    from people.models import User


def readable(user: User, *, today: dt.date, path: str = "") -> Q | None:
    """One's own; and what is shared of those whom one manages or covers for today, while they work here.

    `path` leads to the row that has `person` and `shared_at`; nobody without an active account reads anything.
    """
    if not user.is_authenticated or not user.is_active or user.person_id is None:
        return None
    own = Q(**{f"{path}person_id": user.person_id})
    held = held_ids(user.person_id, today=today)
    shared = Q(**{f"{path}shared_at__isnull": False, f"{path}person_id__in": held})
    return Q(**{f"{path}person__deactivated_at__isnull": True}) & (own | shared)
