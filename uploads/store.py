"""Where the bytes are: a folder outside everything that is served, under random keys.

A file is written beside the store first and moved in when its row has been committed, so that a row never points at
nothing; what a crash leaves without a row is swept away after a day (reliability-and-security.md §3, Uploads).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import uuid
from collections.abc import Collection, Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction

# Longer than any request or task takes.
WITHOUT_A_ROW = dt.timedelta(hours=24)


class Damaged(Exception):
    """The bytes are not those that were stored, or are not there."""


def write(data: bytes) -> tuple[str, str]:
    """Keeps the bytes when the running transaction commits; answers their key and SHA-256."""
    key = uuid.uuid4().hex
    waiting = _waiting(key)
    waiting.parent.mkdir(parents=True, exist_ok=True)
    with waiting.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    transaction.on_commit(lambda: _move_in(key))
    return key, hashlib.sha256(data).hexdigest()


def read(key: str, sha256: str) -> bytes:
    """The bytes, checked against what was stored. Raises Damaged."""
    try:
        data = _place(key).read_bytes()
    except FileNotFoundError:
        # The process ended between the commit and the move.
        _move_in(key)
        try:
            data = _place(key).read_bytes()
        except FileNotFoundError:
            raise Damaged(key) from None
    if hashlib.sha256(data).hexdigest() != sha256:
        raise Damaged(key)
    return data


def remove(key: str) -> None:
    """When the running transaction commits; a file that is gone already is no error."""
    transaction.on_commit(lambda: _unlink(key))


def sweep(known: Collection[str], *, now: dt.datetime) -> int:
    """Takes away files that no row knows a day after they were written; returns how many."""
    gone = 0
    before = (now - WITHOUT_A_ROW).timestamp()
    for path in _files():
        if path.name not in known and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _files() -> Iterator[Path]:
    root = Path(settings.UPLOADS_ROOT)
    yield from (path for path in root.rglob("*") if path.is_file()) if root.is_dir() else ()


def _waiting(key: str) -> Path:
    return Path(settings.UPLOADS_ROOT) / "new" / key


def _place(key: str) -> Path:
    return Path(settings.UPLOADS_ROOT) / key[:2] / key


def _move_in(key: str) -> None:
    place = _place(key)
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        _waiting(key).replace(place)
    except FileNotFoundError:
        # Another process was first, or the file has been taken off meanwhile.
        return


def _unlink(key: str) -> None:
    for path in (_place(key), _waiting(key)):
        path.unlink(missing_ok=True)
