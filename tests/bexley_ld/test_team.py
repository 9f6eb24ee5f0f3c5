"""My team: one queue, oldest first; the team at a glance; the file of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import AuditEntry
from induction import services
from induction.models import Checkpoint, InductionPlan, PlanReading
from people.models import Person
from people.roles import Role
from people.services.lines import may_name_cover
from tests.bexley_ld.test_home import browser_of
from tests.factories.induction import NOW, Pair, pair
from tests.factories.people import PersonFactory, cover, line

DAY = dt.date(2026, 9, 21)


@pytest.fixture
def two(db: None, on_date: Callable[[dt.date], None]) -> Pair:
    on_date(DAY)
    return pair()


def mark_ready(two: Pair, note: str = "Two visits with Noor.", day: dt.date = DAY) -> Checkpoint:
    item = two.item()
    return services.mark_ready(
        checkpoint_id=item.pk, by=two.person, version=item.version, note=note, today=day, now=NOW
    )


def team_of(person: Person, query: str = "") -> str:
    response = browser_of(person).get(f"/team/{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_a_signature_is_two_clicks_away(two: Pair) -> None:
    item = mark_ready(two)
    browser = browser_of(two.manager)
    words = browser.get("/team/").content.decode()
    assert "Two visits with Noor." in words
    assert f'href="{item.get_absolute_url()}#act"' in words
    data = {"act": "sign_off", "version": item.version}
    assert browser.post(item.get_absolute_url(), data).status_code == 302
    item.refresh_from_db()
    assert item.state == Checkpoint.State.SIGNED_OFF


def test_oldest_first(two: Pair) -> None:
    mark_ready(two)
    other = pair(programme=two.plan.version, manager=two.manager)
    Checkpoint.objects.filter(pk=other.item("manager").pk).update(due_date=DAY - dt.timedelta(days=30))
    words = team_of(two.manager)
    assert words.index(other.person.full_name) < words.index(two.person.full_name)
    assert "30 days late" in words


@pytest.mark.parametrize(
    "kind", ["agreement", "drop_proposal", "review", "review_signature", "final_decision", "pause_end"]
)
def test_everything_that_waits_stands_in_the_one_queue(two: Pair, kind: str) -> None:
    if kind == "agreement":
        pair(programme=two.plan.version, manager=two.manager, agreed=False, today=DAY)
        expected = "Agree the induction plan"
    elif kind == "drop_proposal":
        item = two.item()
        services.propose_drop(
            checkpoint_id=item.pk, by=two.person, version=item.version, reason="Known", today=DAY, now=NOW
        )
        expected = f"Answer {two.person.given_name}’s proposal"
    elif kind == "review":
        expected = "Hold the review"
    elif kind == "final_decision":
        two.plan.reviews.filter(is_final=True).update(due_date=DAY)
        expected = "Hold the final review"
    elif kind == "pause_end":
        services.pause_plan(
            plan_id=two.plan.pk, by=two.manager, start_date=DAY, expected_end_date=DAY + dt.timedelta(days=7),
            reason="Away", today=DAY, now=NOW,
        )  # fmt: skip
        expected = "Resume the plan"
    else:
        review = two.review()
        data = services.ReviewData(held_date=DAY, comment="Good", next_steps="")
        saved = services.save_review(
            review_id=review.pk, by=two.person, version=review.version, data=data, today=DAY, now=NOW
        )
        services.sign_review(review_id=review.pk, by=two.person, version=saved.version, today=DAY, now=NOW)
        expected = "Read and sign"
    assert expected in team_of(two.manager)


def test_nobody_covers_for_a_manager_who_has_left(two: Pair) -> None:
    """What waits on a manager is with Learning and Development then, and the plan is no longer the cover's to read."""
    item = mark_ready(two)
    acting = PersonFactory()
    cover(two.manager, acting, DAY, DAY)
    assert item.title in team_of(acting)
    Person.objects.filter(pk=two.manager.pk).update(deactivated_at=NOW)
    browser = browser_of(acting)
    assert item.title not in browser.get("/team/").content.decode()
    assert browser.get(item.get_absolute_url()).status_code == 404


