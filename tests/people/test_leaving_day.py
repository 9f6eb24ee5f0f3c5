"""A leaving date known beforehand takes effect with that day's sweep."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEntry
from people.models import LineManagement, Person, User
from people.roles import Role
from people.services import deactivate_due
from reminders import registry
from tests.factories import induction as make
from tests.factories.people import JobRoleFactory, PersonFactory, TeamFactory, UserFactory
from tests.people.test_staff_import import bring_in, row

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 11, 20)
NOW = dt.datetime(2026, 11, 20, 8, 0, tzinfo=dt.UTC)


def test_the_daily_duties_deactivate_whoever_leaves_today_and_nobody_else() -> None:
    leaver, stays = PersonFactory(leaving_date=DAY), PersonFactory(leaving_date=DAY + dt.timedelta(days=1))
    for duty in registry.daily_duties().values():
        duty(today=DAY, now=NOW)
    assert list(Person.objects.active().filter(pk__in=[leaver.pk, stays.pk])) == [stays]


def test_who_comes_back_by_hrs_file_has_an_account_and_no_role() -> None:
    TeamFactory(code="T-ONE", name="Team One")
    JobRoleFactory(code="JR-SW", title="Social Worker")
    boss, stays = UserFactory(roles=[Role.LD_ADMIN]), UserFactory(roles=[Role.LD_ADMIN], is_staff=True)
    bring_in(row("E1"), now=NOW)
    user = User.objects.get(person__employee_number="E1")
    user.groups.set(boss.groups.all())
    User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
    Person.objects.filter(pk=user.person_id).update(leaving_date=DAY)
    for _ in range(2):
        deactivate_due(today=DAY, now=NOW)
    removed = AuditEntry.objects.filter(chain=f"person:{user.person_id}", verb="people.role_removed")
    assert [entry.facts["role"] for entry in removed.order_by("sequence")] == [Role.LD_ADMIN, "superuser"]

    bring_in(row("E1"), now=NOW + dt.timedelta(days=30))
    back = User.objects.get(pk=user.pk)
    assert back.is_active
    assert not back.has_role(Role.LD_ADMIN)
    assert not back.is_staff
    assert not back.is_superuser
    untouched = User.objects.get(pk=stays.pk)
    assert untouched.is_staff
    assert untouched.has_role(Role.LD_ADMIN)


def test_reports_of_a_leaver_are_nobodys_and_stand_under_learnings_overview(on_date: Callable[[dt.date], None]) -> None:
    today = make.TODAY
    orphan, managed, later = (make.pair(today=today) for _ in range(3))
    above = PersonFactory()
    LineManagement.objects.create(person=orphan.manager, manager=above, start_date=DAY - dt.timedelta(days=900))
    LineManagement.objects.filter(person=later.person).update(start_date=today + dt.timedelta(days=1))
    Person.objects.filter(pk=orphan.manager.pk).update(leaving_date=today)
    on_date(today)
    learning = UserFactory(roles=[Role.LD_ADMIN])

    def exceptions() -> set[Person]:
        client = Client()
        client.force_login(learning)
        return {plan.person for plan in client.get(reverse("induction:overview")).context["no_manager"]}

    assert exceptions() == {later.person}
    deactivate_due(today=today, now=make.NOW)
    assert exceptions() == {orphan.person, later.person}
    # Nobody inherits them: not on the last day, and not after it.
    tomorrow = today + dt.timedelta(days=1)
    assert not LineManagement.objects.on(tomorrow).filter(person=orphan.person).exists()
    assert not Person.objects.reporting_to(above, today=tomorrow).filter(pk=orphan.person.pk).exists()
    on_date(tomorrow)
    assert exceptions() == {orphan.person}
    assert managed.person not in exceptions()
