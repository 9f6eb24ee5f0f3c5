"""Open pages, headers, and failures said kindly."""

from __future__ import annotations

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.urls import reverse

from people.models import User
from people.rules import Conflict
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return UserFactory()


@pytest.mark.parametrize(
    "name",
    ["account_login", "account_reset_password", "account_reset_password_done", "account_reset_password_from_key_done"],
)
def test_open_pages_wear_our_dress(name: str) -> None:
    page = Client().get(reverse(name)).content.decode()
    assert "London Borough of Bexley" in page
    assert "style=" not in page


@pytest.mark.parametrize(
    "path", ["account/signup/", "account/email/", "account/confirm-email/", "account/login/code/confirm/"]
)
def test_pages_that_are_not_offered_do_not_exist(user: User, path: str) -> None:
    client = Client()
    client.force_login(user)
    assert client.get(f"/{path}").status_code == 404


def test_headers(user: User) -> None:
    client = Client()
    client.force_login(user)
    answer = client.get(reverse("people:me"))
    assert answer["Cache-Control"] == "no-store, private"
    assert answer["Cross-Origin-Resource-Policy"] == answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert "camera=()" in answer["Permissions-Policy"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    out = client.post(reverse("account_logout"))
    assert out["Clear-Site-Data"] == '"cache", "storage"'
    assert client.get(reverse("people:me")).status_code == 302


@pytest.mark.parametrize(("host", "status"), [("testserver", 301), ("evil.example", 400)])
def test_a_redirect_to_https_and_a_wrong_host_carry_the_headers(settings, host: str, status: int) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = Client().get(reverse("account_login"), headers={"host": host})
    assert answer.status_code == status
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("failure", "status", "words"),
    [
        (Conflict("Dan has signed this already."), 409, "Dan has signed this already."),
        (OperationalError("connection refused"), 503, "away for a moment"),
        (OperationalError("database is locked"), 503, "Sorry, this record is busy"),
    ],
)
def test_failures_are_said_kindly_and_keep_the_text(
    user: User, failure: Exception, status: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**kwargs: object) -> None:
        raise failure

    monkeypatch.setattr("people.services.end_sessions", fail)
    client = Client()
    client.force_login(user)
    answer = client.post(reverse("people:sessions_end"), {"note": "Two <b>visits</b> with Amara", "version": "3"})
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert "connection refused" not in answer.content.decode()
    assert "Two &lt;b&gt;visits&lt;/b&gt; with Amara" in answer.content.decode()


@pytest.mark.parametrize("failure", [OperationalError, InterfaceError])
def test_a_database_that_answers_nothing_still_leaves_a_page(user: User, failure: type[Exception]) -> None:
    """Every part of the way is asked to do without it, the log line about the request included."""

    def refuse(*arguments: object) -> None:
        raise failure("the server closed the connection unexpectedly")

    client = Client()
    client.force_login(user)
    with connection.execute_wrapper(refuse):
        answer = client.post("/", {"note": "Two visits"})
    assert answer.status_code == 503
    assert "away for a moment" in answer.content.decode()
