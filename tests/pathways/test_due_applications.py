"""What is due of applications, of whom and when: one line a state, as the sweep, home and the queue read it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest

from notifications.due import DueItem
from notifications.registry import due_rules
from pathways.models import Application, Intake
from people.models import Person
from tests.factories.pathways import RouteFactory, intake_of
from tests.factories.people import PersonFactory, cover, line

TODAY = dt.date(2026, 11, 25)
NOW = dt.datetime(2026, 11, 25, 9, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
KINDS = ("draft_closes", "to_support", "to_answer", "on_the_desk", "next_in_line")

pytestmark = pytest.mark.django_db


@dataclass
class Pair:
    """Somebody with a manager, and an intake that is open."""

    person: Person
    manager: Person
    intake: Intake

    def has(self, state: str, **columns: Any) -> Application:
        if state in {"offered", "accepted", "enrolled", "on_break", "completed"}:
            columns = {"place": 1, **columns}
        sent = None if state == "draft" else NOW
        data = {"person": self.person, "intake": self.intake, "created_at": NOW, "saved_at": NOW, "sent_at": sent}
        return Application.objects.create(**{**data, "state": state, "answer_by": TODAY + 9 * DAY, **columns})


@pytest.fixture
def pair() -> Pair:
    person, manager = PersonFactory(), PersonFactory()
    line(person, manager)
    return Pair(person, manager, intake_of(RouteFactory(), start=TODAY + 40 * DAY, today=TODAY, places=1))


def found(today: dt.date = TODAY) -> dict[str, DueItem]:
    rules = {rule.kind.removeprefix("pathways."): rule for rule in due_rules()}
    return {kind: item for kind in KINDS for item in rules[kind].items(rules[kind].find(today=today))}


@pytest.mark.parametrize(
    ("state", "kind", "side"),
    [
        ("draft", "draft_closes", "person"),
        ("with_manager", "to_support", "manager"),
        ("returned", "to_answer", "person"),
        ("offered", "to_answer", "person"),
        ("with_learning", "on_the_desk", "learning"),
        ("considered", "on_the_desk", "learning"),
        ("with_panel", "on_the_desk", "learning"),
        ("recommended", "on_the_desk", "learning"),
        ("accepted", "on_the_desk", "learning"),
        ("reserve", "next_in_line", "learning"),
        *(
            (state, "", "")
            for state in (
                *("enrolled", "on_break", "completed", "left", "declined", "not_supported", "offer_declined"),
                *("lapsed", "withdrawn"),
            )
        ),
    ],
)
def test_each_state_is_due_of_whoever_has_it(pair: Pair, state: str, kind: str, side: str) -> None:
    pair.has(state, reserve_position=1 if state == "reserve" else None)
    items = found()
    assert list(items) == ([kind] if kind else [])
    for item in items.values():
        assert item.holder_ids == {"person": (pair.person.pk,), "manager": (pair.manager.pk,), "learning": ()}[side]
        assert item.is_with_learning == (side == "learning")
        assert item.label == "Application", "what is applied for stands in no mail"
        days = {"draft": pair.intake.closes_date, "reserve": pair.intake.decide_date}
        assert item.due_on == days.get(state, TODAY + 9 * DAY)


def test_every_state_is_in_the_table_above() -> None:
    states = {row[0] for row in test_each_state_is_due_of_whoever_has_it.pytestmark[0].args[1]}
    assert states | {"approved"} == set(Application.State.values), "a step is approved, an intake is not"


@pytest.mark.parametrize("days", [-2, 8], ids=["not open yet", "closed"])
def test_a_draft_is_due_only_while_it_can_be_sent(pair: Pair, days: int) -> None:
    pair.has("draft")
    assert found(TODAY + days * DAY) == {}


def test_a_cover_gives_the_view_meanwhile_and_without_a_manager_learning_does(pair: Pair) -> None:
    pair.has("with_manager")
    deputy = PersonFactory()
    cover(pair.manager, deputy, TODAY, TODAY)
    assert found()["to_support"].holder_ids == (deputy.pk,)
    pair.person.manager_lines.all().delete()
    assert found()["to_support"].has_no_manager


@pytest.mark.parametrize(
    ("place_of_other", "starts_in", "is_due"),
    [(None, 40, True), (1, 40, False), (None, 0, True), (None, -1, False)],
    ids=["a place is free", "no place is free", "on the day of the start", "it has begun"],
)
def test_who_is_next_in_line_is_due_while_a_place_is_free(
    pair: Pair, place_of_other: int | None, starts_in: int, is_due: bool
) -> None:
    first = pair.has("reserve", reserve_position=1)
    pair.has("reserve", person=PersonFactory(), reserve_position=2)
    if place_of_other:
        pair.has("accepted", person=PersonFactory(), place=place_of_other)
    start = pair.intake.start_date - starts_in * DAY
    item = found(start).get("next_in_line")
    assert (item is not None) == is_due
    if item:
        assert item.subject_id == first.pk


def test_who_has_left_hears_nothing(pair: Pair) -> None:
    pair.has("offered")
    Person.objects.filter(pk=pair.person.pk).update(deactivated_at=NOW)
    assert found() == {}
