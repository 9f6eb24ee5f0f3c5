"""What must be told when others change who sees a person; `people` sends no mail, the project package registers it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from people.models import Person

Days = tuple[dt.date, dt.date | None]
"""The first and the last day of a cover; the last may be open."""


@dataclass(frozen=True)
class LineChange:
    """Someone has another line manager from a day on, or none."""

    person: Person
    old: Person | None
    new: Person | None
    from_date: dt.date


@dataclass(frozen=True)
class LinesChanged:
    """What was changed at once: by Learning and Development, or by HR's file, which somebody may have brought in."""

    changes: tuple[LineChange, ...]
    by: Person | None
    is_hr_file: bool = False


@dataclass(frozen=True)
class CoverChanged:
    """Cover for a manager was named or ended. `before`: the days, up to then still to come, of this cover for them.
    `team`: who reports to the manager, where others than the two did it."""

    manager: Person
    cover: Person
    before: tuple[Days, ...]
    team: tuple[Person, ...]
    by: Person


@dataclass(frozen=True)
class AddressChanged:
    """HR's file has brought another work address."""

    person: Person
    old: str
    new: str


Notice = LinesChanged | CoverChanged | AddressChanged
messengers: list[Callable[[Notice, dt.datetime], None]] = []


def tell(notice: Notice, *, now: dt.datetime) -> None:
    """Inside the transaction of the change: the message is there exactly when the change is."""
    for messenger in messengers:
        messenger(notice, now)
