"""kill -9 of a worker in the middle of its mails: nothing is lost, and at most one mail a kill arrives twice."""

from __future__ import annotations

from collections import Counter

import pytest

from notifications import delivery
from notifications.models import OutgoingMail
from tests.faults.conftest import Portal, names, queue_mails, unsent, until
from tests.real.servers import MailSink

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]
KILLS = 3


def kill_in_the_middle(portal: Portal, sink: MailSink, at: int, **environment: str) -> None:
    """A worker is killed with all its processes once `at` mails have arrived, far from the ends of a chunk."""
    worker = portal.worker(**environment)
    until(
        lambda: len(sink.messages) >= at and 15 <= len(sink.messages) % delivery.CHUNK <= 35, seconds=120, every=0.001
    )
    worker.kill()
    worker.popen.wait()


@pytest.mark.parametrize("mails", [1000, pytest.param(10_000, marks=pytest.mark.slow)])
def test_three_kills_lose_nothing_and_double_at_most_one_each(portal: Portal, mail_sink: MailSink, mails: int) -> None:
    queue_mails(mails)
    portal.beat()
    for number in range(1, KILLS + 1):
        kill_in_the_middle(portal, mail_sink, mails * number // (KILLS + 1))
    portal.worker()
    until(lambda: unsent() == 0, seconds=60 + mails / 20)

    arrived = Counter(names(mail_sink))
    assert len(arrived) == mails
    # A repeat carries the same Message-ID, so that a mailbox can know it as one.
    assert set(arrived) == {f"<{pk}@portal.example>" for pk in OutgoingMail.objects.values_list("pk", flat=True)}
    assert sum(arrived.values()) - mails <= KILLS
    assert max(arrived.values()) <= 2


def test_without_the_recovery_what_the_killed_worker_held_is_never_sent(portal: Portal, mail_sink: MailSink) -> None:
    queue_mails(200)
    portal.beat()
    kill_in_the_middle(portal, mail_sink, 60, FAULT_WITHOUT="recovery")
    portal.worker(FAULT_WITHOUT="recovery")
    until(lambda: not OutgoingMail.objects.filter(state=OutgoingMail.State.QUEUED).exists(), seconds=60)
    until(lambda: OutgoingMail.objects.expired().count() >= 10, seconds=20)
    assert unsent() >= 10


def test_without_a_mark_after_each_a_kill_doubles_a_chunk(portal: Portal, mail_sink: MailSink) -> None:
    queue_mails(200)
    portal.beat()
    kill_in_the_middle(portal, mail_sink, 60, FAULT_WITHOUT="mark after each")
    portal.worker()
    until(lambda: unsent() == 0, seconds=60)
    assert len(mail_sink.messages) - 200 >= 10
