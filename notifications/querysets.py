"""Which outgoing mail may be seen, and which is to be sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING, TypeVar

from django.db import models
from django.db.models import Count, Q
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Lower, Now

if TYPE_CHECKING:
    from notifications.models import Bounce, OutgoingMail  # noqa: F401 - for the types of the rows
    from people.models import User


Row = TypeVar("Row", bound=models.Model)


class OwnRowQuerySet(models.QuerySet[Row]):
    """Rows about one person's own mail: theirs, nobody else's."""

    def visible_to(self, user: User, *, today: dt.date) -> OwnRowQuerySet[Row]:
        if not user.is_authenticated or not user.is_active or user.person_id is None:
            return self.none()
        return self.filter(person_id=user.person_id)


class OutgoingMailQuerySet(models.QuerySet["OutgoingMail"]):
    def visible_to(self, user: User, *, today: dt.date) -> OutgoingMailQuerySet:
        """A person sees the mail that was sent to them, nobody else's."""
        if not user.is_authenticated or not user.is_active or user.person_id is None:
            return self.none()
        return self.filter(recipient_id=user.person_id)

    def to_send(self, *, now: dt.datetime, is_night: bool = False) -> OutgoingMailQuerySet:
        """Queued, due, and past the wait after a failed try; at night only what waits for no morning."""
        may_try = Q(retry_at__isnull=True) | Q(retry_at__lte=Now())
        found = self.filter(may_try, state=self.model.State.QUEUED, due_at__lte=now)
        return found.filter(leaves_at_night=True) if is_night else found

    def for_digest(self) -> OutgoingMailQuerySet:
        """Meant to leave at once, now waiting for its reader's next digest."""
        return self.filter(state=self.model.State.JOINED, digest__isnull=True)

    def expired(self) -> OutgoingMailQuerySet:
        """Leased by a worker that did not come back in time."""
        return self.filter(state=self.model.State.LEASED, lease_until__lt=Now())

    def with_body_older_than(self, before: dt.datetime) -> OutgoingMailQuerySet:
        """Done with and written before this instant, its words still there."""
        State = self.model.State
        done = [State.SENT, State.JOINED, State.DROPPED, State.FAILED]
        return self.filter(created_at__lt=before, state__in=done).exclude(text_body="", html_body="")

    def held(self, *, besides: Collection[str] = ()) -> OutgoingMailQuerySet:
        """Held; without those that would now go to one of these addresses, which are in small letters."""
        address = Lower(Coalesce("recipient__email", "to_email"))
        held = self.filter(state=self.model.State.HELD)
        return held.annotate(address_now=address).exclude(address_now__in=besides)


class BounceQuerySet(models.QuerySet["Bounce"]):
    def paused_addresses(self, *, after: int | Combinable) -> models.QuerySet[Bounce, str]:
        """Addresses with so many bounces that still count."""
        counted = self.filter(lifted_at__isnull=True).values("address").annotate(number=Count("pk"))
        return counted.filter(number__gte=after).values_list("address", flat=True).order_by()
