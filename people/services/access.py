"""Sessions, access roles and what ends them."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction

from audit import services as audit
from audit.transactions import all_or_nothing
from people.models import Person, RoleGrant, SignedInSession, User
from people.roles import RULING, Role
from people.rules import Conflict, NotAllowed
from people.rules.access import check_can_answer_grant, check_can_change_roles


def end_sessions(*, user: User, keep: str = "") -> int:
    """Signs the account out everywhere, or everywhere else."""
    ended, _ = SignedInSession.objects.filter(user=user).exclude(session_key=keep).delete()
    return ended


@all_or_nothing()
def end_session(*, user: User, session_key: str, now: dt.datetime) -> None:
    """Ends one of the account's own sessions; one that has ended meanwhile is no error."""
    ended, _ = SignedInSession.objects.filter(user=user, session_key=session_key).delete()
    if ended and user.person:
        audit.record(
            by=user.person,
            verb="people.session_ended",
            subject=user,
            chain=audit.chain_of(user.person),
            now=now,
        )


@all_or_nothing()
def grant_role(*, user: User, role: str, reason: str, by: User, now: dt.datetime) -> RoleGrant:
    """Grants an access role, or asks for it where the role rules the portal and a second admin must agree."""
    user = User.objects.select_for_update().get(pk=user.pk)
    check_can_change_roles(by=by, user=user, role=role)
    needs_second = role in RULING
    try:
        with transaction.atomic():
            grant = RoleGrant.objects.create(user=user, role=role, reason=reason, requested_by=by, requested_at=now)
    except IntegrityError:
        raise Conflict("This role has been asked for already; another admin must answer the request.") from None
    if needs_second:
        _tell(by, user, "people.role_requested", role, now, reason)
        return grant
    grant.answered_at, grant.is_approved = now, True
    grant.save(update_fields=["answered_at", "is_approved"])
    _give(user, role)
    _tell(by, user, "people.role_granted", role, now, reason)
    return grant


@all_or_nothing()
def answer_grant(*, grant: RoleGrant, approve: bool, by: User, now: dt.datetime) -> None:
    """A second admin agrees, or not."""
    grant = RoleGrant.objects.select_for_update().select_related("user").get(pk=grant.pk)
    check_can_answer_grant(by=by, grant_user=grant.user, requested_by=grant.requested_by)
    if grant.answered_at is not None:
        raise Conflict("This request has been answered already.")
    grant.answered_by, grant.answered_at, grant.is_approved = by, now, approve
    grant.save(update_fields=["answered_by", "answered_at", "is_approved"])
    if approve:
        _give(grant.user, grant.role)
    _tell(by, grant.user, "people.role_granted" if approve else "people.role_refused", grant.role, now)


@all_or_nothing()
def remove_role(*, user: User, role: str, by: User, now: dt.datetime) -> None:
    """Takes an access role away; the account's sessions end at once."""
    user = User.objects.select_for_update().get(pk=user.pk)
    check_can_change_roles(by=by, user=user, role=role)
    if role not in set(user.groups.values_list("name", flat=True)):
        raise Conflict("The account does not have this role any more.")
    user.groups.remove(*Group.objects.filter(name=role))
    if role == Role.LD_ADMIN and not user.is_superuser:
        User.objects.filter(pk=user.pk).update(is_staff=False)
    end_sessions(user=user)
    _tell(by, user, "people.role_removed", role, now)


def _give(user: User, role: str) -> None:
    if not user.is_active:
        raise NotAllowed("The account is deactivated.")
    user.groups.add(Group.objects.get_or_create(name=role)[0])
    if role == Role.LD_ADMIN:
        User.objects.filter(pk=user.pk).update(is_staff=True)


def _tell(by: User, user: User, verb: str, role: str, now: dt.datetime, reason: str = "") -> None:
    actor: Person | None = by.person
    audit.record(
        by=actor,
        verb=verb,
        subject=user,
        chain=audit.chain_of(user.person) if user.person else audit.PORTAL,
        now=now,
        facts={"role": role} | ({} if actor else {"account": by.pk}),
        text=reason,
    )
