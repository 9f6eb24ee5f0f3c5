"""What the keepers of the portal should look at first: the sweep, mail that waits or failed, switches, addresses."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from notifications.gate import is_night
from notifications.holds import paused_addresses
from notifications.models import MessageSetting, OutgoingMail
from notifications.registry import title_of
from reminders.models import SweepRun
from reminders.services import is_sweep_late, sweep_settings

LATE_MAIL = dt.timedelta(minutes=15)
State = OutgoingMail.State


@dataclass(frozen=True)
class Alert:
    """What is the matter, what to do, and where; `table` has to be open to whoever reads it."""

    words: str
    to_do: str
    table: str
    page: str
    query: str = ""
    is_failure: bool = True

    @property
    def url(self) -> str:
        return reverse(f"admin:{self.page}") + self.query


def is_mail_waiting(*, now: dt.datetime) -> bool:
    """Mail that could have left for a quarter of an hour: what waits for the morning or its next try is not late."""
    before = now - LATE_MAIL
    may_try = Q(retry_at__isnull=True) | Q(retry_at__lt=before)
    waiting = OutgoingMail.objects.filter(may_try, state__in=[State.QUEUED, State.LEASED], due_at__lt=before)
    if is_night(now) or is_night(before):
        waiting = waiting.filter(leaves_at_night=True)
    return waiting.exists()


def alerts(*, now: dt.datetime) -> list[Alert]:
    """The worst first; nothing when all is well."""
    return [*_of_the_sweep(now), *_of_mail(now), *_of_switches()]


def _of_the_sweep(now: dt.datetime) -> list[Alert]:
    found = []
    if is_sweep_late(now):
        to_do = (
            "Ask whoever looks after the portal to see that its worker and scheduler run, then to run "
            "`manage.py send_reminders`, which is safe beside them. What is missed by 18:00 follows next morning."
        )
        found.append(Alert("The reminder sweep is late.", to_do, "SweepRun", "reminders_sweeprun_changelist"))
    last = SweepRun.objects.finished().order_by("-for_date").first()
    if last is not None and last.failures:
        words = (
            f"In the sweep of {last.for_date:%-d %B} this failed: {', '.join(sorted(map(title_of, last.failures)))}."
        )
        to_do = "The others went on. Show the reason in its row to whoever looks after the portal."
        found.append(Alert(words, to_do, "SweepRun", "reminders_sweeprun_changelist"))
    return found


def _of_mail(now: dt.datetime) -> list[Alert]:
    found = []
    changelist, table = "notifications_outgoingmail_changelist", "OutgoingMail"
    if is_mail_waiting(now=now):
        to_do = (
            "It is tried again by itself. The reason stands beside each. If it does not leave, tell whoever looks "
            "after the portal that worker or mail server may stand still."
        )
        words = "Mail has waited for more than 15 minutes."
        found.append(Alert(words, to_do, table, changelist, "?state__exact=queued"))
    failed = OutgoingMail.objects.filter(state=State.FAILED).count()
    if failed:
        words = f"{failed} message{'s' if failed > 1 else ''} could not be sent."
        to_do = "Mend the reason, then choose “Send again”."
        found.append(Alert(words, to_do, table, changelist, "?state__exact=failed"))
    paused = len(paused_addresses())
    if paused:
        words = f"Mail to {paused} address{'es' if paused > 1 else ''} came back too often and waits."
        to_do = "Ask HR for the right address: their next file mends it. Or let mail leave again."
        found.append(Alert(words, to_do, "Bounce", "notifications_bounce_changelist", "?paused=1"))
    return found


def _of_switches() -> list[Alert]:
    found = []
    to_do = "Nothing is lost: what is held leaves in its order when it is switched on."
    off = MessageSetting.objects.filter(is_enabled=False).count()
    if off:
        words = f"{off} kind{'s' if off > 1 else ''} of message {'are' if off > 1 else 'is'} switched off."
        page = "notifications_messagesetting_changelist"
        found.append(Alert(words, to_do, "MessageSetting", page, "?is_enabled__exact=0", is_failure=False))
    if not sweep_settings().is_enabled:
        words, to_do = "Reminders are switched off.", "What falls due meanwhile is caught up for three working days."
        found.append(Alert(words, to_do, "SweepSettings", "reminders_sweepsettings_changelist", is_failure=False))
    return found
