"""Hostile and broken input at every address: a clear answer, nothing lost, nothing let through."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from django.test import Client

from people.models import Person
from tests import routes
from tests.guards.test_permissions import body, ledger
from tests.permissions import Route
from tests.personas import Scene, undone

SCRIPT = "<script>alert('typed')</script><img src=x onerror=alert(1)>\"'{{ 7|add:7 }}{% now 'Y' %}"
TURNED = "\u202eesrever \u05d0\u05d1\u05d2 \U0001f469\u200d\U0001f4bb e\u0301"
LONG = "long " * 10_000

FREE_TEXT = {"text", "reason", "comment", "note", "title", "why", "how", "next_steps", "link_title", "outcome_reason"}
PAIR = ("manager", "person")


def writer(route: Route) -> str | None:
    """Someone whose POST at this address is taken."""
    return next((name for name in PAIR if route.post and route.answer("POST", name) == 302), None)


def writing() -> list[Route]:
    return [route for route in routes.ROUTES if writer(route)]


def typed(data: dict[str, Any], words: str) -> dict[str, Any]:
    return {name: words[:100] if name in {"title", "link_title"} else words for name in data if name in FREE_TEXT}


READ = {route.name: route for route in routes.INDUCTION + routes.HOME if route.get and not route.name.endswith("_csv")}

# Where the words of a form turn up again.
SHOWING = ("home", "team", "induction:plan_detail", "induction:plan_record", "induction:plan_history")
SHOWING += ("induction:plan_notes", "induction:checkpoint_detail", "induction:review_detail")


def pages(scene: Scene, names: Iterable[str] = tuple(READ), personas: Iterable[str] = PAIR) -> dict[str, str]:
    """Every page that one of the two can read now."""
    found = {}
    for route in map(READ.get, names):
        assert route is not None
        for persona in personas:
            response = scene.client(persona).get(routes.url_of(route, scene))
            assert response.status_code < 500, f"{persona} {route.title}"
            found[f"{persona} {route.title}"] = body(response)
    return found


@pytest.mark.parametrize("words", [SCRIPT, TURNED], ids=["script", "turned and joined"])
def test_what_is_typed_anywhere_is_text_everywhere(scene: Scene, words: str) -> None:
    """Each text field of each form once, one after the other; then every page is read."""
    with undone():
        taken = 0
        for route in writing():
            persona = writer(route)
            assert persona is not None
            data = route.data(scene)
            changed = typed(data, words)
            if not changed:
                continue
            with undone():
                route.before(scene)
                response = scene.client(persona).post(routes.url_of(route, scene), {**data, **changed})
                assert response.status_code == 302, f"{route.title}: {response.status_code}"
                taken += 1
                other = [name for name in PAIR if name != persona]
                for name, text in pages(scene, SHOWING, other).items():
                    assert "<script>alert(" not in text, f"{route.title} → {name}"
                    assert "<img src=x" not in text, f"{route.title} → {name}"
                    assert "14{%" not in text, f"{route.title} → {name}"
        assert taken >= 8


@pytest.mark.parametrize("words", [SCRIPT, TURNED], ids=["script", "turned and joined"])
def test_a_name_is_text_on_every_page(scene: Scene, words: str) -> None:
    """Names come from HR's file: whatever stands there is shown, and does nothing."""
    with undone():
        Person.objects.update(given_name=words[:100], family_name=words[:100])
        for name, text in pages(scene).items():
            assert "<script>alert(" not in text, name
            assert "<img src=x" not in text, name


def test_fifty_thousand_characters_come_back_and_change_nothing(scene: Scene) -> None:
    for route in writing():
        persona = writer(route)
        assert persona is not None
        data = route.data(scene)
        fields = [name for name in data if name in FREE_TEXT - {"title", "link_title"}]
        for name in fields:
            with undone():
                route.before(scene)
                before = ledger()
                response = scene.client(persona).post(routes.url_of(route, scene), {**data, name: LONG})
                text = body(response)
                assert response.status_code == 200, f"{route.title} {name}: {response.status_code}"
                assert "10,000 characters or fewer" in text, f"{route.title} {name}"
                assert text.count("long long long") > 100, f"{route.title} {name}: the text is lost"
                assert ledger() == before


@pytest.mark.parametrize(
    "query",
    [
        "page=-1&team_page=x&q=%00&whose=nobody&view=%3Cscript%3E&section=x&item=x:y",
        "page=99999999999999999999&q=%E2%80%AE&item=99999999999999999999:1&item=1:99999999999999999999",
        "part-time=1&state=x&only_late=x&month=13&method=x&show=%F0%9F%92%A5",
    ],
)
def test_odd_query_strings_are_no_error(scene: Scene, query: str) -> None:
    with undone():
        for route in routes.ROUTES:
            if route.get:
                for persona in ("manager", "ld_admin"):
                    response = scene.client(persona).get(f"{routes.url_of(route, scene)}?{query}")
                    assert response.status_code < 500, f"{persona} {route.title}"
                    assert "<script>" not in body(response)


@pytest.mark.parametrize("number", [0, 10**9, 10**19, 10**40])
def test_odd_numbers_are_no_error(scene: Scene, number: int) -> None:
    with undone():
        for route in routes.ROUTES:
            args = route.args(scene)
            numbers = {name: number for name in args if name in {"pk", "goal", "action"}}
            if numbers:
                url = routes.reverse(route.name, kwargs={**args, **numbers})
                for response in (scene.client("manager").get(url), scene.client("manager").post(url)):
                    assert response.status_code in {404, 405}, f"{route.title} {number}: {response.status_code}"


def test_characters_that_no_database_takes_are_refused(scene: Scene) -> None:
    for route in writing():
        persona = writer(route)
        assert persona is not None
        data = route.data(scene)
        with undone():
            route.before(scene)
            changed = {name: "zero \x00 byte" for name in data if name in FREE_TEXT}
            if changed:
                response = scene.client(persona).post(routes.url_of(route, scene), {**data, **changed})
                assert response.status_code in {200, 302}, f"{route.title}: {response.status_code}"


def test_a_form_from_elsewhere_changes_nothing(scene: Scene) -> None:
    """Each POST without our token is refused, whoever sends it."""
    for route in writing():
        persona = writer(route)
        assert persona is not None
        foreign = Client(enforce_csrf_checks=True)
        foreign.cookies = scene.client(persona).cookies.copy()
        with undone():
            route.before(scene)
            before = ledger()
            response = foreign.post(routes.url_of(route, scene), route.data(scene))
            assert response.status_code == 403, route.title
            assert ledger() == before


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
def test_other_methods_are_not_there(scene: Scene, method: str) -> None:
    with undone():
        for route in routes.ROUTES:
            response = getattr(scene.client("manager"), method)(routes.url_of(route, scene))
            assert response.status_code == 405, f"{method} {route.title}: {response.status_code}"


def test_another_host_gets_no_page(scene: Scene) -> None:
    with undone():
        assert scene.client("manager").get("/", headers={"host": "evil.example"}).status_code == 400
