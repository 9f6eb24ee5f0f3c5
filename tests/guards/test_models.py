"""Tables: who may see a row, what a row says of itself, and that each personal column is declared."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import AnonymousUser
from django.db.models import Field, ForeignKey, ManyToManyField, Model, OneToOneField

from bexley_ld import personal_data
from bexley_ld.personal_data import NOT_PERSONAL, PERSONAL_DATA
from people.models import Person, User
from tests.guards import source
from tests.personas import TODAY, Scene

# Person-linked tables without visible_to: who may see them, and by what they are reached.
NOT_BY_ROW = {
    "content.Page": "a guide is for every colleague; of its owner it tells the name, a work contact",
    "content.PageSection": "a guide is for every colleague",
    "people.User": "an account shows itself to its holder (/me/) and in the admin",
    "people.Posting": "team and job role are for every colleague; read through Person",
    "people.LineManagement": "read through Person; it is what rights are worked out from",
    "people.Cover": "read through Person; it is what rights are worked out from",
    "people.QualificationHeld": "read through Person, in the admin only",
    "people.RegistrationHeld": "read through Person, in the admin only",
    "people.ImportRun": "L&D's import page only",
    "people.SignedInSession": "its holder's list at /me/, by account",
    "people.KeptForm": "given back to its sender by token and account",
    "people.RoleGrant": "the admin only; no page lists it",
    "audit.AuditText": "read through its entry",
}

# Records in the admin: state and dates, never a change (rulings 4 and 14).
CONFIDENTIAL = {
    "induction.PlanNote",
    "induction.PlanPause",
    "induction.PlanExtension",
    "pathways.SelfAssessment",
    "pathways.CapabilityMark",
    "audit.AuditText",
    "people.KeptForm",
    "people.SignInAttempt",
    "people.SignedInSession",
}
RECORDS = {
    "induction.InductionPlan",
    "induction.Checkpoint",
    "induction.Review",
    "induction.Decision",
    "notifications.OutgoingMail",
    "reminders.Reminder",
    "reminders.SweepRun",
    "audit.AuditEntry",
    "people.ImportRun",
}
# The one act on a record: the same row with the same words goes back in the queue (tests/notifications/test_views.py).
ACTIONS = {("notifications.OutgoingMail", "ld_admin"): {"send_again"}}
# Nobody types why a mail was not sent: the mail server or the portal says it, and L&D must know it to mend it.
BY_THE_PORTAL = {"notifications.OutgoingMail": {"reason"}}
FREE_TEXT = {"ready_note", "evidence_url", "person_comment", "manager_comment", "next_steps", "outcome_reason"}
FREE_TEXT |= {"reason", "text", "text_body", "html_body", "facts", "content"}


def label(model: type[Model]) -> str:
    return model._meta.label


def forward(model: type[Model]) -> list[Field[Any, Any]]:
    return [field for field in (*model._meta.fields, *model._meta.many_to_many)]


def person_linked() -> list[type[Model]]:
    """Tables that lead to a person by foreign keys, however far."""
    linked: set[type[Model]] = {Person, User}
    while True:
        more = {
            model
            for model in source.local_models()
            if model not in linked
            and any(
                isinstance(field, ForeignKey | OneToOneField | ManyToManyField) and field.related_model in linked
                for field in forward(model)
            )
        }
        if not more:
            return sorted(linked, key=label)
        linked |= more


def test_this_file_knows_the_tables() -> None:
    """A table that was renamed would make an entry look at nothing."""
    known = {label(model) for model in source.local_models()}
    for names in (NOT_BY_ROW, CONFIDENTIAL, RECORDS, PERSONAL_DATA, NOT_PERSONAL):
        assert set(names) <= known


def test_every_table_about_people_says_who_may_see_its_rows() -> None:
    without = {label(model) for model in person_linked() if not hasattr(model._default_manager.all(), "visible_to")}
    assert without - set(NOT_BY_ROW) == set()


def test_no_exception_is_listed_for_nothing() -> None:
    with_it = {label(model) for model in source.local_models() if hasattr(model._default_manager.all(), "visible_to")}
    assert with_it & set(NOT_BY_ROW) == set()


@pytest.mark.parametrize("model", person_linked(), ids=label)
def test_every_personal_column_is_declared(model: type[Model]) -> None:
    """Purpose, readers and period stand in one place; a new column without them fails here."""
    columns = {field.name for field in forward(model) if not getattr(field, "primary_key", False) or field.remote_field}
    columns |= {"session_key"} & {field.name for field in forward(model)}
    declared = set(PERSONAL_DATA.get(label(model), {}))
    assert {"missing": columns - declared, "gone": declared - columns} == {"missing": set(), "gone": set()}


def test_every_table_is_declared_one_way_or_the_other() -> None:
    tables = {label(model) for model in source.local_models()}
    assert tables == set(PERSONAL_DATA) | set(NOT_PERSONAL)
    assert set(PERSONAL_DATA) & set(NOT_PERSONAL) == set()


def rows(model: type[Model], user: Any, today: dt.date) -> int:
    return model._default_manager.all().visible_to(user, today=today).count()


VISIBLE = [model for model in source.local_models() if hasattr(model._default_manager.all(), "visible_to")]


@pytest.mark.parametrize("persona", ["superuser", "deactivated"])
def test_who_has_no_rights_sees_no_row(scene: Scene, persona: str) -> None:
    """Being a superuser gives no right in the portal; leaving ends every right at once."""
    user = scene.users[persona]
    assert {label(model): rows(model, user, TODAY) for model in VISIBLE} == {label(model): 0 for model in VISIBLE}


def test_a_visitor_sees_no_row(scene: Scene) -> None:
    visitor = AnonymousUser()
    visitor.person_id = None  # type: ignore[attr-defined]
    visitor.has_role = lambda role: False  # type: ignore[attr-defined]
    assert {label(model): rows(model, visitor, TODAY) for model in VISIBLE} == {label(model): 0 for model in VISIBLE}


def test_names_of_private_rows_tell_nothing(scene: Scene) -> None:
    """The admin's delete pages and its log write down str(row), registered or not."""
    telling = []
    for model in source.local_models():
        typed = {field.name for field in forward(model)} & FREE_TEXT
        for row in model._default_manager.all()[:5]:
            words = [str(getattr(row, name)) for name in typed if getattr(row, name)]
            if any(word and word in str(row) for word in words):
                telling.append(f"{label(model)}: {row}")
    assert telling == []


