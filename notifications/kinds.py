"""What a kind of message is. An app declares its kinds as `KINDS` in its own `emails.py`; everything else follows
from them: whether it waits for the morning, what may be chosen about it, what its unsubscribe link does, the log.

Due rules (`notifications.due`) are kinds as well: of lines in the digest, not of mails.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import QuerySet, TextChoices

CODE = re.compile(r"[a-z_]+(\.[a-z_]+)?")
CODE_LENGTH = 60


class Pace(TextChoices):
    """How a kind leaves."""

    NOW = "now", "Day and night: someone asked for it this moment, or it guards an account"
    AT_ONCE = "at_once", "When something happens, in the sending hours of working days"
    DIGEST = "digest", "The digest itself: at most one a working day"
    LINE = "line", "A line in the digest"


class Frequency(TextChoices):
    """What a person may choose for a kind."""

    AT_ONCE = "at_once", "At once"
    DAILY = "daily", "Once a day, in the digest"
    WEEKLY = "weekly", "Once a week, in the week’s first digest"
    OFF = "off", "Not by e-mail"


DIGEST = "digest"
"""The kind of the digest; what is chosen for it holds for every line that may be chosen about."""

_CHOICES = {
    Pace.DIGEST: (Frequency.DAILY, Frequency.WEEKLY, Frequency.OFF),
    Pace.AT_ONCE: (Frequency.AT_ONCE, Frequency.DAILY, Frequency.WEEKLY, Frequency.OFF),
    Pace.LINE: (Frequency.DAILY, Frequency.WEEKLY, Frequency.OFF),
}


class Concerns(Protocol):
    """Rows for which a kind can reach this person as things stand today; asked for all kinds at once."""

    def __call__(self, *, person_id: int, today: dt.date) -> QuerySet[Any]: ...


@dataclass(frozen=True, kw_only=True)
class MessageKind:
    """One kind of message: what its reader is told about it, and how it leaves.

    `trigger` completes "You get this when …". `must_send`: why nobody can switch it off, if so. `default` is what
    holds until someone chooses; empty is the kind's own pace. `is_held`: waits 15 minutes, so that several changes by
    one person become one message. `for_role`: only people with this access role get it (people.roles). `concerns`: it
    can reach whoever one of these is true of; nothing here means everyone. It decides nothing but what the page of
    choices shows first. `is_personal` is False for mail to an address outside that belongs to nobody in the portal.
    `log_title`: what the logs of the administration call it, where the title beside a name would tell what is that
    person's own.
    """

    code: str
    title: str
    trigger: str
    pace: Pace = Pace.AT_ONCE
    must_send: str = ""
    default: Frequency | None = None
    only: tuple[Frequency, ...] = ()
    is_held: bool = False
    for_role: str = ""
    concerns: tuple[Concerns, ...] = ()
    is_personal: bool = True
    log_title: str = ""

    def __post_init__(self) -> None:
        if len(self.code) > CODE_LENGTH or not CODE.fullmatch(self.code):
            raise ValueError(f"A kind is written app.name, at most {CODE_LENGTH} characters: {self.code!r}")
        if self.pace is Pace.NOW and not self.must_send:
            raise ValueError(f"{self.code}: what leaves at night must say why.")
        if self.choices and self.usual not in self.choices:
            raise ValueError(f"{self.code}: its default is none of its choices.")

    @property
    def choices(self) -> tuple[Frequency, ...]:
        """What its reader may choose; nothing where it must be sent."""
        return () if self.must_send else self.only or _CHOICES.get(self.pace, ())

    @property
    def usual(self) -> Frequency:
        """How often it comes while nobody has chosen."""
        if self.default is not None and not self.must_send:
            return self.default
        return Frequency.AT_ONCE if self.pace in {Pace.NOW, Pace.AT_ONCE} else Frequency.DAILY

    @property
    def is_routine(self) -> bool:
        """May be unsubscribed from in one click, and counts towards the weekly cap unless it is the digest."""
        return not self.must_send

    @property
    def leaves_at_night(self) -> bool:
        return self.pace is Pace.NOW


def title_from_code(code: str) -> str:
    """A code as people may read it, where its declaration is not at hand: "Induction: plan agreed"."""
    return code.replace(".", ": ").replace("_", " ").capitalize()


namers: list[Callable[[str], str]] = []
"""What gives a code its declared title, and what its title in logs; entered once every app is there
(notifications/apps.py)."""


def name_of(code: str) -> str:
    """What rows of a kind are called in the administration, its log and its history."""
    return namers[0](code) if namers else title_from_code(code)


def log_name_of(code: str) -> str:
    """What a row of a kind is called beside somebody's name."""
    return namers[1](code) if namers else title_from_code(code)
