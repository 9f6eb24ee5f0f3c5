"""Files of an application: who adds, who reads, when they stand, and what happens to the bytes."""

from __future__ import annotations

import datetime as dt
import io
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.core.management.base import CommandError
from PIL import Image

from pathways.models import Application, ApplicationDecision, ApplicationFile
from tests.pathways.test_applications import Desk, desk, intake, sent
from tests.uploads.samples import PDF, picture_with_place
from uploads import rules, scanner, services, tasks

__all__ = ["desk"]
NOW = dt.datetime.now(tz=dt.UTC)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_store(settings: Any, tmp_path: Path) -> None:
    """A store in which nothing else is."""
    settings.UPLOADS_ROOT = tmp_path


def draft(desk: Desk) -> Application:
    desk.go("person", "intake_apply", {}, pk=intake().pk)
    found: Application = Application.objects.get()
    return found


def add(desk: Desk, to: Application, name: str = "view.pdf", content: bytes = PDF, who: str = "person") -> Any:
    return desk.go(who, "application_files", {"file": SimpleUploadedFile(name, content)}, pk=to.pk)


def read(desk: Desk, who: str, row: ApplicationFile) -> Any:
    return desk.go(who, "application_file", pk=row.application_id, file=row.pk)


def test_a_file_is_its_persons_until_it_is_sent_and_stands_from_then_on(desk: Desk) -> None:
    own = draft(desk)
    assert add(desk, own).status_code == 302
    row = own.files.get()
    assert read(desk, "person", row).content == PDF
    assert [read(desk, who, row).status_code for who in ("manager", "learning", "stranger")] == [404, 404, 404]
    text = {"statement": "It fits.", "version": own.version, "then": "files"}
    assert desk.go("person", "application_write", text, pk=own.pk).url.endswith("/files/")
    assert desk.act("person", own, "send") == 302
    assert [read(desk, who, row).status_code for who in ("manager", "learning", "stranger")] == [200, 200, 404]
    assert "view.pdf" in desk.go("manager", "application_detail", pk=own.pk).content.decode()
    gone = desk.go("person", "application_file_take_off", {}, pk=own.pk, file=row.pk)
    assert (gone.status_code, add(desk, own).status_code) == (409, 409)
    assert own.files.count() == 1


def test_the_decision_tells_which_files_went_with_the_text(desk: Desk) -> None:
    hashes = set()
    for content in (b"", b"One", b"Another"):
        Application.objects.all().update(state="withdrawn", place=None, sent_at=NOW)
        own = Application.objects.get(pk=sent_with(desk, content))
        hashes.add(ApplicationDecision.objects.get(application=own, act="send").content_hash)
    assert len(hashes) == 3


def sent_with(desk: Desk, content: bytes) -> int:
    to = intake()
    desk.go("person", "intake_apply", {}, pk=to.pk)
    own = Application.objects.get(intake=to)
    if content:
        add(desk, own, "note.txt", content)
    desk.go("person", "application_write", {"statement": "It fits.", "version": own.version}, pk=own.pk)
    assert desk.act("person", own, "send") == 302
    return own.pk


def test_what_is_asked_for_later_is_added_beside_what_stands(desk: Desk) -> None:
    own = draft(desk)
    add(desk, own)
    desk.go("person", "application_write", {"statement": "It fits.", "version": own.version}, pk=own.pk)
    desk.act("person", own, "send")
    assert desk.act("manager", own, "support", words="Ready.") == 302
    assert desk.act("learning", own, "ask-more", words="A certificate.") == 302
    assert add(desk, own, "later.pdf").status_code == 302
    first, later = own.files.order_by("pk")
    assert [read(desk, "learning", row).status_code for row in (first, later)] == [200, 404]
    gone = [desk.go("person", "application_file_take_off", {}, pk=own.pk, file=row.pk) for row in (first, later)]
    assert [one.status_code for one in gone] == [409, 302]
    assert own.files.get() == first


@pytest.mark.parametrize("who", ["manager", "learning", "other", "stranger"])
def test_nobody_else_adds_or_takes_off(desk: Desk, who: str) -> None:
    own = draft(desk)
    add(desk, own)
    assert add(desk, own, who=who).status_code == 404
    gone = desk.go(who, "application_file_take_off", {}, pk=own.pk, file=own.files.get().pk)
    assert gone.status_code == 404
    assert own.files.count() == 1


def test_a_file_of_another_application_is_not_taken_off_nor_read_by_its_number(desk: Desk) -> None:
    own, foreign = draft(desk), sent(desk, intake(), "other")
    add(desk, own)
    row = own.files.get()
    assert desk.go("other", "application_file_take_off", {}, pk=foreign.pk, file=row.pk).status_code == 409
    assert desk.go("other", "application_file", pk=foreign.pk, file=row.pk).status_code == 404
    assert own.files.count() == 1


