"""Two drainers on PostgreSQL never send one mail twice; without the lease they do."""

import datetime as dt
import threading
import time
from collections import Counter

import pytest
from django.db import connection
from django.utils import timezone

from notifications import delivery, tasks
from notifications.models import OutgoingMail
from tests.factories.notifications import OutgoingMailFactory

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]
State = OutgoingMail.State


def in_threads(number, job):
    """Runs the job in so many threads, each with its own connection; answers what they raised."""
    errors = []

    def run():
        try:
            job()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return errors


def test_three_drainers_send_each_mail_once(sink):
    OutgoingMailFactory.create_batch(300)
    assert in_threads(3, tasks.drain_mail) == []

    assert set(Counter(sink.addresses).values()) == {1}
    assert len(sink.addresses) == 300
    assert sink.connections > 3
    assert OutgoingMail.objects.filter(state=State.SENT, attempts=1).count() == 300


def test_without_the_lease_they_send_twice(sink, monkeypatch):
    """The same race with the lease taken away: both look, both send."""
    both_have_looked = threading.Barrier(2)

    def look(now):
        mails = list(OutgoingMail.objects.to_send(now=now).select_related("recipient")[: delivery.CHUNK])
        both_have_looked.wait(timeout=10)
        OutgoingMail.objects.update(state=State.LEASED)
        return mails

    OutgoingMailFactory.create_batch(5)
    monkeypatch.setattr(delivery, "_lease", look)
    deadline = time.monotonic() + 30
    assert in_threads(2, lambda: delivery.deliver_chunk(now=timezone.now(), deadline=deadline)) == []
    # How many are doubled depends on who is quicker; that any is shows the damage.
    assert 2 in Counter(sink.addresses).values()


def test_two_workers_take_back_an_ended_lease_once(sink):
    past = timezone.now() - dt.timedelta(minutes=5)
    OutgoingMailFactory.create_batch(40, state=State.LEASED, leased_by="dead", lease_until=past, attempts=1)
    assert in_threads(2, tasks.drain_mail) == []
    assert set(Counter(sink.addresses).values()) == {1}
    assert len(sink.addresses) == 40
