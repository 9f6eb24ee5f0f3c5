"""A mail server that misbehaves in every way at once: every good mail arrives, none twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from email.parser import BytesParser
from email.policy import default
from typing import Any

import pytest
from django.db.models import F, Value
from django.db.models.functions import Concat

from notifications.models import OutgoingMail
from people.models import Person
from tests.faults.conftest import Portal, names, queue_mails, unsent, until
from tests.real.servers import MailSink

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]
State = OutgoingMail.State
TIMEOUT = 1.5
POISON = "poison@people.example"


class WorstSink(MailSink):
    """Refuses three of ten for now; on their first try `hang` waits, and `cut` loses the line amid its words."""

    def __init__(self) -> None:
        super().__init__()
        self.tries: Counter[str] = Counter()
        self.refused: set[str] = set()

    async def handle_RCPT(  # noqa: N802 - aiosmtpd names its hooks so
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        self.tries[address] += 1
        if address == POISON:
            return "550 No such mailbox"
        number = sum(self.tries.values())
        if number % 10 in {0, 3, 7}:
            self.refused.add(address)
            return ("450 Mailbox busy", "451 Try later", "452 Disk full")[number % 3]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        address = envelope.rcpt_tos[0]
        if address not in self.refused and address.startswith(("hang", "cut")):
            self.refused.add(address)
            if address.startswith("hang"):
                await asyncio.sleep(2 * TIMEOUT)
            server.transport.abort()
            return "451 never read"
        self.messages.append(BytesParser(policy=default).parsebytes(envelope.content))
        return "250 OK"


@pytest.fixture
def worst() -> Iterator[WorstSink]:
    sink = WorstSink()
    sink.controller.start()
    yield sink
    sink.controller.stop()


def queue_for(sink: WorstSink, portal: Portal, mails: int) -> None:
    """One poison address first; one in a hundred hangs once, one in fifty is cut off once."""
    portal.environment |= {"EMAIL_URL": sink.url, "FAULT_MAIL_TIMEOUT": str(TIMEOUT), "FAULT_LEASE": "10"}
    queue_mails(mails)
    people = Person.objects.order_by("pk")
    first = people.values_list("pk", flat=True)[0]
    Person.objects.filter(pk=first).update(email=POISON)
    hanging = [first + number for number in range(10, mails, mails // 4)]
    cut = [first + number for number in range(20, mails, 50)]
    Person.objects.filter(pk__in=hanging).update(email=Concat(Value("hang-"), F("email")))
    Person.objects.filter(pk__in=cut).update(email=Concat(Value("cut-"), F("email")))


@pytest.mark.parametrize("mails", [1000, pytest.param(10_000, marks=pytest.mark.slow)])
def test_everything_but_the_poison_arrives_once(portal: Portal, worst: WorstSink, mails: int) -> None:
    queue_for(worst, portal, mails)
    portal.beat()
    portal.worker(2)
    waiting = OutgoingMail.objects.filter(state__in=[State.QUEUED, State.LEASED])
    until(lambda: not waiting.exists(), seconds=90 + mails / 20)

    assert set(OutgoingMail.objects.exclude(state=State.SENT).values_list("recipient__email", "state")) == {
        (POISON, State.FAILED)
    }
    assert Counter(Counter(names(worst)).values()) == {1: mails - 1}
    assert len(worst.refused) >= mails // 4
    assert all(worst.tries[address] >= 2 for address in worst.refused)
    assert worst.tries[POISON] == 1


@pytest.mark.parametrize("protection", ["retry", "isolation"])
def test_without_it_mails_are_lost_or_held_up(portal: Portal, worst: WorstSink, protection: str) -> None:
    queue_for(worst, portal, 100)
    portal.environment["FAULT_WITHOUT"] = protection
    portal.beat()
    worker = portal.worker()
    if protection == "retry":
        until(lambda: OutgoingMail.objects.filter(state=State.FAILED).count() >= 20, seconds=60)
    else:
        # The task fails over it again and again, and what comes after it in its chunk never leaves.
        until(lambda: worker.log().count("SMTPRecipientsRefused") >= 2, seconds=60)
        assert unsent() >= 50
