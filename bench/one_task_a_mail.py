"""What the portal does not do: one Celery task and one connection a mail. Only there to be compared with."""

import uuid

import django

django.setup()

from django.core.mail import get_connection  # noqa: E402
from django.db.models.functions import Now  # noqa: E402

from bexley_ld.celery import app  # noqa: E402
from notifications.delivery import as_message  # noqa: E402
from notifications.models import OutgoingMail  # noqa: E402


@app.task(name="bench.send_one")
def send_one(pk: str) -> None:
    mail = OutgoingMail.objects.select_related("recipient").get(pk=uuid.UUID(pk))
    with get_connection() as connection:
        connection.send_messages([as_message(mail)])
    OutgoingMail.objects.filter(pk=mail.pk).update(state=OutgoingMail.State.SENT, sent_at=Now())
