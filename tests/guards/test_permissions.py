"""Every address × persona, asked through the test client; what comes back must be what docs/roles.md says.

The same requests show that nothing leaks: words that only some may read (personas.MARKS) stand on no other page.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from audit.models import AuditEntry
from induction.models import Checkpoint, Decision, InductionPlan, PlanNote, Review
from tests import permissions, routes
from tests.guards import source
from tests.permissions import OBJECTS, PERSONAS, Route
from tests.personas import MARKS, Scene, undone

LEDGER = (Decision, PlanNote, AuditEntry)
STATES = (InductionPlan, Checkpoint, Review)


def addresses(resolver: Any = None, space: str = "") -> Iterator[str]:
    """Every name in the URL configuration, the admin's tables left out (test_admin.py has those)."""
    for part in (resolver or get_resolver()).url_patterns:
        if isinstance(part, URLPattern):
            yield f"{space}{part.name}"
        elif isinstance(part, URLResolver) and part.namespace != "admin":
            yield from addresses(part, f"{space}{part.namespace}:" if part.namespace else space)


def test_every_address_is_in_the_table() -> None:
    known = {route.name for route in routes.ROUTES} | routes.SIGN_IN_OPEN | routes.SIGN_IN_CLOSED
    found = set(addresses())
    assert {"not in the table": found - known} == {"not in the table": set()}
    assert {"not in the portal": known - found - {"admin:login"}} == {"not in the portal": set()}


def test_the_table_speaks_of_known_personas_and_letters() -> None:
    for name, row in OBJECTS.items():
        assert set(row.rights) <= set(PERSONAS), name
        assert set("".join(row.rights.values())) <= set(permissions.LETTERS), name
    assert {route.about for route in routes.ROUTES} <= set(OBJECTS)


def test_the_page_about_roles_is_the_table() -> None:
    """python -m tests.permissions > docs/roles.md"""
    page = source.ROOT / "docs" / "roles.md"
    assert page.read_text(encoding="utf-8") == permissions.as_markdown()


def ask(scene: Scene, route: Route, method: str, persona: str) -> Any:
    client = scene.client(persona)
    url = routes.url_of(route, scene)
    if method == "GET":
        return client.get(url)
    return client.post(url, route.data(scene))


def body(response: Any) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode(response.charset or "utf-8")


def ledger() -> list[Any]:
    """What was decided, noted and recorded, and in which state everything is."""
    counts = [model._default_manager.count() for model in LEDGER]
    return [*counts, *[list(model._default_manager.order_by("pk").values_list("pk", "state")) for model in STATES]]


# Objects whose words are marked, and the rights that let a persona read them.
READERS = {
    "plan": OBJECTS["plan"].rights,
    "note_of_person": OBJECTS["note_of_person"].rights,
    "note_of_manager": OBJECTS["note_of_manager"].rights,
    "note_shared": OBJECTS["note_shared"].rights,
    "mark_private": OBJECTS["capabilities_private"].rights,
    "mark_shared": OBJECTS["capabilities_shared"].rights,
    "reason": OBJECTS["reason"].rights,
    "mail_of_person": OBJECTS["mail_of_person"].rights,
    "cpd": OBJECTS["cpd_shared"].rights,
    "place": OBJECTS["place"].rights,
    "draft": OBJECTS["application_draft"].rights,
    "application": OBJECTS["application"].rights,
    "hr": OBJECTS["hr"].rights,
    "cover_reason": {"manager": "r", "cover": "r"},
}


def leaks(persona: str, text: str) -> list[str]:
    return [name for name, mark in MARKS.items() if mark in text and "r" not in READERS[name].get(persona, "")]


@pytest.mark.parametrize("route", routes.ROUTES, ids=lambda route: route.title)
def test_each_persona_gets_what_the_table_says(scene: Scene, route: Route) -> None:
    wrong: list[str] = []
    with undone():
        route.before(scene)
        untouched = ledger()
    for method in ("GET", "POST"):
        for persona in PERSONAS:
            with undone():
                route.before(scene)
                response = ask(scene, route, method, persona)
                expected = route.answer(method, persona)
                if response.status_code != expected:
                    why = repr(response.exc_info[1]) if getattr(response, "exc_info", None) else ""
                    wrong.append(f"{method} {persona}: {response.status_code}, not {expected} {why}")
                    continue
                may_write = route.name.endswith("_csv") or (method == "POST" and expected in {200, 302})
                if not may_write and ledger() != untouched:
                    wrong.append(f"{method} {persona}: answered {expected}, and yet something was written")
                wrong += [f"{method} {persona}: shows {name}" for name in leaks(persona, body(response))]
    assert wrong == []


