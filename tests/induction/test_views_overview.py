"""The overview: states and dates for Learning and Development, counts for the head of service, no words for either."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import AuditEntry
from induction.models import Checkpoint, InductionPlan
from induction.rules.oversight import TeamCount, suppressed
from notifications.models import Bounce
from people.models import LineManagement, User
from people.rules.suppression import SMALLEST_GROUP
from tests.factories.induction import NOW, pair
from tests.factories.people import PersonFactory, posting
from tests.induction.conftest import DAY, Scene, words_of


def overview(scene: Scene, who: str = "ld_admin", query: str = "") -> str:
    return words_of(scene.at(who).get(f"{reverse('induction:overview')}{query}"))


def test_states_and_dates_and_no_words(scene: Scene) -> None:
    Checkpoint.objects.update(ready_note="A private account", why="Private why")
    words = overview(scene)
    assert scene.pair.person.full_name in words
    assert "Under way" in words
    assert "1 March 2027" in words
    assert "A private account" not in words
    assert scene.pair.item().title not in words
    assert scene.plan.get_absolute_url() not in words


def test_exceptions(scene: Scene) -> None:
    LineManagement.objects.filter(person=scene.pair.person).delete()
    posting(PersonFactory(given_name="Nofit", start_date=DAY), start=DAY)
    PersonFactory(given_name="Nopost", start_date=DAY)
    PersonFactory(given_name="Wrong", start_date=DAY, leaving_date=DAY)
    words = overview(scene)
    assert "1 of 1" in words or "0 of 1" in words
    assert "No post is recorded" in words
    assert "The leaving date is on or before the start date." in words
    assert "Without a line manager" in words
    assert "None: every induction has a line manager." not in words


def test_whom_no_mail_reaches_stands_there_with_what_to_do(scene: Scene) -> None:
    person = scene.pair.person
    for days in (1, 2):
        Bounce.objects.create(address=person.email.lower(), bounced_at=NOW - dt.timedelta(days=days), kind="hard")
    assert "Mail that does not arrive" not in overview(scene)
    cache.clear()
    Bounce.objects.create(address=person.email.lower(), bounced_at=NOW, kind="hard")
    words = overview(scene)
    assert "Ask HR for the right address: their next file mends it." in words
    assert f"{person.full_name}" in words
    assert person.email in words


@pytest.mark.parametrize(
    ("query", "is_shown"),
    [("", True), ("?state=active", True), ("?state=paused", False), ("?only_late=yes", False), ("?state=zzz", True)],
)
def test_filters(scene: Scene, query: str, is_shown: bool) -> None:
    assert (scene.pair.person.full_name in overview(scene, query=query)) is is_shown


def test_what_is_late_stands_first_on_all_pages(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("induction.views.overview.ROWS_ON_PAGE", 2)
    Checkpoint.objects.update(due_date=DAY + dt.timedelta(days=30))
    pairs = [pair(programme=scene.plan.version, start=scene.plan.start_date + dt.timedelta(days=n)) for n in range(5)]
    for one in pairs[3:]:
        one.plan.checkpoints.filter(owner="person").update(due_date=DAY - dt.timedelta(days=1))
    expected = [pairs[3], pairs[4], scene.pair, *pairs[:3]]
    cache.clear()
    for number in (1, 2, 3):
        shown = overview(scene, query=f"?page={number}")
        assert re.findall(r'class="app-person"><a class="govuk-link" href="/people/(\d+)/"', shown) == [
            str(one.person.pk) for one in expected[number * 2 - 2 : number * 2]
        ]
    rows = b"".join(scene.at("ld_admin").get(reverse("induction:overview_csv")).streaming_content).decode("utf-8-sig")
    assert [row.split(",")[0].strip('"') for row in rows.splitlines()[1:]] == [one.person.full_name for one in expected]


def test_a_closed_plan_is_never_late(scene: Scene) -> None:
    Checkpoint.objects.update(due_date=DAY.replace(day=1))
    assert "Something late" in overview(scene)
    InductionPlan.objects.update(state="stopped", closed_date=DAY)
    assert "Something late" not in overview(scene)


def test_the_head_of_service_counts_nobody_outside_their_line(scene: Scene) -> None:
    other = pair().person.postings.get().team
    for _ in range(SMALLEST_GROUP):
        person = pair().person
        person.postings.update(team=other)
    team = scene.pair.person.postings.get().team
    for _ in range(SMALLEST_GROUP):
        below = pair(manager=scene.pair.manager).person
        below.postings.update(team=team)
    words = overview(scene, "head_of_service")
    assert team.name in words
    assert other.name not in words
    assert other.name in overview(scene)


def test_a_head_of_service_without_a_line_is_told_so(scene: Scene) -> None:
    LineManagement.objects.filter(manager=scene.people["head_of_service"]).delete()
    assert "No induction is under way in your line" in overview(scene, "head_of_service")


def test_the_head_of_service_sees_counts_only(scene: Scene) -> None:
    words = overview(scene, "head_of_service")
    assert scene.pair.person.full_name not in words
    assert "fewer than 5" in words
    assert scene.at("head_of_service").get(reverse("induction:overview_csv")).status_code == 403


@pytest.mark.parametrize(
    ("plans", "late", "shown"),
    [
        (4, 1, ("fewer than 5", "not shown")),
        (5, 0, ("5", "0")),
        (9, 4, ("9", "fewer than 5")),
        (10, 5, ("10", "5")),
        (9, 5, ("9", "all but fewer than 5")),
        (7, 7, ("7", "7")),
    ],
)
def test_small_numbers_are_left_out(plans: int, late: int, shown: tuple[str, str]) -> None:
    row = suppressed([TeamCount("A team", "Adults", plans, late)])[0]
    assert (row.plans_words, row.late_words) == shown
    assert (row.team == "A team") is (plans >= 5)


def test_the_order_tells_nothing_that_the_words_leave_out() -> None:
    """Two teams that both say "fewer than 5" late stand by name, not by how late they are."""
    counts = [TeamCount("Zinnia", "Adults", 9, 4), TeamCount("Aster", "Adults", 9, 1), TeamCount("Musk", "", 2, 2)]
    assert [row.team for row in suppressed(counts)] == [
        "Aster",
        "Zinnia",
        "Teams with fewer than 5 inductions, together",
    ]


def test_the_file_is_on_record(scene: Scene) -> None:
    response = scene.at("ld_admin").get(f"{reverse('induction:overview_csv')}?state=active")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert scene.pair.person.full_name in text
    assert AuditEntry.objects.get(verb="audit.exported").facts["filters"] == {"state": "active"}


def test_queries_and_weight_do_not_grow(scene: Scene) -> None:
    address = reverse("induction:overview")
    scene.at("ld_admin").get(address)
    with CaptureQueriesContext(connection) as few:
        scene.at("ld_admin").get(address)
    for _ in range(30):
        pair(programme=scene.plan.version)
    with CaptureQueriesContext(connection) as many:
        response = scene.at("ld_admin").get(address)
    assert len(few) == len(many) <= 10
    assert len(response.content) < 60_000


@pytest.mark.parametrize(("state", "expected"), [("paused", "–"), ("stopped", "–"), ("active", "On time")])
def test_lateness_is_counted_only_while_the_clock_runs(scene: Scene, state: str, expected: str) -> None:
    closed = DAY if state == "stopped" else None
    InductionPlan.objects.update(state=state, closed_date=closed)
    cell = overview(scene).split('data-label="Lateness">')[1].split("</td>")[0]
    assert expected in cell
    assert ("On time" in cell) is (state == "active")


def test_names_and_exceptions_lead_somewhere(scene: Scene) -> None:
    person = scene.pair.person
    LineManagement.objects.filter(person=person).delete()
    posting(PersonFactory(given_name="Nofit", start_date=DAY), start=DAY)
    words = overview(scene)
    assert words.count(f'href="{reverse("people:person_detail", args=[person.pk])}"') == 2
    assert f'href="{reverse("people:manager_change", args=[person.pk])}"' in words
    programmes = f'href="{reverse("admin:induction_inductionprogramme_changelist")}"'
    assert programmes not in words
    User.objects.filter(person=scene.people["ld_admin"]).update(is_staff=True)
    assert programmes in overview(scene)


def test_one_word_for_a_plan_that_is_being_agreed(scene: Scene) -> None:
    InductionPlan.objects.update(state="agreeing", start_date=DAY + dt.timedelta(days=20))
    LineManagement.objects.filter(person=scene.pair.person).delete()
    words = overview(scene)
    assert "To be agreed" not in words
    assert "Being agreed" in words
    assert "starts 11 October 2026" in words
    assert "started" not in words
    response = scene.at("ld_admin").get(reverse("induction:overview_csv"))
    assert "Being agreed" in b"".join(response.streaming_content).decode("utf-8-sig")


def test_counts_over_everyone_are_kept_for_a_minute(scene: Scene, settings: Any) -> None:
    settings.COUNTS_KEPT_SECONDS = 60
    cache.clear()
    before = overview(scene)
    Checkpoint.objects.update(due_date=DAY - dt.timedelta(days=1), state="to_do", waiting_on="person")
    InductionPlan.objects.update(state="active")
    assert "1 of 1 inductions have nothing late" in before
    assert "1 of 1 inductions have nothing late" in overview(scene)
    cache.clear()
    assert "0 of 1 inductions have nothing late" in overview(scene)
    cache.clear()
