"""Who may manage and cover for whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING

from people.rules.refusals import NotAllowed

if TYPE_CHECKING:
    from people.models import Cover, Person

MOST_COVER_DAYS = 366
"""Cover is for an absence; whoever acts longer becomes the manager."""


ASK_ANOTHER = "Ask another Learning and Development admin."


def check_can_change_manager(
    *,
    by: Person,
    person: Person,
    manager: Person | None,
    covers: Iterable[int],
    from_date: dt.date,
    below: Iterable[int],
    is_ld_admin: bool,
    today: dt.date,
) -> None:
    """L&D may put right between two of HR's files; never for themself, never backwards, never in a circle.

    A line manager, and who covers for one (`covers`), reads and signs: nobody gives that right to themself.
    """
    if not is_ld_admin:
        raise NotAllowed("Managers are changed by HR, or by Learning and Development.")
    if by.pk == person.pk:
        raise NotAllowed(f"Nobody changes their own line manager. {ASK_ANOTHER}")
    if manager is not None and by.pk == manager.pk:
        raise NotAllowed(f"Nobody makes themself a line manager. {ASK_ANOTHER}")
    if manager is not None and by.pk in set(covers):
        raise NotAllowed(f"You cover for {manager.full_name}, so this would be your own right too. {ASK_ANOTHER}")
    if from_date < today:
        raise NotAllowed("A change of manager cannot begin in the past.")
    if not person.is_active:
        raise NotAllowed(f"{person.full_name} has left.")
    if manager is None:
        return
    if manager.pk == person.pk:
        raise NotAllowed("Nobody can be their own line manager.")
    if not manager.is_active:
        raise NotAllowed(f"{manager.full_name} has left.")
    if manager.pk in set(below):
        raise NotAllowed(f"{manager.full_name} is managed by {person.full_name}, so the line would go in a circle.")


def check_no_newcomer(*, person: Person, is_own_newcomer: bool) -> None:
    """Nobody gives people to somebody whose mailbox they chose by a file themself: it could be their own."""
    if is_own_newcomer:
        brought = (
            f"You brought {person.full_name} into the portal, or gave them their address, and they manage nobody yet."
        )
        raise NotAllowed(f"{brought} {ASK_ANOTHER}")


def check_can_manage_cover(*, by: Person, manager: Person, cover: Person, manages: bool, is_ld_admin: bool) -> None:
    """Whoever manages someone names their own cover; L&D may do it for them, but never names themself."""
    if by.pk != manager.pk and not is_ld_admin:
        raise NotAllowed("Cover is named by the manager, or by Learning and Development.")
    if by.pk != manager.pk and by.pk == cover.pk:
        raise NotAllowed(f"Nobody names themself as cover. {ASK_ANOTHER}")
    check_has_team(by=by, manager=manager, manages=manages)


def check_has_team(*, by: Person, manager: Person, manages: bool) -> None:
    """Cover is for a team: who manages nobody today is not offered it."""
    if not manages:
        who = "you" if by.pk == manager.pk else manager.full_name
        raise NotAllowed(f"Nobody reports to {who} today, so there is nothing to cover.")


def check_cover(
    *,
    manager: Person,
    cover: Person,
    start_date: dt.date,
    end_date: dt.date,
    others: Iterable[Cover],
    today: dt.date,
) -> None:
    """Someone else who is here, from today on, for at most a year, one at a time."""
    if cover.pk == manager.pk:
        raise NotAllowed("Choose someone else: nobody covers for themself.")
    if not cover.is_active:
        raise NotAllowed(f"{cover.full_name} has left.")
    if start_date < today:
        raise NotAllowed("Cover cannot begin in the past.")
    if end_date < start_date:
        raise NotAllowed("The last day must be on or after the first day.")
    if (end_date - start_date).days > MOST_COVER_DAYS:
        raise NotAllowed("Cover is for at most a year. Ask HR to change the line manager instead.")
    for other in others:
        if other.start_date <= end_date and (other.end_date is None or other.end_date >= start_date):
            raise NotAllowed(f"{other.cover.full_name} covers in these days already. End that first.")
