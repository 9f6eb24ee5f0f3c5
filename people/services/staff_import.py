"""HR's file: preview what it would change, then apply exactly that."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from django.utils import timezone

from audit.transactions import all_or_nothing
from people.models import ImportRun, Person, User
from people.rules import Conflict
from people.rules.names import clean_text
from people.rules.staff_changes import Comparison, check_leavers, compare
from people.rules.staff_file import FileRefused, StaffRow, read_rows
from people.services.lines import one_at_a_time
from people.services.staff_snapshot import take_snapshot, version_of
from people.services.staff_write import write_changes

AGAIN = "The data has changed since this preview, so nothing was applied. Preview the file again."


def preview_import(
    *,
    content: bytes,
    file_name: str,
    by: User | None,
    now: dt.datetime,
    complete: bool = False,
    allow_leavers: int | None = None,
) -> ImportRun:
    """Says what the file would change and keeps that for `apply_import`; changes nobody."""
    today = timezone.localdate(now)
    run = ImportRun(
        file_name=clean_text(file_name)[0][:200],
        file_hash=hashlib.sha256(content).hexdigest(),
        is_complete_file=complete,
        allowed_leavers=allow_leavers,
        by=by,
    )
    snapshot = take_snapshot(today=today, by=by)
    run.data_version = version_of(snapshot, today=today)
    try:
        rows = read_rows(content)
        _check_complete(rows, complete)
        result = compare(rows, snapshot, today=today, complete=complete)
    except FileRefused as refusal:
        run.state = ImportRun.State.REFUSED
        run.outcome = {"day": today.isoformat(), "file_reason": str(refusal)}
        run.save()
        return run
    active = sum(known.is_active for known in snapshot.people.values())
    reason = check_leavers(len(result.left), active, allow_leavers)
    run.outcome = _outcome(result, rows=len(rows), today=today, reason=reason)
    run.state = ImportRun.State.REFUSED if reason else ImportRun.State.PREVIEWED
    run.content = None if reason else content
    run.save()
    return run


@all_or_nothing()
def apply_import(*, run: ImportRun, by: User | None, now: dt.datetime) -> ImportRun:
    """Applies a preview as a whole or not at all; a second time changes nothing."""
    today = timezone.localdate(now)
    one_at_a_time()
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    if run.state == ImportRun.State.APPLIED:
        return run
    if run.state == ImportRun.State.REFUSED:
        raise Conflict("This file was refused, so there is nothing to apply. Upload it again.")
    if run.by_id != (by.pk if by else None):
        raise Conflict("Somebody else previewed this file. Preview it yourself before you apply it.")
    if run.content is None:  # `forget_old` came first: the preview is not of today
        raise Conflict(AGAIN)
    list(Person.objects.select_for_update().order_by("pk").values_list("pk"))
    content = bytes(run.content)
    snapshot = take_snapshot(today=today, by=by)
    if hashlib.sha256(content).hexdigest() != run.file_hash or version_of(snapshot, today=today) != run.data_version:
        raise Conflict(AGAIN)
    result = compare(read_rows(content), snapshot, today=today, complete=run.is_complete_file)
    run.state = ImportRun.State.APPLIED
    run.applied_at = now
    run.content = None
    run.save()
    write_changes(result, run=run, by=by, today=today, now=now)
    return run


def _check_complete(rows: list[StaffRow], complete: bool) -> None:
    """In a complete file a row without a number could be anybody: absence would prove nothing."""
    for row in rows:
        if complete and not row.employee_number:
            raise FileRefused(
                f"Line {row.row} has no employee number. A complete file needs one in every row, "
                "because whoever is absent from it counts as a leaver."
            )


def _outcome(result: Comparison, *, rows: int, today: dt.date, reason: str) -> dict[str, Any]:
    return {
        "day": today.isoformat(),
        "rows": rows,
        "file_reason": reason,
        "new": [
            {
                "row": item.row.row,
                "number": item.row.employee_number,
                "name": item.full_name,
                "team": item.team.name,
                "job_role": item.job_role.name,
            }
            for item in result.new
        ],
        "changed": [
            {
                "row": item.row.row,
                "number": item.row.employee_number,
                "name": item.full_name,
                "fields": [[name, old, new] for name, (old, new) in item.fields.items()],
            }
            for item in result.changed
        ],
        "left": [
            {
                "row": item.row,
                "number": item.known.employee_number,
                "name": f"{item.known.given_name} {item.known.family_name}",
                "leaving_date": item.leaving_date.isoformat(),
            }
            for item in result.left
        ],
        "refused": [problem.as_dict() for problem in result.refused],
        "notes": [problem.as_dict() for problem in result.notes],
        "unchanged": result.unchanged,
    }
