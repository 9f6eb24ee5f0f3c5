"""Finds the modules in which installed apps declare things; knows none of them by name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from types import ModuleType

from django.apps import apps
from django.utils.module_loading import module_has_submodule


def modules(name: str) -> Iterator[tuple[str, ModuleType]]:
    """The modules of this name in the installed apps, with the label of each app."""
    for config in apps.get_app_configs():
        if _has(config.name, name):
            yield config.label, import_module(f"{config.name}.{name}")


@lru_cache(maxsize=256)
def _has(package: str, name: str) -> bool:
    """Remembered: it asks the file system, and every message that is queued asks for its kind."""
    return module_has_submodule(import_module(package), name)
