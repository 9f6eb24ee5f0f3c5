"""A calendar file (RFC 5545) of what is due: neutral titles, whole days, nothing that anyone wrote.

The file stands in calendars outside the portal, on phones and in shared screens, so an entry says what kind of thing is
due and leads to it; whose and what is read behind the sign-in (reliability-and-security.md §3, user-demands.md §4.5).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import reverse
from icalendar import Calendar, Event, vDuration

if TYPE_CHECKING:
    from reminders.models import CalendarDate
    from reminders.services.reading import Waiting

PRODUCT = "-//London Borough of Bexley//Learning and development//EN"
NAME = "Learning and development"
ASK_AGAIN = dt.timedelta(hours=4)
# Names of entries are made from this and the thing, so that they stay when the portal moves to another host.
ENTRIES = uuid.UUID("6a1d3f0e-52c5-4f0b-9d43-0b2f5f6f7b21")
ONE_DAY = dt.timedelta(days=1)


def write(
    entries: Iterable[tuple[Waiting, CalendarDate]],
    *,
    link_id: str,
    link_made_at: dt.datetime,
    link_expires_on: dt.date,
) -> bytes:
    """The file; the same entries give the same bytes, so that a calendar can ask whether anything has changed.

    What is done is simply not there any more: a calendar that subscribes shows what the file holds and nothing else
    (docs/decisions/0009-calendars-are-copies.md).
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", NAME)
    calendar.add("x-wr-calname", NAME)
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    calendar.add("refresh-interval", vDuration(ASK_AGAIN), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(ASK_AGAIN))
    for row, date in entries:
        calendar.add_component(
            _event(
                f"{row.kind}:{row.subject_id}",
                title=row.calendar_title,
                day=row.due_on,
                sequence=date.sequence,
                changed_at=date.changed_at,
                url=row.url,
            )
        )
    calendar.add_component(
        _event(
            f"link:{link_id}",
            title="This calendar ends: make a new link",
            day=link_expires_on,
            sequence=0,
            changed_at=link_made_at,
            url=reverse("reminders:calendar"),
        )
    )
    return bytes(calendar.to_ical())


def _event(name: str, *, title: str, day: dt.date, sequence: int, changed_at: dt.datetime, url: str) -> Event:
    """A whole day, shown as free time: a deadline is no appointment (ruling 19)."""
    address = f"{settings.SITE_URL}{url}"
    event = Event()
    event.add("uid", str(uuid.uuid5(ENTRIES, name)))
    event.add("dtstamp", changed_at)
    event.add("last-modified", changed_at)
    event.add("sequence", sequence)
    event.add("summary", title)
    event.add("dtstart", day)
    event.add("dtend", day + ONE_DAY)
    event.add("status", "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    event.add("url", address)
    event.add("description", f"Sign in to read what it is: {address}")
    return event
