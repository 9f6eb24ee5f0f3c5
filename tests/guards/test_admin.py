"""Django admin: who gets in, and what each table there allows (ruling 14)."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.urls import get_resolver, reverse

from bexley_ld.starter import load_groups
from people.roles import SUPERUSER_TABLES, Role
from tests.personas import Scene, undone

pytestmark = pytest.mark.wide

# v view, a add, c change, d delete: for a Learning and Development admin, and for a superuser.
TABLES = {
    "audit.AuditEntry": ("v", "v"),
    "content.MistakeReport": ("vc", ""),
    "content.Page": ("vac", "vac"),
    "content.SearchTerm": ("vacd", "vacd"),
    "induction.Checkpoint": ("v", ""),
    "induction.Decision": ("v", ""),
    "induction.InductionPlan": ("v", ""),
    "induction.InductionProgramme": ("vac", "vac"),
    "induction.ProgrammeCheckpoint": ("vacd", "vacd"),
    "induction.ProgrammeVersion": ("vcd", "vcd"),
    "induction.Review": ("v", ""),
    "notifications.Bounce": ("v", ""),
    "notifications.ExtraHoliday": ("vacd", "vacd"),
    "notifications.MailSettings": ("vc", "vc"),
    "notifications.MessageSetting": ("vc", "vc"),
    "notifications.OutgoingMail": ("v", "v"),
    "notifications.SendingLimits": ("vc", "vc"),
    "pathways.ApprovalStep": ("vacd", "vacd"),
    "pathways.CareerRole": ("vac", "vac"),
    "pathways.CareerStep": ("vac", "vac"),
    "pathways.CareerStructure": ("vac", "vac"),
    "pathways.Intake": ("vac", "vac"),
    "pathways.Profession": ("vac", "vac"),
    "pathways.PublishedFigure": ("vacd", "vacd"),
    "pathways.QualificationRoute": ("vac", "vac"),
    "pathways.VacancyPage": ("vacd", "vacd"),
    "people.Directorate": ("vac", "vac"),
    "people.ImportRun": ("v", ""),
    "people.JobRole": ("vac", "vac"),
    "people.Person": ("vc", ""),
    "people.Qualification": ("vac", "vac"),
    "people.RoleGrant": ("vac", "vac"),
    "people.Team": ("vac", "vac"),
    "people.User": ("v", "v"),
    "reminders.Ladder": ("vc", "vc"),
    "reminders.Reminder": ("v", ""),
    "reminders.SweepRun": ("v", "v"),
    "reminders.SweepSettings": ("vc", "vc"),
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
        for persona, rights in zip(("ld_admin", "superuser"), TABLES[name], strict=True):
            status = admins.client(persona).get(reverse(f"admin:{app}_{model}_changelist")).status_code
            assert status in ({200, 302} if rights else {403}), persona


@pytest.mark.parametrize("name", ["people_importrun_upload", "people_importrun_apply", "people_importrun_change"])
def test_hrs_file_is_not_for_a_superuser(admins: Scene, name: str) -> None:
    args = [] if name.endswith("upload") else [1]
    with undone():
        for ask in (admins.client("superuser").get, admins.client("superuser").post):
            assert ask(reverse(f"admin:{name}", args=args)).status_code == 403
        assert admins.client("ld_admin").get(reverse("admin:people_importrun_upload")).status_code == 200


def test_a_superuser_with_the_role_has_both(admins: Scene) -> None:
    with undone():
        user = admins.users["superuser"]
        user.groups.add(Group.objects.get(name=Role.LD_ADMIN))  # type: ignore[union-attr]
        assert admins.client("superuser").get(reverse("admin:induction_inductionplan_changelist")).status_code == 200


def test_a_table_that_nobody_thought_of_is_closed_to_a_superuser(admins: Scene) -> None:
    user = admins.users["superuser"]
    assert not user.has_perm("coaching.view_coachingnote")  # type: ignore[union-attr]
    assert not user.has_module_perms("coaching")  # type: ignore[union-attr]
    assert user.has_perm("people.view_user")  # type: ignore[union-attr]


def test_the_list_names_tables_that_exist() -> None:
    assert {apps.get_model(name)._meta.label_lower for name in SUPERUSER_TABLES} == SUPERUSER_TABLES


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
