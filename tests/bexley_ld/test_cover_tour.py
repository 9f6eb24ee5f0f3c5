"""The tour of a cover through the pages: the manager names one, who signs in their place; it ends, and all is back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from induction import services
from induction.models import Checkpoint, Decision
from people.models import Cover, Person
from tests.bexley_ld.test_home import browser_of
from tests.factories.induction import NOW, Pair, pair
from tests.factories.people import PersonFactory

DAY = dt.date(2026, 9, 21)
LAST = DAY + dt.timedelta(days=4)


@pytest.fixture
def two(db: None, on_date: Callable[[dt.date], None]) -> Pair:
    on_date(DAY)
    return pair()


def ready(two: Pair, title: str) -> Checkpoint:
    """Another item that the starter has marked as ready."""
    made = Checkpoint.objects.create(
        plan=two.plan, title=title, section="do", method="shadowing", original_due_date=DAY, due_date=DAY,
        waiting_since=DAY,
    )  # fmt: skip
    return services.mark_ready(checkpoint_id=made.pk, by=two.person, version=1, note="Done", today=DAY, now=NOW)


def name_cover(manager: Client, who: Person) -> Cover:
    data = {"person": who.pk, "reason": "Annual leave"}
    for name, day in (("start_date", DAY), ("end_date", LAST)):
        data |= {f"{name}_day": day.day, f"{name}_month": day.month, f"{name}_year": day.year}
    url = f"{reverse('people:cover_add')}?q={who.given_name}"
    assert who.full_name in manager.get(url).content.decode()
    assert manager.post(url, data).status_code == 302
    return Cover.objects.get()


def sign(browser: Client, item: Checkpoint) -> int:
    item.refresh_from_db()
    return browser.post(item.get_absolute_url(), {"act": "sign_off", "version": item.version}).status_code


@pytest.mark.parametrize("how", ["ended early", "its last day is over"])
def test_a_cover_signs_in_the_place_of_the_manager_until_it_ends(
    two: Pair, on_date: Callable[[dt.date], None], how: str
) -> None:
    first, second = ready(two, "Visit the duty desk"), ready(two, "Shadow a review")
    deputy = PersonFactory(given_name="Priya", family_name="Demo-Shah")
    manager, cover, starter = browser_of(two.manager), browser_of(deputy), browser_of(two.person)
    # Before: a stranger, to whom nothing is there.
    assert cover.get(two.plan.get_absolute_url()).status_code == 404
    assert cover.get("/team/").status_code == 403

    row = name_cover(manager, deputy)
    for told in (starter.get(two.plan.get_absolute_url()), starter.get("/me/")):
        assert deputy.full_name in told.content.decode()

    queue = cover.get("/team/?whose=cover").content.decode()
    assert first.title in queue
    assert f'href="{first.get_absolute_url()}#act"' in queue
    assert sign(cover, first) == 302
    decision = Decision.objects.get(checkpoint=first, kind=Decision.Kind.SIGNED_OFF)
    assert (decision.by, decision.acting_for) == (deputy, two.manager)
    for reader in (starter, manager, cover):
        trail = reader.get(first.get_absolute_url()).content.decode()
        assert f"signed this off, covering for {two.manager.full_name}" in trail

    if how == "ended early":
        assert manager.post(reverse("people:cover_end", args=[row.pk])).status_code == 302
    else:
        on_date(LAST)
        assert browser_of(deputy).get("/team/").status_code == 200
        on_date(LAST + dt.timedelta(days=1))
        # A day later everyone signs in again.
        manager, cover, starter = browser_of(two.manager), browser_of(deputy), browser_of(two.person)

    # After: the cover is a stranger again, and what they signed stands.
    assert cover.get("/team/").status_code == 403
    for address in (two.plan.get_absolute_url(), second.get_absolute_url()):
        assert cover.get(address).status_code == 404
    assert sign(cover, second) == 404
    assert deputy.full_name not in starter.get("/me/").content.decode()
    assert second.title in manager.get("/team/").content.decode()
    assert sign(manager, second) == 302
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (Checkpoint.State.SIGNED_OFF, Checkpoint.State.SIGNED_OFF)
    assert Decision.objects.get(checkpoint=second, kind=Decision.Kind.SIGNED_OFF).acting_for is None
