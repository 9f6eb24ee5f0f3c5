"""Who may give rights: never to themself, nobody above their own level, the ruling roles only by two."""

from __future__ import annotations

from typing import Protocol

from people.roles import RULING, Role
from people.rules.refusals import NotAllowed


class Account(Protocol):
    """An account, as far as these rules look at it."""

    pk: int
    is_active: bool
    is_superuser: bool

    def has_role(self, role: str) -> bool: ...


def check_can_manage_accounts(*, by: Account) -> None:
    """L&D admins and superusers keep the accounts."""
    if not by.is_active or not (by.is_superuser or by.has_role(Role.LD_ADMIN)):
        raise NotAllowed("Only Learning and Development admins may change access.")


def check_can_bring_in_staff(*, by: Account) -> None:
    """HR's file holds everybody's dates and numbers: for L&D admins, not for who only keeps the accounts."""
    if not by.is_active or not by.has_role(Role.LD_ADMIN):
        raise NotAllowed("Only Learning and Development admins may bring in HR's file.")


def check_can_change_roles(*, by: Account, user: Account, role: str) -> None:
    """The council's rule for its systems: no one raises themself, and nobody touches an account above their own."""
    check_can_manage_accounts(by=by)
    if role not in Role.values:
        raise NotAllowed("There is no such role.")
    if by.pk == user.pk:
        raise NotAllowed("Nobody changes their own rights. Ask another admin.")
    if user.is_superuser and not by.is_superuser:
        raise NotAllowed("This account stands above yours.")


def check_can_answer_grant(*, by: Account, grant_user: Account, requested_by: Account) -> None:
    """The second admin is neither the one who asked nor the one who gets the role."""
    check_can_change_roles(by=by, user=grant_user, role=Role.LD_ADMIN)
    if by.pk == requested_by.pk:
        raise NotAllowed("You asked for this yourself. Another admin must answer.")


def needs_second_factor(*, by: Account) -> bool:
    """Accounts that see or rule more than their own record must hold a second factor."""
    return by.is_superuser or any(by.has_role(role) for role in SECOND_FACTOR)


SECOND_FACTOR = (*sorted(RULING), Role.ASYE_COORDINATOR, Role.PANEL_MEMBER)
