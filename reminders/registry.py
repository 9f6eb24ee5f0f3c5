"""Finds what the installed apps declare in their own `due.py`; this app knows none of them by name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any, Protocol

from django.utils.module_loading import import_string

from notifications.declarations import modules
from notifications.due import DueRule
from notifications.registry import due_rules as rules

__all__ = ["DailyDuty", "Foresight", "daily_duties", "foreseen", "rule_of", "rules"]


class DailyDuty(Protocol):
    """What has to be put right each day before reminding; repeatable."""

    def __call__(self, *, today: dt.date, now: dt.datetime) -> Any: ...


class Foresight(Protocol):
    """Makes, inside a transaction that is undone, what a day's duties would make of which rules speak, for so many
    people at most; answers whose it is."""

    def __call__(self, *, today: dt.date, at_most: int | None) -> Iterable[int]: ...


def rule_of(kind: str) -> DueRule | None:
    return next((rule for rule in rules() if rule.kind == kind), None)


def daily_duties() -> dict[str, DailyDuty]:
    """The duties by name. An app names them by dotted path, since its services stand above its `due`."""
    return {path: import_string(path) for _, module in modules("due") for path in getattr(module, "DAILY", ())}


def foreseen() -> dict[str, Foresight]:
    """What looks ahead in the same way, by name."""
    return {path: import_string(path) for _, module in modules("due") for path in getattr(module, "FORESEEN", ())}
