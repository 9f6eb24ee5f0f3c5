"""A pause that begins on a day to come: planned, shown, changed, cancelled, begun by the day's run."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from django.utils import timezone

from induction import services
from induction.models import InductionPlan, PlanPause
from notifications.models import OutgoingMail
from people.rules import Conflict
from tests.factories import induction as make
from tests.induction.conftest import DAY, Scene, words_of
from tests.induction.test_views_plan import hidden_fields, page, url

pytestmark = pytest.mark.django_db

A_DAY = dt.timedelta(days=1)
WHEN = {"today": make.TODAY, "now": make.NOW}


def _days(name: str, day: dt.date) -> dict[str, str]:
    return {f"{name}_day": str(day.day), f"{name}_month": str(day.month), f"{name}_year": str(day.year)}


def _plan_absence(scene: Scene, first: dt.date, back: dt.date | None, reason: str = "An operation") -> str:
    """Fill in the form of a pause to come, read the preview, and say yes; returns the preview."""
    typed = {**_days("start_date", first), **(_days("expected_end_date", back) if back else {}), "reason": reason}
    preview = words_of(scene.at("manager").post(url(scene, "plan_pause"), typed))
    scene.at("manager").post(url(scene, "plan_pause"), hidden_fields(preview) | {"confirm": "yes"})
    return preview


def test_a_pause_to_come_shows_what_moves_and_changes_nothing_before_its_day(
    scene: Scene, on_date: Callable[[dt.date], None]
) -> None:
    item, first, back = scene.pair.item(), DAY + dt.timedelta(days=14), DAY + dt.timedelta(days=24)
    typed = {**_days("start_date", first), **_days("expected_end_date", back), "reason": "An operation"}
    preview = words_of(scene.at("manager").post(url(scene, "plan_pause"), typed))
    assert "10 days" in preview
    assert "11 March 2027" in preview
    assert not PlanPause.objects.exists()
    scene.at("manager").post(url(scene, "plan_pause"), hidden_fields(preview) | {"confirm": "yes"})
    assert "Your plan is paused" not in page(scene, "starter")
    for who in ("starter", "manager", "cover"):
        assert "Pause planned from 5 October 2026, expected back on 15 October 2026" in page(scene, who)
        assert ("An operation" in page(scene, who)) == (who != "cover")
    assert "planned a pause" in words_of(scene.at("starter").get(url(scene, "plan_history")))
    on_date(first)
    services.begin_planned_pauses(today=first, now=timezone.now())
    # The session of an earlier day is over.
    scene.at("starter").force_login(scene.pair.person.user, backend="bexley_ld.accounts.PortalBackend")
    assert "Your plan is paused" in page(scene, "starter")
    item.refresh_from_db()
    assert item.due_date == item.original_due_date


def test_a_planned_pause_may_be_changed_and_cancelled_before_it_begins(scene: Scene) -> None:
    first = DAY + dt.timedelta(days=14)
    _plan_absence(scene, first, None)
    _plan_absence(scene, first + dt.timedelta(days=1), None)
    pause = PlanPause.objects.get()
    assert (pause.start_date, pause.is_planned) == (first + dt.timedelta(days=1), True)
    assert "6 October 2026" in words_of(scene.at("manager").get(url(scene, "plan_pause_cancel")))
    scene.at("manager").post(url(scene, "plan_pause_cancel"), {"form_key": uuid.uuid4()})
    assert not PlanPause.objects.exists()
    assert "Pause planned" not in page(scene, "manager")
    again = scene.at("manager").post(url(scene, "plan_pause_cancel"), {"form_key": uuid.uuid4()})
    assert again.status_code == 409
    assert scene.at("manager").get(url(scene, "plan_pause_cancel"), follow=True).status_code == 200
    kinds = scene.plan.decisions.order_by("pk").values_list("kind", flat=True)
    assert list(kinds)[-3:] == ["pause_planned", "pause_planned", "pause_cancelled"]


def test_a_cover_changes_a_planned_pause_without_reading_its_reason(scene: Scene) -> None:
    first = DAY + dt.timedelta(days=14)
    _plan_absence(scene, first, None, reason="A very private reason")
    assert "A very private reason" in words_of(scene.at("manager").get(url(scene, "plan_pause")))
    assert "A very private reason" not in words_of(scene.at("cover").get(url(scene, "plan_pause")))
    typed = {**_days("start_date", first + dt.timedelta(days=2)), "reason": "", "confirm": "yes"}
    assert scene.at("cover").post(url(scene, "plan_pause"), typed).status_code == 302
    pause = PlanPause.objects.get()
    assert (pause.start_date, pause.reason) == (first + dt.timedelta(days=2), "A very private reason")


def test_a_planned_pause_may_begin_earlier_than_planned(scene: Scene) -> None:
    _plan_absence(scene, DAY + dt.timedelta(days=14), None)
    typed = {**_days("start_date", DAY), "reason": "Earlier"}
    assert scene.at("manager").post(url(scene, "plan_pause"), typed).status_code == 302
    assert PlanPause.objects.get().is_planned is False
    assert "Your plan is paused" in page(scene, "starter")


@pytest.mark.parametrize("first", [dt.date(2026, 8, 31), dt.date(2027, 3, 2)])
def test_a_pause_outside_the_plan_is_refused_at_its_field(scene: Scene, first: dt.date) -> None:
    response = scene.at("manager").post(url(scene, "plan_pause"), {**_days("start_date", first), "reason": "x"})
    assert response.status_code == 200
    assert "The first day away must be on or" in words_of(response)
    assert not PlanPause.objects.exists()


def test_a_planned_pause_begins_once_and_counts_from_its_day_after_an_outage() -> None:
    pair = make.pair()
    first, found = make.TODAY + 5 * A_DAY, make.TODAY + 9 * A_DAY
    pause = services.pause_plan(
        plan_id=pair.plan.pk,
        by=pair.manager,
        start_date=first,
        expected_end_date=first + 20 * A_DAY,
        reason="Absence",
        **WHEN,
    )
    (mail,) = OutgoingMail.objects.filter(kind="induction.plan_dates_changed")
    assert mail.recipient == pair.person
    assert "Absence" not in mail.text_body + mail.html_body
    assert services.begin_planned_pauses(today=first - A_DAY, now=make.NOW) == 0
    assert services.begin_planned_pauses(today=found, now=make.NOW) == 1
    assert services.begin_planned_pauses(today=found, now=make.NOW) == 0
    pause.refresh_from_db()
    assert (pause.start_date, pause.is_planned) == (first, False)
    with pytest.raises(Conflict, match="paused"):
        services.pause_plan(
            plan_id=pair.plan.pk,
            by=pair.manager,
            start_date=found,
            expected_end_date=None,
            reason="x",
            today=found,
            now=make.NOW,
        )
    with pytest.raises(Conflict, match="has begun"):
        services.cancel_planned_pause(plan_id=pair.plan.pk, by=pair.manager, today=found, now=make.NOW)
    back = first + 20 * A_DAY
    plan = services.resume_plan(plan_id=pair.plan.pk, by=pair.manager, first_day_back=back, today=back, now=make.NOW)
    assert plan.end_date == plan.original_end_date + 20 * A_DAY


def test_what_was_planned_for_a_closed_plan_goes() -> None:
    pair = make.pair()
    services.pause_plan(
        plan_id=pair.plan.pk,
        by=pair.manager,
        start_date=make.TODAY + A_DAY,
        expected_end_date=None,
        reason="Absence",
        **WHEN,
    )
    InductionPlan.objects.filter(pk=pair.plan.pk).update(state="stopped", closed_date=make.TODAY)
    assert services.begin_planned_pauses(today=make.TODAY + A_DAY, now=make.NOW) == 0
    assert not pair.plan.pauses.exists()
    assert InductionPlan.objects.get(pk=pair.plan.pk).state == "stopped"


def test_a_pause_is_marked_under_the_heading_in_the_band_of_months_and_in_the_teams_table(scene: Scene) -> None:
    first, back = DAY + dt.timedelta(days=14), DAY + dt.timedelta(days=24)
    words = "Pause planned from 5 October 2026, expected back on 15 October 2026"
    before = scene.at("manager").get(url(scene, "plan_detail")).content.decode()
    assert before.count(url(scene, "plan_pause")) == 1
    assert "app-timeline__span" not in before
    _plan_absence(scene, first, back)
    html = scene.at("manager").get(url(scene, "plan_detail")).content.decode()
    heading = html[html.index('class="app-head__lead"') : html.index("next-title")]
    assert words in heading
    assert html.count('class="app-timeline__span"') == 1
    months = html[html.index('class="app-months"') : html.index('class="app-key"')]
    assert months.count(words) == 1
    assert html.count(f'href="{url(scene, "plan_pause")}"') == 1
    assert words in scene.at("manager").get("/team/").content.decode()
    assert words not in scene.at("upper").get("/team/?whose=line").content.decode()


def test_a_running_pause_says_since_when_and_one_that_is_over_stays_in_the_band(scene: Scene) -> None:
    services.pause_plan(
        plan_id=scene.plan.pk, by=scene.pair.manager, start_date=DAY - 5 * A_DAY, expected_end_date=None, reason="x",
        today=DAY, now=timezone.now(),
    )  # fmt: skip
    html = scene.at("manager").get(url(scene, "plan_detail")).content.decode()
    assert "Paused from 16 September 2026" in html[html.index('class="app-head__lead"') : html.index("next-title")]
    assert "Paused from 16 September 2026" in scene.at("manager").get("/team/").content.decode()
    services.resume_plan(
        plan_id=scene.plan.pk, by=scene.pair.manager, first_day_back=DAY, today=DAY, now=timezone.now()
    )
    html = scene.at("manager").get(url(scene, "plan_detail")).content.decode()
    assert "Paused from" not in html[html.index('class="app-head__lead"') : html.index("next-title")]
    band = html[html.index('class="app-months"') : html.index('class="app-key"')]
    assert "Paused from 16 September 2026, back on 21 September 2026" in band
