"""Two changes of manager at once: each is fine by itself, together they would close a circle."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading

import pytest
from django.db import connections

from people.models import LineManagement, Person, User
from people.roles import Role
from people.rules import NotAllowed
from people.services import change_manager, lines
from tests.factories.people import DirectorateFactory, PersonFactory, UserFactory, line

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]
NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
TODAY = NOW.date()


def race(changes: list[tuple[Person, Person]], by: User, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Both are let past the check together, if nothing keeps one of them waiting; what each was told."""
    checked = threading.Barrier(len(changes))
    check = lines.check_can_change_manager

    def check_then_meet(**facts: object) -> None:
        check(**facts)
        with contextlib.suppress(threading.BrokenBarrierError):
            checked.wait(timeout=1)

    monkeypatch.setattr(lines, "check_can_change_manager", check_then_meet)
    told: list[str] = []

    def change(person: Person, manager: Person) -> None:
        try:
            change_manager(person=person, manager=manager, from_date=TODAY, by=by.person, today=TODAY, now=NOW)
            told.append("changed")
        except NotAllowed:
            told.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=change, args=pair) for pair in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


@pytest.mark.parametrize(("has_lock", "told"), [(True, ["changed", "refused"]), (False, ["changed", "changed"])])
def test_the_lock_is_what_keeps_a_circle_open(has_lock: bool, told: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A above B, C above D: A under D and C under B share nobody, yet close A → B → C → D → A."""
    DirectorateFactory()
    by = UserFactory(roles=[Role.LD_ADMIN])
    a, b, c, d = (PersonFactory() for _ in range(4))
    line(b, a)
    line(d, c)
    if not has_lock:
        monkeypatch.setattr(lines, "one_at_a_time", lambda: None)
    assert race([(a, d), (c, b)], by, monkeypatch) == told
    assert LineManagement.objects.count() == (3 if has_lock else 4)
