"""Messages for tests."""

from __future__ import annotations

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from notifications.models import OutgoingMail
from tests.factories.people import PersonFactory

LONG_AGO = dt.datetime(2026, 1, 5, 9, tzinfo=dt.UTC)


class OutgoingMailFactory(DjangoModelFactory[OutgoingMail]):
    """Due since long ago, to an active person."""

    class Meta:
        model = OutgoingMail

    key = factory.Sequence(lambda n: f"test:{n}")
    kind = "induction.plan_agreed"
    recipient = factory.SubFactory(PersonFactory)
    to_email = factory.LazyAttribute(lambda o: o.recipient.email)
    subject = factory.Sequence(lambda n: f"Hold review {n} by 4 March 2027")
    text_body = "Hello,\n\nA review is due.\n"
    html_body = "<p>Hello,</p><p>A review is due.</p>"
    why = "You got this because you manage the starter."
    created_at = LONG_AGO
    due_at = LONG_AGO
