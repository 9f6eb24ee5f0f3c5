"""Which outgoing mail may be seen, and which is to be sent."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from notifications.models import OutgoingMail  # noqa: F401 - for the type of the rows
    from people.models import User


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def visible_to(self, user: User, *, today: dt.date) -> OutgoingMailQuerySet:
        """A person sees the mail that was sent to them, nobody else's."""
        if not user.is_authenticated or user.person_id is None:
            return self.none()
        return self.filter(recipient_id=user.person_id)

    def to_send(self, *, now: dt.datetime) -> OutgoingMailQuerySet:
        """Queued and due, or leased by a worker whose lease ran out."""
        State = self.model.State
        return self.filter(
            Q(state=State.QUEUED, due_at__lte=now) | Q(state=State.LEASED, lease_until__lt=now)
        )
