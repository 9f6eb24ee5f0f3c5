"""The admin's first page says what is the matter and what to do."""

import datetime as dt

import pytest
import time_machine

from bexley_ld.operations import is_mail_waiting
from notifications.models import Bounce, MailSettings, MessageSetting
from people.roles import Role
from reminders.models import SweepRun, SweepSettings
from tests.factories.notifications import OutgoingMailFactory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
TUESDAY = dt.datetime(2027, 6, 15, 10, tzinfo=dt.UTC)


@pytest.fixture
def index(client):
    def index(**user):
        with time_machine.travel(TUESDAY, tick=False):
            client.force_login(UserFactory(is_staff=True, **(user or {"roles": [Role.LD_ADMIN]})))
            return client.get("/admin/").content.decode()

    return index


def swept(**fields):
    SweepRun.objects.create(for_date=TUESDAY.date(), started_at=TUESDAY, finished_at=TUESDAY, **fields)


def test_nothing_is_said_when_all_is_well(index):
    swept()
    assert "To look at first" not in index()


CASES = {
    "late": (lambda: None, "The reminder sweep is late."),
    "failed rule": (
        lambda: swept(failures={"induction.item": "x"}),
        "In the sweep of 15 June this failed: Induction item.",
    ),
    "waiting": (
        lambda: OutgoingMailFactory(due_at=TUESDAY - dt.timedelta(minutes=16)),
        "Mail has waited for more than 15 minutes.",
    ),
    "failed": (lambda: OutgoingMailFactory(state="failed"), "1 message could not be sent."),
    "paused": (
        lambda: [
            Bounce.objects.create(address="a@b.example", bounced_at=TUESDAY - dt.timedelta(days=day), kind="hard")
            for day in range(3)
        ],
        "Mail to 1 address came back too often and waits.",
    ),
    "kind off": (
        lambda: MessageSetting.objects.update_or_create(kind="digest", defaults={"is_enabled": False}),
        "1 kind of message is switched off.",
    ),
    "reminders off": (lambda: SweepSettings.objects.update(is_enabled=False), "Reminders are switched off."),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_the_matter_is_said(index, case):
    make, words = CASES[case]
    if case not in {"late", "failed rule"}:
        swept()
    make()
    page = index()
    assert words in page
    assert page.count('<li><a href="/admin/') + page.count('bexley-alerts__note"') >= 1


def test_who_may_not_open_the_table_is_told_nothing(index):
    swept()
    CASES["paused"][0]()
    assert "came back too often" not in index(is_superuser=True)


@pytest.mark.parametrize(
    ("now", "fields", "is_late"),
    [
        ("2027-06-15T17:59:00+01:00", {}, True),
        ("2027-06-15T20:00:00+01:00", {}, False),
        ("2027-06-15T20:00:00+01:00", {"leaves_at_night": True}, True),
        ("2027-06-19T11:00:00+01:00", {}, False),
        ("2027-06-16T08:10:00+01:00", {}, False),
        ("2027-06-16T08:20:00+01:00", {}, True),
    ],
    ids=["in hours", "evening", "guards an account", "Saturday", "just opened", "not left since opening"],
)
def test_mail_that_waits_for_the_morning_is_not_late(settings, now, fields, is_late):
    settings.QUIET_HOURS = True
    now = dt.datetime.fromisoformat(now)
    OutgoingMailFactory(due_at=now - dt.timedelta(hours=1), **fields)
    assert is_mail_waiting(now=now) is is_late


def test_mail_that_waits_for_its_next_try_is_not_late():
    hour = dt.timedelta(hours=1)
    OutgoingMailFactory(due_at=TUESDAY - hour, retry_at=TUESDAY + hour)
    assert not is_mail_waiting(now=TUESDAY)
    assert is_mail_waiting(now=TUESDAY + 2 * hour)


def test_the_switch_for_all_mail_is_on_the_first_page(index, client):
    """Its state, and once mail is stopped by whom, when and why, with what waits."""
    swept()
    OutgoingMailFactory(due_at=TUESDAY)
    page = index()
    assert "Mail leaves the portal" in page
    assert "1 message waits to be sent" in page
    address = f"/admin/notifications/mailsettings/{MailSettings.objects.get().pk}/change/"
    assert client.get("/admin/notifications/mailsettings/").headers["Location"] == address
    typed = {"bounces_before_pause": "3", "held_working_days": "3"}
    with time_machine.travel(TUESDAY, tick=False):
        assert "Say why all mail is stopped" in client.post(address, typed).content.decode()
        assert client.post(address, {**typed, "stop_reason": "A wrong link"}).status_code == 302
        # A later change of another box is not the stop.
        client.post(address, {**typed, "stop_reason": "A wrong link", "held_working_days": "5"})
        user = UserFactory(is_staff=True, roles=[Role.LD_ADMIN])
        client.force_login(user)
        client.post(address, {**typed, "stop_reason": "A wrong link, still"})
    page = index()
    stopped_by = MailSettings.history.order_by("history_id").first().history_user.person
    assert "All mail is stopped" in page
    assert f"Stopped on 15 June 2027 at 11:00 by {stopped_by}" in page
    assert "Why: A wrong link, still" in page
    client.post(address, {**typed, "is_enabled": "on", "stop_reason": "A wrong link"})
    assert MailSettings.objects.get().stop_reason == ""
    assert "Mail leaves the portal" in index()


def test_who_may_not_open_the_settings_does_not_see_the_switch(index):
    assert "Mail leaves the portal" not in index(is_superuser=False)
