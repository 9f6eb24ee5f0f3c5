"""From which roles somebody may take a step: the one in which it begins, or from further up in the same profession."""

from __future__ import annotations

from collections.abc import Iterable

from pathways.models import CareerRole, CareerStep
from people.rules import NotAllowed


def is_further_up(role: CareerRole, than: CareerRole) -> bool:
    """Higher on the ladder of the same profession; a role on top of others stands on no ladder."""
    if than.job_role.ladder_order is None or role.job_role.is_added_role:
        return False
    return role.profession_id == than.profession_id and (role.job_role.ladder_order or 0) > than.job_role.ladder_order


def check_begins_from(step: CareerStep, own: Iterable[CareerRole]) -> None:
    """One applies from a role of one's own."""
    start = step.from_role
    if any(role.pk == start.pk or (step.is_open_above and is_further_up(role, start)) for role in own):
        return
    above = " or from further up in its profession" if step.is_open_above else ""
    raise NotAllowed(f"One applies for a step from the role in which it begins{above}. Your record shows another role.")
