"""Two changes of the framework confirmed at once: each was asked about the framework without the other."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from pathways.admin import changes
from pathways.models import Requirement
from pathways.services import library
from people.roles import Role
from tests.factories.people import PersonFactory, UserFactory
from tests.pathways.test_admin import sent
from tests.pathways.test_effects import LEVEL_7, answered, in_role, step_of_bexley

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]


def confirmed_together(asked: list[tuple[Client, Any]], monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Both look at the version together, if nothing keeps one of them waiting; the status of each answer."""
    looked, held = threading.Barrier(len(asked)), changes.held_version

    def look_then_meet(today: dt.date) -> str:
        version = held(today)
        with contextlib.suppress(threading.BrokenBarrierError):
            looked.wait(timeout=1)
        return version

    monkeypatch.setattr(changes, "held_version", look_then_meet)
    told: list[int] = []

    def confirm(client: Client, response: Any) -> None:
        try:
            told.append(answered(client, response, _confirmed="yes").status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=confirm, args=pair) for pair in asked]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


@pytest.mark.parametrize(("has_lock", "told"), [(True, [200, 302]), (False, [302, 302])])
def test_the_lock_is_what_makes_the_second_ask_anew(
    has_lock: bool, told: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    for step in (step_of_bexley(), step_of_bexley()):
        in_role(step.from_role)
        client = Client()
        client.force_login(UserFactory(person=PersonFactory(), roles=[Role.LD_ADMIN], is_staff=True))
        asked.append((client, step))
    both = [(client, sent("careerstep", client, step, asked=LEVEL_7)) for client, step in asked]
    if not has_lock:
        monkeypatch.setattr(library, "hold_framework", lambda: None)
    assert confirmed_together(both, monkeypatch) == told
    assert Requirement.objects.count() == (1 if has_lock else 2)
