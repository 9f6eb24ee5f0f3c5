"""Each period of the data map for how people come in: a moment before its end the row is there, after it gone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from bexley_ld.personal_data import PERSONAL_DATA
from people.models import ImportRun, KeptForm, SignedInSession, SignInAttempt
from people.roles import Role
from people.rules import Conflict
from people.services import apply_import, forget_old, preview_import
from reminders import registry
from tests.factories.people import UserFactory
from tests.people.test_staff_import import csv, row

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2027, 3, 4, 8, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
HOURS = {number: dt.timedelta(hours=number) for number in (8, 12, 24)}
DAY = dt.timedelta(days=1)


def brought_in(at: dt.datetime, **fields: object) -> ImportRun:
    run = ImportRun.objects.create(file_name="staff.csv", state=ImportRun.State.PREVIEWED, **fields)
    ImportRun.objects.filter(pk=run.pk).update(created_at=at)
    return run


def attempt(at: dt.datetime) -> SignInAttempt:
    return SignInAttempt.objects.create(account_hash="a", address_hash="b", at=at)


def form(at: dt.datetime) -> KeptForm:
    return KeptForm.objects.create(
        token_hash=str(at), user=UserFactory(), path="/", fields=[["note", "Private"]], created_at=at
    )


def session(at: dt.datetime) -> SignedInSession:
    return SignedInSession.objects.create(session_key=str(at)[:40], session_data="x", expire_date=at + HOURS[12])


@pytest.mark.parametrize(
    ("make", "table", "column", "promise", "kept_for"),
    [
        (brought_in, "people.ImportRun", "by", "2 years", NOW - NOW.replace(year=2025)),
        (attempt, "people.SignInAttempt", "at", "1 day, swept daily", DAY),
        (form, "people.KeptForm", "fields", "12 hours, swept daily", HOURS[12]),
        (session, "people.SignedInSession", "session_key", "12 hours after the last use, swept daily", HOURS[12]),
    ],
)
def test_rows_go_when_their_period_has_run_out(
    make: Callable[..., object], table: str, column: str, promise: str, kept_for: dt.timedelta
) -> None:
    assert PERSONAL_DATA[table][column].kept == promise
    make(NOW - kept_for - MINUTE)
    stays = make(NOW - kept_for + MINUTE)
    for _ in range(2):
        forget_old(today=NOW.date(), now=NOW)
    assert list(type(stays).objects.values_list("pk", flat=True)) == [stays.pk]


@pytest.mark.parametrize("state", ImportRun.State)
@pytest.mark.parametrize(
    ("column", "promise", "kept_for", "empty"),
    [
        ("outcome", "30 days", 30 * DAY, {}),
        ("content", "the day of its preview, swept daily", HOURS[8], None),
    ],
)
def test_an_hr_file_and_its_report_go_whatever_became_of_it(
    state: str, column: str, promise: str, kept_for: dt.timedelta, empty: object
) -> None:
    assert PERSONAL_DATA["people.ImportRun"][column].kept == promise
    gone = brought_in(NOW - kept_for - MINUTE, content=b"names", outcome={"new": []})
    stays = brought_in(NOW - kept_for + MINUTE, content=b"names", outcome={"new": []})
    ImportRun.objects.update(state=state)
    forget_old(today=NOW.date(), now=NOW)
    gone.refresh_from_db()
    stays.refresh_from_db()
    assert getattr(gone, column) == empty
    assert getattr(stays, column) != empty


def test_a_forgotten_preview_asks_for_the_file_again() -> None:
    run = preview_import(content=csv(row("E1")), file_name="staff.csv", by=None, now=NOW)
    ImportRun.objects.filter(pk=run.pk).update(created_at=NOW - DAY)
    forget_old(today=NOW.date(), now=NOW)
    with pytest.raises(Conflict, match="Preview the file again"):
        apply_import(run=run, by=None, now=NOW)


def test_learning_reads_that_a_report_is_gone_and_no_false_counts() -> None:
    run = brought_in(NOW - 31 * DAY, outcome={"new": []})
    forget_old(today=NOW.date(), now=NOW)
    client = Client()
    client.force_login(UserFactory(roles=[Role.LD_ADMIN], is_staff=True))
    page = client.get(reverse("admin:people_importrun_change", args=[run.pk])).content.decode()
    assert "deleted 30 days after" in page
    assert "New: 0" not in page
    assert "Apply these changes" not in page


@pytest.mark.parametrize("wrong", ["abc", "999999", "9" * 30])
def test_a_report_that_is_not_there_is_not_found(wrong: str) -> None:
    client = Client()
    client.force_login(UserFactory(roles=[Role.LD_ADMIN], is_staff=True))
    assert client.get(f"/admin/people/importrun/{wrong}/change/").status_code == 404


def test_what_was_forgotten_is_counted_and_audited_once() -> None:
    assert set(forget_old(today=NOW.date(), now=NOW).values()) == {0}
    assert not AuditEntry.objects.exists()
    for _ in range(2):
        attempt(NOW - 2 * DAY)
    session(NOW - DAY)
    for _ in range(2):
        forget_old(today=NOW.date(), now=NOW)
    entry = AuditEntry.objects.get(verb="people.forgotten")
    assert entry.facts == {"imports": 0, "files": 0, "reports": 0, "attempts": 2, "forms": 0, "sessions": 1}


def test_the_daily_duties_forget() -> None:
    attempt(NOW - 2 * DAY)
    registry.daily_duties()["people.services.forget_old"](today=NOW.date(), now=NOW)
    assert not SignInAttempt.objects.exists()
