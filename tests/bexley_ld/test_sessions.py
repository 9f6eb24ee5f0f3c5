"""Who asks: session and account come in one query, by the checks of Django's own two."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from people.models import SignedInSession, User
from people.roles import Role
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_session_account_person_roles_and_menu_come_in_one_query() -> None:
    client = signed_in(UserFactory(roles=[Role.LD_ADMIN], is_staff=True))
    client.get(reverse("privacy"))
    with CaptureQueriesContext(connection) as asked:
        page = client.get(reverse("privacy"))
    assert "Overview" in page.content.decode()
    assert len(asked) == 1


def another_account(session: Any, user: User) -> None:
    other = UserFactory()
    other.set_password("a long one of somebody else")
    other.save()
    session[SESSION_KEY] = str(other.pk)


def another_hash(session: Any, user: User) -> None:
    session[HASH_SESSION_KEY] = "0" * 64


def no_hash(session: Any, user: User) -> None:
    del session[HASH_SESSION_KEY]


def another_backend(session: Any, user: User) -> None:
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"


def no_account(session: Any, user: User) -> None:
    del session[SESSION_KEY]


def password_changed(session: Any, user: User) -> None:
    user.set_password("another long one for the test")
    user.save()


def deactivated(session: Any, user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


@pytest.mark.parametrize(
    "change",
    [another_account, another_hash, no_hash, another_backend, no_account, password_changed, deactivated],
)
def test_a_session_that_is_not_its_accounts_signs_nobody_in(change: Callable[[Any, User], None]) -> None:
    user = UserFactory()
    client = signed_in(user)
    assert client.get(reverse("people:me")).status_code == 200
    session = client.session
    change(session, user)
    session.save()
    answer = client.get(reverse("people:me"))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_a_row_that_names_another_account_than_its_session_signs_in_whom_the_session_names() -> None:
    user, other = UserFactory(), UserFactory()
    client = signed_in(user)
    SignedInSession.objects.update(user=other)
    page = client.get(reverse("people:me")).content.decode()
    assert user.person.full_name in page
    assert other.person.full_name not in page


def test_a_changed_secret_key_keeps_whoever_is_signed_in(settings: Any) -> None:
    client = signed_in(UserFactory())
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-key-of-the-test-" * 3
    for _ in range(2):
        assert client.get(reverse("people:me")).status_code == 200


def test_a_role_taken_away_is_gone_with_the_next_click() -> None:
    user = UserFactory(roles=[Role.LD_ADMIN])
    client = signed_in(user)
    assert client.get(reverse("induction:overview")).status_code == 200
    user.groups.clear()
    assert client.get(reverse("induction:overview")).status_code == 403
