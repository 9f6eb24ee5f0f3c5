"""Manager and cover sign the same items at once, on real parts: one decision each, and a kind page to the other."""

from __future__ import annotations

import contextlib
import datetime as dt
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections

from induction import services
from induction.models import Checkpoint, Decision
from induction.querysets import CheckpointQuerySet, PlanQuerySet
from notifications.models import OutgoingMail
from people.models import Person
from people.rules import Conflict
from tests.factories import induction as make
from tests.real.servers import MailSink, Process
from tests.real.signing import Signer, ready_items

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]

ITEMS = 100


def test_two_web_processes_and_two_workers_leave_one_decision_and_one_mail_an_item(
    start: Callable[..., Process],
    start_web: Callable[..., Process],
    start_worker: Callable[..., Process],
    portal_environment: dict[str, str],
    mail_sink: MailSink,
    tmp_path: Path,
) -> None:
    pair, deputy, ids = ready_items(ITEMS, today=dt.datetime.now(tz=dt.UTC).date())
    OutgoingMail.objects.all().delete()
    start_worker()
    start_worker()
    # What a busy moment postponed is found by the next minute's drain, as in production.
    schedule = ["--schedule", str(tmp_path / "beat"), "--pidfile="]
    start([sys.executable, "-m", "celery", "--app", "bexley_ld", "beat", *schedule], portal_environment)
    signers = [Signer(pair.manager, start_web().url), Signer(deputy, start_web().url)]
    threads = [threading.Thread(target=lambda signer=signer: [signer.sign(pk) for pk in ids]) for signer in signers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    answers = sum((signer.answers for signer in signers), Counter())
    assert set(answers) <= {302, 409}, answers
    assert answers[302] == answers[409] == ITEMS
    assert all(signer.is_kind for signer in signers)
    assert Decision.objects.filter(kind=Decision.Kind.SIGNED_OFF).count() == ITEMS
    mails = OutgoingMail.objects.filter(kind="induction.checkpoints_signed_off")
    assert mails.count() == ITEMS
    deadline = time.monotonic() + 180
    while mails.exclude(state=OutgoingMail.State.SENT).exists() and time.monotonic() < deadline:
        time.sleep(0.2)
    assert len(mail_sink.messages) == ITEMS
    assert len({message["Message-ID"] for message in mail_sink.messages}) == ITEMS


def race(item: Checkpoint, signers: list[Person], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Both are let past the check together, if nothing keeps one of them waiting; what each was told."""
    checked = threading.Barrier(len(signers))
    check = services.signing.rules.check_can_sign_off

    def check_then_meet(*args: Any, **kwargs: Any) -> Any:
        side = check(*args, **kwargs)
        with contextlib.suppress(threading.BrokenBarrierError):
            checked.wait(timeout=1)
        return side

    monkeypatch.setattr(services.signing.rules, "check_can_sign_off", check_then_meet)
    told: list[str] = []

    def sign(by: Person) -> None:
        try:
            services.sign_off(
                checkpoint_id=item.pk, by=by, version=item.version, comment="", today=make.TODAY, now=make.NOW
            )
            told.append("signed")
        except Conflict:
            told.append("already signed")
        except IntegrityError:
            told.append("server error")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=sign, args=(by,)) for by in signers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


@pytest.mark.parametrize(
    ("has_lock", "has_constraint", "told", "decisions"),
    [
        (True, True, ["already signed", "signed"], 1),
        (True, False, ["already signed", "signed"], 1),
        (False, True, ["server error", "signed"], 1),
        (False, False, ["signed", "signed"], 2),
    ],
)
def test_the_lock_is_what_keeps_two_signers_apart(
    has_lock: bool, has_constraint: bool, told: list[str], decisions: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the lock the constraint holds, but the second reader meets an error; without both, two decisions."""
    pair, deputy, (pk,) = ready_items(1, today=make.TODAY)
    if not has_lock:
        for queryset in (PlanQuerySet, CheckpointQuerySet):
            monkeypatch.setattr(queryset, "select_for_update", lambda self, **options: self.all(), raising=False)
    constraints = [
        constraint
        for constraint in Decision._meta.constraints
        if constraint.name in {"one_signature_a_side_of_a_checkpoint", "one_live_sign_off_of_a_checkpoint"}
    ]
    with connection.schema_editor() as editor:
        for constraint in constraints if not has_constraint else []:
            editor.remove_constraint(Decision, constraint)
    try:
        assert race(Checkpoint.objects.get(pk=pk), [pair.manager, deputy], monkeypatch) == told
        assert Decision.objects.filter(checkpoint=pk, kind=Decision.Kind.SIGNED_OFF).count() == decisions
    finally:
        if not has_constraint:
            with connection.cursor() as cursor:
                cursor.execute("TRUNCATE induction_decision CASCADE")
            with connection.schema_editor() as editor:
                for constraint in constraints:
                    editor.add_constraint(Decision, constraint)
