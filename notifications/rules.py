"""When a mail leaves, joins the digest or is not sent; when one that failed is tried again or given up."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from notifications.kinds import DIGEST, Frequency, MessageKind, Pace
from notifications.working_days import WorkingCalendar

LONGEST_WAIT = dt.timedelta(hours=4)
GIVE_UP_AFTER = dt.timedelta(days=3)
OPENS, CLOSES = dt.time(8), dt.time(18)
# The first week only the welcome, the day-one list and what must be sent (user-demands.md §4.3).
FIRST_WEEK = dt.timedelta(days=7)
_SLOWER = (Frequency.AT_ONCE, Frequency.DAILY, Frequency.WEEKLY, Frequency.OFF)


def wait_before_next_try(*, attempts: int, chance: float, first: dt.timedelta) -> dt.timedelta:
    """`first` after the first try, then twice as long after each, up to four hours; `chance` (0 to 1) spreads it a
    quarter either way."""
    doubled: dt.timedelta = first * 2 ** min(max(attempts, 1) - 1, 10)
    return min(doubled, LONGEST_WAIT) * (0.75 + chance / 2)


def is_about_the_address(answer: str) -> bool:
    """Whether a mail server's final no to a recipient speaks of the address, and not of who may send what through it
    (RFC 3463: x.7 is policy). Such a no counts as a bounce."""
    return re.match(r"5\d\d(?! 5\.7\.)", answer) is not None


def is_given_up(*, first_tried_at: dt.datetime | None, at: dt.datetime) -> bool:
    """Three days after the first try (reliability-and-security.md §6 P5)."""
    return first_tried_at is not None and at - first_tried_at >= GIVE_UP_AFTER


def is_sending_time(
    at: dt.datetime, *, calendar: WorkingCalendar, opens: dt.time = OPENS, closes: dt.time = CLOSES
) -> bool:
    """Not at night, at weekends or on holidays (user-demands.md §4.3); `at` carries the local time zone."""
    return calendar.is_working_day(at.date()) and opens <= at.time() < closes


def within_sending_hours(
    at: dt.datetime,
    *,
    calendar: WorkingCalendar,
    chance: float,
    opens: dt.time = OPENS,
    closes: dt.time = CLOSES,
) -> dt.datetime:
    """The instant itself, or the next morning on which mail leaves, spread over its first half hour."""
    if is_sending_time(at, calendar=calendar, opens=opens, closes=closes):
        return at
    day = at.date() if at.time() < opens else at.date() + dt.timedelta(days=1)
    while not calendar.is_working_day(day):
        day += dt.timedelta(days=1)
    return dt.datetime.combine(day, opens, tzinfo=at.tzinfo) + dt.timedelta(minutes=30) * chance


@dataclass(frozen=True)
class Choices:
    """What one person has chosen; nothing here means the default of each kind."""

    chosen: Mapping[str, str] = field(default_factory=dict)
    paused_until: dt.date | None = None
    link_version: int = 0

    def frequency(self, kind: MessageKind) -> Frequency:
        """How often the kind comes. What goes through the digest comes no oftener than the digest itself."""
        if not kind.choices:
            return kind.usual
        chosen = self.chosen.get(kind.code, "")
        own = Frequency(chosen) if chosen in kind.choices else kind.usual
        if own is Frequency.AT_ONCE or kind.pace is Pace.DIGEST:
            return own
        digest = Frequency(self.chosen.get(DIGEST, Frequency.DAILY))
        return max(own, digest, key=_SLOWER.index)

    @property
    def has_digest(self) -> bool:
        return self.chosen.get(DIGEST) != Frequency.OFF

    def note_frequency(self, kind: MessageKind) -> Frequency:
        """How often a mail that joined the digest comes with it, or on its own where its reader has no digest."""
        own = self.frequency(kind)
        digest = Frequency(self.chosen.get(DIGEST, Frequency.DAILY))
        return max(own, digest, key=_SLOWER.index) if self.has_digest else own

    def is_paused(self, today: dt.date) -> bool:
        return self.paused_until is not None and today < self.paused_until

    def has_line_on(self, kind: MessageKind, *, today: dt.date, opens_week: bool) -> bool:
        """Whether a line of this kind may stand in the digest of this day; what must be sent always does."""
        if kind.must_send:
            return True
        frequency = self.frequency(kind)
        if frequency is Frequency.OFF or self.is_paused(today):
            return False
        return opens_week or frequency is not Frequency.WEEKLY


class Way(StrEnum):
    """What becomes of a routine mail that is about to leave."""

    LEAVES = "It leaves."
    OFF = "You chose not to get this by e-mail."
    CHOSEN = "You chose to read this in the digest."
    PAUSED = "You paused your mail."
    FIRST_WEEK = "In the first week only the most needed mail comes at once."
    CAPPED = "You had this week’s share of routine mail."


def way_of(
    kind: MessageKind, choices: Choices, *, start_date: dt.date | None, let_through: int, cap: int, today: dt.date
) -> Way:
    """Asked right before a routine mail leaves; `let_through` counts those that left at once this week."""
    frequency = choices.frequency(kind)
    if frequency is Frequency.OFF:
        return Way.OFF
    if frequency is not Frequency.AT_ONCE:
        return Way.CHOSEN
    if choices.is_paused(today):
        return Way.PAUSED
    if is_first_week(start_date, today):
        return Way.FIRST_WEEK
    return Way.CAPPED if let_through >= cap else Way.LEAVES


def is_first_week(start_date: dt.date | None, today: dt.date) -> bool:
    """Also before the first day: nobody has begun to read."""
    return start_date is not None and today < start_date + FIRST_WEEK