@pytest.mark.parametrize(
    "route", [route for route in routes.ROUTES if route.args is not permissions._nothing], ids=lambda route: route.title
)
def test_a_stranger_cannot_tell_hidden_from_missing(scene: Scene, route: Route) -> None:
    """The page for someone else's record is, letter for letter, the page for a number that nothing has."""
    for persona in ("colleague", "other_manager", "former_manager", "higher", "ld_admin", "superuser"):
        for method in ("GET", "POST"):
            if route.answer(method, persona) != 404:
                continue
            with undone():
                route.before(scene)
                hidden = ask(scene, route, method, persona)
                client, url = scene.client(persona), routes.missing_url_of(route, scene)
                missing = client.get(url) if method == "GET" else client.post(url, route.data(scene))
                assert (hidden.status_code, missing.status_code) == (404, 404)
                assert masked(hidden) == masked(missing)


def masked(response: Any) -> str:
    """The page without what differs on every page: tokens and the address itself."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", body(response))
    return re.sub(r"\d+", "", text)


def one_a_name() -> list[Route]:
    open_ones = routes.OPEN | routes.SECRET_LINKS | routes.BY_LINK
    return list({route.name: route for route in routes.ROUTES if route.name not in open_ones}.values())


@pytest.mark.parametrize("name", sorted({*routes.SIGN_IN_CLOSED, *[route.name for route in one_a_name()]}))
def test_every_other_address_asks_to_sign_in_first(scene: Scene, name: str) -> None:
    """Also with an id that nothing has, so that a visitor learns nothing from trying."""
    route = next((route for route in one_a_name() if route.name == name), None)
    kwargs = {"token": "nothing-like-a-token"} if name == "kept_form" else {}
    url = routes.missing_url_of(route, scene) if route else routes.reverse(name, kwargs=kwargs)
    client = scene.client("anonymous")
    for answer in (client.get(url), client.post(url)):
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/account/login/?next=")


@pytest.mark.parametrize("name", sorted(routes.SIGN_IN_OPEN))
def test_pages_of_signing_in_open_without_a_sign_in(scene: Scene, name: str) -> None:
    kwargs = {"uidb36": "1", "key": "set-password"} if name == "account_reset_password_from_key" else {}
    answer = scene.client("anonymous").get(routes.reverse(name, kwargs=kwargs))
    assert answer.status_code in {200, 302}
    assert "/account/login/?next=" not in answer.headers.get("Location", "") or name in {"admin:login"}


def test_open_pages_are_these_and_no_others() -> None:
    """A view marked as open that is not on the list fails here, and so does a listed one that is closed."""
    marked = set()
    for name in set(addresses()):
        kwargs_of = [
            {},
            {"pk": 1},
            {"pk": 1, "goal": 1},
            {"pk": 1, "goal": 1, "action": 1},
            {"pk": 1, "act": "x"},
            {"pk": 1, "file": 1},
            {"code": "x"},
            {"slug": "x"},
            {"token": "x"},
            {"key": "x"},
            {"uidb36": "1", "key": "x"},
            {"mail_id": uuid.UUID(int=7)},
        ]
        for kwargs in kwargs_of:
            try:
                view = resolve(routes.reverse(name, kwargs=kwargs)).func
            except routes.NoReverseMatch:
                continue
            if not getattr(view, "login_required", True):
                marked.add(name)
            break
        else:
            pytest.fail(f"{name} takes arguments that this test does not know")
    assert marked == routes.OPEN | routes.SECRET_LINKS | routes.BY_LINK | routes.SIGN_IN_OPEN - {"admin:login"}


def test_nobody_signs_twice_or_for_another(scene: Scene) -> None:
    """Each persona tries to sign each item, straight at the address of signing many: only the pair's side counts."""
    allowed = {"manager", "cover"}
    for persona in PERSONAS:
        with undone():
            items = [f"{item.pk}:{item.version}" for item in scene.items.values()]
            before = Decision.objects.filter(kind="signed_off").count()
            scene.client(persona).post(
                routes.reverse("induction:checkpoints_sign_off"), {"item": items, "form_key": uuid.uuid4()}
            )
            new = Decision.objects.filter(kind="signed_off").count() - before
            assert (persona, new) == (persona, 1 if persona in allowed else 0)
