"""No single admin invents a manager by a file and gives them people: another admin brings in that row."""

from __future__ import annotations

import pytest

from people.models import Cover, LineManagement, Person, User
from people.roles import Role
from people.rules import NotAllowed
from people.services import change_manager, name_cover
from tests.factories.people import JobRoleFactory, PersonFactory, TeamFactory, UserFactory, line
from tests.people.test_staff_addresses import bring
from tests.people.test_staff_import import NOW, reasons, row

pytestmark = pytest.mark.django_db
OWN = (
    "manager_employee_number: You bring M9 into the portal yourself, and they manage nobody yet. "
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
    with pytest.raises(NotAllowed, match="You brought .* into the portal yourself"):
        change_manager(**change, by=admin.person)
    assert manager_of("E1") == "M1"
    change_manager(**change, by=UserFactory(roles=[Role.LD_ADMIN]).person)
    assert manager_of("E1") == "M9"


def test_nor_as_cover_for_a_manager(admin: User) -> None:
    bring(admin, row("M9"))
    people = {person.employee_number: person for person in Person.objects.all()}
    days = {"start_date": NOW.date(), "end_date": NOW.date(), "reason": "Leave", "today": NOW.date(), "now": NOW}
    with pytest.raises(NotAllowed, match="You brought .* into the portal yourself"):
        name_cover(manager=people["M1"], cover=people["M9"], by=admin.person, **days)
    assert not Cover.objects.exists()
    name_cover(manager=people["M1"], cover=people["M9"], by=people["M1"], **days)
    assert Cover.objects.exists()
