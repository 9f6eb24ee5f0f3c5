"""A page in one state: where it is, who looks, what brings it about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse
from playwright.sync_api import Page

from induction.models import Checkpoint
from notifications import links
from tests.factories.people import PASSWORD
from tests.journeys.scene import Scene

Act = Callable[[Page, Scene], None]
OUT = ""


@dataclass(frozen=True)
class Seen:
    """A page in one state; `act` is what is done on it first, and `template` what must have drawn it."""

    name: str
    template: str
    who: str = OUT
    args: Callable[[Scene], dict[str, Any]] = lambda scene: {}
    state: str = ""
    query: Callable[[Scene], str] = lambda scene: ""
    act: Act | None = None
    in_error: bool = False
    is_gallery: bool = False

    @property
    def title(self) -> str:
        return " ".join(part for part in (self.name, self.state, self.who and f"as {self.who}") if part)

    @property
    def is_admin(self) -> bool:
        return self.name.startswith("admin:")

    def path(self, scene: Scene) -> str:
        if self.name.startswith("/"):
            return self.name
        return reverse(self.name, kwargs=self.args(scene)) + self.query(scene)


def send(button: str = "") -> Act:
    """Press the button of the page's own form, with the browser's own checks off."""

    def act(page: Page, scene: Scene) -> None:
        page.evaluate("document.querySelectorAll('form').forEach(form => { form.noValidate = true; })")
        named = page.locator("main, #content").get_by_role("button", name=button, exact=True)
        with page.expect_navigation():
            (named if button else page.locator("main form[method=post] button").last).click()

    return act


def write(fields: dict[str, str], button: str, *, tick: str = "") -> Act:
    def act(page: Page, scene: Scene) -> None:
        for name, text in fields.items():
            page.locator(f"main [name={name}]").fill(text)
        if tick:
            page.locator(tick).check()
        send(button)(page, scene)

    return act


def plan(key: str) -> Callable[[Scene], dict[str, Any]]:
    return lambda scene: {"pk": scene.plans[key].pk}


def item(key: str) -> Callable[[Scene], dict[str, Any]]:
    return lambda scene: {"pk": scene.items[key].pk}


def review(key: str) -> Callable[[Scene], dict[str, Any]]:
    return lambda scene: {"pk": scene.reviews[key].pk}


def person(key: str) -> Callable[[Scene], dict[str, Any]]:
    return lambda scene: {"pk": scene.people[key].pk}


def programme(scene: Scene) -> dict[str, Any]:
    return {"programme_id": scene.programme.pk}


def edition(key: str) -> Callable[[Scene], dict[str, Any]]:
    return lambda scene: {"version_id": getattr(scene, key).pk}


def of_admin(key: str) -> Callable[[Scene], dict[str, Any]]:
    return lambda scene: {"object_id": getattr(scene, key).pk}


def reset_link(scene: Scene) -> dict[str, Any]:
    user = scene.users["colleague"]
    return {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}


def own_link(scene: Scene) -> dict[str, Any]:
    """The link at the foot of a digest."""
    return {"token": links.token(person_id=scene.people["starter"].pk, kind="digest", link_version=0)}


def stale(page: Page, scene: Scene) -> None:
    """Someone else was quicker: the form carries an older version."""
    ready = scene.items["ready"]
    Checkpoint.objects.filter(pk=ready.pk).update(version=ready.version + 5)
    try:
        write({"comment": "Well done, and thank you for the draft."}, "Sign off")(page, scene)
    finally:
        Checkpoint.objects.filter(pk=ready.pk).update(version=ready.version)


def some_gone(page: Page, scene: Scene) -> None:
    ready = scene.items["ready"]
    Checkpoint.objects.filter(pk=ready.pk).update(version=ready.version + 5)
    try:
        send()(page, scene)
    finally:
        Checkpoint.objects.filter(pk=ready.pk).update(version=ready.version)


def meanwhile_mandatory(page: Page, scene: Scene) -> None:
    """What was allowed when the page was opened is not when it is sent."""
    items = Checkpoint.objects.filter(pk=scene.items["to_do"].pk)
    items.update(is_mandatory=True)
    try:
        write({"title": "Ask two coaches or mentors"}, "")(page, scene)
    finally:
        items.update(is_mandatory=False)


def away(page: Page, scene: Scene) -> None:
    """The session ends while a note is being written; after the next sign-in the note is there."""
    page.locator("main textarea").fill("A note that took me half an hour.")
    session = [one for one in page.context.cookies() if "session" in one["name"]]
    page.context.clear_cookies(name=session[0]["name"])
    send()(page, scene)
    page.context.add_cookies(session)  # type: ignore[arg-type]
    page.reload()


def second_factor(page: Page, scene: Scene) -> None:
    fields = {"login": scene.users["returning"].email, "password": PASSWORD}
    write(fields, "Sign in")(page, scene)


def second_factor_wrong(page: Page, scene: Scene) -> None:
    second_factor(page, scene)
    write({"code": "000000"}, "")(page, scene)


def confirm_dates(page: Page, scene: Scene) -> None:
    end = scene.plans["active"].end_date
    page.locator("main [name=kind]").first.check()
    day = {"to_date_day": "20", "to_date_month": str(end.month), "to_date_year": str(end.year + 1)}
    write({**day, "reason": "A later start of the course."}, "")(page, scene)
