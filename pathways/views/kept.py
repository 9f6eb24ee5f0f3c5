"""Parts of pages that many read alike, drawn once for every version of the framework that a process meets."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from pathways.services.library import Library

Drawn = TypeVar("Drawn")

# Of roles, the map and the planner together; what was not asked for longest makes room, and is drawn again.
MOST = 400

_lock = threading.Lock()
_version: Hashable = None
_parts: dict[Hashable, Any] = {}


def kept(key: Hashable, draw: Callable[[], Drawn], *, known: Library) -> Drawn:
    """The part as drawn for this version and key; nothing of a person may be in it that the key does not name."""
    global _version
    version = known.version
    with _lock:
        if version != _version:
            _version = version
            _parts.clear()
        found: Drawn | None = _parts.pop(key, None)
        if found is not None:
            # The dictionary is in the order of use.
            _parts[key] = found
            return found
    drawn = draw()
    with _lock:
        if version == _version:
            _parts[key] = drawn
            if len(_parts) > MOST:
                del _parts[next(iter(_parts))]
    return drawn


def forget() -> None:
    """Draw everything anew."""
    global _version
    with _lock:
        _version = None
        _parts.clear()
