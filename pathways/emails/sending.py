"""One mail of the pathways into the outbox; nothing that anyone typed goes into it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from notifications import emails, services
from notifications.registry import kind_of
from people.models import Person

# Who shares, asks or applies for what is theirs to tell: logs of the administration name only the part of the portal.
LOG_TITLE = "Career pathways"


def send(message: str, recipient: Person, *, key: str, why: str, path: str, now: dt.datetime, **context: Any) -> None:
    """The key makes a repeat harmless."""
    kind = f"pathways.{message}"
    context |= {"recipient": recipient, "why": why, "path": path}
    content = emails.render(f"pathways/emails/{message}", context, kind=kind_of(kind))
    mail = services.NewMail(
        key=f"{kind}:{key}:{recipient.pk}",
        kind=kind,
        recipient=recipient,
        subject=content.subject,
        text_body=content.text_body,
        html_body=content.html_body,
        why=why,
        path=path,
    )
    services.queue_many([mail], now=now)
