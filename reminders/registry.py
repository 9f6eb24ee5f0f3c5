"""Finds what the installed apps declare in their own `due.py`; this app knows none of them by name."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any, Protocol

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string, module_has_submodule

from notifications.due import DueRule


class DailyDuty(Protocol):
    """What has to be put right each day before reminding; repeatable."""

    def __call__(self, *, today: dt.date, now: dt.datetime) -> Any: ...


def rules() -> list[DueRule]:
    """Every due rule of the installed apps, each kind once, under the name of its own app."""
    found: dict[str, DueRule] = {}
    for label, module in _modules():
        for rule in getattr(module, "RULES", ()):
            if rule.kind in found or rule.kind.partition(".")[0] != label:
                raise ImproperlyConfigured(f"Due rule {rule.kind!r}: name it {label}.something, once in the portal.")
            found[rule.kind] = rule
    return list(found.values())


def rule_of(kind: str) -> DueRule | None:
    return next((rule for rule in rules() if rule.kind == kind), None)


def daily_duties() -> dict[str, DailyDuty]:
    """The duties by name. An app names them by dotted path, since its services stand above its `due`."""
    return {path: import_string(path) for _, module in _modules() for path in getattr(module, "DAILY", ())}


def _modules() -> Iterator[tuple[str, ModuleType]]:
    for config in apps.get_app_configs():
        if config.module is not None and module_has_submodule(config.module, "due"):
            yield config.label, import_module(f"{config.name}.due")
