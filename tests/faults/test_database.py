"""PostgreSQL goes down under load and comes back: so does the portal, by itself, and nothing is half written."""

from __future__ import annotations

import datetime as dt
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest
import real_servers

from notifications.models import OutgoingMail
from tests.faults.conftest import Portal, until
from tests.real.servers import Process, database_url
from tests.real.signing import Signer, ready_items

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]
SIGNERS = 4
BACK_WITHIN = 30.0
HALF_ROWS = """
SELECT count(*) FROM induction_checkpoint item
 WHERE plan_id = %s AND NOT (
    (state = 'signed_off')
    = EXISTS (SELECT 1 FROM induction_decision WHERE checkpoint_id = item.id AND kind = 'signed_off')
    AND (state = 'signed_off')
    = EXISTS (SELECT 1 FROM audit_auditentry
               WHERE verb = 'induction.signed_off' AND facts->'sealed'->>'checkpoint' = item.id::text)
    AND (state = 'signed_off')
    = EXISTS (SELECT 1 FROM notifications_outgoingmail
               WHERE key LIKE 'induction.checkpoints_signed_off:' || item.id || ':%%'))
"""


class Load:
    """Signers who go on signing, whatever they are answered; a form that was not saved is sent again."""

    def __init__(self, signers: list[Signer], ids: list[int]) -> None:
        self.ids, self.lock = ids, threading.Lock()
        self.answers: list[tuple[float, int]] = []
        self.has_ended = threading.Event()
        self.threads = [threading.Thread(target=self._sign, args=(signer,)) for signer in signers]
        for thread in self.threads:
            thread.start()

    def _sign(self, signer: Signer) -> None:
        while not self.has_ended.is_set():
            with self.lock:
                if not self.ids:
                    return
                pk = self.ids.pop()
            form_key = uuid.uuid4()
            while not self.has_ended.is_set():
                status = signer.sign(pk, form_key=form_key)
                self.answers.append((time.monotonic(), status))
                if status != 503:
                    break
                time.sleep(0.05)

    def end(self) -> None:
        self.has_ended.set()
        for thread in self.threads:
            thread.join(timeout=30)

    def signed_after(self, instant: float) -> list[float]:
        return [at for at, status in list(self.answers) if status == 302 and at > instant]


@pytest.fixture
def database(portal: Portal) -> Iterator[real_servers.Postgres]:
    """A durable cluster of this test's own; it is given what this test's database holds by `copy_to`."""
    with real_servers.postgres_server(safe=True) as server:
        portal.environment |= {"DATABASE_URL": server.url}
        yield server


def copy_to(server: real_servers.Postgres) -> None:
    binaries = server.binaries
    dump = subprocess.run(
        [str(binaries / "pg_dump"), "--no-owner", database_url()], check=True, capture_output=True
    ).stdout
    subprocess.run([str(binaries / "psql"), "-q", "-d", server.url], input=dump, check=True, capture_output=True)


def ask(server: real_servers.Postgres, question: str, *values: Any) -> int:
    with psycopg2.connect(server.url) as own, own.cursor() as cursor:
        cursor.execute(question, values)
        return int(cursor.fetchone()[0])


def load(portal: Portal, server: real_servers.Postgres, **environment: str) -> tuple[int, Process, Load]:
    """Four signers at a web process on this server's copy of a plan with many items, and a worker beside it."""
    pair, deputy, ids = ready_items(400, today=dt.datetime.now(tz=dt.UTC).date())
    OutgoingMail.objects.all().delete()
    signers = [Signer(pair.manager, ""), Signer(deputy, "")]
    copy_to(server)
    web = portal.web(**environment)
    for signer in signers:
        signer.url = web.url
    signers *= SIGNERS // 2
    return pair.plan.pk, web, Load(signers, ids)


def wait_for_signatures(running: Load, number: int, *, after: float, seconds: float) -> float:
    """The instant of that many-eth signature after an instant."""
    deadline = time.monotonic() + seconds
    while len(signed := running.signed_after(after)) < number:
        assert time.monotonic() < deadline, f"{len(signed)} signed after {seconds:.0f} s"
        time.sleep(0.05)
    return signed[number - 1]


@pytest.mark.parametrize("restarts", [1, pytest.param(5, marks=pytest.mark.slow)])
def test_a_restart_under_load_leaves_no_half_row_and_the_portal_comes_back(
    portal: Portal, database: real_servers.Postgres, restarts: int
) -> None:
    plan, web, running = load(portal, database, FAULT_AT="slow mail row")
    portal.beat()
    portal.worker()
    try:
        for _ in range(restarts):
            wait_for_signatures(running, 8, after=time.monotonic(), seconds=60)
            database.restart()
            back = time.monotonic()
            assert wait_for_signatures(running, 8, after=back, seconds=BACK_WITHIN) - back < BACK_WITHIN
    finally:
        running.end()
    # 302 saved, 503 "try again" with the words kept, 409 the repeat of a form whose answer was lost on the way.
    assert {status for _, status in running.answers} <= {302, 503, 409}, web.log()
    assert ask(database, HALF_ROWS, plan) == 0
    deadline = time.monotonic() + 60
    while ask(database, "SELECT count(*) FROM notifications_outgoingmail WHERE state <> 'sent'"):
        assert time.monotonic() < deadline, "not all mail has left"
        time.sleep(0.2)


def test_without_the_transaction_a_restart_leaves_half_rows(portal: Portal, database: real_servers.Postgres) -> None:
    plan, _, running = load(portal, database, FAULT_AT="very slow mail row", FAULT_WITHOUT="transaction")
    try:
        # Others see a decision before its mail is there: the moment to go away.
        until(lambda: ask(database, HALF_ROWS, plan) > 0, seconds=60, every=0.01)
        database.restart()
    finally:
        running.end()
    assert ask(database, HALF_ROWS, plan) > 0


def test_the_first_page_after_a_restart_is_right(portal: Portal, database: real_servers.Postgres) -> None:
    """A kept connection is asked for a sign of life; without that question its next user meets an error."""
    pair, _, ids = ready_items(4, today=dt.datetime.now(tz=dt.UTC).date())
    signer = Signer(pair.manager, "")
    copy_to(database)
    asked, unasked = portal.web(), portal.web(FAULT_WITHOUT="health checks")
    for web in (asked, unasked):
        signer.url = web.url
        assert signer.sign(ids.pop()) == 302
        # Each of its four threads has its connection.
        for _ in range(8):
            signer.read("/")
    database.restart()
    for web, answer in ((asked, 302), (unasked, 503)):
        signer.url = web.url
        assert signer.sign(ids.pop()) == answer, web.log()
