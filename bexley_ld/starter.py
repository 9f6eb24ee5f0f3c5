"""What an empty portal begins with: directorates, teams, job roles, programmes, pathways, access groups, ladders.

Each step adds what is missing and leaves alone what Learning and Development has changed since.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import FieldDoesNotExist
from django.db import models, transaction

from content.services import load_pages
from induction.rules.programme import read_programme
from induction.services import programme as programmes
from pathways.services import starter as pathways
from people.models import Directorate, JobRole, Team
from people.roles import Role
from reminders.services.ladders import add_missing_ladders

ORGANISATION = Path(settings.BASE_DIR) / "people" / "starter" / "organisation.toml"
PATHWAYS = Path(settings.BASE_DIR) / "pathways" / "starter"
GUIDES = Path(settings.BASE_DIR) / "content" / "starter" / "guides.toml"
PROGRAMMES = Path(settings.BASE_DIR) / "induction" / "starter"

# What each access role may do in Django admin; records about people are only read there (ruling 14).
ADMIN_RIGHTS: dict[str, dict[str, str]] = {
    Role.LD_ADMIN: {
        "induction.inductionprogramme": "view add change",
        "induction.programmeversion": "view add change delete",
        "induction.programmereview": "view add change delete",
        "induction.programmecheckpoint": "view add change delete",
        "induction.inductionplan": "view",
        "induction.checkpoint": "view",
        "induction.review": "view",
        "induction.decision": "view",
        "content.mistakereport": "view change",
        "content.page": "view add change",
        "content.pagesection": "view add change delete",
        "content.searchterm": "view add change delete",
        "pathways.profession": "view add change",
        "pathways.careerrole": "view add change",
        "pathways.capability": "view add change delete",
        "pathways.careerstep": "view add change",
        "pathways.requirement": "view add change delete",
        "pathways.careerstructure": "view add change",
        "pathways.qualificationroute": "view add change",
        "pathways.routeevent": "view add change delete",
        "pathways.cohort": "view add change delete",
        "pathways.publishedfigure": "view add change delete",
        "pathways.approvalstep": "view add change delete",
        "pathways.vacancypage": "view add change delete",
        "people.directorate": "view change",
        "people.team": "view add change",
        "people.jobrole": "view add change",
        "people.qualification": "view add change",
        "people.person": "view",
        "people.posting": "view",
        "people.linemanagement": "view",
        "people.cover": "view",
        "people.qualificationheld": "view add change",
        "people.registrationheld": "view",
        "people.importrun": "view add",
        "people.user": "view",
        "notifications.outgoingmail": "view",
        "notifications.extraholiday": "view add change delete",
        "notifications.bounce": "view",
        "notifications.mailsettings": "view change",
        "notifications.messagesetting": "view change",
        "notifications.sendinglimits": "view change",
        "reminders.ladder": "view change",
        "reminders.reminder": "view",
        "reminders.sweeprun": "view",
        "reminders.sweepsettings": "view change",
        "audit.auditentry": "view",
    },
}


@transaction.atomic
def load(*, now: dt.datetime) -> list[str]:
    """Everything, in order; says what was done, a line each."""
    ladders = f"Reminder ladders: {add_missing_ladders()} added."
    return [
        *load_organisation(),
        *load_pathways(),
        *load_programmes(now=now),
        *load_pages(data=tomllib.loads(GUIDES.read_text(encoding="utf-8"))),
        load_groups(),
        ladders,
    ]


def load_pathways() -> Iterator[str]:
    """The career framework, then the qualification routes that lead through it."""
    for name, load_file in (("framework.toml", pathways.load_framework), ("routes.toml", pathways.load_routes)):
        yield from load_file(data=tomllib.loads((PATHWAYS / name).read_text(encoding="utf-8")))


def load_programmes(*, now: dt.datetime) -> Iterator[str]:
    """The starter programmes; a new text is published only where nobody here has changed the old one."""
    for path in sorted(PROGRAMMES.glob("*.toml")):
        data = read_programme(path.read_bytes())
        yield f"Programme {data.code}: {programmes.load_starter_programme(data=data, now=now)}."


def load_organisation() -> Iterator[str]:
    """Directorates, teams and job roles of the starter file that the database does not know yet."""
    raw = tomllib.loads(ORGANISATION.read_text(encoding="utf-8"))
    yield _add_missing(Directorate, raw["directorates"])
    directorates = dict(Directorate.objects.values_list("code", "pk"))
    teams = [{**row, "directorate_id": directorates[row["directorate"]]} for row in raw["teams"]]
    for row in teams:
        del row["directorate"]
    yield _add_missing(Team, teams)
    yield _add_missing(JobRole, raw["job_roles"])


def _add_missing(model: type[models.Model], rows: list[dict[str, Any]]) -> str:
    known = set(model._default_manager.values_list("code", flat=True))
    added = 0
    for row in rows:
        for name in row:
            _check_field(model, name)
        if row["code"] not in known:
            model(**row).save()
            added += 1
    noun = str(model._meta.verbose_name_plural).capitalize()
    return f"{noun}: {added} added, {len(rows) - added} there already."


def _check_field(model: type[models.Model], name: str) -> None:
    try:
        model._meta.get_field(name)
    except FieldDoesNotExist:
        raise ValueError(f'{ORGANISATION.name}: a {model._meta.verbose_name} has no "{name}".') from None


def load_groups() -> str:
    """A group for each access role, with its rights in the admin; rights given by hand stay."""
    added = 0
    for role in Role.values:
        group, is_new = Group.objects.get_or_create(name=role)
        missing = _permissions(ADMIN_RIGHTS.get(role, {})) - set(group.permissions.all())
        group.permissions.add(*missing)
        added += is_new or bool(missing)
    return f"Access groups: {added} added or completed, {len(Role.values) - added} there already."


def _permissions(rights: dict[str, str]) -> set[Permission]:
    wanted = {
        (label.split(".")[0], f"{verb}_{label.split('.')[1]}")
        for label, verbs in rights.items()
        for verb in verbs.split()
    }
    found = {
        permission
        for permission in Permission.objects.select_related("content_type")
        if (permission.content_type.app_label, permission.codename) in wanted
    }
    if len(found) != len(wanted):
        known = {(permission.content_type.app_label, permission.codename) for permission in found}
        raise ValueError(f"No such permission: {', '.join(sorted('.'.join(each) for each in wanted - known))}.")
    return found
