"""Which account mails L&D may word; those that tell of a change of address or line keep the words of their files."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

from django.conf import settings

from notifications.wording import Field, Wording


def _sample() -> dict[str, Any]:
    return {"first_name": "Robin", "password_reset_url": f"{settings.SITE_URL}/account/sample/"}


def _notice() -> dict[str, Any]:
    """What the three notices of `people` carry together."""
    robin, amara, kim = (
        SimpleNamespace(given_name=name, full_name=f"{name} {family}")
        for name, family in (("Robin", "Example"), ("Amara", "Sample"), ("Kim", "Invented"))
    )
    cover = SimpleNamespace(manager=kim, cover=robin, start_date=dt.date(2027, 1, 4), end_date=dt.date(2027, 1, 15))
    notice = SimpleNamespace(
        person=amara,
        by=kim,
        old="amara@old.example",
        new="amara@new.example",
        from_date=dt.date(2027, 1, 4),
        cover=cover,
        is_ended=False,
    )
    return {"recipient": robin, "notice": notice, "is_old": False}


def _line() -> dict[str, Any]:
    sample = _notice()
    notice = sample["notice"]
    notice.old, notice.new = notice.by, sample["recipient"]
    return sample


def _fixed(message: str) -> Wording:
    return Wording(
        kind=f"people.{message}",
        template=f"bexley_ld/emails/{message}",
        fields=(),
        sample=_line if message == "line_changed" else _notice,
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
    _fixed("address_changed"),
    _fixed("line_changed"),
    _fixed("cover_changed"),
)
