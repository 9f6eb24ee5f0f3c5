"""No single admin invents a manager by a file and gives them people: another admin brings in that row."""

from __future__ import annotations

import datetime as dt

import pytest

from people.models import Cover, LineManagement, Person, User
from people.roles import Role
from people.rules import NotAllowed
from people.services import change_manager, name_cover
from tests.factories.people import JobRoleFactory, PersonFactory, TeamFactory, UserFactory, cover, line
from tests.people.test_staff_addresses import bring
from tests.people.test_staff_import import NOW, reasons, row

pytestmark = pytest.mark.django_db
OWN = (
    "manager_employee_number: You bring M9 into the portal, or give them their address, and they manage nobody yet. "
    "Another admin must bring this row in."
)


@pytest.fixture(autouse=True)
def _places() -> None:
    TeamFactory(code="T-ONE", name="Team One")
    JobRoleFactory(code="JR-SW", title="Social Worker")
    known = PersonFactory(employee_number="E1", email="e1@people.example")
    line(known, PersonFactory(employee_number="M1", email="m1@people.example"))


@pytest.fixture
def admin() -> User:
    return UserFactory(person__employee_number="L1", roles=[Role.LD_ADMIN], is_staff=True)


def manager_of(number: str) -> str:
    rows = LineManagement.objects.filter(person__employee_number=number).order_by("-start_date", "-pk")
    return rows.values_list("manager__employee_number", flat=True)[0]


def moved() -> str:
    return row("E1", manager_employee_number="M9")


def test_a_manager_new_in_the_same_file_gets_nobody_known(admin: User) -> None:
    run = bring(admin, row("M9"), moved())
    assert reasons(run) == {"E1": [OWN]}
    assert Person.objects.filter(employee_number="M9").exists()
    assert manager_of("E1") == "M1"


def test_nor_by_a_second_file_and_with_invented_people_of_their_own(admin: User) -> None:
    assert not bring(admin, row("M9"), row("N1", manager_employee_number="M9")).outcome["refused"]
    assert manager_of("N1") == "M9"
    assert reasons(bring(admin, moved())) == {"E1": [OWN]}
    assert manager_of("E1") == "M1"


def test_an_account_that_is_nobody_is_held_to_it_too() -> None:
    keeper = UserFactory(person=None, email="keeper@people.example", roles=[Role.LD_ADMIN], is_staff=True)
    bring(keeper, row("M9"))
    assert reasons(bring(keeper, moved())) == {"E1": [OWN]}


@pytest.mark.parametrize("second", ["another admin", "the operator"])
def test_a_second_one_brings_the_row_in_and_then_it_is_a_manager_like_any(admin: User, second: str) -> None:
    bring(admin, row("M9"))
    by = UserFactory(roles=[Role.LD_ADMIN], is_staff=True) if second == "another admin" else None
    assert not bring(by, moved()).outcome["refused"]
    assert manager_of("E1") == "M9"
    PersonFactory(employee_number="E2", email="e2@people.example")
    assert not bring(admin, row("E2", manager_employee_number="M9")).outcome["refused"]
    assert manager_of("E2") == "M9"


def test_nor_on_the_page_that_changes_a_manager(admin: User) -> None:
    bring(admin, row("M9"), row("N1", manager_employee_number="M9"))
    people = {person.employee_number: person for person in Person.objects.all()}
    change = {"person": people["E1"], "manager": people["M9"], "from_date": NOW.date(), "today": NOW.date(), "now": NOW}
    with pytest.raises(NotAllowed, match="You brought .* into the portal"):
        change_manager(**change, by=admin.person)
    assert manager_of("E1") == "M1"
    change_manager(**change, by=UserFactory(roles=[Role.LD_ADMIN]).person)
    assert manager_of("E1") == "M9"


def test_nor_as_cover_for_a_manager(admin: User) -> None:
    bring(admin, row("M9"))
    people = {person.employee_number: person for person in Person.objects.all()}
    days = {"start_date": NOW.date(), "end_date": NOW.date(), "reason": "Leave", "today": NOW.date(), "now": NOW}
    with pytest.raises(NotAllowed, match="You brought .* into the portal"):
        name_cover(manager=people["M1"], cover=people["M9"], by=admin.person, **days)
    assert not Cover.objects.exists()
    name_cover(manager=people["M1"], cover=people["M9"], by=people["M1"], **days)
    assert Cover.objects.exists()


def left(number: str, email: str) -> User:
    gone = PersonFactory(employee_number=number, email=email, deactivated_at=NOW, leaving_date=dt.date(2024, 1, 1))
    return UserFactory(person=gone, email=email, is_active=False)


def test_a_leaver_does_not_come_back_with_another_address_by_one_admin(admin: User) -> None:
    user = left("M9", "m9@people.example")
    run = bring(admin, row("M9", email="elsewhere@people.example"), moved())
    assert reasons(run)["M9"] == ["email: This person's address is changed by two admins together."]
    user.refresh_from_db()
    assert (user.email, user.is_active, manager_of("E1")) == ("m9@people.example", False, "M1")


@pytest.mark.parametrize("files", [1, 2])
def test_nobody_known_gets_a_manager_to_whom_the_same_admin_gave_an_address(admin: User, files: int) -> None:
    PersonFactory(employee_number="M9", email="m9@people.example")
    rows = [row("M9", email="elsewhere@people.example"), moved()]
    runs = [bring(admin, *rows)] if files == 1 else [bring(admin, one) for one in rows]
    assert reasons(runs[-1]) == {"E1": [OWN]}
    assert manager_of("E1") == "M1"


def test_a_manager_or_whoever_covers_keeps_their_address_but_for_two_admins(admin: User) -> None:
    people = {person.employee_number: person for person in Person.objects.all()}
    UserFactory(person=people["M1"], email="m1@people.example")
    stand_in = UserFactory(person__employee_number="S1", person__email="s1@people.example", email="s1@people.example")
    cover(people["M1"], by=stand_in.person, start=NOW.date(), end=NOW.date())
    run = bring(admin, row("M1", email="a@people.example"), row("S1", email="b@people.example"))
    assert set(reasons(run)) == {"M1", "S1"}
    assert set(User.objects.filter(email__in=["m1@people.example", "s1@people.example"])) == {
        people["M1"].user,
        stand_in,
    }


def test_nor_on_the_page_with_an_address_of_theirs(admin: User) -> None:
    PersonFactory(employee_number="M9", email="m9@people.example")
    bring(admin, row("M9", email="elsewhere@people.example"))
    people = {person.employee_number: person for person in Person.objects.all()}
    change = {"person": people["E1"], "manager": people["M9"], "from_date": NOW.date(), "today": NOW.date(), "now": NOW}
    with pytest.raises(NotAllowed, match="gave them their address"):
        change_manager(**change, by=admin.person)
