"""The database of a whole module: built up once, each request in it taken back, all of it taken back at the end.

Some thousand requests look at the same scene; to build it for each of them would take minutes.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from tests import personas


@pytest.fixture(scope="module")
def db(django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    """Ten in the morning of 18 November 2026, in a transaction that never ends."""
    with django_db_blocker.unblock(), time_machine.travel(personas.NOW, tick=False), personas.undone():
        yield


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """A refused request is what is asked for here: some thousand warnings would hide a failure."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def scene(db: None) -> personas.Scene:
    return personas.build()


@pytest.fixture
def passing(db: None) -> Iterator[None]:
    """What this test does is gone after it."""
    with personas.undone():
        yield
