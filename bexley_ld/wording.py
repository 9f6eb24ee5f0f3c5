"""Which account mails L&D may word; those that tell of a change of address or line keep the words of their files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from django.conf import settings

from notifications.wording import Field, Wording


def _sample() -> dict[str, Any]:
    return {"first_name": "Robin", "password_reset_url": f"{settings.SITE_URL}/account/sample/"}


def _people() -> tuple[SimpleNamespace, ...]:
    return tuple(
        SimpleNamespace(given_name=name, full_name=f"{name} {family}")
        for name, family in (("Robin", "Example"), ("Amara", "Sample"), ("Kim", "Invented"), ("Noor", "Made-Up"))
    )


def _address() -> dict[str, Any]:
    notice = SimpleNamespace(person=_people()[0], old="robin@old.example", new="robin@new.example")
    return {"notice": notice, "is_old": False}


def _line() -> dict[str, Any]:
    robin, amara, kim, noor = _people()
    change = SimpleNamespace(person=amara, old=kim, new=robin, from_date=dt.date(2027, 1, 4))
    return {"recipient": robin, "notice": SimpleNamespace(by=noor, is_hr_file=False), "changes": [change]}


def _cover() -> dict[str, Any]:
    robin, _, kim, _ = _people()
    days = [(dt.date(2027, 1, 4), dt.date(2027, 1, 15))]
    return {"recipient": robin, "manager": kim, "cover": robin, "by": kim, "before": [], "after": days}


def _fixed(message: str, sample: Callable[[], dict[str, Any]]) -> Wording:
    return Wording(
        kind=f"people.{message}",
        template=f"bexley_ld/emails/{message}",
        fields=(),
        sample=sample,
        is_editable=False,
    )


WORDINGS = (
    Wording(
        kind="account.password_reset_key",
        template="account/email/password_reset_key",
        fields=(
            Field("first_name", "whom it goes to", lambda c: c["first_name"]),
            Field("link", "where the new password is set; it works once", lambda c: c["password_reset_url"]),
        ),
        sample=_sample,
    ),
    _fixed("address_changed", _address),
    _fixed("line_changed", _line),
    _fixed("cover_changed", _cover),
)
