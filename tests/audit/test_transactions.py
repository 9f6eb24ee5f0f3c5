"""Two sessions at once on PostgreSQL: who loses a tie begins again by itself; who waits too long is told so."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction
from django.test import Client

from audit import transactions
from audit.models import ChainHead
from audit.transactions import all_or_nothing
from induction import services
from induction.models import Checkpoint, Decision, InductionPlan
from notifications import wake_up
from notifications.models import OutgoingMail
from tests.factories import induction as make
from tests.factories.people import DirectorateFactory, UserFactory

WHEN = {"today": make.TODAY, "now": make.NOW}


class Driver(Exception):
    """Stands for the driver's own error, with its code."""

    def __init__(self, pgcode: str) -> None:
        super().__init__(pgcode)
        self.pgcode = pgcode


def failure(pgcode: str) -> OperationalError:
    error = OperationalError("told by the database")
    error.__cause__ = Driver(pgcode)
    return error


@pytest.mark.parametrize(
    ("error", "again", "busy"),
    [
        (failure("40P01"), True, True),
        (failure("40001"), True, True),
        (failure("55P03"), False, True),
        (failure("57P01"), False, False),
        (OperationalError("database is locked"), False, True),
        (OperationalError("connection refused"), False, False),
    ],
    ids=["deadlock", "serialisation", "lock timeout", "shut down", "sqlite locked", "away"],
)
def test_which_failures_are_worth_another_try(error: OperationalError, again: bool, busy: bool) -> None:
    assert transactions.has_lost_a_tie(error) is again
    assert transactions.is_busy(error) is busy


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("failing", "runs", "ends"), [(0, 1, True), (1, 2, True), (2, 3, True), (3, 3, False)])
def test_twice_more_at_most_and_nothing_of_a_lost_try_stays(failing: int, runs: int, ends: bool) -> None:
    tries: list[int] = []
    woken: list[int] = []

    @all_or_nothing(durable=True)
    def service() -> None:
        tries.append(1)
        DirectorateFactory()
        transaction.on_commit(lambda: woken.append(len(tries)))
        if len(tries) <= failing:
            raise failure("40P01")

    with contextlib.nullcontext() if ends else pytest.raises(OperationalError):
        service()
    assert len(tries) == runs
    assert woken == ([runs] if ends else [])
    assert DirectorateFactory._meta.model.objects.count() == int(ends)


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_is_never_run_again() -> None:
    """A wake-up that fails with the same code comes after the commit: a second run would decide twice."""
    tries: list[int] = []

    def fail() -> None:
        raise failure("40P01")

    @all_or_nothing()
    def service() -> None:
        tries.append(1)
        transaction.on_commit(fail)

    with pytest.raises(OperationalError):
        service()
    assert tries == [1]


@pytest.mark.django_db(transaction=True)
def test_inside_another_transaction_only_the_outermost_begins_afresh() -> None:
    tries: list[str] = []

    @all_or_nothing()
    def inner() -> None:
        tries.append("inner")
        if tries.count("inner") == 1:
            raise failure("40001")

    @all_or_nothing(durable=True)
    def outer() -> None:
        tries.append("outer")
        inner()

    outer()
    assert tries == ["outer", "inner", "outer", "inner"]


@contextlib.contextmanager
def beside(job: Callable[[], Any]) -> Iterator[None]:
    """Another session does its part in the meantime."""

    def run() -> None:
        try:
            job()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    yield
    thread.join(timeout=30)
    assert not thread.is_alive()


def until_someone_waits() -> None:
    deadline = time.monotonic() + 10
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)
    raise AssertionError("nobody waited")


@pytest.fixture
def ready(db: None) -> tuple[make.Pair, Checkpoint]:
    pair = make.pair()
    item = services.mark_ready(checkpoint_id=pair.item().pk, by=pair.person, version=1, **WHEN)
    OutgoingMail.objects.all().delete()
    return pair, item


@pytest.mark.real
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("repeats", [2, 0], ids=["run again", "the repeat taken away"])
def test_a_sign_off_that_loses_a_deadlock_is_signed_all_the_same(
    ready: tuple[make.Pair, Checkpoint], repeats: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another session holds the chain and asks for the plan, against the order of locks: a ring of two."""
    pair, item = ready
    woken: list[int] = []
    monkeypatch.setattr(wake_up, "publish", lambda: woken.append(1))
    monkeypatch.setattr(transactions, "REPEATS", repeats)
    holds_chain = threading.Event()

    def against_the_order() -> None:
        with transaction.atomic():
            ChainHead.objects.select_for_update().get(chain=f"person:{pair.person.pk}")
            holds_chain.set()
            # The sign-off began to wait first, so it is the one that the database undoes.
            until_someone_waits()
            InductionPlan.objects.select_for_update().get(pk=pair.plan.pk)

    with beside(against_the_order):
        holds_chain.wait(timeout=10)
        signing = contextlib.nullcontext() if repeats else pytest.raises(OperationalError, match="deadlock")
        with signing:
            services.sign_off(checkpoint_id=item.pk, by=pair.manager, version=item.version, **WHEN)
    signed = int(bool(repeats))
    assert Decision.objects.filter(checkpoint=item, kind=Decision.Kind.SIGNED_OFF).count() == signed
    assert OutgoingMail.objects.count() == len(woken) == signed


@pytest.mark.real
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("repeats", [2, 0], ids=["run again", "the repeat taken away"])
def test_a_serialisation_failure_is_run_again(repeats: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transactions, "REPEATS", repeats)
    row = DirectorateFactory(source="")
    table = type(row).objects
    tries: list[int] = []

    @all_or_nothing(durable=True)
    def add_one() -> None:
        tries.append(1)
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        read = table.get(pk=row.pk).source
        if len(tries) == 1:
            with beside(lambda: table.filter(pk=row.pk).update(source="theirs")):
                pass
        table.filter(pk=row.pk).update(source=f"{read} and ours")

    with contextlib.nullcontext() if repeats else pytest.raises(OperationalError, match="could not serialize"):
        add_one()
    assert table.get(pk=row.pk).source == ("theirs and ours" if repeats else "theirs")


@pytest.mark.real
@pytest.mark.django_db(transaction=True)
def test_who_waits_three_seconds_is_told_that_it_is_busy(ready: tuple[make.Pair, Checkpoint], on_date: Any) -> None:
    pair, item = ready
    on_date(make.TODAY)
    client = Client()
    client.force_login(UserFactory(person=pair.manager), backend="bexley_ld.accounts.PortalBackend")
    form = {"act": "sign_off", "version": item.version, "comment": "Two visits with Amara, both well done"}
    holds, may_go = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            InductionPlan.objects.select_for_update().get(pk=pair.plan.pk)
            holds.set()
            may_go.wait(timeout=20)

    with beside(hold):
        holds.wait(timeout=10)
        began = time.perf_counter()
        answer = client.post(item.get_absolute_url(), form)
        waited = time.perf_counter() - began
        may_go.set()
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    words = answer.content.decode()
    assert "Sorry, this record is busy" in words
    assert "Two visits with Amara, both well done" in words
    assert 2.5 < waited < 10
    assert not Decision.objects.filter(checkpoint=item, kind=Decision.Kind.SIGNED_OFF).exists()
    assert client.post(item.get_absolute_url(), form).status_code == 302
    assert Decision.objects.filter(checkpoint=item, kind=Decision.Kind.SIGNED_OFF).count() == 1