def test_direct_cover_and_whole_line(two: Pair) -> None:
    item = mark_ready(two)
    upper, acting = PersonFactory(), PersonFactory()
    line(two.manager, upper)
    cover(two.manager, acting, DAY, DAY)
    assert item.title in team_of(acting, "?whose=cover")
    assert item.title not in team_of(acting, "?whose=direct")
    below = team_of(upper, "?whose=line")
    assert two.person.full_name in below
    assert item.title not in below
    assert "Two visits with Noor." not in below
    assert two.plan.get_absolute_url() not in below
    assert item.title not in team_of(upper)
    assert item.title in team_of(two.manager, "?whose=nonsense")


def test_a_head_of_service_sees_names_by_their_line_and_by_the_role_alone_counts(two: Pair) -> None:
    """Rights add up (docs/roles.md): what somebody sees as higher in the line the role does not take away."""
    head, upper = PersonFactory(), PersonFactory()
    line(two.manager, upper)
    for person, status in ((head, 403), (upper, 200)):
        browser = browser_of(person, Role.HEAD_OF_SERVICE)
        assert two.person.full_name not in browser.get(reverse("induction:overview")).content.decode()
        answer = browser.get("/team/?whose=line")
        assert answer.status_code == status
        assert (two.person.full_name in answer.content.decode()) is (status == 200)


@pytest.mark.parametrize("whose", ["manager", "cover"])
def test_who_has_nobody_left_is_offered_no_team(two: Pair, whose: str) -> None:
    """The menu, the page and the cover ask the same: whoever has left is nobody's team."""
    acting = PersonFactory()
    cover(two.manager, acting, DAY, DAY)
    reader = two.manager if whose == "manager" else acting
    browser = browser_of(reader)
    assert "My team" in browser.get("/").content.decode()
    assert browser.get("/team/").status_code == 200
    Person.objects.filter(pk=two.person.pk).update(deactivated_at=NOW)
    assert "My team" not in browser.get("/").content.decode()
    assert browser.get("/team/").status_code == 403
    assert may_name_cover(person=reader, today=DAY) is False


def test_the_table_says_when_the_reader_last_opened_each_plan(two: Pair) -> None:
    acting = PersonFactory()
    cover(two.manager, acting, DAY - dt.timedelta(days=9), DAY)
    assert "Not yet" in team_of(two.manager)
    for day, words in [(9, "12 September 2026"), (1, "Yesterday"), (0, "Today")]:
        services.note_reading(plan=two.plan, reader=two.manager, today=DAY - dt.timedelta(days=day))
        assert words in team_of(two.manager)
    assert "Not yet" in team_of(acting)
    browser_of(acting).get(two.plan.get_absolute_url())
    assert PlanReading.objects.get(reader=acting).read_date == DAY
    assert "Seen by you" not in team_of(two.manager, "?whose=line")


def test_only_the_first_opening_of_a_day_writes(two: Pair) -> None:
    manager, starter = browser_of(two.manager), browser_of(two.person)
    for browser, writes in [(starter, 0), (manager, 1), (manager, 0)]:
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(two.plan.get_absolute_url()).status_code == 200
        assert len([row for row in queries if row["sql"].startswith('INSERT INTO "induction_planreading"')]) == writes
    assert [row.reader for row in PlanReading.objects.all()] == [two.manager]


def test_nothing_to_do_says_so(two: Pair) -> None:
    InductionPlan.objects.update(state="completed", closed_date=DAY)
    words = team_of(two.manager)
    assert "Nothing needs you now" in words
    assert "No induction is under way here" in words


