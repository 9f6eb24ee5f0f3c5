"""Mail in a real SMTP conversation: each answer of the server, and what becomes of the row."""

import datetime as dt
import inspect
import time

import pytest
import real_servers
from celery.exceptions import SoftTimeLimitExceeded
from django.core.mail import get_connection
from django.db import OperationalError
from django.utils import timezone

from notifications import delivery, tasks, views
from notifications.emails import Content
from notifications.models import Bounce, OutgoingMail
from tests.factories.notifications import LONG_AGO, OutgoingMailFactory
from tests.factories.people import PersonFactory

pytestmark = [pytest.mark.django_db, pytest.mark.wide]
State = OutgoingMail.State


def mail(address="someone@people.example", **fields):
    return OutgoingMailFactory(recipient=PersonFactory(email=address), **fields)


def again(row):
    return OutgoingMail.objects.get(pk=row.pk)


@pytest.fixture
def refreshers(monkeypatch):
    monkeypatch.setattr(delivery, "_refreshers", {})


def test_a_mail_leaves_with_everything_it_needs(sink):
    row = mail("amara@people.example", subject="Hold the review by 4 March 2027")
    assert tasks.drain_mail() == 1

    (message,) = sink.messages
    assert message["Subject"] == "Hold the review by 4 March 2027"
    assert message["To"] == "amara@people.example"
    assert message["Message-ID"] == f"<{row.pk}@learning.bexley.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert "A review is due." in message.get_body(("plain",)).get_content()
    row = again(row)
    assert (row.state, row.attempts, row.leased_by, row.reason) == (State.SENT, 1, "", "")
    assert row.sent_at is not None


def test_each_mail_goes_to_one_person_over_one_connection_a_chunk(sink):
    for number in range(60):
        mail(f"p{number}@people.example")
    assert tasks.drain_mail() == 60

    assert sorted(sink.addresses) == sorted(f"p{number}@people.example" for number in range(60))
    assert sink.connections == 2
    assert not OutgoingMail.objects.exclude(state=State.SENT).exists()


def test_a_mail_that_is_not_due_stays(sink):
    mail(due_at=timezone.now() + dt.timedelta(minutes=5))
    assert tasks.drain_mail() == 0
    assert sink.messages == []


REFUSALS = [
    ("late450@people.example", State.QUEUED, "450 Mailbox busy"),
    ("never550@people.example", State.FAILED, "550 No such mailbox"),
    ("spam554@people.example", State.FAILED, "554 Refused as spam"),
    ("bye421@people.example", State.QUEUED, "421 Closing down"),
    ("hang@people.example", State.QUEUED, "timed out"),
    ("cut@people.example", State.QUEUED, "Not sent yet"),
    ("", State.FAILED, "no e-mail address"),
    ("a@people.example\nBcc: all@people.example", State.FAILED, "cannot be written"),
]


@pytest.mark.parametrize(("address", "state", "reason"), REFUSALS, ids=[case[0][:8] for case in REFUSALS])
def test_each_refusal_stays_with_its_mail(sink, address, state, reason):
    before, bad, after = mail("before@people.example"), mail(address), mail("after@people.example")
    assert tasks.drain_mail() == 2

    assert sorted(sink.addresses) == ["after@people.example", "before@people.example"]
    assert (again(before).state, again(after).state) == (State.SENT, State.SENT)
    bad = again(bad)
    assert bad.state == state
    assert reason in bad.reason
    assert bad.leased_by == ""
    if state == State.QUEUED:
        assert bad.retry_at > timezone.now()


def test_an_address_that_the_server_does_not_know_is_asked_on_three_days_and_then_no_more(sink):
    """One try a day, whatever is sent on it; then what is sent waits and says why (user-demands.md §4.6)."""
    gone, first = "never550@people.example", mail("never550@people.example")
    reader = first.recipient
    tasks.drain_mail()
    OutgoingMailFactory(recipient=reader, is_routine=False)
    tasks.drain_mail()
    assert Bounce.objects.get().reason == "550 No such mailbox"
    for days in (1, 2):
        Bounce.objects.filter(bounced_at__gte=timezone.now() - dt.timedelta(hours=12)).update(
            bounced_at=timezone.now() - dt.timedelta(days=days)
        )
        OutgoingMailFactory(recipient=reader, is_routine=False)
        tasks.drain_mail()
    assert (Bounce.objects.count(), sink.tried[gone]) == (3, 4)
    last = OutgoingMailFactory(recipient=reader, is_routine=False)
    tasks.drain_mail()
    assert sink.tried[gone] == 4
    last.refresh_from_db()
    assert last.state == State.HELD
    assert "came back 3 times" in last.reason


