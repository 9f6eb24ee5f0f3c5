"""Who opens which page of a plan: 200, 403 with a reason, or 404 as if it did not exist."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from people.models import LineManagement
from tests.factories.induction import pair
from tests.induction.conftest import DAY, Scene, build, words_of
from tests.personas import undone

PLAN_PAGES = ["plan_record", "plan_history", "plan_notes", "plan_buddy", "checkpoint_add"]
OUTSIDERS = ["upper", "former", "colleague", "other_manager", "ld_admin", "head_of_service", "no_person"]


@pytest.fixture(scope="module")
def db(django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    """Everyone looks at one scene, built up once; it is taken back at the end."""
    morning = dt.datetime.combine(DAY, dt.time(10), tzinfo=timezone.get_default_timezone())
    with django_db_blocker.unblock(), time_machine.travel(morning, tick=False), undone():
        yield


@pytest.fixture(scope="module")
def signed_in(db: None) -> Scene:
    scene = build()
    for who in ("starter", "manager", "cover", "buddy", *OUTSIDERS):
        scene.at(who)
    return scene


@pytest.fixture
def scene(signed_in: Scene) -> Iterator[Scene]:
    """The same for each test: what one does is gone before the next."""
    with undone():
        yield signed_in


@pytest.mark.parametrize(
    ("who", "status"),
    [("starter", 200), ("manager", 200), ("cover", 200), ("buddy", 200), *[(name, 404) for name in OUTSIDERS]],
)
def test_plan_page(scene: Scene, who: str, status: int) -> None:
    assert scene.at(who).get(scene.plan.get_absolute_url()).status_code == status


@pytest.mark.parametrize("page", PLAN_PAGES)
@pytest.mark.parametrize(
    ("who", "status"),
    [("starter", 200), ("manager", 200), ("cover", 200), ("buddy", 404), *[(name, 404) for name in OUTSIDERS]],
)
def test_pages_below_the_plan(scene: Scene, who: str, status: int, page: str) -> None:
    assert scene.at(who).get(reverse(f"induction:{page}", args=[scene.plan.pk])).status_code == status


@pytest.mark.parametrize(
    ("who", "status"),
    [("starter", 200), ("manager", 200), ("cover", 200), ("buddy", 404), *[(name, 404) for name in OUTSIDERS]],
)
def test_item_and_review(scene: Scene, who: str, status: int) -> None:
    assert scene.at(who).get(scene.pair.item().get_absolute_url()).status_code == status
    assert scene.at(who).get(scene.pair.review().get_absolute_url()).status_code == status


@pytest.mark.parametrize("page", ["plan_pause", "plan_extend", "plan_move"])
@pytest.mark.parametrize(("who", "status"), [("starter", 403), ("manager", 200), ("cover", 200), ("buddy", 404)])
def test_dates_are_the_managers(scene: Scene, who: str, status: int, page: str) -> None:
    response = scene.at(who).get(reverse(f"induction:{page}", args=[scene.plan.pk]))
    assert response.status_code == status
    if status == 403:
        assert "Only the line manager can" in words_of(response)


@pytest.mark.parametrize("name", ["plan_detail", "plan_record", "checkpoint_detail", "review_detail", "plan_pause"])
def test_unseen_and_missing_look_the_same(scene: Scene, name: str) -> None:
    other = pair()
    ids = {"checkpoint_detail": other.item().pk, "review_detail": other.review().pk}
    seen = scene.at("starter").get(reverse(f"induction:{name}", args=[ids.get(name, other.plan.pk)]))
    missing = scene.at("starter").get(reverse(f"induction:{name}", args=[999_999]))
    assert seen.status_code == missing.status_code == 404
    assert without_token(seen) == without_token(missing)


def without_token(response: Any) -> str:
    """The page without what differs on every visit."""
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", words_of(response))


@pytest.mark.parametrize("name", ["plan_mine", "checkpoints_sign_off", "overview"])
def test_sign_in_first(scene: Scene, name: str) -> None:
    response = scene.at("anonymous").get(reverse(f"induction:{name}"))
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/?next=")


@pytest.mark.parametrize(
    ("who", "status"),
    [("ld_admin", 200), ("head_of_service", 200), ("manager", 403), ("starter", 403), ("no_person", 403)],
)
def test_overview(scene: Scene, who: str, status: int) -> None:
    assert scene.at(who).get(reverse("induction:overview")).status_code == status


def test_a_manager_loses_the_plan_with_the_line(scene: Scene) -> None:
    LineManagement.objects.filter(manager=scene.pair.manager).update(end_date="2026-09-20")
    assert scene.at("manager").get(scene.plan.get_absolute_url()).status_code == 404
    assert scene.at("cover").get(scene.plan.get_absolute_url()).status_code == 404


def test_the_buddy_sees_titles_and_dates_and_nothing_else(scene: Scene) -> None:
    item = scene.pair.item()
    item.ready_note = "A private account"
    item.why = "Why it matters to us"
    item.save()
    words = words_of(scene.at("buddy").get(scene.plan.get_absolute_url()))
    assert item.title in words
    assert "A private account" not in words
    assert "Why it matters to us" not in words
    assert item.get_absolute_url() not in words


def test_own_plan_from_the_menu(scene: Scene) -> None:
    response = scene.at("starter").get(reverse("induction:plan_mine"))
    assert response["Location"] == scene.plan.get_absolute_url()
    assert "You have no induction plan" in words_of(scene.at("colleague").get(reverse("induction:plan_mine")))
