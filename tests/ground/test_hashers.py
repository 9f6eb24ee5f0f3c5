"""Passwords: slow enough for whoever stole the table, quick enough for whoever signs in."""

import time

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, make_password

pytestmark = pytest.mark.real_passwords
PASSWORD = "a long and plain password"


def test_a_password_is_stored_as_argon2id_and_found_again() -> None:
    stored = make_password(PASSWORD)
    assert stored.startswith("argon2$argon2id$v=19$m=47104,t=1,p=1$")
    assert check_password(PASSWORD, stored)
    assert not check_password(f"{PASSWORD} ", stored)


def test_a_sign_in_costs_at_most_100_ms_of_processor_time() -> None:
    stored = make_password(PASSWORD)
    costs = []
    for _ in range(5):
        began = time.process_time()
        check_password(PASSWORD, stored)
        costs.append(time.process_time() - began)
    assert min(costs) <= 0.1


def test_a_hash_of_other_cost_is_renewed_at_the_next_sign_in() -> None:
    renewed: list[str] = []
    older = Argon2PasswordHasher().encode(PASSWORD, "a-salt-of-its-own")
    assert check_password(PASSWORD, older, setter=renewed.append)
    assert renewed == [PASSWORD]
