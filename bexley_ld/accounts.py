"""Signing in: how django-allauth is bound to the portal's people, limiter, outbox and addresses."""

from __future__ import annotations

import threading
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe

from bexley_ld.sessions import account_with_facts
from notifications import emails
from notifications import services as mail
from notifications.registry import kind_of
from people.models import User
from people.roles import Role
from people.services import sign_in
from people.services.access import end_sessions

ADMIN_APPS = frozenset({"people", "content", "induction", "pathways", "notifications", "reminders", "audit"})
MAIL_WINDOW = 300
"""Seconds in which a second request for a reset adds no second mail."""
RESET_WHY = "Someone asked to set a new password for your account."
WAITING = threading.BoundedSemaphore(2)
"""How many attempts of one process may wait at a time: slowing down guesses must not hold up the pages."""


class PortalBackend(ModelBackend):
    """E-mail and password of a local account. Rights come from `people`, never from Django's permissions alone."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **credentials: Any,
    ) -> User | None:
        """The account, or nothing: unknown, wrong and deactivated take the same words and the same work.

        What is refused already is answered at once, whether there is such an account or not.
        """
        email = (credentials.get("email") or username or "").strip().lower()
        if not email or not password:
            return None
        now = timezone.now()
        attempt = sign_in.begin_attempt(account=email, address=address_of(request), now=now)
        if attempt.is_refused:
            return None
        if attempt.delay and WAITING.acquire(blocking=False):
            try:
                time.sleep(attempt.delay)
            finally:
                WAITING.release()
        user = local_account(email)
        if user is None or not user.has_usable_password():
            # The hash is worked out all the same, so that the clock does not tell who exists.
            User().set_password(password)
            return None
        if not user.check_password(password) or not self.user_can_authenticate(user):
            return None
        sign_in.attempt_succeeded(attempt=attempt, now=now)
        return user

    def user_can_authenticate(self, user: Any) -> bool:
        """Active, and no demonstration account outside the demonstration."""
        if user.is_demo and settings.PORTAL_MODE not in {"demo", "test"}:
            return False
        return super().user_can_authenticate(user)

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        """In the admin L&D may do whatever its pages offer for the portal's own tables; each page says what that is."""
        return perm.partition(".")[0] in ADMIN_APPS and user_obj.is_active and user_obj.has_role(Role.LD_ADMIN)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return self.has_perm(user_obj, f"{app_label}.any")

    def get_user(self, user_id: int) -> User | None:
        """The account with its person, its roles and what its menu asks."""
        found = account_with_facts(user_id=int(user_id), today=timezone.localdate())
        return found[0] if found and self.user_can_authenticate(found[0]) else None


def local_account(email: str) -> User | None:
    """The account that signs in with a password. Single sign-on will find its own by tenant and object id, never by
    e-mail (docs/decisions/0002-local-accounts-first.md)."""
    return User.objects.select_related("person").filter(email=email).first()


def address_of(request: HttpRequest | None) -> str:
    """Where a request comes from; a proxy's word counts only as far as ALLAUTH_TRUSTED_PROXY_COUNT says."""
    return AccountAdapter().get_client_ip(request) if request else ""


class AccountAdapter(DefaultAccountAdapter):
    """No sign-up; mail through the outbox; addresses from SITE_URL, never from the Host header."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The e-mail address or the password is not right, or you have tried too often. "
        "Check both, or wait a quarter of an hour.",
        "enter_current_password": "Enter your password as it is now.",
        "incorrect_password": "This is not your password.",
        "invalid_password_reset": "This link does not work any more. Ask for a new one.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come from HR's file."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """The portal's own limiter counts in the database, inside PortalBackend."""

    def set_password(self, user: User, password: str) -> None:
        """A new password signs the account out everywhere else."""
        super().set_password(user, password)
        end_sessions(user=user, keep=self.request.session.session_key or "")

    def reauthenticate(self, user: User, password: str) -> bool:
        found = self.authenticate(self.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def get_reset_password_from_key_url(self, key: str) -> str:
        uid, _, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
        return f"{settings.SITE_URL}{path}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Every account mail is a row in the outbox; an account without a person has no mailbox in the portal.

        For those without one the row is written and taken back: the same statements, the same wake-up.
        """
        user = context.get("user")
        person = user.person if user else None
        now = timezone.now()
        kind = "account." + template_prefix.rsplit("/", 1)[-1]
        given = {"first_name": person.given_name if person else ""}
        content = emails.render(template_prefix, {**context, **given}, kind=kind_of(kind))
        key = f"{kind}:{user.pk if user else 0}:{int(now.timestamp()) // MAIL_WINDOW}"
        with transaction.atomic():
            # Asked for here, so that the row's own wake-up is this one, whether the row stays or not.
            mail.wake_drain()
            with transaction.atomic():
                if person is None:
                    mail.queue_to_address(key=key, kind=kind, address=email, content=content, why=RESET_WHY, now=now)
                    transaction.set_rollback(True)
                    return
                mail.queue(
                    key=key,
                    kind=kind,
                    recipient=person,
                    subject=content.subject,
                    text_body=content.text_body,
                    html_body=content.html_body,
                    why=RESET_WHY,
                    now=now,
                    is_secret=True,
                )


class SecondFactorAdapter(DefaultMFAAdapter):
    """The picture that a phone scans stands in the page itself: the content policy allows no data: addresses."""

    def build_totp_svg(self, url: str) -> str:
        drawing = super().build_totp_svg(url)
        return mark_safe(drawing[drawing.index("<svg") :])  # noqa: S308  (drawn by the library: one path of numbers)

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "This code is not right, or you have tried too often. Wait for the next code and try again.",
    }

    def get_totp_issuer(self) -> str:
        return "Bexley Learning and Development"
