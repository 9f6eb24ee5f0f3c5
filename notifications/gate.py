"""Asked right before mail leaves: is it the hour for it, and does its reader want it at once?"""

from __future__ import annotations

import datetime as dt
from collections import Counter

from django.conf import settings
from django.utils import timezone

from audit.transactions import all_or_nothing
from notifications import preferences, rules
from notifications.kinds import Pace
from notifications.models import OutgoingMail
from notifications.registry import kinds
from notifications.rules import Way
from people.models import Person


def is_night(now: dt.datetime) -> bool:
    """Outside the sending hours of a working day; never where quiet hours are off (demonstration, tests)."""
    if not settings.QUIET_HOURS:
        return False
    opens, closes = _hours()
    at = timezone.localtime(now)
    return not rules.is_sending_time(at, calendar=preferences.calendar(), opens=opens, closes=closes)


def next_morning(at: dt.datetime, *, chance: float) -> dt.datetime:
    """The instant itself, or the next one at which mail may leave."""
    if not settings.QUIET_HOURS:
        return at
    opens, closes = _hours()
    return rules.within_sending_hours(
        timezone.localtime(at), calendar=preferences.calendar(), chance=chance, opens=opens, closes=closes
    )


@all_or_nothing()
def ways(mails: list[OutgoingMail], *, now: dt.datetime) -> dict[OutgoingMail, Way]:
    """What becomes of each routine mail; those that must be sent and digests are not asked about.

    The readers are locked while their week is counted: two workers never let one through too many. A mail that was
    let through once stays so when it is tried again.
    """
    declared = kinds()
    asked = [mail for mail in mails if mail.recipient_id and _is_asked(mail) and mail.kind in declared]
    asked = [mail for mail in asked if declared[mail.kind].pace is Pace.AT_ONCE]
    if not asked:
        return {}
    readers = {mail.recipient_id for mail in asked if mail.recipient_id}
    locked = Person.objects.select_for_update(no_key=True).filter(pk__in=readers).order_by("pk")
    starts = dict(locked.values_list("pk", "start_date"))
    chosen, cap, today = preferences.of_people(readers), preferences.limits().weekly_cap, timezone.localdate(now)
    counted = OutgoingMail.objects.filter(recipient__in=readers, let_through_at__gte=_monday(now))
    let_through = Counter(counted.values_list("recipient_id", flat=True))
    found: dict[OutgoingMail, Way] = {}
    for mail in sorted(asked, key=lambda one: (one.due_at, one.pk)):
        reader = mail.recipient_id or 0
        found[mail] = rules.way_of(
            declared[mail.kind],
            chosen.get(reader, preferences.NOTHING_CHOSEN),
            start_date=starts.get(reader),
            let_through=let_through[reader],
            cap=cap,
            today=today,
        )
        let_through[reader] += found[mail] is Way.LEAVES
    leaving = [mail.pk for mail, way in found.items() if way is Way.LEAVES]
    OutgoingMail.objects.filter(pk__in=leaving).update(let_through_at=now)
    return found


def _is_asked(mail: OutgoingMail) -> bool:
    return mail.is_routine and mail.let_through_at is None


def _hours() -> tuple[dt.time, dt.time]:
    limits = preferences.limits()
    return dt.time(limits.opens_hour), dt.time(limits.closes_hour)


def _monday(now: dt.datetime) -> dt.datetime:
    """The instant at which this week began in London."""
    local = timezone.localtime(now)
    day = local.date() - dt.timedelta(days=local.weekday())
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
