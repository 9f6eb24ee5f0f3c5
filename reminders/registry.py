"""Finds what the installed apps declare in their own `due.py`; this app knows none of them by name."""

from __future__ import annotations

import datetime as dt
from typing import Any, Protocol

from django.utils.module_loading import import_string

from notifications.declarations import modules
from notifications.due import DueRule
from notifications.registry import due_rules as rules

__all__ = ["DailyDuty", "daily_duties", "rule_of", "rules"]


class DailyDuty(Protocol):
    """What has to be put right each day before reminding; repeatable."""

    def __call__(self, *, today: dt.date, now: dt.datetime) -> Any: ...


def rule_of(kind: str) -> DueRule | None:
    return next((rule for rule in rules() if rule.kind == kind), None)


def daily_duties() -> dict[str, DailyDuty]:
    """The duties by name. An app names them by dotted path, since its services stand above its `due`."""
    return {path: import_string(path) for _, module in modules("due") for path in getattr(module, "DAILY", ())}