def test_no_private_row_is_named_after_its_person() -> None:
    """Only accounts and people are called by name; whatever is about them is a number."""
    private = (CONFIDENTIAL | RECORDS) & set(PERSONAL_DATA)
    names = {"given_name", "family_name", "full_name", "to_email", "person", "title", "subject"}
    telling = [
        label(model)
        for model in source.local_models()
        if label(model) in private and names & set(model.__str__.__code__.co_names)
    ]
    assert telling == []


def test_confidential_tables_are_not_in_the_admin() -> None:
    registered = {label(model) for model in admin.site._registry}
    assert registered & CONFIDENTIAL == set()


@pytest.mark.parametrize("persona", ["ld_admin", "superuser"])
@pytest.mark.parametrize("name", sorted(RECORDS))
def test_records_in_the_admin_are_read_only(scene: Scene, rf: Any, persona: str, name: str) -> None:
    registered = {label(model): options for model, options in admin.site._registry.items()}
    options = registered.get(name)
    if options is None:
        return
    request = rf.get("/admin/")
    request.user = scene.users[persona]
    assert not options.has_add_permission(request)
    assert not options.has_change_permission(request)
    assert not options.has_delete_permission(request)
    assert set(options.get_actions(request)) <= {"export"} | ACTIONS.get((name, persona), set())


@pytest.mark.parametrize("name", sorted(RECORDS))
def test_records_in_the_admin_show_no_free_text(name: str, rf: Any) -> None:
    """State and dates only: what people wrote is for those who may read the record."""
    registered = {label(model): options for model, options in admin.site._registry.items()}
    options = registered.get(name)
    if options is None:
        return
    shown = {str(column) for column in (*options.list_display, *(options.fields or ()), *(options.search_fields or ()))}
    for _, part in options.fieldsets or ():
        shown |= {str(column) for column in part["fields"]}
    whole = not options.fields and not options.fieldsets
    hidden = set(options.exclude or ())
    columns = {field.name for field in forward(options.model)}
    assert (shown | ((columns - hidden) if whole else set())) & FREE_TEXT <= BY_THE_PORTAL.get(name, set())


def test_the_data_map_of_the_assessment_is_the_declaration() -> None:
    """python -m bexley_ld.personal_data docs/dpia.md"""
    page = (source.ROOT / "docs" / "dpia.md").read_text(encoding="utf-8")
    assert personal_data.as_markdown() in page
