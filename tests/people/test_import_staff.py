"""HR's file through the command and through the admin."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bexley_ld.staff_files import what_would_apply
from people.models import ImportRun, Person
from people.roles import Role
from tests.factories.people import JobRoleFactory, PersonFactory, TeamFactory, UserFactory
from tests.people.test_staff_import import csv, row

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _places() -> None:
    TeamFactory(code="T-ONE", name="Team One")
    TeamFactory(code="T-TWO", name="Team Two")
    JobRoleFactory(code="JR-SW", title="Social Worker")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[dt.date]:
    """The days on which plans of starters were asked for."""
    days: list[dt.date] = []
    monkeypatch.setattr("bexley_ld.staff_files.induction.start_missing_plans", lambda *, today, now: days.append(today))
    return days


def run(path: Path, *options: str) -> str:
    out = StringIO()
    call_command("import_staff", str(path), *options, stdout=out)
    return out.getvalue()


def write(path: Path, content: bytes) -> Path:
    file = path / "staff.csv"
    file.write_bytes(content)
    return file


def test_the_command_shows_applies_and_starts_plans(tmp_path: Path, started: list[dt.date]) -> None:
    file = write(tmp_path, csv(row("E1"), row("E2", team="Nowhere")))
    dry = run(file, "--dry-run")
    assert "New: 1" in dry
    assert "row 3: E2: team: There is no team “Nowhere” in the portal." in dry
    assert "nothing was changed" in dry
    assert not Person.objects.exists()
    assert started == []
    assert "Applied." in run(file)
    assert [p.employee_number for p in Person.objects.all()] == ["E1"]
    assert started == [timezone.localdate()]
    assert "Unchanged: 1" in run(file)


@pytest.mark.parametrize(
    ("content", "options", "reason"),
    [
        (csv(row("E1"))[:-20], [], "cut off"),
        (csv(row("E1")).replace(b"Ada", b"Ad\xe4"), [], "not UTF-8"),
        (csv(row("S1")), ["--complete"], "1 of 2 active people would leave"),
    ],
)
def test_a_refused_file_ends_with_its_reason_and_changes_nothing(
    tmp_path: Path, started: list[dt.date], content: bytes, options: list[str], reason: str
) -> None:
    for number in ("S1", "S2"):
        PersonFactory(employee_number=number)
    with pytest.raises(CommandError, match=reason) as refusal:
        run(write(tmp_path, content), *options)
    assert refusal.value.returncode == 1
    assert Person.objects.active().count() == 2
    assert started == []


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path / "none.csv")


def test_learning_uploads_looks_and_applies(started: list[dt.date]) -> None:
    client = Client()
    client.force_login(UserFactory(is_staff=True, roles=[Role.LD_ADMIN]))
    changes = client.get(reverse("admin:people_person_changelist")).content.decode()
    assert reverse("admin:people_importrun_upload") in changes
    file = SimpleUploadedFile("staff.csv", csv(row("E1", given_name="<b>Ada</b>"), row("E2", fte="2")))
    answer = client.post(reverse("admin:people_importrun_upload"), {"file": file}, follow=True)
    page = answer.content.decode()
    assert "New: 1" in page
    assert "&lt;b&gt;Ada&lt;/b&gt;" in page
    assert "at most 1" in page
    assert not Person.objects.filter(employee_number="E1").exists()
    preview = ImportRun.objects.get()
    for _ in range(2):
        applied = client.post(reverse("admin:people_importrun_apply", args=[preview.pk]), follow=True)
        assert "Applied" in applied.content.decode()
    assert Person.objects.filter(employee_number="E1").count() == 1
    assert started


def test_the_preview_counts_rows_and_says_what_the_button_does(tmp_path: Path, started: list[dt.date]) -> None:
    client = Client()
    client.force_login(UserFactory(is_staff=True, roles=[Role.LD_ADMIN]))
    wrong = row("E2", fte="2", start_date="soon", job_role="")
    content = csv(row("E1"), wrong)
    file = SimpleUploadedFile("staff.csv", content)
    page = client.post(reverse("admin:people_importrun_upload"), {"file": file}, follow=True).content.decode()
    assert len(ImportRun.objects.get().outcome["refused"]) > 1
    assert "<h2>1 row refused</h2>" in page
    assert 'value="Apply 1 new person"' in page
    assert "FTE: " in page
    assert "start date: " in page
    assert "start_date" not in page
    assert "1 row refused\n" in run(write(tmp_path, content), "--dry-run")


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ({}, ""),
        ({"left": [{}]}, "1 leaver"),
        ({"new": [{}] * 2, "changed": [{}]}, "2 new people and 1 change"),
        ({"new": [{}], "changed": [{}] * 3, "left": [{}] * 2}, "1 new person, 3 changes and 2 leavers"),
    ],
)
def test_what_would_apply_in_words(outcome: dict[str, list[dict[str, str]]], words: str) -> None:
    assert what_would_apply(ImportRun(outcome=outcome)) == words


@pytest.mark.parametrize("roles", [[], [Role.HEAD_OF_SERVICE], [Role.COACH]])
def test_nobody_else_reaches_the_upload(roles: list[str]) -> None:
    client = Client()
    client.force_login(UserFactory(roles=roles))
    assert client.get(reverse("admin:people_importrun_upload")).status_code in {302, 403}
    staff = Client()
    staff.force_login(UserFactory(roles=roles, is_staff=True))
    assert staff.get(reverse("admin:people_importrun_upload")).status_code == 403
