"""My team: one queue of what needs me, oldest first, then the team at a glance."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Min, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from audit.exports import csv_response
from bexley_ld.nav import Facts, facts_of
from bexley_ld.views.waiting import (
    HOWEVER_FAR,
    MANAGERS,
    NOTHING_KNOWN,
    action_url,
    action_words,
    dates_of,
    facts_about,
    state_of,
    title_of,
)
from bexley_ld.views.waiting import (
    Facts as Waited,
)
from govuk.templatetags.govuk import state_word
from induction.models import InductionPlan, Review
from people.models import Person
from people.rules import NotAllowed
from reminders import services as reminders
from reminders.services import Waiting

QUEUE_ON_PAGE = 15
TEAM_ON_PAGE = 20
NOTE_SHOWN = 240
WHOSE = {
    "mine": "All that needs me",
    "direct": "My reports",
    "cover": "Covering for others",
    "line": "Whole line",
}


@require_http_methods(["GET"])
def team(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    facts, me = _check_has_team(request)
    whose = _whose(request)
    people = _people(me, whose, today=today)
    held = list(people.values_list("pk", flat=True)) if whose != "line" else []
    found = reminders.due_about(held, today=today, sides=MANAGERS, however_far=HOWEVER_FAR) if held else []
    queue = Paginator(found, QUEUE_ON_PAGE).get_page(request.GET.get("page"))
    plans = Paginator(_plans(people, today=today), TEAM_ON_PAGE).get_page(request.GET.get("team_page"))
    rows = _queue_rows(list(queue.object_list), today=today)
    context = {
        "whose": whose,
        "switch": _switch(facts, whose),
        "queue": queue,
        "rows": rows,
        "can_pick": any(row["pick_value"] for row in rows),
        "count": len(found),
        "is_capped": len(found) >= reminders.SHOWN_AT_MOST,
        "plans": plans,
        "team_rows": _team_rows(list(plans.object_list), today=today, is_line=whose == "line", reader=me),
        "today": today,
        "yesterday": today - dt.timedelta(days=1),
        "csv_url": f"{reverse('team_csv')}?whose={whose}",
    }
    return render(request, "bexley_ld/team.html", context)


def _check_has_team(request: HttpRequest) -> tuple[Facts, Person]:
    facts = facts_of(request)
    me: Person | None = request.user.person
    if me is None or not facts.has_team:
        raise NotAllowed(
            "This page is for line managers and those who cover for one. Nobody reports to you at the moment."
        )
    return facts, me


def _whose(request: HttpRequest) -> str:
    asked = request.GET.get("whose", "mine")
    return asked if asked in WHOSE else "mine"


def _people(me: Person, whose: str, *, today: dt.date) -> QuerySet[Person]:
    """Whom the filter means; higher in the line only states and dates are shown of them."""
    if whose == "direct":
        return Person.objects.reporting_to(me, today=today)
    if whose == "cover":
        return Person.objects.covered_by(me, today=today)
    if whose == "line":
        return Person.objects.in_line_of(me, today=today)
    return Person.objects.held_by(me, today=today)


def _switch(facts: Facts, whose: str) -> list[dict[str, Any]]:
    values = [value for value in WHOSE if (value != "cover" or facts.covers) and (value != "direct" or facts.covers)]
    url = reverse("team")
    return [
        {"label": WHOSE[value], "url": f"{url}?whose={value}", "is_current": value == whose, "count": None}
        for value in values
    ]


def _queue_rows(found: list[Waiting], *, today: dt.date) -> list[dict[str, Any]]:
    """The rows of the page with the person's name and job role and what they wrote; two queries."""
    people = Person.objects.filter(pk__in={row.person_id for row in found}).with_post(today=today).in_bulk()
    known = facts_about(found)
    return [
        _queue_row(
            row, people[row.person_id], known.get((row.subject_type, row.subject_id), NOTHING_KNOWN), today=today
        )
        for row in found
    ]


