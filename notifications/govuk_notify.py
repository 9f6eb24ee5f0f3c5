"""Mail through GOV.UK Notify instead of a mail server: `EMAIL_URL=notify:///TEMPLATE-ID`.

One e-mail template in the council's Notify service carries everything: subject `((subject))`, body `((body))`. Notify
writes the HTML itself. Its answers follow the rules that hold for a mail server: docs/how-to/deploy.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient

from notifications.delivery import Busy, Refused
from notifications.emails import one_line

TOO_MANY = 429
# What Notify says of a message that it has taken and not given up.
UNDER_WAY = frozenset({"created", "sending", "sent", "delivered", "pending", "temporary-failure"})


class EmailBackend(BaseEmailBackend):
    """One client for as long as the connection is open, so that its HTTPS connection is used again."""

    def __init__(self, fail_silently: bool = False, **kwargs: Any) -> None:
        super().__init__(fail_silently=fail_silently)
        self.client: NotificationsAPIClient | None = None

    def open(self) -> bool:
        if self.client is not None:
            return False
        self.client = NotificationsAPIClient(
            settings.NOTIFY_API_KEY, base_url=settings.NOTIFY_API_URL, timeout=settings.EMAIL_TIMEOUT
        )
        return True

    def close(self) -> None:
        if self.client is not None:
            self.client.request_session.close()
            self.client = None

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        self.open()
        for message in email_messages:
            self._send(message)
        return len(email_messages)

    def _send(self, message: EmailMessage) -> None:
        reference = reference_of(message)
        assert self.client is not None  # noqa: S101 - opened above
        try:
            if getattr(message, "is_repeat", False) and self._has(reference):
                return
            self.client.send_email_notification(
                email_address=message.to[0],
                template_id=settings.NOTIFY_TEMPLATE_ID,
                personalisation={"subject": message.subject, "body": message.body},
                reference=reference,
                one_click_unsubscribe_url=_unsubscribe_url(message),
            )
        except APIError as error:
            raise _in_words(error) from error

    def _has(self, reference: str) -> bool:
        """Notify keeps no two references apart by itself, so a repeat asks before it sends."""
        assert self.client is not None  # noqa: S101 - opened by the caller
        answer = self.client.get_all_notifications(template_type="email", reference=reference)
        states = {found["status"] for found in answer["notifications"]}
        if "permanent-failure" in states:
            raise Refused("GOV.UK Notify could not deliver it: the address does not work.")
        return bool(states & UNDER_WAY)


def reference_of(message: EmailMessage) -> str:
    """The id of the row, as its Message-ID carries it."""
    return str(message.extra_headers["Message-ID"]).strip("<>").partition("@")[0]


def _unsubscribe_url(message: EmailMessage) -> str | None:
    found = re.search(r"<(https://[^>]+)>", str(message.extra_headers.get("List-Unsubscribe", "")))
    return found[1] if found else None


def _in_words(error: APIError) -> Busy | Refused:
    """429 and 5xx pass: try again; anything else would end the same."""
    code, said = error.status_code, error.message
    if isinstance(said, list):
        said = "; ".join(str(one.get("message", one)) if isinstance(one, dict) else str(one) for one in said)
    if error.response is None:
        return Busy("GOV.UK Notify could not be reached.")
    words = one_line(f"GOV.UK Notify answered {code}: {said}")
    return Busy(words) if code == TOO_MANY or code >= 500 else Refused(words)
