"""A request for a new password costs the same whoever asks: counted, not timed (ASVS V6.3.8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from notifications import emails, wake_up
from notifications.models import OutgoingMail
from people.models import SignInAttempt
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
# Savepoints are left out: taking one back costs no less than keeping it.
STATEMENTS = ("SELECT", "INSERT", "UPDATE", "DELETE")


@dataclass
class Cost:
    """What one request made the portal do, and what the asker saw of it."""

    statements: list[tuple[str, str]]
    work: Counter[str]
    answer: tuple[int, str, list[str]]


@pytest.fixture
def ask(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Callable[..., Any]
) -> Callable[[str], Cost]:
    """Asks for a new password with a fresh browser."""
    work: Counter[str] = Counter()

    def count(owner: Any, name: str) -> None:
        real = getattr(owner, name)
        monkeypatch.setattr(owner, name, lambda *args, **kwargs: work.update([name]) or real(*args, **kwargs))

    count(emails, "render")
    count(wake_up, "publish")
    for place in ("django.contrib.auth.tokens", "people.services.sign_in", "django.contrib.auth.hashers"):
        module = __import__(place, fromlist=["_"])
        for name in {"salted_hmac", "make_password", "check_password"} & set(vars(module)):
            count(module, name)

    def request(email: str) -> Cost:
        work.clear()
        client = Client()
        with (
            CaptureQueriesContext(
                connection,
            ) as queries,
            django_capture_on_commit_callbacks(execute=True),
        ):
            answer = client.post(reverse("account_reset_password"), {"email": email})
        made = [(q["sql"].split()[0], _table(q["sql"])) for q in queries if q["sql"].startswith(STATEMENTS)]
        return Cost(made, Counter(work), (answer.status_code, answer["Location"], sorted(client.cookies)))

    return request


def _table(sql: str) -> str:
    """The first table that a statement names."""
    words = sql.replace("INTO ", "FROM ").replace("UPDATE ", "FROM ")
    return words.partition("FROM ")[2].split()[0]


def unknown() -> str:
    return "nobody@people.example"


def left() -> str:
    return UserFactory(is_active=False).email


def of_nobody() -> str:
    return UserFactory(person=None, email="superuser@people.example", is_superuser=True).email


@pytest.mark.parametrize("other", [unknown, left, of_nobody], ids=["unknown", "deactivated", "without a person"])
def test_a_reset_costs_the_same_for_everyone(ask: Callable[[str], Cost], other: Callable[[], str]) -> None:
    known, email = UserFactory().email, other()
    ask("first@people.example")  # what is loaded once a process is loaded by now
    of_known, of_other = ask(known), ask(email)
    assert of_known == of_other
    assert of_known.work["render"] == of_known.work["publish"] == 1
    assert ("INSERT", '"notifications_outgoingmail"') in of_known.statements
    assert list(OutgoingMail.objects.values_list("to_email", flat=True)) == [known]


def test_and_so_when_it_is_asked_again_and_refused(ask: Callable[[str], Cost]) -> None:
    """The second within minutes adds no mail, the sixth within the hour is not looked at."""
    known = UserFactory().email
    ask("first@people.example")
    for _ in range(7):
        assert ask(known) == ask(unknown())
    assert OutgoingMail.objects.count() == 1
    assert SignInAttempt.objects.count() == 11


def test_the_comparison_sees_a_difference(ask: Callable[[str], Cost], monkeypatch: pytest.MonkeyPatch) -> None:
    """With the row for nobody left out, as it once was, the costs differ."""
    monkeypatch.setattr("notifications.services.queue_to_address", lambda **mail: False)
    assert ask(UserFactory().email) != ask(unknown())
