"""Counting failed sign-ins in the database: whatever else is away, the count is right."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.crypto import salted_hmac

from people.models import SignInAttempt
from people.rules import sign_in as rules


@dataclass(frozen=True)
class Attempt:
    """One attempt, written down before the password is looked at."""

    pk: int
    account_hash: str
    address_hash: str
    is_refused: bool
    delay: float


def begin_attempt(*, account: str, address: str, now: dt.datetime) -> Attempt:
    """Counts the attempt first, so that a hundred at the same moment see each other, then says what follows."""
    account_hash, address_hash = _hash(account.strip().casefold()), _hash(address)
    row = SignInAttempt.objects.create(account_hash=account_hash, address_hash=address_hash, at=now)
    earlier = SignInAttempt.objects.filter(account_hash=account_hash, at__gt=now - rules.REMEMBERED, pk__lt=row.pk)
    # This address's own, the newest: guesses from many other addresses must not crowd them out.
    here = earlier.filter(address_hash=address_hash).order_by("-at", "-pk").values_list("at", flat=True)[:500]
    refused = rules.is_refused(list(here)[::-1], now=now)
    if refused:
        # Trying on does not make it longer.
        SignInAttempt.objects.filter(pk=row.pk).delete()
    return Attempt(row.pk, account_hash, address_hash, refused, rules.delay(earlier.count()))


def attempt_succeeded(*, attempt: Attempt, now: dt.datetime) -> None:
    """Forgets this account's failures from this address, and everybody's that are too old to matter."""
    SignInAttempt.objects.filter(account_hash=attempt.account_hash, address_hash=attempt.address_hash).delete()
    SignInAttempt.objects.filter(at__lt=now - max(rules.REMEMBERED, rules.RESETS_WITHIN)).delete()


def may_ask_reset(*, account: str, address: str, now: dt.datetime) -> bool:
    """Counts a request for a new password, for known and unknown accounts alike: five an hour."""
    account_hash = _hash(f"reset {account.strip().casefold()}")
    row = SignInAttempt.objects.create(account_hash=account_hash, address_hash=_hash(address), at=now)
    recent = SignInAttempt.objects.filter(account_hash=account_hash, at__gt=now - rules.RESETS_WITHIN, pk__lt=row.pk)
    if recent.count() < rules.RESETS:
        return True
    row.delete()
    return False


def _hash(value: str) -> str:
    return salted_hmac("people.sign_in", value, algorithm="sha256").hexdigest()
