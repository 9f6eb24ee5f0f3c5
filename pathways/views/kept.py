"""Parts of pages that everyone reads alike, drawn once for every version of the framework that a process meets."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Hashable

from django.utils.safestring import SafeString

from pathways.querysets import framework_version

# The places of some readers times some filters; whatever is left out is drawn again.
MOST = 300

_lock = threading.Lock()
_version: Hashable = None
_parts: dict[Hashable, SafeString] = {}


def kept(key: Hashable, draw: Callable[[], SafeString], *, today: dt.date) -> SafeString:
    """The part as drawn for this version and key; nothing of a person may be in it that the key does not name."""
    global _version
    version = (today, framework_version())
    with _lock:
        if version != _version:
            _version = version
            _parts.clear()
        found = _parts.get(key)
    if found is None:
        found = draw()
        with _lock:
            if version == _version and len(_parts) < MOST:
                _parts[key] = found
    return found


def forget() -> None:
    """Draw everything anew."""
    global _version
    with _lock:
        _version = None
        _parts.clear()
