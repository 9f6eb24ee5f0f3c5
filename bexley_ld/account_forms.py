"""The forms of signing in, in plain words; what they check is django-allauth's and the limiter's."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.base import forms as factor
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from audit.transactions import all_or_nothing
from bexley_ld.accounts import PortalBackend, SecondFactorAdapter, address_of, local_account
from people.models import User
from people.services import sign_in


class PlainWords:
    """Labels and errors of our own, and no words inside the boxes."""

    labels: dict[str, tuple[str, str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, hint, missing) in self.labels.items():
            field = self.fields[name]  # type: ignore[attr-defined]
            field.label, field.help_text = label, hint
            field.error_messages["required"] = missing
            field.widget.attrs.pop("placeholder", None)


NEW = (
    "New password",
    "At least 12 characters. Three or four words that only you would put together are good and easy to keep.",
    "Enter a new password.",
)
AGAIN = ("The same again", "", "Enter the new password again.")
EMAIL = ("E-mail address", "", "Enter your e-mail address, like name@bexley.gov.uk.")
CODE = ("Code", "Six digits from your app, or one of your recovery codes.", "Enter the code.")


class SignInForm(PlainWords, account.LoginForm):
    labels = {"login": EMAIL, "password": ("Password", "", "Enter your password.")}


class ResetForm(PlainWords, account.ResetPasswordForm):
    """Finds accounts by the portal's own address only; the answer is the same whether one was found or not."""

    labels = {"email": EMAIL}

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().lower()
        user = local_account(email)
        self.users = [user] if user and PortalBackend().user_can_authenticate(user) else []
        return email

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """At most five an hour; for an unknown address a message is written too, and thrown away.

        The same work and one commit for both, so that nothing that can be measured tells who has an account.
        """
        email: str = self.cleaned_data["email"]
        with transaction.atomic():
            if sign_in.may_ask_reset(account=email, address=address_of(request), now=timezone.now()):
                self.users = self.users or [User(pk=0, email=email)]
                super().save(request, **kwargs)
        return email


class NewPasswordForm(PlainWords, account.ResetPasswordKeyForm):
    labels = {"password1": NEW, "password2": AGAIN}


class FirstPasswordForm(PlainWords, account.SetPasswordForm):
    labels = {"password1": NEW, "password2": AGAIN}


class ChangeForm(PlainWords, account.ChangePasswordForm):
    labels = {
        "oldpassword": ("Password now", "", "Enter your password as it is now."),
        "password1": NEW,
        "password2": AGAIN,
    }


class PasswordAgainForm(PlainWords, account.ReauthenticateForm):
    labels = {"password": ("Password", "", "Enter your password.")}


class CodeLimiter(PlainWords):
    """Codes are counted like passwords, for the account and the address."""

    labels = {"code": CODE}

    def clean_code(self) -> str:
        now = timezone.now()
        adapter = SecondFactorAdapter()
        account_key = f"second factor {self.user.pk}"  # type: ignore[attr-defined]
        attempt = sign_in.begin_attempt(account=account_key, address=address_of(adapter.request), now=now)
        if attempt.is_refused:
            raise adapter.validation_error("incorrect_code")
        code: str = super().clean_code()  # type: ignore[misc]
        sign_in.attempt_succeeded(attempt=attempt, now=now)
        return code


class WorksOnce:
    """A code works once, whichever process is asked: the last one used stands with the factor, in the database.

    The library writes it into the cache, which each process has for itself, or which may be away.
    """

    @all_or_nothing()
    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]  # type: ignore[attr-defined]
        kinds = [Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]
        rows = Authenticator.objects.select_for_update().filter(user=self.user, type__in=kinds)  # type: ignore[attr-defined]
        for row in rows.order_by("pk"):
            is_app = row.type == Authenticator.Type.TOTP
            if self._is_next(row, code) if is_app else row.wrap().validate_code(code):
                row.user = self.user  # type: ignore[attr-defined]
                self.authenticator = row
                return code
        raise SecondFactorAdapter().validation_error("incorrect_code")

    def _is_next(self, row: Authenticator, code: str) -> bool:
        """Right for now, and later than the last one: neither it nor an older one ever works again."""
        secret = decrypt(row.data["secret"])
        for step in yield_hotp_counters_from_time():
            if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step))):
                if step <= row.data.get("last_step", -1):
                    return False
                row.data["last_step"] = step
                row.save(update_fields=["data"])
                return True
        return False


class CodeForm(CodeLimiter, WorksOnce, factor.AuthenticateForm):
    """The code after the password."""


class CodeAgainForm(CodeLimiter, WorksOnce, factor.ReauthenticateForm):
    """The code before something sensitive."""


class FirstCodeForm(CodeLimiter, totp.ActivateTOTPForm):
    """The code that shows that the app was set up."""

    labels = {"code": ("Code from your app", "Six digits.", "Enter the code that your app shows.")}
