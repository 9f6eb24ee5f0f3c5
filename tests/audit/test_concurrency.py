"""Two writers to one chain never fork it; without the lock they collide."""

import datetime as dt
import threading

import pytest
from django.db import IntegrityError, connection, transaction

from audit import services
from audit.models import AuditEntry, ChainHead
from audit.services import NewEntry, record, record_many
from audit.verification import faults

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]
NOW = dt.datetime(2027, 3, 4, 9, 30, tzinfo=dt.UTC)


def together(*jobs):
    """Runs the jobs at the same moment, each on its own connection; answers the errors."""
    errors = []
    start = threading.Barrier(len(jobs))

    def run(job):
        start.wait(timeout=10)
        try:
            job()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return errors


def write(chains, times):
    def job():
        for _ in range(times):
            with transaction.atomic():
                record_many(
                    [NewEntry(by=None, verb="induction.signed_off", subject=None, chain=c) for c in chains],
                    now=NOW,
                )

    return job


def test_four_writers_make_one_chain():
    errors = together(*[write(["person:7"], 25) for _ in range(4)])

    assert errors == []
    assert list(AuditEntry.objects.in_order().values_list("sequence", flat=True)) == list(range(1, 101))
    assert ChainHead.objects.get().sequence == 100
    assert list(faults()) == []


def test_writers_to_several_chains_never_wait_in_a_ring():
    errors = together(
        write(["person:1", "person:2", "portal"], 20),
        write(["portal", "person:2", "person:1"], 20),
        write(["person:2"], 20),
        write(["person:3", "person:1"], 20),
    )
    assert errors == []
    assert list(faults()) == []


def test_without_the_lock_a_decision_is_lost(monkeypatch):
    """The same race with the lock taken away: both build on one predecessor and one of the two is refused."""
    both_have_read = threading.Barrier(2)

    def without_lock(chains):
        heads = {head.chain: head for head in ChainHead.objects.filter(chain__in=chains)}
        both_have_read.wait(timeout=10)
        return heads

    record(by=None, verb="induction.started", subject=None, chain="person:7", now=NOW)
    monkeypatch.setattr(services, "_lock_heads", without_lock)
    errors = together(write(["person:7"], 1), write(["person:7"], 1))

    assert [type(error) for error in errors] == [IntegrityError]
    assert AuditEntry.objects.count() == 2
