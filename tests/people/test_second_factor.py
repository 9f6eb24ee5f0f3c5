"""The second factor: who needs one, and that a code works once, whatever the cache does."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from django.urls import reverse

from people.models import User
from people.roles import Role
from tests.factories.people import PASSWORD, UserFactory
from tests.people.test_sign_in import NOW, at, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _cheap_passwords(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    monkeypatch.setattr("bexley_ld.accounts.time.sleep", lambda seconds: None)


@pytest.fixture
def user() -> User:
    user = UserFactory(person__given_name="Ada", person__family_name="Test-Sample")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.mark.parametrize("role", [Role.LD_ADMIN, Role.ASYE_COORDINATOR, Role.PANEL_MEMBER, "superuser"])
def test_production_makes_ruling_accounts_set_up_a_second_factor(settings, role: str) -> None:
    user = UserFactory(is_superuser=True) if role == "superuser" else UserFactory(roles=[role])
    client = Client()
    client.force_login(user)
    assert client.get(reverse("people:me")).status_code == 200
    settings.SECOND_FACTOR_REQUIRED = True
    assert client.get(reverse("people:me"))["Location"] == reverse("mfa_activate_totp")
    TOTP.activate(user, generate_totp_secret())
    assert client.get(reverse("people:me")).status_code == 200


def test_production_lets_others_in_without_one(settings, user: User) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    client = Client()
    client.force_login(user)
    assert client.get(reverse("people:me")).status_code == 200


def code_at(secret: str, now: dt.datetime) -> str:
    with time_machine.travel(now, tick=False):
        return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def test_a_code_is_asked_works_once_and_is_limited(user: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    with at(0):
        client = Client()
        assert sign_in(client, user.email)["Location"] == reverse("mfa_authenticate")
        assert client.get(reverse("people:me")).status_code == 302
        code = code_at(secret, NOW)
        assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == 302
        assert client.get(reverse("people:me")).status_code == 200
        again = Client()
        sign_in(again, user.email)
        assert again.post(reverse("mfa_authenticate"), {"code": code}).status_code == 200
        for _ in range(10):
            again.post(reverse("mfa_authenticate"), {"code": "000000"})
    with at(2):
        right = code_at(secret, NOW + dt.timedelta(minutes=2))
        refused = again.post(reverse("mfa_authenticate"), {"code": right})
        assert refused.status_code == 200
        assert b"This code is not right" in refused.content


@pytest.mark.parametrize("backend", ["dummy.DummyCache", "redis.RedisCache"])
def test_a_code_works_once_and_sign_in_works_without_a_cache(user: User, settings, backend: str) -> None:
    """The dummy remembers nothing, as another process would; nobody listens on port 1."""
    settings.CACHES = {
        "default": {"BACKEND": f"django.core.cache.backends.{backend}", "LOCATION": "redis://127.0.0.1:1/0"}
    }
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    codes = {minutes: code_at(secret, NOW + dt.timedelta(minutes=minutes)) for minutes in (0, 1)}

    def enter(code: str) -> int:
        client = Client()
        assert sign_in(client, user.email).status_code == 302
        return client.post(reverse("mfa_authenticate"), {"code": code}).status_code

    with at(0):
        assert [enter(codes[0]) for _ in range(2)] == [302, 200]
    with at(1):
        assert enter(codes[1]) == 302
    with at(0):
        assert enter(codes[0]) == 200


def test_a_recovery_code_works_once(user: User) -> None:
    TOTP.activate(user, generate_totp_secret())
    code = RecoveryCodes.activate(user).generate_codes()[0]
    answers = []
    for _ in range(2):
        client = Client()
        sign_in(client, user.email)
        answers.append(client.post(reverse("mfa_authenticate"), {"code": code}).status_code)
    assert answers == [302, 200]


def test_the_second_factor_is_set_up_in_the_page(user: User) -> None:
    client = Client()
    sign_in(client, user.email)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    assert "<svg" in page
    assert "data:image" not in page
    assert "style=" not in page
    secret = client.session["mfa.totp.secret"]
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    assert client.post(reverse("mfa_activate_totp"), {"code": code}, follow=True).status_code == 200
    assert Authenticator.objects.filter(user=user, type="totp").exists()
