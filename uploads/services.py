"""Take a file in, check it for viruses, hand it out, and take it off."""

from __future__ import annotations

import datetime as dt
import io
import logging
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.apps import apps
from django.conf import settings
from PIL import Image, ImageOps

from audit.transactions import all_or_nothing
from people.models import Person
from uploads import rules, scanner, store
from uploads.models import StoredFile

logger = logging.getLogger(__name__)


def take_in(row: StoredFile, *, name: str, size: int, content: BinaryIO, by: Person, now: dt.datetime) -> None:
    """Checks the file, keeps its bytes, and fills the row, which the caller saves in the same transaction.

    Raises rules.Refused. Without a scanner (the demonstration, or where the council has decided so) the check of the
    structure is all there is (ruling 18); with one, nobody reads the file before it has been found clean.
    """
    shown = rules.shown_name(name)
    kind = rules.kind_of(shown, size, content)
    data = _without_place(content, kind.code.upper()) if kind.is_image else content.read()
    row.key, row.sha256 = store.write(data)
    row.name, row.kind, row.size = shown, kind.code, len(data)
    row.uploaded_by, row.uploaded_at = by, now
    row.state = StoredFile.State.SCANNING if settings.SCANNER_URL else StoredFile.State.CLEAN


def bytes_used_by(person: Person) -> int:
    """What all files of a person hold together, of every part of the portal."""
    return sum(
        size
        for model in _models()
        for size in model._default_manager.filter(uploaded_by=person).values_list("size", flat=True)
    )


def bytes_of(row: StoredFile) -> bytes:
    """The bytes of a clean file. Raises store.Damaged."""
    return store.read(row.key, row.sha256)


def scan_waiting() -> dict[str, int]:
    """Each minute: asks the scanner about every file that waits; while it is away they go on waiting."""
    found = {"clean": 0, "refused": 0}
    for model in _models():
        waiting = model._default_manager.filter(state=StoredFile.State.SCANNING).order_by("pk")
        for pk in waiting.values_list("pk", flat=True):
            try:
                found[_scan(model, pk)] += 1
            except scanner.Away:
                logger.exception("the virus scanner does not answer")
                return found
            except (store.Damaged, model.DoesNotExist):
                logger.exception("a file that waits for the scanner cannot be read")
    return found


@all_or_nothing()
def _scan(model: Any, pk: int) -> str:
    row: StoredFile = model._default_manager.select_for_update(of=("self",)).get(pk=pk)
    is_clean = scanner.is_clean(store.read(row.key, row.sha256)) if settings.SCANNER_URL else True
    row.state = StoredFile.State.CLEAN if is_clean else StoredFile.State.REFUSED
    row.save(update_fields=["state"])
    if not is_clean:
        # What is known to be harmful is not kept; the row says what became of it.
        store.remove(row.key)
    return str(row.state)


def sweep_store(*, now: dt.datetime) -> int:
    """Daily: takes away files whose row was never saved, or has gone."""
    known = {key for model in _models() for key in model._default_manager.values_list("key", flat=True)}
    return store.sweep(known, now=now)


def damaged() -> Iterator[StoredFile]:
    """Rows whose bytes are missing or are not those that were stored; asked after a restore."""
    for model in _models():
        for row in model._default_manager.exclude(state=StoredFile.State.REFUSED).order_by("pk").iterator():
            try:
                store.read(row.key, row.sha256)
            except store.Damaged:
                yield row


def _models() -> list[Any]:
    return [model for model in apps.get_models() if issubclass(model, StoredFile)]


def _without_place(content: BinaryIO, form: str) -> bytes:
    """The picture upright, without what the camera wrote beside it: where and when it was taken, and by whom."""
    with Image.open(content) as picture:
        upright = ImageOps.exif_transpose(picture)
        upright.info = {name: value for name, value in picture.info.items() if name == "transparency"}
        out = io.BytesIO()
        upright.save(out, form, **({"quality": 92} if form == "JPEG" else {}))
    return out.getvalue()
