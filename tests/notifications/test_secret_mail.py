"""A link that is a key goes with its mail, and stands nowhere after that."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notifications import services, tasks
from notifications.models import OutgoingMail
from tests.factories.notifications import OutgoingMailFactory
from tests.factories.people import PersonFactory, UserFactory

pytestmark = pytest.mark.django_db
State = OutgoingMail.State


def secret(address: str = "someone@people.example") -> OutgoingMail:
    return OutgoingMailFactory(recipient=PersonFactory(email=address), is_secret=True)


def words_of(row: OutgoingMail) -> tuple[str, str]:
    row.refresh_from_db()
    return row.text_body, row.html_body


@pytest.mark.parametrize(
    ("address", "state"),
    [("someone@people.example", State.SENT), ("never550@people.example", State.FAILED)],
)
def test_the_words_leave_with_the_mail_or_are_given_up_with_it(sink, address, state):
    row, other = secret(address), OutgoingMailFactory()
    tasks.drain_mail()
    assert words_of(row) == ("", "")
    assert (row.state, bool(row.subject)) == (state, True)
    assert all(words_of(other))


def test_the_mail_itself_holds_the_link(sink):
    secret()
    tasks.drain_mail()
    assert "A review is due." in sink.messages[0].get_body(("plain",)).get_content()


def test_what_is_tried_again_later_keeps_its_words(sink):
    row = secret("late450@people.example")
    tasks.drain_mail()
    assert all(words_of(row))
    assert row.state == State.QUEUED


def test_a_leavers_link_is_not_kept(sink):
    row = secret()
    row.recipient.deactivated_at = timezone.now()
    row.recipient.save()
    tasks.drain_mail()
    assert (words_of(row), row.state) == (("", ""), State.DROPPED)


def test_a_link_that_was_given_up_is_not_sent_as_an_empty_message(sink):
    row = secret("never550@people.example")
    tasks.drain_mail()
    assert services.send_again(mail_ids=[row.pk], by=PersonFactory(), now=timezone.now()) == 0


def test_the_demonstration_has_no_other_mailbox(sink, settings):
    settings.DEMO_MODE = True
    row = secret()
    tasks.drain_mail()
    assert all(words_of(row))
    assert row.state == State.SENT


def test_a_reset_link_is_gone_once_it_is_sent(sink):
    """From the form to the person's own page: what was sent holds the link, what is kept does not."""
    user = UserFactory()
    Client().post(reverse("account_reset_password"), {"email": user.email})
    row = OutgoingMail.objects.get()
    assert "/account/password/reset/key/" in row.text_body
    tasks.drain_mail()
    assert words_of(row) == ("", "")
    assert "/account/password/reset/key/" in sink.messages[0].get_body(("plain",)).get_content()

    client = Client()
    client.force_login(user)
    page = client.get(reverse("notifications:mail_detail", args=[row.pk])).content.decode()
    assert "The link was in this message; it is not kept." in page
    assert "90 days" not in page
