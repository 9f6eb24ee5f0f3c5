"""The first page: what is next for me, by persona, with true data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bexley_ld.views.home import greeting
from induction import services
from induction.models import Checkpoint, InductionPlan
from people.models import LineManagement, Person, User
from people.roles import Role
from tests.factories.induction import NOW, Pair, pair
from tests.factories.people import PersonFactory, UserFactory, cover, line

DAY = dt.date(2026, 9, 21)


def browser_of(person: Person | None, *roles: str) -> Client:
    client = Client()
    known = User.objects.filter(person=person).first() if person else None
    client.force_login(known or UserFactory(person=person, roles=roles), backend="bexley_ld.accounts.PortalBackend")
    return client


def home_of(person: Person | None, *roles: str) -> str:
    response = browser_of(person, *roles).get("/")
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def two(db: None, on_date: Callable[[dt.date], None]) -> Pair:
    on_date(DAY)
    return pair()


@pytest.mark.parametrize(
    ("hour", "words"),
    [
        (0, "Hello"),
        (4, "Hello"),
        (5, "Good morning"),
        (11, "Good morning"),
        (12, "Good afternoon"),
        (17, "Good afternoon"),
        (18, "Good evening"),
    ],
)
def test_greeting_by_the_time_of_day(hour: int, words: str) -> None:
    assert greeting(hour) == words


def test_a_starter_sees_what_is_next_and_how_far_it_is(two: Pair) -> None:
    words = home_of(two.person)
    assert f"Good morning, {two.person.given_name}" in words
    assert "Next for you" in words
    assert "Mark as ready" in words
    assert "My induction" in words
    assert "0 of 3" in words
    assert "Month 1 of 6" in words


def test_what_waits_on_others_is_named(two: Pair) -> None:
    words = home_of(two.person)
    assert "Waiting for others" in words
    assert two.manager.full_name in words


def test_whoever_has_no_line_manager_reads_who_has_it(two: Pair) -> None:
    LineManagement.objects.filter(person=two.person).delete()
    words = home_of(two.person)
    assert "No line manager is recorded" in words
    assert "Learning and Development" in words


def test_a_manager_sees_what_needs_them(two: Pair) -> None:
    words = home_of(two.manager)
    assert "Your team needs you" in words
    assert two.person.full_name in words
    assert "See all that needs you" in words
    assert "My team" in words


def test_a_cover_sees_it_in_the_dates_only(two: Pair) -> None:
    acting = PersonFactory()
    row = cover(two.manager, acting, dt.date(2026, 9, 14), dt.date(2026, 9, 21))
    assert two.person.full_name in home_of(acting)
    row.end_date = dt.date(2026, 9, 20)
    row.save()
    assert two.person.full_name not in home_of(acting)


def test_a_paused_plan_is_not_due(two: Pair) -> None:
    InductionPlan.objects.update(state="paused")
    words = home_of(two.person)
    assert "Your plan is paused" in words
    assert "You need do nothing until it starts again." in words
    assert "Mark as ready" not in words


def test_a_buddy_finds_the_way(two: Pair) -> None:
    two.plan.buddy = PersonFactory()
    two.plan.save()
    words = home_of(two.plan.buddy)
    assert "You are a buddy" in words
    assert two.plan.get_absolute_url() in words


@pytest.mark.parametrize("role", [Role.COACH, Role.PANEL_MEMBER, Role.ASSESSOR, Role.ASYE_COORDINATOR, None])
def test_others_see_the_common_home_with_true_data(two: Pair, role: str | None) -> None:
    words = home_of(PersonFactory(), *([role] if role else []))
    assert "Nothing is due" in words
    assert "Check that your details are right" in words
    assert two.person.full_name not in words


def test_learning_and_development_see_exceptions_first(two: Pair) -> None:
    LineManagement.objects.all().delete()
    Checkpoint.objects.filter(pk=two.item().pk).update(due_date=DAY - dt.timedelta(days=1))
    words = home_of(PersonFactory(), Role.LD_ADMIN)
    assert "Inductions without a line manager" in words
    assert "Starters without a plan" in words
    assert "0 of 1" in words
    assert two.person.full_name not in words


def test_the_head_of_service_sees_no_small_group(two: Pair) -> None:
    team = two.person.postings.get().team
    head = PersonFactory()
    line(two.manager, head)
    words = home_of(head, Role.HEAD_OF_SERVICE)
    assert team.name not in words
    assert "fewer than 5" in words


def test_the_head_of_service_counts_their_own_line_only(two: Pair) -> None:
    assert "No induction is under way in your line" in home_of(PersonFactory(), Role.HEAD_OF_SERVICE)


def test_an_account_without_a_person_gets_a_page(db: None) -> None:
    assert "Nothing is due" in home_of(None)


def test_queries_do_not_grow_with_the_team(two: Pair) -> None:
    browser = browser_of(two.manager)
    browser.get("/")
    with CaptureQueriesContext(connection) as few:
        browser.get("/")
    for _ in range(9):
        pair(programme=two.plan.version, manager=two.manager)
    with CaptureQueriesContext(connection) as many:
        response = browser.get("/")
    assert len(few) == len(many) <= 10
    assert len(response.content) < 15_000


def test_names_are_shown_as_text(two: Pair) -> None:
    Person.objects.filter(pk=two.person.pk).update(given_name="<script>alert(1)</script>", family_name="اختبار 🎈")
    for person in (two.person, two.manager):
        person.refresh_from_db()
        words = home_of(person)
        assert "<script>alert" not in words
    assert "🎈" in words


def test_a_manager_who_is_a_starter_sees_both(two: Pair) -> None:
    upper = pair(programme=two.plan.version)
    line(PersonFactory(), upper.person)
    LineManagement.objects.filter(person=two.person).update(manager=upper.person)
    words = home_of(upper.person)
    assert "My induction" in words
    assert "Your team needs you" in words


def next_title(words: str) -> str:
    """What the card "Next for you" names."""
    return words.split('id="next-title">')[1].split("<")[0]


def more_items(two: Pair) -> None:
    for title, days, back in [("Late one", -4, False), ("Come back", 60, True), ("Far one", 50, False)]:
        Checkpoint.objects.create(
            plan=two.plan, title=title, section="do", method="shadowing", original_due_date=DAY,
            due_date=DAY + dt.timedelta(days=days), waiting_since=DAY, was_handed_back=back,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("gone", "expected"), [((), "Come back"), (("Come back",), "Late one")], ids=["handed back", "late"]
)
def test_home_and_plan_agree_on_what_is_next(two: Pair, gone: tuple[str, ...], expected: str) -> None:
    more_items(two)
    Checkpoint.objects.filter(title__in=gone).update(state="dropped", waiting_on="nobody")
    home = home_of(two.person)
    plan = browser_of(two.person).get(two.plan.get_absolute_url()).content.decode()
    assert next_title(home) == next_title(plan) == expected
    assert ("Handed back" in home) is (not gone)
    assert "Far one" not in home


def test_overdue_comes_before_a_signature_and_that_before_what_is_to_come(two: Pair) -> None:
    item = two.item("manager")
    services.mark_ready(checkpoint_id=item.pk, by=two.manager, version=item.version, note="Shown", today=DAY, now=NOW)
    Checkpoint.objects.filter(pk=two.item().pk).update(due_date=DAY + dt.timedelta(days=1))
    assert next_title(home_of(two.person)) == item.title
    Checkpoint.objects.filter(pk=two.item().pk).update(due_date=DAY - dt.timedelta(days=1))
    assert next_title(home_of(two.person)) == two.item().title


def test_the_day_to_answer_by_is_never_called_due(two: Pair) -> None:
    item = two.item()
    Checkpoint.objects.filter(pk=item.pk).update(due_date=DAY - dt.timedelta(days=3))
    services.mark_ready(checkpoint_id=item.pk, by=two.person, version=item.version, note="x", today=DAY, now=NOW)
    Checkpoint.objects.filter(pk=item.pk).update(answer_by=DAY + dt.timedelta(days=40))
    words = home_of(two.manager)
    assert "Answer by" in words
    assert "31 October 2026" in words
    assert "Due 31 October 2026" not in words
    assert "18 September 2026" in words
    for person in (two.manager, two.person):
        assert "Due Saturday 31 October 2026" not in home_of(person)
    queue = browser_of(two.manager).get("/team/").content.decode()
    assert "Answer by 31 October 2026" in queue
    assert "Due 18 September 2026" in queue


@pytest.mark.parametrize(("answer_in", "says"), [(0, False), (5, False), (-1, True)])
def test_ready_and_past_its_date_is_late_only_once_the_answer_is(two: Pair, answer_in: int, says: bool) -> None:
    """Home, the queue, the team's table, the plan, the item and the overview say the same."""
    item = two.item()
    Checkpoint.objects.filter(pk=item.pk).update(due_date=DAY - dt.timedelta(days=3))
    services.mark_ready(checkpoint_id=item.pk, by=two.person, version=item.version, note="x", today=DAY, now=NOW)
    Checkpoint.objects.filter(pk=item.pk).update(answer_by=DAY + dt.timedelta(days=answer_in))
    learning = UserFactory(roles=[Role.LD_ADMIN]).person
    expected = {
        (two.manager, "/"): "1 day late",
        (two.manager, "/team/"): "1 day late",
        (two.person, two.plan.get_absolute_url()): "1 thing is late.",
        (two.manager, two.plan.get_absolute_url()): "1 thing is late.",
        (two.person, item.get_absolute_url()): "1 day late",
        (learning, "/induction/overview/"): "Something late</span>",
    }
    for (reader, page), words in expected.items():
        shown = browser_of(reader).get(page).content.decode()
        assert (words in shown) is says, page
        assert "3 days late" not in shown
    table = browser_of(two.manager).get("/team/").content.decode().split('data-label="Late">')[1].split("</td>")[0]
    assert ("1 late" in table) is says