@pytest.mark.parametrize("address", ["late450@people.example", "spam554@people.example", "cut@people.example"])
def test_what_says_nothing_of_the_address_is_no_bounce(sink, address):
    mail(address)
    tasks.drain_mail()
    assert not Bounce.objects.exists()


def test_a_mail_waits_before_its_next_try_and_then_leaves(sink, monkeypatch):
    row = mail("late450@people.example")
    tasks.drain_mail()
    assert tasks.drain_mail() == 0
    assert sink.tried["late450@people.example"] == 1

    row.recipient.email = "found@people.example"
    row.recipient.save()
    OutgoingMail.objects.update(retry_at=LONG_AGO)
    assert tasks.drain_mail() == 1
    row = again(row)
    assert (row.state, row.attempts, row.to_email) == (State.SENT, 2, "found@people.example")


@pytest.mark.parametrize(("hours", "state"), [(71, State.QUEUED), (73, State.FAILED)])
def test_after_three_days_it_is_given_up(sink, hours, state):
    row = mail("late450@people.example", first_tried_at=timezone.now() - dt.timedelta(hours=hours))
    tasks.drain_mail()
    assert again(row).state == state
    assert ("Given up after 3 days" in again(row).reason) == (state == State.FAILED)


def test_a_server_that_is_away_costs_no_mail(sink, settings):
    settings.EMAIL_PORT = real_servers.free_port()
    rows = [mail() if number == 0 else mail(f"p{number}@people.example") for number in range(3)]
    assert tasks.drain_mail() == 0
    for row in rows:
        row = again(row)
        assert (row.state, row.attempts) == (State.QUEUED, 0)
        assert "could not be reached" in row.reason
        assert row.first_tried_at is not None


def test_a_server_that_hangs_every_time_ends_the_drain(sink):
    for number in range(6):
        mail(f"hang{number}@people.example")
    started = time.monotonic()
    assert tasks.drain_mail() == 0
    assert time.monotonic() - started < 5
    assert OutgoingMail.objects.filter(state=State.QUEUED, attempts=0, retry_at=None).count() == 3


@pytest.mark.parametrize("subject", ["Review\r\nBcc: all@people.example", "Review\nX-Spam: no", "Review\r\n\r\nBody"])
def test_words_never_become_headers(sink, subject):
    row = mail(subject=subject)
    tasks.drain_mail()
    assert sink.messages == []
    assert again(row).state == State.FAILED


def test_a_leaver_gets_nothing(sink):
    row = mail()
    row.recipient.deactivated_at = timezone.now()
    row.recipient.save()
    assert tasks.drain_mail() == 0
    assert (again(row).state, again(row).reason) == (State.DROPPED, "The person has left.")


def test_a_mail_without_a_person_goes_to_its_address(sink):
    OutgoingMailFactory(recipient=None, to_email="anchor@outside.example", html_body="")
    tasks.drain_mail()
    assert sink.addresses == ["anchor@outside.example"]
    assert sink.messages[0].get_content_type() == "text/plain"


def test_it_is_asked_again_before_sending(sink, refreshers):
    done, changed = mail(kind="digest"), mail("b@x.example", kind="digest")
    same, other = mail("c@x.example", kind="digest"), mail("d@x.example", kind="plain")
    asked = []

    def refresh(mails, now):
        asked.append({row.pk for row in mails})
        return {done.pk: delivery.Drop("It is done."), changed.pk: Content("New words", "new text")}

    delivery.register_refresher("digest", refresh)
    assert tasks.drain_mail() == 3

    assert asked == [{done.pk, changed.pk, same.pk}]
    assert (again(done).state, again(done).reason) == (State.DROPPED, "It is done.")
    assert again(changed).subject == "New words"
    assert {message["Subject"] for message in sink.messages} == {"New words", same.subject, other.subject}


