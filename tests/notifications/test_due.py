"""What a due rule tells: who holds a thing today follows from the dated rows of the line, in one query."""

import datetime as dt

import pytest

from notifications import due
from people.models import Person
from tests.factories.people import PersonFactory, cover, line

TODAY = dt.date(2026, 11, 23)
DAY = dt.timedelta(days=1)

pytestmark = pytest.mark.django_db


def find(*, today):
    return due.rows(
        Person.objects.filter(family_name="Due-Sample"),
        today=today,
        person="pk",
        waiting_on=due.Waiting.MANAGER,
        due_on="start_date",
        label="given_name",
    )


RULE = due.DueRule(
    kind="people.example",
    title="Example",
    task="Look at an example",
    subject_type="person",
    url_name="people:person_detail",
    find=find,
    ladder=due.LadderDefaults(),
)


@pytest.fixture
def starter():
    return PersonFactory(family_name="Due-Sample")


def only_item(today=TODAY):
    (item,) = RULE.items(find(today=today))
    return item


def test_line_manager_holds(starter):
    manager, upper = PersonFactory(), PersonFactory()
    line(starter, manager)
    line(manager, upper)
    item = only_item()
    assert (item.holder_ids, item.manager_id, item.cover_id, item.upper_id) == (
        (manager.pk,),
        manager.pk,
        None,
        upper.pk,
    )


def test_change_of_manager_holds_from_its_first_day(starter):
    old, new = PersonFactory(), PersonFactory()
    line(starter, old, end=TODAY - DAY)
    line(starter, new, start=TODAY)
    assert only_item(TODAY - DAY).holder_ids == (old.pk,)
    assert only_item(TODAY).holder_ids == (new.pk,)


def test_cover_acts_within_its_days_and_the_manager_still_may(starter):
    manager, deputy, stranger = PersonFactory(), PersonFactory(), PersonFactory()
    line(starter, manager)
    cover(manager, deputy, TODAY, TODAY + DAY)
    assert only_item(TODAY - DAY).holder_ids == (manager.pk,)
    item = only_item()
    assert item.holder_ids == (deputy.pk,)
    assert [item.is_held_by(person.pk) for person in (manager, deputy, stranger)] == [True, True, False]
    assert only_item(TODAY + 2 * DAY).holder_ids == (manager.pk,)


def test_nobody_covers_for_their_own_manager_on_their_own_item(starter):
    manager = PersonFactory()
    line(starter, manager)
    cover(manager, starter, TODAY)
    assert only_item().holder_ids == (manager.pk,)


def test_cover_of_the_next_level_up(starter):
    manager, upper, deputy = PersonFactory(), PersonFactory(), PersonFactory()
    line(starter, manager)
    line(manager, upper)
    cover(upper, deputy, TODAY)
    assert only_item().acting_upper_id == deputy.pk


def test_no_manager_or_only_one_who_has_left(starter):
    assert only_item().has_no_manager
    gone = PersonFactory(deactivated_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
    line(starter, gone)
    item = only_item()
    assert item.has_no_manager
    assert item.holder_ids == ()
    assert item.is_with_learning


def test_loop_in_the_line_never_leads_back_to_the_person(starter):
    manager = PersonFactory()
    line(starter, manager)
    line(manager, starter)
    assert only_item().upper_id is None


def test_leavers_drop_out(starter):
    Person.objects.filter(pk=starter.pk).update(deactivated_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC))
    assert RULE.items(find(today=TODAY)) == []


def test_one_query_and_one_row_a_thing(django_assert_num_queries):
    for _ in range(5):
        person, manager, deputy, other = (
            PersonFactory(family_name="Due-Sample"), PersonFactory(), PersonFactory(), PersonFactory(),
        )  # fmt: skip
        line(person, manager)
        line(manager, PersonFactory())
        cover(manager, deputy, TODAY)
        cover(manager, other, TODAY - 9 * DAY, TODAY - DAY)
    with django_assert_num_queries(1):
        assert len(RULE.items(find(today=TODAY))) == 5


@pytest.mark.parametrize(
    ("waiting_on", "holders"),
    [
        (due.Waiting.PERSON, ("person",)),
        (due.Waiting.MANAGER, ("manager",)),
        (due.Waiting.BOTH, ("person", "manager")),
        (due.Waiting.LEARNING, ()),
    ],
)
def test_who_is_reminded(waiting_on, holders, starter):
    manager = PersonFactory()
    line(starter, manager)
    people = {"person": starter.pk, "manager": manager.pk}
    (item,) = RULE.items(
        due.rows(
            Person.objects.filter(pk=starter.pk), today=TODAY, person="pk",
            waiting_on=waiting_on, due_on="start_date", label="given_name",
        )
    )  # fmt: skip
    assert item.holder_ids == tuple(people[holder] for holder in holders)
    assert not item.has_no_manager


@pytest.mark.parametrize("kind", ["example", "a.b.c", "app." + "x" * 60])
def test_kind_has_a_form(kind):
    with pytest.raises(ValueError, match="kind"):
        due.DueRule(kind=kind, title="", task="", subject_type="", url_name="", find=find, ladder=due.LadderDefaults())


def test_wording_may_only_use_known_fields():
    with pytest.raises(KeyError):
        due.DueRule(
            kind="a.b", title="", task="", subject_type="", url_name="", find=find,
            ladder=due.LadderDefaults(), line="{salary}",
        )  # fmt: skip
