"""Sessions in the database that know whose they are; bexley_ld/sessions.py asks for them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from people.models import SignedInSession

SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"
BROWSER = "browser"


class SessionStore(DatabaseStore):
    """Django's database sessions with the account in a column of its own."""

    @classmethod
    def get_model_class(cls) -> type[SignedInSession]:
        return SignedInSession

    def create_model_instance(self, data: dict[str, Any]) -> SignedInSession:
        row: SignedInSession = super().create_model_instance(data)
        row.user_id = int(data["_auth_user_id"]) if "_auth_user_id" in data else None
        row.signed_in_at = read_instant(data.get(SIGNED_IN_AT))
        row.seen_at = read_instant(data.get(SEEN_AT))
        row.browser = str(data.get(BROWSER, ""))[:80]
        return row


def read_instant(value: object) -> dt.datetime | None:
    """Instants stand in the session as ISO text."""
    return dt.datetime.fromisoformat(value) if isinstance(value, str) else None
