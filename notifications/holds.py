"""What is not sent for now, and why: everything or a kind is switched off, or the address does not work.

Held mail keeps its row, its key and its words; each drain lets go what nothing holds any more, in its order.
Mail that leaves at night (a new password, another address of an account) guards an account and is never held.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet, Subquery
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone

from audit.transactions import all_or_nothing
from notifications.models import Bounce, ExtraHoliday, MailSettings, MessageSetting, OutgoingMail
from notifications.working_days import WorkingCalendar, add_working_days
from people.models import Person

State = OutgoingMail.State
ALL_OFF = "All mail is switched off for now."
KIND_OFF = "Messages of this kind are switched off for now."
TOO_OLD = "It was held until it was too old to be sent."


@dataclass(frozen=True)
class Holding:
    """What holds mail at this moment."""

    is_all: bool
    kinds: frozenset[str]
    addresses: frozenset[str]
    bounces: int

    def reason_for(self, mail: OutgoingMail) -> str:
        """Why this mail is held, in words for its reader and L&D; empty when it may leave."""
        if mail.leaves_at_night:
            return ""
        if self.is_all:
            return ALL_OFF
        if mail.kind in self.kinds:
            return KIND_OFF
        if address_of(mail) in self.addresses:
            return address_paused(self.bounces)
        return ""


def address_paused(bounces: int) -> str:
    times = "once" if bounces == 1 else f"{bounces} times"
    return f"Mail to this address came back {times}. It waits until HR's file brings another address."


def address_of(mail: OutgoingMail) -> str:
    """Where the mail would go now, in small letters."""
    return (mail.recipient.email if mail.recipient else mail.to_email).lower()


def mail_settings() -> MailSettings:
    """The one row, or the defaults while nobody has changed them."""
    return MailSettings.objects.order_by("pk").first() or MailSettings()


@dataclass(frozen=True)
class MailSwitch:
    """Whether mail leaves, and of the last stop who, when and why; what waits at this moment."""

    is_on: bool
    by: str
    since: dt.datetime | None
    why: str
    waiting: int
    too_old_after: int
    """Working days after which routine mail that was held is dropped."""


def mail_switch() -> MailSwitch:
    """For the keepers of the portal; who switched it stands in the history of the row."""
    row = mail_settings()
    states = [State.QUEUED, State.LEASED, State.HELD]
    waiting = OutgoingMail.objects.filter(state__in=states, leaves_at_night=False).count()
    stop = None if row.is_enabled else _last_stop(row)
    return MailSwitch(
        is_on=row.is_enabled,
        by=str((stop.history_user.person or stop.history_user) if stop and stop.history_user else ""),
        since=stop.history_date if stop else None,
        why=row.stop_reason,
        waiting=waiting,
        too_old_after=row.held_working_days,
    )


def _last_stop(row: MailSettings) -> Any:
    """The first row of the history since mail last left; None where it was switched without one."""
    history = row.history.select_related("history_user__person")
    on = history.filter(is_enabled=True).order_by("-history_date", "-history_id").first()
    off = history.filter(history_date__gte=on.history_date, history_id__gt=on.history_id) if on else history
    return off.filter(is_enabled=False).order_by("history_date", "history_id").first()


def paused_addresses(addresses: Iterable[str] | None = None) -> list[str]:
    """Addresses to which nothing is sent for now: all of them, or those among these; one query."""
    bounces = Bounce.objects.all()
    if addresses is not None:
        bounces = bounces.filter(address__in={address.lower() for address in addresses})
    return list(bounces.paused_addresses(after=_bounces_before_pause()))


def _bounces_before_pause() -> Coalesce:
    """The number in the mail settings, or its default, as a part of another query."""
    kept = MailSettings.objects.order_by("pk").values("bounces_before_pause")[:1]
    return Coalesce(Subquery(kept), MailSettings().bounces_before_pause)


def people_out_of_reach() -> QuerySet[Person]:
    """People to whose address nothing is sent for now; one query."""
    paused = Bounce.objects.paused_addresses(after=_bounces_before_pause())
    return Person.objects.active().alias(address=Lower("email")).filter(address__in=paused)


def holding_now(mails: Iterable[OutgoingMail]) -> Holding:
    """What holds mail right now, as far as these mails are concerned."""
    settings = mail_settings()
    off = MessageSetting.objects.filter(is_enabled=False).values_list("kind", flat=True)
    return Holding(
        is_all=not settings.is_enabled,
        kinds=frozenset(off),
        addresses=frozenset(paused_addresses({address_of(mail) for mail in mails})),
        bounces=settings.bounces_before_pause,
    )


def release(*, now: dt.datetime) -> int:
    """Lets go what nothing holds any more; answers how many are queued again.

    Routine mail that has become too old meanwhile is dropped with a reason: an old notice helps nobody.
    """
    # Asked each minute, so that nothing is locked for nothing.
    return _release(now) if OutgoingMail.objects.filter(state=State.HELD).exists() else 0


@all_or_nothing()
def _release(now: dt.datetime) -> int:
    settings = mail_settings()
    if not settings.is_enabled:
        return 0
    off = MessageSetting.objects.filter(is_enabled=False).values_list("kind", flat=True)
    paused = Bounce.objects.paused_addresses(after=settings.bounces_before_pause)
    held = OutgoingMail.objects.held(besides=list(paused)).exclude(kind__in=list(off))
    free = OutgoingMail.objects.filter(pk__in=list(held.values_list("pk", flat=True)), state=State.HELD)
    calendar = WorkingCalendar(frozenset(ExtraHoliday.objects.values_list("date", flat=True)))
    oldest = add_working_days(timezone.localdate(now), -settings.held_working_days, calendar)
    midnight = timezone.make_aware(dt.datetime.combine(oldest, dt.time()))
    free.filter(is_routine=True, due_at__lt=midnight).update(state=State.DROPPED, reason=TOO_OLD)
    return free.filter(state=State.HELD).update(state=State.QUEUED, reason="", retry_at=None, first_tried_at=None)
