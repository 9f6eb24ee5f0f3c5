"""Redis stopped, emptied and frozen while people sign: no page is slow, no mail is lost."""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Iterator

import pytest
import real_servers
import redis

from induction.models import Decision
from notifications.models import OutgoingMail
from tests.faults.conftest import Portal, names, unsent, until
from tests.real.servers import MailSink
from tests.real.signing import Signer, ready_items

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]
SLOWEST_PAGE = 2.0


@pytest.fixture
def broker(portal: Portal) -> Iterator[real_servers.Redis]:
    """A Redis of this test's own."""
    with real_servers.redis_server() as server:
        portal.environment["BROKER_URL"] = f"{server.url}/0"
        yield server


@pytest.mark.parametrize("seconds", [3.0, pytest.param(60.0, marks=pytest.mark.slow)])
def test_pages_stay_quick_and_every_mail_arrives(
    portal: Portal, broker: real_servers.Redis, mail_sink: MailSink, seconds: float
) -> None:
    items = 40
    pair, _, ids = ready_items(items, today=dt.datetime.now(tz=dt.UTC).date())
    OutgoingMail.objects.all().delete()
    portal.beat()
    portal.worker()
    signer = Signer(pair.manager, portal.web().url)
    signer.read("/health/live")
    signer.slowest = 0.0

    def sign_for(how_long: float) -> None:
        """Ten signatures and ten pages, spread over the time."""
        for _ in range(items // 4):
            assert signer.sign(ids.pop()) == 302
            assert signer.read("/") == 200
            time.sleep(how_long / (items // 4))

    broker.freeze()
    sign_for(seconds)
    broker.thaw()
    redis.Redis.from_url(f"{broker.url}/0").flushall()
    sign_for(1)
    broker.stop()
    sign_for(seconds)
    broker.start()
    sign_for(1)

    assert signer.slowest < SLOWEST_PAGE
    assert Decision.objects.filter(kind=Decision.Kind.SIGNED_OFF).count() == items
    mails = OutgoingMail.objects.filter(kind="induction.checkpoints_signed_off")
    assert mails.count() == items
    until(lambda: unsent() == 0, seconds=90)
    assert Counter(Counter(names(mail_sink)).values()) == {1: items}


def test_without_our_patience_a_frozen_broker_freezes_the_page(portal: Portal, broker: real_servers.Redis) -> None:
    pair, _, (pk,) = ready_items(1, today=dt.datetime.now(tz=dt.UTC).date())
    web = portal.web(FAULT_WITHOUT="patience")
    signer = Signer(pair.manager, web.url)
    broker.freeze()
    with pytest.raises(TimeoutError):
        signer.sign(pk, patience=2 * SLOWEST_PAGE)
