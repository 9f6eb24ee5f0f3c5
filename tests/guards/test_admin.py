"""Django admin: who gets in, and what each table there allows (ruling 14)."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.urls import get_resolver, reverse

from bexley_ld.starter import load_groups
from people.roles import Role
from tests.personas import Scene, undone

# v view, a add, c change, d delete: for a Learning and Development admin, and for a superuser.
TABLES = {
    "audit.AuditEntry": ("v", "v"),
    "induction.Checkpoint": ("v", "v"),
    "induction.Decision": ("v", "v"),
    "induction.InductionPlan": ("v", "v"),
    "induction.InductionProgramme": ("vac", "vac"),
    "induction.ProgrammeCheckpoint": ("vacd", "vacd"),
    "induction.ProgrammeVersion": ("vcd", "vcd"),
    "induction.Review": ("v", "v"),
    "notifications.ExtraHoliday": ("vacd", "vacd"),
    "notifications.OutgoingMail": ("v", "v"),
    "people.Directorate": ("vac", "vac"),
    "people.ImportRun": ("v", "v"),
    "people.JobRole": ("vac", "vac"),
    "people.Person": ("vc", "vc"),
    "people.Qualification": ("vac", "vac"),
    "people.RoleGrant": ("vac", "vac"),
    "people.Team": ("vac", "vac"),
    "people.User": ("v", "v"),
    "reminders.Ladder": ("vc", "vc"),
    "reminders.Reminder": ("v", "v"),
    "reminders.SweepRun": ("v", "v"),
    "reminders.SweepSettings": ("vac", "vac"),
}
OUTSIDERS = ("anonymous", "colleague", "manager", "head_of_service", "co_ordinator")
VERBS = (("v", "view"), ("a", "add"), ("c", "change"), ("d", "delete"))


@pytest.fixture(scope="module")
def admins(scene: Scene) -> Scene:
    """The scene with the rights that the starter content gives to the groups."""
    load_groups()
    assert Group.objects.get(name=Role.LD_ADMIN).permissions.exists()
    for persona in ("ld_admin", "superuser"):
        user = scene.users[persona]
        scene.users[persona] = type(user).objects.get(pk=user.pk)  # type: ignore[union-attr]
    return scene


def label(model: type[Model]) -> str:
    return model._meta.label


def registered() -> dict[str, Any]:
    return {label(model): options for model, options in admin.site._registry.items()}


@pytest.mark.parametrize("name", sorted(TABLES))
def test_what_each_table_allows(admins: Scene, rf: Any, name: str) -> None:
    options = registered()[name]
    found = []
    for persona in ("ld_admin", "superuser"):
        request = rf.get("/admin/")
        request.user = admins.users[persona]
        found.append("".join(letter for letter, verb in VERBS if getattr(options, f"has_{verb}_permission")(request)))
    assert tuple(found) == TABLES[name]


@pytest.mark.parametrize("name", sorted(TABLES))
def test_lists_open_for_those_two(admins: Scene, name: str) -> None:
    app, model = name.lower().split(".")
    with undone():
        for persona in ("ld_admin", "superuser"):
            assert admins.client(persona).get(reverse(f"admin:{app}_{model}_changelist")).status_code in {200, 302}


def admin_addresses() -> list[str]:
    """Every address of the admin that needs no number, and those that do with a number that nothing has."""
    found = {"/admin/"}
    for name, patterns in get_resolver().namespace_dict["admin"][1].reverse_dict.lists():
        if isinstance(name, str):
            for possibility, *_ in patterns:
                path, names = possibility[0]
                found.add("/admin/" + path % dict.fromkeys(names, 987654321))
    return sorted(path for path in found if not path.startswith(("/admin/login", "/admin/logout", "/admin/jsi18n")))


def test_nobody_else_gets_into_the_admin(admins: Scene) -> None:
    """Every address, its own actions and uploads included: sign in, or no such page."""
    inside = []
    with undone():
        for persona in OUTSIDERS:
            for path in admin_addresses():
                answer = admins.client(persona).get(path)
                leads_away = answer.status_code == 302 and not answer.headers["Location"].startswith("/admin/people")
                if answer.status_code not in {403, 404} and not leads_away:
                    inside.append(f"{persona} {path}: {answer.status_code}")
    assert inside == []


def test_the_portal_gives_a_superuser_nothing(admins: Scene) -> None:
    """The menu offers home and the admin, no plan, team or overview."""
    with undone():
        words = admins.client("superuser").get("/").content.decode()
    assert 'href="/team/"' not in words
    assert 'href="/induction/overview/"' not in words