def test_queries_and_weight_do_not_grow_with_the_team(two: Pair) -> None:
    mark_ready(two)
    browser = browser_of(two.manager)
    browser.get("/team/")
    with CaptureQueriesContext(connection) as few:
        browser.get("/team/")
    for number in range(20):
        starter = pair(programme=two.plan.version, manager=two.manager)
        if number % 2:
            mark_ready(starter)
    with CaptureQueriesContext(connection) as many:
        response = browser.get("/team/")
    assert len(few) == len(many) <= 10
    assert len(response.content) < 60_000


def test_the_file_of_my_team_is_on_record_and_safe(two: Pair) -> None:
    Person.objects.filter(pk=two.person.pk).update(given_name="=HYPERLINK(1)")
    response = browser_of(two.manager).get(reverse("team_csv"))
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert response.status_code == 200
    assert "'=HYPERLINK(1)" in text
    assert '"=HYPERLINK' not in text
    entry = AuditEntry.objects.filter(verb="audit.exported").get()
    assert entry.facts["list"] == "my-team-inductions"


@pytest.mark.parametrize("name", ["team", "team_csv"])
def test_for_managers_only(two: Pair, name: str) -> None:
    assert browser_of(two.person).get(reverse(name)).status_code == 403
    assert browser_of(None).get(reverse(name)).status_code == 403
    assert Client().get(reverse(name)).status_code == 302


def test_a_recorded_disagreement_is_seen_and_signed_singly(two: Pair) -> None:
    item = mark_ready(two)
    assert "Sign off selected" in team_of(two.manager)
    assert "Disagreement recorded" not in team_of(two.manager)
    services.record_disagreement(checkpoint_id=item.pk, by=two.person, text="I was not shown this.", today=DAY, now=NOW)
    words = team_of(two.manager)
    assert "Disagreement recorded" in words
    assert f'name="item" value="{item.pk}"' not in words
    assert "Sign off selected" not in words
    assert f'href="{item.get_absolute_url()}#act"' in words
    address = f"{reverse('induction:checkpoints_sign_off')}?item={item.pk}"
    confirmation = browser_of(two.manager).get(address).content.decode()
    assert "Disagreement recorded" in confirmation
    assert "I was not shown this." in confirmation


def test_a_held_review_is_no_next_review(two: Pair) -> None:
    two.plan.reviews.exclude(month=1).delete()
    assert "1 October 2026" in team_of(two.manager)
    two.plan.reviews.update(state="held", held_date=DAY)
    assert 'data-label="Next review">None' in team_of(two.manager)


def test_signing_off_with_nothing_ticked_stays_at_the_list_and_says_so(two: Pair) -> None:
    mark_ready(two)
    browser = browser_of(two.manager)
    page = browser.get("/team/?whose=direct").content.decode()
    assert "Tick at least one item" not in page
    assert '<input type="hidden" name="whose" value="mine">' in browser.get("/team/").content.decode()
    answer = browser.get(reverse("induction:checkpoints_sign_off"), {"whose": "mine", "page": "1"})
    assert answer["Location"] == "/team/?whose=mine&page=1&ticked=none#queue"
    page = browser.get(answer["Location"]).content.decode()
    assert "Tick at least one item" in page
    assert page.index("Tick at least one item") < page.index('class="app-queue"')
    assert "Two visits with Noor." in page


def test_own_starters_are_linked_in_the_whole_line_and_others_are_not(two: Pair) -> None:
    below = pair(programme=two.plan.version, manager=two.person)
    words = team_of(two.manager, "?whose=line")
    assert f'href="{two.plan.get_absolute_url()}"' in words
    assert below.person.full_name in words
    assert f'href="{below.plan.get_absolute_url()}"' not in words


def test_a_review_that_is_late_says_so_in_the_table(two: Pair) -> None:
    two.plan.reviews.filter(month=1).update(due_date=DAY - dt.timedelta(days=3))
    words = team_of(two.manager)
    cell = words[words.index('data-label="Next review"') :]
    assert "3 days late" in cell[: cell.index("</td>")]
