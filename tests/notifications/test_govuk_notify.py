"""Mail through GOV.UK Notify's own client, against a stand-in of its HTTP API."""

import datetime as dt

import pytest
from django.utils import timezone

from notifications import delivery, links, tasks
from notifications.govuk_notify import EmailBackend
from notifications.models import OutgoingMail
from tests.factories.notifications import LONG_AGO, OutgoingMailFactory
from tests.factories.people import PersonFactory
from tests.ground.test_settings import SETTINGS, start
from tests.notifications.notify_server import KEY, SECRET, TEMPLATE, notify_server

pytestmark = [pytest.mark.django_db, pytest.mark.wide]
State = OutgoingMail.State


@pytest.fixture
def notify(settings, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with notify_server() as (notify, url):
        settings.EMAIL_BACKEND = "notifications.govuk_notify.EmailBackend"
        settings.NOTIFY_API_KEY, settings.NOTIFY_API_URL, settings.NOTIFY_TEMPLATE_ID = KEY, url, TEMPLATE
        settings.EMAIL_TIMEOUT = 0.4
        settings.SITE_URL = "https://learning.bexley.example"
        yield notify


def mail(address="someone@people.example", **fields):
    return OutgoingMailFactory(recipient=PersonFactory(email=address), **fields)


def again(row):
    return OutgoingMail.objects.get(pk=row.pk)


def own_link(row):
    return links.headers(row)["List-Unsubscribe"].strip("<>")


def test_a_mail_leaves_with_everything_it_needs(notify):
    row = mail("amara@people.example", subject="Hold the review by 4 March 2027")
    assert tasks.drain_mail() == 1

    assert notify.taken == [
        {
            "email_address": "amara@people.example",
            "template_id": TEMPLATE,
            "personalisation": {"subject": "Hold the review by 4 March 2027", "body": row.text_body},
            "reference": str(row.pk),
            "one_click_unsubscribe_url": own_link(row),
        }
    ]
    assert notify.asked == []
    assert again(row).state == State.SENT


def test_the_link_to_unsubscribe_is_handed_over(notify):
    message = delivery.as_message(mail())
    message.extra_headers["List-Unsubscribe"] = "<https://learning.bexley.example/unsubscribe/x>"
    assert EmailBackend().send_messages([message]) == 1
    assert notify.taken[0]["one_click_unsubscribe_url"] == "https://learning.bexley.example/unsubscribe/x"


ANSWERS = [
    ("team403", State.FAILED, "GOV.UK Notify answered 403: Can't send to this recipient"),
    ("bad400", State.FAILED, "GOV.UK Notify answered 400: email_address Not a valid"),
    ("limit429", State.QUEUED, "GOV.UK Notify answered 429: Exceeded rate limit"),
    ("broken500", State.QUEUED, "GOV.UK Notify answered 500: Internal server error"),
    ("away503", State.QUEUED, "GOV.UK Notify answered 503: Down for maintenance"),
]


@pytest.mark.parametrize(("name", "state", "reason"), ANSWERS)
def test_each_answer_stays_with_its_mail(notify, name, state, reason):
    before, bad, after = mail("before@people.example"), mail(f"{name}@people.example"), mail("after@people.example")
    assert tasks.drain_mail() == 2
    assert (again(before).state, again(after).state) == (State.SENT, State.SENT)
    bad = again(bad)
    assert bad.state == state
    assert reason in bad.reason
    assert (bad.retry_at is not None) == (state == State.QUEUED)


def test_a_limit_that_stays_ends_the_chunk(notify):
    rows = [OutgoingMailFactory(recipient=PersonFactory(email="limit429@people.example"), is_routine=False)]
    rows += [OutgoingMailFactory(recipient=rows[0].recipient, is_routine=False) for _ in range(5)]
    assert tasks.drain_mail() == 0
    assert OutgoingMail.objects.filter(state=State.QUEUED, attempts=0, retry_at=None).count() == 3


def test_a_wrong_key_is_said(notify, settings):
    settings.NOTIFY_API_KEY = KEY.replace(SECRET, SECRET.replace("2", "3"))
    row = mail()
    assert tasks.drain_mail() == 0
    assert "403: Invalid token" in again(row).reason


def test_what_was_taken_before_its_answer_was_lost_is_not_sent_twice(notify):
    row = mail("lost@people.example")
    tasks.drain_mail()
    assert again(row).state == State.QUEUED
    OutgoingMail.objects.update(retry_at=LONG_AGO)
    assert tasks.drain_mail() == 1
    assert again(row).state == State.SENT
    assert [data["reference"] for data in notify.taken] == [str(row.pk)]


@pytest.mark.parametrize(
    ("status", "state", "taken"), [("permanent-failure", State.FAILED, 1), ("technical-failure", State.SENT, 2)]
)
def test_a_repeat_follows_what_became_of_the_first_try(notify, status, state, taken):
    row = mail("lost@people.example")
    tasks.drain_mail()
    notify.status = status
    row.recipient.email = "found@people.example"
    row.recipient.save()
    OutgoingMail.objects.update(retry_at=LONG_AGO)
    tasks.drain_mail()
    assert again(row).state == state
    assert len(notify.taken) == taken


def test_a_service_that_is_away_costs_no_mail(notify, settings):
    settings.NOTIFY_API_URL = "http://127.0.0.1:9"
    row = mail(first_tried_at=timezone.now() - dt.timedelta(hours=1))
    assert tasks.drain_mail() == 0
    assert (again(row).state, again(row).reason) == (State.QUEUED, "Not sent yet: GOV.UK Notify could not be reached.")


ASK = "import django.conf as c; s = c.settings; print(s.EMAIL_BACKEND, s.NOTIFY_TEMPLATE_ID)"


def test_production_starts_with_it():
    changes = {"NOTIFY_API_KEY": KEY, "DJANGO_SETTINGS_MODULE": "bexley_ld.settings"}
    result = start("-c", ASK, EMAIL_URL=f"notify:///{TEMPLATE}", **changes)
    assert result.stdout.split() == ["notifications.govuk_notify.EmailBackend", TEMPLATE]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"NOTIFY_API_KEY": None}, "Set NOTIFY_API_KEY"),
        ({"NOTIFY_API_KEY": "short"}, "Set NOTIFY_API_KEY"),
        ({"EMAIL_URL": "notify://"}, "the id of its template"),
        ({"EMAIL_URL": f"notify://{KEY}@host/{TEMPLATE}"}, "the id of its template"),
        ({"NOTIFY_API_URL": "http://notify.example"}, "NOTIFY_API_URL"),
    ],
    ids=str,
)
def test_production_refuses_half_a_setting(changes, reason):
    result = start(*SETTINGS, **{"EMAIL_URL": f"notify:///{TEMPLATE}", "NOTIFY_API_KEY": KEY, **changes})
    assert result.returncode != 0
    assert reason in result.stderr
