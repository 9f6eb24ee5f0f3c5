"""What someone typed when their session had ended: kept for a short while, for the same person only."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable

from people.models import KeptForm, User

KEPT_FOR = dt.timedelta(hours=12)
SECRETS = ("password", "csrfmiddlewaretoken", "code", "kept_form")
MAX_CHARACTERS = 500_000
MOST_A_PERSON = 20


def keep_form(*, user_id: int, path: str, fields: Iterable[tuple[str, str]], now: dt.datetime) -> str | None:
    """Keeps the fields, without passwords and codes, and answers the token under which the same person finds them."""
    kept = [[name, value] for name, value in fields if not any(word in name.lower() for word in SECRETS)]
    if not kept or sum(len(value) for _, value in kept) > MAX_CHARACTERS or len(path) > 500:
        return None
    KeptForm.objects.filter(created_at__lt=now - KEPT_FOR).delete()
    mine = KeptForm.objects.filter(user=user_id).order_by("-created_at", "-pk")
    # What was written last is missed most: the oldest makes room.
    KeptForm.objects.filter(pk__in=[form.pk for form in mine.only("pk")[MOST_A_PERSON - 1 :]]).delete()
    token = secrets.token_urlsafe(24)
    KeptForm.objects.create(token_hash=_hash(token), user_id=user_id, path=path, fields=kept, created_at=now)
    return token


def kept_form(*, user: User, token: str, now: dt.datetime) -> KeptForm | None:
    """The form behind a token, if it is this person's and not too old."""
    return KeptForm.objects.filter(user=user, token_hash=_hash(token), created_at__gte=now - KEPT_FOR).first()


def forget_form(*, user: User, token: str) -> None:
    """It has been sent again."""
    KeptForm.objects.filter(user=user, token_hash=_hash(token)).delete()


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