def test_a_proposal_says_what_it_is(two: Pair) -> None:
    item = two.item()
    services.propose_drop(
        checkpoint_id=item.pk, by=two.person, version=item.version, reason="Known", today=DAY, now=NOW
    )
    assert f"{two.manager.given_name} answers your proposal" in home_of(two.person)
    assert f"Answer {two.person.given_name}’s proposal" in browser_of(two.manager).get("/team/").content.decode()


def test_a_plan_to_agree_is_shown_however_far_its_date(two: Pair) -> None:
    InductionPlan.objects.update(state="completed", closed_date=DAY)
    far = pair(programme=two.plan.version, manager=two.manager, agreed=False, today=DAY)
    InductionPlan.objects.filter(pk=far.plan.pk).update(agree_by=DAY + dt.timedelta(days=90))
    Checkpoint.objects.filter(plan=far.plan).update(due_date=DAY + dt.timedelta(days=90))
    for page in ("/", "/team/"):
        assert "Agree the induction plan" in browser_of(two.manager).get(page).content.decode()
    assert "Agree the plan together" in home_of(far.person)


def test_months_are_counted_to_the_end_that_counts(two: Pair) -> None:
    InductionPlan.objects.update(end_date=dt.date(2027, 6, 1))
    assert "Month 1 of 9" in home_of(two.person)
