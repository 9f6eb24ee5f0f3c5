"""Lines, cover, leaving and access roles: what is written, what is refused, what the history tells."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from bexley_ld.starter import load_groups
from notifications.models import OutgoingMail
from people.models import Cover, LineManagement, Person, RoleGrant, User
from people.roles import Role
from people.rules import Conflict, NotAllowed
from people.services import (
    answer_grant,
    change_manager,
    deactivate_due,
    end_cover,
    grant_role,
    name_cover,
    remove_role,
)
from tests.factories.people import PersonFactory, UserFactory, cover, line

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 9, 0, tzinfo=dt.UTC)
TODAY = NOW.date()


def day(number: int) -> dt.date:
    return TODAY + dt.timedelta(days=number)


@pytest.fixture
def learning() -> User:
    return UserFactory(roles=[Role.LD_ADMIN])


def move(person: Person, manager: Person | None, learning: User, *, from_date: dt.date = TODAY) -> None:
    change_manager(person=person, manager=manager, from_date=from_date, by=learning.person, today=TODAY, now=NOW)


def test_a_change_of_manager_leaves_no_day_without_and_none_with_two(learning: User) -> None:
    person, first, second = PersonFactory(), PersonFactory(), PersonFactory()
    line(person, first)
    move(person, second, learning, from_date=day(7))
    for number, manager in ((0, first), (6, first), (7, second), (500, second)):
        assert LineManagement.objects.on(day(number)).get(person=person).manager == manager
    entry = AuditEntry.objects.get(chain=f"person:{person.pk}")
    assert (entry.facts["old"], entry.facts["new"]) == (first.full_name, second.full_name)
    assert entry.actor_id == learning.person_id
    move(person, second, learning, from_date=day(7))
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize("case", ["self", "loop", "left", "past", "not L&D", "leaver"])
def test_changes_of_manager_that_are_refused(learning: User, case: str) -> None:
    person, manager, low = PersonFactory(), PersonFactory(), PersonFactory()
    line(low, manager)
    line(manager, person)
    new = {"self": person, "loop": low, "left": PersonFactory(deactivated_at=NOW)}.get(case, PersonFactory())
    by = UserFactory() if case == "not L&D" else learning
    if case == "leaver":
        Person.objects.filter(pk=person.pk).update(deactivated_at=NOW)
    with pytest.raises(NotAllowed):
        move(person, new, by, from_date=day(-1) if case == "past" else TODAY)
    assert not LineManagement.objects.filter(person=person).exists()
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("case", ["as the manager", "for themself", "as who covers"])
def test_learning_gives_no_right_to_read_and_sign_to_themself(learning: User, case: str) -> None:
    starter, old, new = PersonFactory(), PersonFactory(), PersonFactory()
    line(starter, old)
    if case == "as the manager":
        new = learning.person
    elif case == "for themself":
        starter = learning.person
    else:
        cover(new, by=learning.person, start=day(3), end=day(9))
    with pytest.raises(NotAllowed, match="Ask another Learning and Development admin"):
        move(starter, new, learning)
    assert not LineManagement.objects.filter(manager=new).exists()
    move(starter, new, UserFactory(roles=[Role.LD_ADMIN]))
    assert LineManagement.objects.get(manager=new).person == starter


def test_an_admin_who_manages_people_names_their_own_cover(learning: User) -> None:
    line(PersonFactory(), learning.person)
    name(learning.person, PersonFactory(), learning.person)
    row = Cover.objects.get()
    assert row.manager == learning.person
    assert [mail.recipient for mail in OutgoingMail.objects.all()] == [row.cover]


def test_all_whom_a_change_of_line_concerns_are_told(learning: User) -> None:
    starter, old, new = (PersonFactory() for _ in range(3))
    line(starter, old)
    move(starter, new, learning)
    told = OutgoingMail.objects.filter(kind="people.line_changed")
    assert {mail.recipient_id for mail in told} == {starter.pk, old.pk, new.pk}
    for mail in told:
        assert (old.full_name in mail.text_body) is (mail.recipient != old)
        assert (new.full_name in mail.text_body) is (mail.recipient != new)
        assert "Learning and Development" in mail.text_body


def name(manager: Person, someone: Person, by: Person, start: int = 0, end: int = 7) -> Cover:
    return name_cover(
        manager=manager,
        cover=someone,
        start_date=day(start),
        end_date=day(end),
        reason="Away",
        by=by,
        today=TODAY,
        now=NOW,
    )


def test_a_manager_names_cover_even_from_the_own_reports() -> None:
    manager = UserFactory().person
    report = PersonFactory()
    line(report, manager)
    name(manager, report, manager)
    assert list(Person.objects.covered_by(report, today=TODAY)) == []
    assert AuditEntry.objects.get().verb == "people.cover_named"


@pytest.mark.parametrize(
    "case", ["self", "past", "backwards", "too long", "overlap", "left", "stranger", "nobody reports", "L&D for itself"]
)
def test_cover_that_is_refused(learning: User, case: str) -> None:
    manager, someone = UserFactory().person, UserFactory().person
    by, start, end = manager, 0, 7
    if case == "nobody reports":
        line(PersonFactory(), manager, end=day(-1))
    else:
        line(PersonFactory(), manager)
    if case == "self":
        someone = manager
    elif case == "past":
        start = -1
    elif case == "backwards":
        start, end = 5, 4
    elif case == "too long":
        end = 367
    elif case == "overlap":
        cover(manager, by=PersonFactory(), start=day(7), end=day(9))
    elif case == "left":
        Person.objects.filter(pk=someone.pk).update(deactivated_at=NOW)
        someone.refresh_from_db()
    elif case == "L&D for itself":
        by = someone = learning.person
    elif case == "stranger":
        by = someone
    before = Cover.objects.count()
    with pytest.raises(NotAllowed):
        name(manager, someone, by, start, end)
    assert Cover.objects.count() == before


def test_cover_side_by_side_is_fine() -> None:
    manager = UserFactory().person
    line(PersonFactory(), manager)
    name(manager, PersonFactory(), manager, 0, 6)
    name(manager, PersonFactory(), manager, 7, 9)
    assert Cover.objects.count() == 2


def test_ended_cover_gives_no_right_the_same_day() -> None:
    manager, someone, report = UserFactory().person, UserFactory().person, PersonFactory()
    line(report, manager)
    row = cover(manager, by=someone, start=day(-3), end=day(3))
    assert list(Person.objects.covered_by(someone, today=TODAY)) == [report]
    end_cover(cover=row, by=someone, today=TODAY, now=NOW)
    end_cover(cover=row, by=someone, today=TODAY, now=NOW)
    assert list(Person.objects.covered_by(someone, today=TODAY)) == []
    assert AuditEntry.objects.count() == 1
    with pytest.raises(NotAllowed):
        end_cover(
            cover=cover(manager, by=someone, start=day(1), end=day(3)), by=UserFactory().person, today=TODAY, now=NOW
        )


def test_leaving_ends_account_session_cover_and_reports() -> None:
    user = UserFactory()
    report, other = PersonFactory(), PersonFactory()
    line(report, user.person)
    line(PersonFactory(), user.person, start=day(3))
    cover(other, by=user.person, start=day(-3), end=day(3))
    cover(other, by=user.person, start=day(5), end=day(6))
    client = Client()
    client.force_login(user)
    assert client.get(reverse("people:me")).status_code == 200
    Person.objects.filter(pk=user.person_id).update(leaving_date=TODAY)
    assert [deactivate_due(today=TODAY, now=NOW) for _ in range(2)] == [1, 0]
    assert client.get(reverse("people:me")).status_code == 302
    assert not User.objects.get(pk=user.pk).is_active
    assert Cover.objects.get().end_date == TODAY
    assert not LineManagement.objects.filter(manager=user.person).since(day(1)).exists()
    assert AuditEntry.objects.filter(verb="people.person_left").count() == 1


def grant(user: User, role: str, by: User) -> RoleGrant:
    return grant_role(user=user, role=role, reason="Needed", by=by, now=NOW)


def test_a_ruling_role_needs_a_second_admin(learning: User) -> None:
    user, second = UserFactory(), UserFactory(roles=[Role.LD_ADMIN])
    asked = grant(user, Role.LD_ADMIN, learning)
    assert not User.objects.get(pk=user.pk).has_role(Role.LD_ADMIN)
    with pytest.raises(Conflict):
        grant(user, Role.LD_ADMIN, second)
    for by in (learning, user, UserFactory()):
        with pytest.raises(NotAllowed):
            answer_grant(grant=asked, approve=True, by=by, now=NOW)
    answer_grant(grant=asked, approve=True, by=second, now=NOW)
    fresh = User.objects.get(pk=user.pk)
    assert fresh.has_role(Role.LD_ADMIN)
    assert fresh.is_staff
    with pytest.raises(Conflict):
        answer_grant(grant=asked, approve=False, by=second, now=NOW)
    remove_role(user=fresh, role=Role.LD_ADMIN, by=second, now=NOW)
    assert not User.objects.get(pk=user.pk).is_staff
    assert list(AuditEntry.objects.filter(chain=f"person:{user.person_id}").values_list("verb", flat=True)) == [
        "people.role_requested",
        "people.role_granted",
        "people.role_removed",
    ]


def test_a_refused_request_gives_nothing(learning: User) -> None:
    user = UserFactory()
    asked = grant(user, Role.LD_ADMIN, learning)
    answer_grant(grant=asked, approve=False, by=UserFactory(roles=[Role.LD_ADMIN]), now=NOW)
    assert not User.objects.get(pk=user.pk).has_role(Role.LD_ADMIN)


@pytest.mark.parametrize("case", ["own", "above", "not an admin", "no such role"])
def test_grants_that_are_refused(learning: User, case: str) -> None:
    user = {"own": learning, "above": UserFactory(is_superuser=True)}.get(case) or UserFactory()
    by = UserFactory() if case == "not an admin" else learning
    with pytest.raises(NotAllowed):
        grant(user, "emperor" if case == "no such role" else Role.COACH, by)
    assert not RoleGrant.objects.exists()


def test_the_admin_asks_and_a_second_one_agrees(learning: User) -> None:
    User.objects.filter(pk=learning.pk).update(is_staff=True)
    second, user = UserFactory(roles=[Role.LD_ADMIN], is_staff=True), UserFactory()
    client = Client()
    client.force_login(learning)
    data = {"user": user.pk, "role": Role.LD_ADMIN.value, "reason": "Joins the team"}
    assert client.post(reverse("admin:people_rolegrant_add"), data).status_code == 302
    asked = RoleGrant.objects.get()
    action = {"action": "approve", "_selected_action": [asked.pk]}
    client.post(reverse("admin:people_rolegrant_changelist"), action)
    assert not User.objects.get(pk=user.pk).has_role(Role.LD_ADMIN)
    client.force_login(second)
    client.post(reverse("admin:people_rolegrant_changelist"), action)
    assert User.objects.get(pk=user.pk).has_role(Role.LD_ADMIN)
    own = {"user": second.pk, "role": Role.COACH.value, "reason": "For me"}
    assert client.post(reverse("admin:people_rolegrant_add"), own).status_code == 403


@pytest.mark.parametrize(
    "model", ["person", "user", "importrun", "rolegrant", "team", "jobrole", "directorate", "qualification"]
)
def test_the_admin_deletes_nobody_and_opens_for_learning(learning: User, model: str) -> None:
    User.objects.filter(pk=learning.pk).update(is_staff=True)
    client = Client()
    client.force_login(learning)
    page = client.get(reverse(f"admin:people_{model}_changelist"))
    assert page.status_code == 200
    assert b"delete_selected" not in page.content


def test_accounts_and_people_are_read_only_in_the_admin(learning: User) -> None:
    User.objects.filter(pk=learning.pk).update(is_staff=True)
    client = Client()
    client.force_login(learning)
    user = UserFactory()
    answer = client.post(reverse("admin:people_user_change", args=[user.pk]), {"is_superuser": "on"})
    assert answer.status_code == 403
    assert client.get(reverse("admin:people_user_change", args=[user.pk])).status_code == 200
    page = client.get(reverse("admin:people_person_change", args=[user.person_id]))
    assert page.status_code == 200
    assert b'name="email"' not in page.content
    assert client.get(reverse("admin:people_person_delete", args=[user.person_id])).status_code == 403


def test_answers_to_requests_are_counted_and_what_cannot_be_taken_back_is_asked_first(client: Client) -> None:
    """On the list of requests: agree, refuse, take away."""
    asker, answerer = (UserFactory(is_staff=True, roles=[Role.LD_ADMIN]) for _ in range(2))
    grants = [grant_role(user=UserFactory(), role=Role.LD_ADMIN, reason="Relief", by=asker, now=NOW) for _ in range(3)]
    address = "/admin/people/rolegrant/"
    load_groups()
    client.force_login(answerer)
    data = {"action": "refuse", "_selected_action": [grants[2].pk]}
    asked = client.post(address, data).content.decode()
    assert "Refuse 1 request?" in asked
    assert f"Learning and Development admin for {grants[2].user}" in asked
    assert not RoleGrant.objects.filter(answered_at__isnull=False).exists()
    assert "1 request refused." in client.post(address, {**data, "confirmed": "yes"}, follow=True).content.decode()
    data = {"action": "approve", "_selected_action": [grant.pk for grant in grants]}
    page = client.post(address, data, follow=True).content.decode()
    assert "2 requests agreed to." in page
    data = {"action": "take_away", "_selected_action": [grants[0].pk]}
    assert "Take 1 role away?" in client.post(address, data).content.decode()
    assert grants[0].user.groups.exists()
    page = client.post(address, {**data, "confirmed": "yes"}, follow=True).content.decode()
    assert "1 role taken away, and the account signed out." in page
    assert not grants[0].user.groups.exists()
