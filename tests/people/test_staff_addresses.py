"""Another address in HR's file is another way into an account: who may bring it, what it ends, who is told."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from notifications.models import OutgoingMail
from people.models import ImportRun, LineManagement, Person, User
from people.roles import Role
from people.rules import Conflict
from people.services import apply_import, preview_import
from tests.factories.people import JobRoleFactory, PersonFactory, TeamFactory, UserFactory, cover, line
from tests.people.test_staff_import import NOW, bring_in, csv, reasons, row

pytestmark = pytest.mark.django_db
TWO = "email: This person's address is changed by two admins together."


@pytest.fixture(autouse=True)
def _places() -> None:
    TeamFactory(code="T-ONE", name="Team One")
    JobRoleFactory(code="JR-SW", title="Social Worker")


@pytest.fixture
def learning() -> User:
    return UserFactory(person__employee_number="L1", roles=[Role.LD_ADMIN], is_staff=True)


def bring(by: User | None, *rows: str) -> ImportRun:
    run = preview_import(content=csv(*rows), file_name="staff.csv", by=by, now=NOW)
    return apply_import(run=run, by=by, now=NOW)


@pytest.mark.parametrize(
    "fields",
    [
        {"roles": [Role.LD_ADMIN]},
        {"roles": [Role.HEAD_OF_SERVICE]},
        {"roles": [Role.ASYE_COORDINATOR]},
        {"roles": [Role.PANEL_MEMBER]},
        {"is_staff": True},
        {"is_superuser": True},
    ],
    ids=str,
)
def test_one_admin_does_not_move_an_account_that_rules(learning: User, fields: dict[str, object]) -> None:
    user = UserFactory(person__employee_number="E1", **fields)
    run = bring(learning, row("E1", email="elsewhere@people.example"))
    assert reasons(run) == {"E1": [TWO]}
    assert User.objects.get(pk=user.pk).email == "e1@people.example"
    # The operator of the server is the second one.
    bring(None, row("E1", email="elsewhere@people.example"))
    assert User.objects.get(pk=user.pk).email == "elsewhere@people.example"


def test_nobody_moves_their_own_account(learning: User) -> None:
    User.objects.filter(pk=learning.pk).update(is_staff=False)
    learning.groups.clear()
    assert reasons(bring(learning, row("L1", email="elsewhere@people.example"))) == {"L1": [TWO]}


def test_every_other_row_about_them_is_applied(learning: User) -> None:
    UserFactory(person__employee_number="E1", roles=[Role.HEAD_OF_SERVICE])
    run = bring(learning, row("E1", given_name="Zoe"))
    assert not run.outcome["refused"]
    assert Person.objects.get(employee_number="E1").given_name == "Zoe"


def test_another_address_ends_the_sessions_and_both_addresses_are_told(learning: User) -> None:
    bring_in(row("E1"), row("E2"))
    moved, stays = Client(), Client()
    moved.force_login(User.objects.get(email="e1@people.example"))
    stays.force_login(User.objects.get(email="e2@people.example"))
    bring(learning, row("E1", email="new@people.example"), row("E2", given_name="Zoe"))
    assert moved.get(reverse("people:me")).status_code == 302
    assert stays.get(reverse("people:me")).status_code == 200
    mails = OutgoingMail.objects.filter(kind="people.address_changed")
    assert {mail.to_email for mail in mails} == {"e1@people.example", "new@people.example"}
    # Sent to the address itself, not to whatever the person's address is by then.
    assert {mail.recipient_id for mail in mails} == {None}
    assert all("e1@people.example to new@people.example" in mail.text_body for mail in mails)


@pytest.mark.parametrize("case", ["as the manager", "for themself"])
def test_no_admin_changes_their_own_line_by_file(learning: User, case: str) -> None:
    bring_in(row("M1"), row("E1", manager_employee_number="M1"))
    row_of = (
        row("E1", manager_employee_number="L1") if case == "as the manager" else row("L1", manager_employee_number="M1")
    )
    assert "Another admin must bring this row in" in str(reasons(bring(learning, row_of)))
    assert LineManagement.objects.get().manager.employee_number == "M1"
    bring(UserFactory(person__employee_number="L2", roles=[Role.LD_ADMIN]), row_of)
    assert LineManagement.objects.count() == 2 or LineManagement.objects.get().manager == learning.person


@pytest.mark.parametrize(("from_day", "to_day", "is_refused"), [(0, 5, True), (20, 30, True), (-9, -1, False)])
def test_no_admin_gives_a_line_to_whom_they_cover_for(
    learning: User, from_day: int, to_day: int, is_refused: bool
) -> None:
    """Who covers for a manager reads and signs as they do."""
    bring_in(row("M1"), row("M2"), row("E1", manager_employee_number="M1"))
    manager, day = Person.objects.get(employee_number="M2"), dt.timedelta(days=1)
    cover(manager, learning.person, NOW.date() + from_day * day, NOW.date() + to_day * day)
    row_of = row("E1", manager_employee_number="M2")
    refused = str(reasons(bring(learning, row_of)))
    assert (f"You cover for {manager.full_name}, so this would be your own right too" in refused) is is_refused
    assert LineManagement.objects.since(NOW.date()).get().manager.employee_number == ("M1" if is_refused else "M2")
    bring(UserFactory(person__employee_number="L2", roles=[Role.LD_ADMIN]), row_of)
    assert LineManagement.objects.since(NOW.date()).get().manager == manager


def test_a_line_that_is_there_already_stays_without_a_word(learning: User) -> None:
    bring_in(row("E1"))
    line(Person.objects.get(employee_number="E1"), learning.person)
    assert not reasons(bring(learning, row("E1", manager_employee_number="L1")))


def test_a_preview_is_applied_by_whoever_looked_at_it(learning: User) -> None:
    PersonFactory()
    run = preview_import(content=csv(row("E1")), file_name="staff.csv", by=None, now=NOW)
    with pytest.raises(Conflict, match="Somebody else previewed"):
        apply_import(run=run, by=learning, now=NOW + dt.timedelta(minutes=1))
    assert not Person.objects.filter(employee_number="E1").exists()
