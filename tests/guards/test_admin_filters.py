"""The admin's lists answer only the questions that they offer: no column can be read letter by letter."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib import admin
from django.urls import reverse

from audit.admin_access import OfferedFiltersOnly
from tests.guards.test_admin import TABLES, registered
from tests.personas import Scene, undone

ADMINS = ("ld_admin", "superuser")
PROBES = ("startswith", "regex", "contains", "icontains", "gt", "in")
OFFERED = re.compile(r'href="(\?[^"]+)"')

# No list of their own: the address leads to the list of versions, or to the one row, whatever it asks.
LEADS_AWAY = {
    "induction.ProgrammeCheckpoint",
    "notifications.MailSettings",
    "notifications.SendingLimits",
    "reminders.SweepSettings",
}


def list_of(name: str) -> str:
    app, model = name.lower().split(".")
    return reverse(f"admin:{app}_{model}_changelist")


def offered(options: admin.ModelAdmin[Any]) -> set[str]:
    own = {each.parameter_name for each in options.list_filter if isinstance(each, type)}
    named = {each if isinstance(each, str) else each[0] for each in options.list_filter if not isinstance(each, type)}
    return own | named | {options.date_hierarchy or ""}


def test_every_table_in_the_admin_answers_offered_questions_only() -> None:
    without = [name for name, options in registered().items() if not isinstance(options, OfferedFiltersOnly)]
    assert without == []


@pytest.mark.parametrize("name", sorted(set(TABLES) - LEADS_AWAY))
def test_no_column_can_be_asked_by_the_address(scene: Scene, name: str) -> None:
    options = registered()[name]
    hidden = [field.name for field in options.model._meta.concrete_fields if field.name not in offered(options)]
    assert hidden
    answered = []
    with undone():
        for persona in ADMINS:
            client = scene.client(persona)
            if client.get(list_of(name)).status_code == 403:
                continue
            for field in hidden:
                for asked in (field, f"{field}__startswith"):
                    response = client.get(list_of(name), {asked: "x"})
                    refused = response.status_code == 400
                    refused |= response.status_code == 302 and response.headers["Location"].endswith("?e=1")
                    if not refused:
                        answered.append(f"{persona} {asked}: {response.status_code}")
    assert answered == []


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_filter_on_offer_takes_no_other_comparison(scene: Scene, rf: Any, name: str) -> None:
    options = registered()[name]
    request = rf.get("/admin/")
    request.user = scene.users["ld_admin"]
    names = [field.name for field in options.model._meta.get_fields()]
    asked = [f"{field}__{probe}" for field in names for probe in PROBES]
    # Across tables as well: what stands in a plan's notes, what an account's password hash begins with.
    asked += [f"{field}__pk__{probe}" for field in names for probe in PROBES]
    asked += [f"{field}__password__startswith" for field in names]
    assert [each for each in asked if options.lookup_allowed(each, "x", request)] == []


@pytest.mark.parametrize("name", sorted(set(TABLES) - LEADS_AWAY))
def test_what_a_list_offers_works(scene: Scene, name: str) -> None:
    """Each link of its filters and dates is followed."""
    options = registered()[name]
    with undone():
        client = scene.client("ld_admin")
        page = client.get(list_of(name)).content.decode()
        links = {link.replace("&amp;", "&") for link in OFFERED.findall(page)}
        if any(isinstance(each, str) for each in options.list_filter):
            assert links
        assert {link: client.get(list_of(name) + link).status_code for link in links} == dict.fromkeys(links, 200)


SECRETS = (
    ("notifications.OutgoingMail", "text_body__regex", "."),
    ("people.User", "password__startswith", ""),
    ("induction.Review", "person_comment__startswith", ""),
    ("induction.Checkpoint", "ready_note__startswith", ""),
    ("induction.Decision", "by", "1"),
    ("audit.AuditEntry", "facts__icontains", "a"),
    ("audit.AuditEntry", "facts__contains", "a"),
    ("notifications.OutgoingMail", "recipient__user__password__startswith", ""),
)


@pytest.mark.parametrize(("name", "asked", "value"), SECRETS)
def test_what_was_once_readable_is_refused(scene: Scene, name: str, asked: str, value: str) -> None:
    with undone():
        assert scene.client("ld_admin").get(list_of(name), {asked: value}).status_code == 400