def test_what_is_refused_says_why_and_leaves_nothing(desk: Desk, settings) -> None:
    own = draft(desk)
    answer = add(desk, own, "page.html", b"<html>")
    assert "Choose a file of one of these kinds" in answer.content.decode()
    large = add(desk, own, "large.pdf", PDF + b"x" * rules.FILE_AT_MOST)
    assert "Choose one of at most 10 MB" in large.content.decode()
    assert "Choose a file" in desk.go("person", "application_files", {}, pk=own.pk).content.decode()
    assert (own.files.count(), bytes_kept(settings)) == (0, 0)


def bytes_kept(settings: Any) -> int:
    return sum(path.is_file() for path in Path(settings.UPLOADS_ROOT).rglob("*"))


def test_it_is_saved_by_the_browser_and_never_run(desk: Desk) -> None:
    own = draft(desk)
    add(desk, own, 'a "view" – é.pdf')
    answer = read(desk, "person", own.files.get())
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment; filename")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert "no-store" in answer["Cache-Control"]


def test_a_picture_loses_where_it_was_taken_and_stands_upright(desk: Desk) -> None:
    own, given = draft(desk), picture_with_place()
    assert b"SampleCamera" in given
    assert b"sample house" in given
    add(desk, own, "board.jpg", given)
    kept = read(desk, "person", own.files.get()).content
    assert b"SampleCamera" not in kept
    assert b"sample house" not in kept
    with Image.open(io.BytesIO(kept)) as found:
        assert (found.size, dict(found.getexif())) == ((30, 40), {})


@pytest.mark.parametrize(("is_clean", "state", "status"), [(True, "clean", 200), (False, "refused", 404)])
def test_with_a_scanner_nobody_reads_it_before_it_is_found_clean(
    desk: Desk, settings, monkeypatch, is_clean: bool, state: str, status: int
) -> None:
    settings.SCANNER_URL = "clamd://127.0.0.1:1"
    own = draft(desk)
    add(desk, own)
    row = own.files.get()
    assert (row.state, read(desk, "person", row).status_code) == ("scanning", 404)
    tasks.scan_files()
    row.refresh_from_db()
    assert row.state == "scanning", "the scanner is away"
    monkeypatch.setattr(scanner, "is_clean", lambda data: is_clean)
    tasks.scan_files()
    row.refresh_from_db()
    assert (row.state, read(desk, "person", row).status_code) == (state, status)
    assert bytes_kept(settings) == is_clean
    page = desk.go("person", "application_files", pk=own.pk).content.decode()
    assert ("a virus was found" in page) is not is_clean


def test_bytes_without_a_row_go_after_a_day_and_others_stay(desk: Desk, settings) -> None:
    own = draft(desk)
    add(desk, own)
    root = Path(settings.UPLOADS_ROOT)
    (root / "new").mkdir(exist_ok=True)
    for name, age in (("fresh", 0), ("old", 25)):
        (root / "new" / name).write_bytes(b"left by a crash")
        os.utime(root / "new" / name, times=(NOW.timestamp() - age * 3600,) * 2)
    for path in root.rglob(own.files.get().key):
        os.utime(path, times=(0, 0))
    assert tasks.sweep_files() == 1
    assert {path.name for path in root.rglob("*") if path.is_file()} == {"fresh", own.files.get().key}
    assert read(desk, "person", own.files.get()).status_code == 200


def test_a_move_that_a_crash_has_cut_off_is_made_up_for(desk: Desk, settings) -> None:
    own = draft(desk)
    add(desk, own)
    row, root = own.files.get(), Path(settings.UPLOADS_ROOT)
    (root / row.key[:2] / row.key).rename(root / "new" / row.key)
    assert read(desk, "person", row).content == PDF


def test_a_file_that_has_changed_is_not_handed_out_and_is_found_after_a_restore(desk: Desk, settings) -> None:
    own = draft(desk)
    add(desk, own)
    call_command("verify_uploads", verbosity=0)
    row = own.files.get()
    (Path(settings.UPLOADS_ROOT) / row.key[:2] / row.key).write_bytes(b"changed")
    assert read(desk, "person", row).status_code == 404
    with pytest.raises(CommandError, match=f"pathways.ApplicationFile {row.pk}"):
        call_command("verify_uploads", verbosity=0)


def test_a_record_has_at_most_twenty_and_a_discarded_draft_none(desk: Desk, monkeypatch, settings) -> None:
    monkeypatch.setattr(rules, "FILES_OF_A_RECORD", 1)
    own = draft(desk)
    add(desk, own)
    assert "1 files already" in add(desk, own).content.decode()
    assert desk.go("person", "application_discard", {}, pk=own.pk).status_code == 302
    assert ApplicationFile.objects.count() == 0
    assert services.sweep_store(now=NOW + dt.timedelta(days=2)) == 1
    assert bytes_kept(settings) == 0
