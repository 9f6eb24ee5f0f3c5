"""What must be told when others change who sees a person; `people` sends no mail, the project package registers it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from people.models import Cover, Person


@dataclass(frozen=True)
class LineChanged:
    """Learning and Development has named another line manager, or none."""

    person: Person
    old: Person | None
    new: Person | None
    from_date: dt.date
    by: Person


@dataclass(frozen=True)
class CoverChanged:
    """Learning and Development has named or ended cover for a manager."""

    cover: Cover
    reports: tuple[Person, ...]
    is_ended: bool
    by: Person


@dataclass(frozen=True)
class AddressChanged:
    """HR's file has brought another work address."""

    person: Person
    old: str
    new: str


Notice = LineChanged | CoverChanged | AddressChanged
messengers: list[Callable[[Notice, dt.datetime], None]] = []


def tell(notice: Notice, *, now: dt.datetime) -> None:
    """Inside the transaction of the change: the message is there exactly when the change is."""
    for messenger in messengers:
        messenger(notice, now)