def test_a_refresher_that_fails_holds_up_its_own_kind_alone(sink, refreshers):
    def refresh(mails, now):
        raise RuntimeError("broken rule")

    delivery.register_refresher("digest", refresh)
    held, other = mail(kind="digest"), mail("d@x.example", kind="plain")
    assert tasks.drain_mail() == 1
    assert (again(held).state, again(other).state) == (State.QUEUED, State.SENT)
    assert again(held).retry_at is not None


def test_a_worker_that_is_told_to_stop_blames_no_refresher(refreshers):
    def refresh(mails, now):
        raise SoftTimeLimitExceeded

    delivery.register_refresher("digest", refresh)
    row = mail(kind="digest")
    with pytest.raises(SoftTimeLimitExceeded):
        tasks.drain_mail()
    assert (again(row).state, again(row).retry_at, again(row).attempts) == (State.LEASED, None, 0)


def test_a_killed_workers_mail_leaves_when_its_lease_has_ended(sink):
    past, future = timezone.now() - dt.timedelta(seconds=1), timezone.now() + dt.timedelta(seconds=50)
    dead = mail("a@x.example", state=State.LEASED, leased_by="dead", lease_until=past, attempts=1)
    alive = mail("b@x.example", state=State.LEASED, leased_by="alive", lease_until=future)
    assert tasks.drain_mail() == 1
    assert (again(dead).state, again(alive).state) == (State.SENT, State.LEASED)


def test_a_mail_that_workers_die_over_does_not_come_first_again(sink):
    past = timezone.now() - dt.timedelta(seconds=1)
    row = mail(state=State.LEASED, leased_by="dead", lease_until=past, attempts=2)
    assert tasks.drain_mail() == 0
    assert (again(row).state, again(row).retry_at > timezone.now()) == (State.QUEUED, True)


def test_killed_between_the_answer_and_the_mark_it_is_sent_twice_under_one_name(sink, monkeypatch):
    """What remains of "once": the server has taken it, we could not write that down (P5)."""
    first, second = mail("a@x.example"), mail("b@x.example", due_at=LONG_AGO + dt.timedelta(hours=1))
    mark = delivery._mark

    def killed(row, *, state, **changes):
        if state == State.SENT:
            raise OperationalError("the database went away")
        return mark(row, state=state, **changes)

    with monkeypatch.context() as patch:
        patch.setattr(delivery, "_mark", killed)
        with pytest.raises(OperationalError):
            tasks.drain_mail()
    assert again(first).state == State.LEASED
    assert tasks.drain_mail() == 0

    OutgoingMail.objects.update(lease_until=LONG_AGO)
    assert tasks.drain_mail() == 2
    assert sink.addresses == ["a@x.example", "a@x.example", "b@x.example"]
    assert len({message["Message-ID"] for message in sink.messages}) == 2
    assert (again(first).state, again(second).state) == (State.SENT, State.SENT)


def test_a_mail_that_another_worker_took_meanwhile_is_left_to_it(sink):
    mine, taken = mail("a@x.example"), mail("b@x.example", due_at=LONG_AGO + dt.timedelta(hours=1))
    send = delivery._send

    def send_slowly(row, line):
        outcome = send(row, line)
        OutgoingMail.objects.filter(pk=taken.pk).update(leased_by="another")
        return outcome

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(delivery, "_send", send_slowly)
        assert tasks.drain_mail() == 1
    assert sink.addresses == ["a@x.example"]
    assert again(mine).state == State.SENT
    assert (again(taken).state, again(taken).leased_by) == (State.LEASED, "another")


def test_no_transaction_is_open_while_the_server_is_spoken_to(monkeypatch, settings):
    """The lease is `durable`: it refuses to run inside another transaction, so the commit comes before SMTP."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    mail()
    depth = []
    backend = type(get_connection())
    monkeypatch.setattr(backend, "send_messages", lambda self, messages: depth.append(_open_blocks()))
    outside = _open_blocks()
    tasks.drain_mail()
    assert depth == [outside]


def _open_blocks():
    return len(delivery.database.atomic_blocks)


@pytest.mark.parametrize("state", OutgoingMail.State)
def test_every_state_is_set_by_delivery_and_has_a_look(state):
    assert state in views.LOOKS
    assert f"State.{state.name}" in inspect.getsource(delivery)
