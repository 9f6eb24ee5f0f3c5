"""Files of an application: added and taken off while the text may be written, kept from when it is sent."""

from __future__ import annotations

import datetime as dt
from typing import BinaryIO

from audit import services as audit
from audit.transactions import all_or_nothing
from pathways.models import Application, ApplicationFile
from pathways.rules import application as rules
from people.models import Person
from people.rules import Conflict
from uploads import services as uploads
from uploads import store
from uploads.rules import check_room


@all_or_nothing(durable=True)
def add_file(
    *, application_id: int, by: Person, name: str, size: int, content: BinaryIO, now: dt.datetime
) -> ApplicationFile:
    """Only the applicant, while the text is theirs to write. Raises uploads.rules.Refused with what to do."""
    application = _locked(application_id, by)
    check_room(files=application.files.count(), bytes_used=uploads.bytes_used_by(by), size=size)
    row = ApplicationFile(application=application)
    uploads.take_in(row, name=name, size=size, content=content, by=by, now=now)
    row.save()
    _record(by, "file_added", row, now)
    return row


@all_or_nothing(durable=True)
def take_file_off(*, application_id: int, file_id: int, by: Person, now: dt.datetime) -> None:
    """A file that has not been sent; one that was stands, since a decision was made on it. Gone twice is gone once."""
    _locked(application_id, by)
    row: ApplicationFile | None = ApplicationFile.objects.filter(application=application_id, pk=file_id).first()
    if row is None:
        return
    if row.sent_at is not None:
        raise Conflict("This file was sent with the application, so it stands. Add a corrected one beside it.")
    _record(by, "file_taken_off", row, now)
    store.remove(row.key)
    row.delete()


def _locked(application_id: int, by: Person) -> Application:
    application: Application = Application.objects.select_for_update().get(pk=application_id)
    sides = rules.sides_of(person_id=application.person_id, by_id=by.pk, managers=(), is_learning=False)
    rules.check_can_write(application, sides)
    return application


def _record(by: Person, verb: str, row: ApplicationFile, now: dt.datetime) -> None:
    audit.record(
        by=by,
        verb=f"pathways.{verb}",
        subject=row.application,
        chain=audit.chain_of(row.application.person),
        now=now,
        facts={"file": row.pk, "sha256": row.sha256},
    )
