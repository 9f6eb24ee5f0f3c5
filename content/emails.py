"""The message about a mistake in a guide; what the reader wrote stands in the administration alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse

from content.models import MistakeReport
from notifications import emails, services
from notifications.kinds import MessageKind
from people.models import Person
from people.roles import Role

MISTAKE = MessageKind(
    code="content.mistake_reported",
    title="Someone reports a mistake in a guide",
    trigger="a colleague reports a mistake in a guide that you keep, or that nobody keeps",
    for_role=Role.LD_ADMIN,
)
KINDS = (MISTAKE,)
WHY = "You keep this guide, or nobody does and you are of Learning and Development."


def mistake_reported(report: MistakeReport, readers: Iterable[Person], *, now: dt.datetime) -> None:
    """One mail a reader."""
    path = reverse("admin:content_mistakereport_change", args=[report.pk])
    mails = []
    for recipient in readers:
        context = {"recipient": recipient, "why": WHY, "path": path, "guide": report.page.title}
        content = emails.render("content/emails/mistake_reported", context, kind=MISTAKE)
        mails.append(
            services.NewMail(
                key=f"{MISTAKE.code}:{report.pk}:{recipient.pk}",
                kind=MISTAKE.code,
                recipient=recipient,
                subject=content.subject,
                text_body=content.text_body,
                html_body=content.html_body,
                why=WHY,
                path=path,
            )
        )
    services.queue_many(mails, now=now)