def _queue_row(row: Waiting, person: Any, known: Waited, *, today: dt.date) -> dict[str, Any]:
    is_signature = row.action == "signature"
    actions = [{"text": action_words(row, person), "url": action_url(row), "kind": ""}]
    if is_signature:
        actions.append({"text": "Hand back", "url": action_url(row), "kind": "secondary"})
    since = known.waiting_since if is_signature else None
    return {
        "who": person.full_name,
        "role": person.job_role_title,
        "title": title_of(row),
        "url": row.url,
        "state": state_of(row, known, today=today),
        "since": f"since {since:%A} {since.day} {since:%B}" if since else "",
        "note": known.note[:NOTE_SHOWN] if is_signature else "",
        "flag": "Disagreement recorded" if known.is_disputed else "",
        "actions": actions,
        # Where the two see it differently the manager reads before signing, so it is signed by itself.
        "pick_value": row.subject_id if is_signature and not known.is_disputed else "",
        **dates_of(row, known, today=today),
    }


def _plans(people: QuerySet[Person], *, today: dt.date) -> QuerySet[InductionPlan]:
    plans = InductionPlan.objects.live().filter(person__in=people.values("pk"))
    return plans.order_by("end_date", "pk")


def _team_rows(
    plans: list[InductionPlan], *, today: dt.date, is_line: bool, reader: Person | None = None
) -> list[dict[str, Any]]:
    """Counted for the plans of the page only; one query."""
    reviews = Review.objects.filter(plan=OuterRef("pk"), state=Review.State.PLANNED).order_by()
    counted = (
        InductionPlan.objects.with_team(today=today)
        .filter(pk__in=[plan.pk for plan in plans])
        .select_related("person")
        .with_progress(today=today)
        .with_read_date(reader.pk if reader else None)
        .annotate(next_review=Subquery(reviews.values("plan").annotate(first=Min("due_date")).values("first")))
        .order_by("end_date", "pk")
    )
    return [
        {
            "name": plan.person.full_name,
            "role": plan.job_role_title,
            "url": "" if is_line else plan.get_absolute_url(),
            "state": plan.state,
            "signed": plan.signed,
            "total": plan.total,
            # Nothing is due and nothing is late while the clock stands still.
            "next_due": None if plan.state == InductionPlan.State.PAUSED else plan.next_due,
            "late": 0 if plan.state == InductionPlan.State.PAUSED else plan.late,
            "next_review": None if plan.state == InductionPlan.State.PAUSED else plan.next_review,
            "end_date": plan.end_date,
            "read_date": plan.read_date,
        }
        for plan in counted
    ]


@require_http_methods(["GET"])
def team_csv(request: HttpRequest) -> HttpResponseBase:
    """My team's state as a file, for the same people as on the page; the export is on record first."""
    today = timezone.localdate()
    _, me = _check_has_team(request)
    whose = _whose(request)
    plans = _plans(_people(me, whose, today=today), today=today)
    return csv_response(
        by=request.user,
        name="my-team-inductions",
        columns=[
            "Name",
            "Job role",
            "State",
            "Signed off",
            "Items",
            "Late",
            "Next due",
            "Next review",
            "Due to be complete",
        ],
        rows=_csv_rows(plans, today=today),
        filters={"whose": whose},
        count=plans.count(),
        now=timezone.now(),
        confirmed_at=request.user.last_login,
    )


def _csv_rows(plans: QuerySet[InductionPlan], *, today: dt.date) -> Iterator[list[object]]:
    ids = list(plans.values_list("pk", flat=True))
    for begin in range(0, len(ids), 500):
        chunk = InductionPlan.objects.filter(pk__in=ids[begin : begin + 500])
        for row in _team_rows(list(chunk), today=today, is_line=False):
            dates = [row["next_due"], row["next_review"], row["end_date"]]
            words = state_word(row["state"])
            yield [
                row["name"],
                row["role"] or "",
                words,
                row["signed"],
                row["total"],
                row["late"],
                *(day.isoformat() if day else "" for day in dates),
            ]
