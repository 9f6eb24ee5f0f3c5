"""Sessions in the database that know whose they are (settings.SESSION_ENGINE)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from people.models import SignedInSession
from people.prepared import Prepared

SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"
BROWSER = "browser"

_live = Prepared(lambda *, key, now: SignedInSession.objects.filter(session_key=key, expire_date__gt=now))


class SessionStore(DatabaseStore):
    """Django's database sessions with the account in a column of its own."""

    @classmethod
    def get_model_class(cls) -> type[SignedInSession]:
        return SignedInSession

    def _get_session_from_db(self) -> SignedInSession | None:
        """As Django's own; asked on every request, so its SQL is written once."""
        found = _live(key=self.session_key, now=timezone.now())
        if not found:
            self._session_key = None
        return found[0] if found else None

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
