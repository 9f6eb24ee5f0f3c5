"""Nothing open without somebody who can act on it: asked each morning, and shown to Learning and Development."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from induction import services
from induction.models import InductionPlan
from people.models import LineManagement, Person, User
from people.roles import Role
from reminders import registry
from reminders.models import SweepRun
from reminders.services import sweep
from tests.factories import induction as make
from tests.factories.people import PersonFactory, UserFactory, cover, line
from tests.induction.conftest import browser_of, words_of

pytestmark = [pytest.mark.django_db, pytest.mark.wide]
NOW = dt.datetime.combine(make.TODAY, dt.time(9), tzinfo=dt.UTC)
WHEN = {"today": make.TODAY, "now": NOW}


def close(person: Person) -> None:
    """A superuser closes the account in the admin; the person has not left."""
    UserFactory(person=person, is_active=False)


def leave_by_hand(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(deactivated_at=NOW)


def as_it_should_be(pair: make.Pair) -> None:
    UserFactory(person=pair.person)


def starters_account_closed(pair: make.Pair) -> None:
    close(pair.person)


def starter_left(pair: make.Pair) -> None:
    leave_by_hand(pair.person)


def managers_account_closed(pair: make.Pair) -> None:
    close(pair.manager)


def manager_closed_and_cover_acts(pair: make.Pair) -> None:
    close(pair.manager)
    cover(pair.manager, UserFactory().person, make.TODAY)


def manager_and_cover_closed(pair: make.Pair) -> None:
    close(pair.manager)
    deputy = PersonFactory()
    close(deputy)
    cover(pair.manager, deputy, make.TODAY)


def cover_is_over(pair: make.Pair) -> None:
    close(pair.manager)
    cover(pair.manager, PersonFactory(), make.TODAY - dt.timedelta(days=9), make.TODAY - dt.timedelta(days=1))


def no_manager(pair: make.Pair) -> None:
    """L&D's already, under its own heading."""
    LineManagement.objects.filter(person=pair.person).delete()


def manager_left(pair: make.Pair) -> None:
    leave_by_hand(pair.manager)


def another_manager(pair: make.Pair) -> None:
    close(pair.manager)
    LineManagement.objects.filter(person=pair.person).delete()
    line(pair.person, PersonFactory())


CASES = [
    (as_it_should_be, None),
    (starters_account_closed, "their account is closed"),
    (starter_left, "has left, but the plan is still open"),
    (managers_account_closed, "account is closed and nobody covers"),
    (manager_closed_and_cover_acts, None),
    (manager_and_cover_closed, "account is closed and nobody covers"),
    (cover_is_over, "account is closed and nobody covers"),
    (no_manager, None),
    (manager_left, None),
    (another_manager, None),
]


@pytest.mark.parametrize(("change", "reason"), CASES, ids=[case.__name__ for case, _ in CASES])
def test_who_can_act_on_what_is_open(change: object, reason: str | None, on_date: object) -> None:
    on_date(make.TODAY)
    pair = make.pair(today=make.TODAY)
    make.pair(today=make.TODAY)  # another, as it should be
    change(pair)
    lost = list(InductionPlan.objects.without_holder(today=make.TODAY))
    is_excepted = InductionPlan.objects.without_manager(today=make.TODAY).filter(pk=pair.plan.pk).exists()
    words = words_of(browser_of(PersonFactory(), Role.LD_ADMIN).get(reverse("induction:overview")))
    assert is_excepted is (change in {no_manager, manager_left})
    if reason is None:
        assert lost == []
        assert "Nobody can act" not in words
        services.check_holders(**WHEN)
        return
    assert lost == [pair.plan]
    assert "Nobody can act" in words
    assert reason in words.replace("&#x27;", "'")
    with pytest.raises(services.OpenWithoutHolder, match=rf"plans {pair.plan.pk}\.$"):
        services.check_holders(**WHEN)


def test_closed_plans_need_nobody() -> None:
    pair = make.pair(today=make.TODAY)
    close(pair.person)
    type(pair.plan).objects.update(state="completed", closed_date=make.TODAY)
    services.check_holders(**WHEN)


def test_the_morning_closes_what_leavers_held_before_it_is_checked() -> None:
    duties = list(registry.daily_duties())
    assert duties.index("induction.services.stop_plans_of_leavers") < duties.index("induction.services.check_holders")


def test_the_sweep_tells_and_goes_on(on_date: object) -> None:
    on_date(make.TODAY)
    pair = make.pair(today=make.TODAY)
    close(pair.manager)
    sweep(for_date=make.TODAY, now=NOW)
    failures = SweepRun.objects.get().failures
    assert failures == {
        "induction.services.check_holders": f"OpenWithoutHolder: Nobody can act on induction plans {pair.plan.pk}."
    }
    User.objects.update(is_active=True)
    sweep(for_date=make.TODAY, now=NOW)
    assert SweepRun.objects.get().failures == {}
