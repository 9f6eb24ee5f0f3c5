"""What is done about applications each morning without anybody: who is told, withdrawn, deleted, and who is not."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from audit.verification import faults
from notifications.models import OutgoingMail
from pathways.models import Application, ApplicationDecision, Interest
from pathways.services import applying, deciding
from people.models import Person
from reminders.registry import daily_duties
from tests.factories.pathways import RouteFactory, intake_of
from tests.factories.people import PersonFactory

TODAY = dt.date(2026, 11, 25)
NOW = dt.datetime(2026, 11, 25, 5, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
WHEN: dict[str, Any] = {"today": TODAY, "now": NOW}

pytestmark = pytest.mark.django_db


def has(person: Person, state: str, **columns: Any) -> Application:
    intake = intake_of(RouteFactory(), start=TODAY + 40 * DAY, today=TODAY)
    sent = None if state == "draft" else NOW
    place = 1 if state in {"offered", "accepted", "enrolled", "on_break"} else None
    data = {"person": person, "intake": intake, "created_at": NOW, "saved_at": NOW, "sent_at": sent, "place": place}
    return Application.objects.create(**{**data, "state": state, **columns})


def gone() -> Person:
    person = PersonFactory()
    Person.objects.filter(pk=person.pk).update(deactivated_at=NOW - DAY)
    return Person.objects.get(pk=person.pk)


def test_all_of_it_is_called_each_morning() -> None:
    names = {"lapse_offers", "end_reserve_lists", "withdraw_leavers", "delete_old_drafts", "tell_interested"}
    assert names <= {path.rpartition(".")[2] for path in daily_duties() if path.startswith("pathways.")}


@pytest.mark.parametrize(
    ("state", "after"),
    [
        ("with_manager", "withdrawn"),
        ("considered", "withdrawn"),
        ("reserve", "withdrawn"),
        ("accepted", "withdrawn"),
        ("enrolled", "left"),
        ("on_break", "left"),
        ("offered", "offered"),
        ("declined", "declined"),
        ("completed", "completed"),
    ],
)
def test_whoever_leaves_is_withdrawn_and_an_offer_lapses_by_its_date(state: str, after: str) -> None:
    columns = {"reserve_position": 1} if state == "reserve" else {}
    columns |= {"place": 1} if state == "completed" else {}
    left, here = has(gone(), state, **columns), has(PersonFactory(), state, **columns)
    assert deciding.withdraw_leavers(**WHEN) == (state != after)
    assert deciding.withdraw_leavers(**WHEN) == 0
    left.refresh_from_db()
    here.refresh_from_db()
    assert (left.state, here.state) == (after, state)
    if after != state:
        assert (left.place, ApplicationDecision.objects.get().as_side) == (None, "portal")
        assert list(faults()) == []


@pytest.mark.parametrize(
    ("days", "closed", "has_left", "is_deleted"),
    [(31, True, False, True), (31, False, False, False), (29, True, False, False), (31, False, True, True)],
    ids=["old and closed", "can still be sent", "saved lately", "of somebody who has left"],
)
def test_old_drafts_go(days: int, closed: bool, has_left: bool, is_deleted: bool) -> None:
    draft = has(gone() if has_left else PersonFactory(), "draft", saved_at=NOW - days * DAY)
    assert draft.intake is not None
    if closed:
        type(draft.intake).objects.update(opens_date=TODAY - 9 * DAY, closes_date=TODAY - DAY)
    assert applying.delete_old_drafts(**WHEN) == is_deleted
    assert Application.objects.exists() != is_deleted


@pytest.mark.parametrize(
    ("case", "is_told"),
    [
        ("", True),
        ("withdrawn", False),
        ("after it opened", False),
        ("has left", False),
        ("has begun", False),
        ("another route", False),
        ("opens tomorrow", False),
        ("opened long ago", False),
    ],
)
def test_whoever_is_interested_is_told_once_when_an_intake_opens(case: str, is_told: bool) -> None:
    person = gone() if case == "has left" else PersonFactory()
    intake = intake_of(RouteFactory(), start=TODAY + 60 * DAY, today=TODAY)
    opens = {"opens tomorrow": TODAY + DAY, "opened long ago": TODAY - 8 * DAY}.get(case, TODAY)
    type(intake).objects.filter(pk=intake.pk).update(opens_date=opens)
    said = NOW - (0 if case == "after it opened" else 20) * DAY
    route = RouteFactory() if case == "another route" else intake.route
    withdrawn = NOW if case == "withdrawn" else None
    Interest.objects.create(person=person, route=route, expressed_at=said, withdrawn_at=withdrawn)
    if case == "has begun":
        Application.objects.create(person=person, intake=intake, created_at=NOW, saved_at=NOW)
    for day in range(3):
        applying.tell_interested(today=TODAY + day * DAY if case != "opens tomorrow" else TODAY, now=NOW)
    mails = list(OutgoingMail.objects.filter(kind="pathways.intake_open"))
    assert [mail.recipient_id for mail in mails] == ([person.pk] if is_told else [])
    for mail in mails:
        assert intake.route.title not in mail.subject + mail.text_body


@pytest.mark.parametrize(("start", "after"), [(-1, "declined"), (0, "reserve"), (1, "reserve")])
def test_a_reserve_list_ends_when_the_course_has_begun(start: int, after: str) -> None:
    waiting = has(PersonFactory(), "reserve", reserve_position=1)
    type(waiting.intake).objects.filter(pk=waiting.intake_id).update(
        closes_date=TODAY - 9 * DAY,
        opens_date=TODAY - 30 * DAY,
        decide_date=TODAY - 5 * DAY,
        start_date=TODAY + start * DAY,
    )
    for _ in range(2):
        deciding.end_reserve_lists(**WHEN)
    waiting.refresh_from_db()
    assert waiting.state == after
    assert OutgoingMail.objects.filter(recipient=waiting.person).count() == (after == "declined")
    assert list(faults()) == []


def test_what_waits_for_a_date_of_its_intake_moves_with_it() -> None:
    states = ("with_learning", "considered", "recommended", "reserve", "accepted", "with_manager", "offered")
    rows = {state: has(PersonFactory(), state, answer_by=TODAY + 3 * DAY) for state in states}
    for row in rows.values():
        deciding.follow_intake(intake_id=row.intake_id, today=TODAY)
        row.refresh_from_db()
    by_decision = {state: rows[state].answer_by for state in ("with_learning", "considered", "recommended")}
    assert by_decision == {state: rows[state].intake.decide_date for state in by_decision}
    assert {rows[state].answer_by == rows[state].intake.start_date for state in ("reserve", "accepted")} == {True}
    assert {rows[state].answer_by for state in ("with_manager", "offered")} == {TODAY + 3 * DAY}
