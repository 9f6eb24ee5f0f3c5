"""Who hears of cover and of another line manager, when, and in which words."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.core import mail as django_mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bexley_ld.notices import OVER, TAKEN_BACK, send
from notifications import tasks
from notifications.models import OutgoingMail
from people.models import Cover, LineManagement, Person
from people.notices import LineChange, LinesChanged
from people.roles import Role
from people.services import end_cover, name_cover
from tests.factories.people import JobRoleFactory, PersonFactory, TeamFactory, UserFactory, line
from tests.people.test_staff_import import NOW, bring_in, row

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
COVER, LINE = "people.cover_changed", "people.line_changed"


@pytest.fixture
def manager() -> Person:
    person = UserFactory(person__given_name="Mona").person
    line(PersonFactory(given_name="Rhea"), person)
    return person


@pytest.fixture
def stand_in() -> Person:
    return UserFactory(person__given_name="Cova").person


def name(
    manager: Person, someone: Person, by: Person | None = None, *, start: int = 7, end: int = 14, after=0
) -> Cover:
    days = {"start_date": TODAY + start * DAY, "end_date": TODAY + end * DAY}
    at = NOW + after * MINUTE
    return name_cover(manager=manager, cover=someone, reason="Away", by=by or manager, today=at.date(), now=at, **days)


def end(cover: Cover, by: Person, *, after: int = 0) -> None:
    at = NOW + after * MINUTE
    end_cover(cover=cover, by=by, today=at.date(), now=at)


def drain(*, after: int) -> list[django_mail.EmailMessage]:
    """What left so many minutes later."""
    with time_machine.travel(NOW + after * MINUTE, tick=False):
        tasks.drain_mail()
    return django_mail.outbox


def test_whoever_is_named_hears_of_it_after_a_quarter_of_an_hour(manager: Person, stand_in: Person) -> None:
    name(manager, stand_in)
    assert not drain(after=14)
    (sent,) = drain(after=15)
    assert sent.to == [stand_in.email]
    assert sent.subject == f"You cover for {manager.full_name} from 30 November 2026"
    assert "30 November 2026 to 7 December 2026" in sent.body
    assert "/me/#cover" in sent.body
    assert "Away" not in sent.body
    assert f"{manager.full_name} has named you to act for them:" in sent.body
    assert "You are named to cover, or were." in sent.body
    assert "This e-mail always comes and cannot be switched off. It changes who sees and signs for whom." in sent.body


def test_what_is_taken_back_within_the_time_sends_nothing(manager: Person, stand_in: Person) -> None:
    end(name(manager, stand_in), manager, after=10)
    assert not drain(after=60)
    assert [(one.state, one.reason) for one in OutgoingMail.objects.all()] == [("dropped", OVER)]


def test_other_days_within_the_time_are_one_message_with_the_last_of_them(manager: Person, stand_in: Person) -> None:
    end(name(manager, stand_in), manager, after=5)
    name(manager, stand_in, start=8, end=9, after=6)
    (sent,) = drain(after=30)
    assert "1 December 2026 to 2 December 2026" in sent.body
    assert "30 November" not in sent.body


def test_other_days_after_it_and_the_end_are_told_too(manager: Person, stand_in: Person) -> None:
    first = name(manager, stand_in)
    drain(after=15)
    end(first, manager, after=60)
    second = name(manager, stand_in, start=8, end=9, after=61)
    changed = drain(after=90)[-1]
    assert "has changed the days on which you act for them. They are now:" in changed.body
    assert changed.subject == f"Other days on which you cover for {manager.full_name}"
    assert "1 December 2026 to 2 December 2026" in changed.body
    end(second, manager, after=120)
    ended = drain(after=150)[-1]
    assert ended.subject == f"You no longer cover for {manager.full_name}"
    assert len(django_mail.outbox) == 3


def test_days_put_back_as_they_were_are_no_news(manager: Person, stand_in: Person) -> None:
    first = name(manager, stand_in)
    drain(after=15)
    end(first, manager, after=60)
    name(manager, stand_in, after=61)
    assert len(drain(after=90)) == 1
    assert OutgoingMail.objects.get(state="dropped").reason == TAKEN_BACK


def test_cover_that_is_over_before_the_message_leaves_is_not_told(manager: Person, stand_in: Person) -> None:
    name(manager, stand_in, start=0, end=1)
    assert not drain(after=2 * 24 * 60)
    assert OutgoingMail.objects.get().reason == OVER


def test_who_hands_cover_back_tells_the_manager(manager: Person, stand_in: Person) -> None:
    cover = name(manager, stand_in)
    drain(after=15)
    end(cover, stand_in, after=60)
    sent = drain(after=90)[-1]
    assert sent.to == [manager.email]
    assert f"{stand_in.full_name} has ended their cover for you. It was for:" in " ".join(sent.body.split())


def test_learning_tells_the_two_and_the_team(manager: Person, stand_in: Person) -> None:
    learning = UserFactory(roles=[Role.LD_ADMIN]).person
    cover = name(manager, stand_in, learning)
    sent = {one.to[0]: one for one in drain(after=15)}
    assert len(sent) == 3
    assert f"named {stand_in.full_name} to act for you" in " ".join(sent[manager.email].body.split())
    assert "of Learning and Development" in sent[stand_in.email].body
    end(cover, learning, after=60)
    assert len(drain(after=90)) == 6
    assert {one.subject for one in django_mail.outbox[3:]} == {
        f"Cover for {manager.full_name} has ended",
        f"You no longer cover for {manager.full_name}",
    }


def test_asking_again_takes_the_same_queries_for_many(manager: Person, stand_in: Person) -> None:
    from bexley_ld.notices import refresh_covers  # noqa: PLC0415 - as the drain calls it

    counts = []
    for start in (7, 20):
        name(manager, PersonFactory(), start=start, end=start + 1)
        mails = list(OutgoingMail.objects.select_related("recipient").filter(kind=COVER))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(refresh_covers(mails, NOW)) == len(mails)
        counts.append(len(queries))
    assert counts == [2, 2]


@pytest.fixture
def _places() -> None:
    TeamFactory(code="T-ONE", name="Team One")
    JobRoleFactory(code="JR-SW", title="Social Worker")


def told() -> dict[str, OutgoingMail]:
    return {one.recipient.employee_number: one for one in OutgoingMail.objects.filter(kind=LINE)}


@pytest.mark.usefixtures("_places")
def test_the_first_file_about_someone_tells_nobody() -> None:
    bring_in(row("E1"), row("E2", manager_employee_number="E1"))
    bring_in(row("E3", manager_employee_number="E1"))
    assert not told()


@pytest.mark.usefixtures("_places")
def test_another_manager_in_a_file_is_one_message_for_each_of_the_three() -> None:
    bring_in(row("M1"), row("M2"), *(row(f"E{n}", manager_employee_number="M1") for n in range(4)))
    bring_in(
        *(row(f"E{n}", manager_employee_number="M2") for n in range(3)),
        row("E3", given_name="Zoe", manager_employee_number="M1"),
    )
    found = told()
    assert set(found) == {"M1", "M2", "E0", "E1", "E2"}
    assert OutgoingMail.objects.filter(kind=LINE).count() == 5
    for number in ("M1", "M2"):
        assert "HR's file has changed 3 line managers" in found[number].text_body
    assert found["E0"].subject == "Your line manager in the portal changes"
    assert f"You, from 23 November 2026: {Person.objects.get(employee_number='M2').full_name}" in found["E0"].text_body


@pytest.mark.usefixtures("_places")
def test_nobody_for_now_and_somebody_again_are_told() -> None:
    bring_in(row("M1"), row("E1", manager_employee_number="M1"))
    bring_in(row("E1"), now=NOW + MINUTE)
    assert not LineManagement.objects.on(TODAY).exists()
    assert "from 23 November 2026: nobody for now (before: you)" in told()["M1"].text_body
    bring_in(row("E1", manager_employee_number="M1"), row("M1", given_name="Zoe"), now=NOW + DAY)
    assert "you (before: nobody)" in told()["M1"].text_body
    bring_in(row("E1", given_name="Ann", manager_employee_number="M1"), now=NOW + 2 * DAY)
    assert OutgoingMail.objects.filter(kind=LINE).count() == 4


@pytest.mark.usefixtures("_places")
@pytest.mark.wide
def test_many_changes_take_as_many_queries_as_few() -> None:
    bring_in(row("M1"), row("M2"), *(row(f"E{n}", manager_employee_number="M1") for n in range(35)))
    counts = []
    for numbers, manager, day in ((range(5), "M2", 1), (range(5, 35), "M2", 2)):
        with CaptureQueriesContext(connection) as queries:
            bring_in(*(row(f"E{n}", manager_employee_number=manager) for n in numbers), now=NOW + day * DAY)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_what_concerns_whom_is_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """2,000 changes of one file took 7 seconds while each reader was looked for in all of them."""
    compared = []
    is_same = Person.__eq__
    monkeypatch.setattr(Person, "__eq__", lambda one, other: compared.append(1) or is_same(one, other))
    people = PersonFactory.create_batch(40)
    changes = tuple(LineChange(person, None, people[0], TODAY) for person in people[1:])
    send(LinesChanged(changes, by=None, is_hr_file=True), NOW)
    told = {one.recipient_id: one.text_body for one in OutgoingMail.objects.filter(kind=LINE)}
    assert "39 line managers" in told[people[0].pk]
    assert all("changed a line manager" in told[person.pk] for person in people[1:])
    # A few for each mail that is written and each of its lines.
    assert len(compared) < 20 * len(changes)
