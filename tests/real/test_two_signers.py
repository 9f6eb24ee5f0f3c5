"""Manager and cover sign the same items at once, on real parts: one decision each, and a kind page to the other."""

from __future__ import annotations

import contextlib
import datetime as dt
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections
from django.test import Client

from induction import services
from induction.models import Checkpoint, Decision
from induction.querysets import CheckpointQuerySet, PlanQuerySet
from notifications.models import OutgoingMail
from people.models import Person
from people.rules import Conflict
from tests.factories import induction as make
from tests.factories.people import PersonFactory, UserFactory, cover
from tests.real.servers import MailSink, Process

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]

ITEMS = 100
CSRF = "a" * 32


def ready_items(number: int, *, today: dt.date) -> tuple[make.Pair, Person, list[int]]:
    """A plan whose items all wait for the manager, who is covered today."""
    now = dt.datetime.combine(today, dt.time(9), tzinfo=dt.UTC)
    programme = make.version(owners=("person",) * number)
    pair = make.pair(programme=programme, start=today - dt.timedelta(days=60), today=today)
    deputy = PersonFactory()
    cover(pair.manager, deputy, today)
    ids = list(Checkpoint.objects.filter(plan=pair.plan).order_by("pk").values_list("pk", flat=True))
    for pk in ids:
        services.mark_ready(checkpoint_id=pk, by=pair.person, version=1, today=today, now=now)
    return pair, deputy, ids


class Signer:
    """Someone signed in, posting the sign-off form over HTTP."""

    def __init__(self, person: Person, web: Process) -> None:
        client = Client()
        client.force_login(UserFactory(person=person))
        self.cookies = f"sessionid={client.cookies['sessionid'].value}; csrftoken={CSRF}"
        self.web = web
        self.answers: Counter[int] = Counter()
        self.is_kind = True

    def sign(self, checkpoint_id: int) -> None:
        form = {
            "csrfmiddlewaretoken": CSRF,
            "act": "sign_off",
            "version": 2,
            "form_key": uuid.uuid4(),
            "comment": "Well done",
        }
        request = urllib.request.Request(  # noqa: S310 - our own loopback server
            f"{self.web.url}/induction/checkpoints/{checkpoint_id}/",
            data=urllib.parse.urlencode(form).encode(),
            headers={"Cookie": self.cookies},
        )
        opener = urllib.request.build_opener(_NoRedirect)
        try:
            status, page = opener.open(request, timeout=30).status, ""
        except urllib.error.HTTPError as answer:
            status, page = answer.code, answer.read().decode()
        self.answers[status] += 1
        self.is_kind = self.is_kind and (status != 409 or "already been signed off" in page)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        return None


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
    signers = [Signer(pair.manager, start_web()), Signer(deputy, start_web())]
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
