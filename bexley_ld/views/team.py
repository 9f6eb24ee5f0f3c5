"""My team: one queue of what needs me, oldest first, then the team at a glance."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from audit.exports import csv_response
from bexley_ld.nav import Facts, facts_of
from bexley_ld.views.waiting import (
    MANAGERS,
    NOTHING_KNOWN,
    action_words,
    dates_of,
    facts_about,
    state_of,
)
from bexley_ld.views.waiting import (
    Facts as Waited,
)
from govuk.templatetags.govuk import gov_date, plural, state_word
from induction.models import InductionPlan
from induction.reading import live_plan_ids_of, plans_at_a_glance
from induction.views.plan_parts import pause_words
from people.models import Person
from people.reading import covered_people, held_people, people_with_post, reports
from people.rules import NotAllowed
from reminders import services as reminders
from reminders.services import Waiting

QUEUE_ON_PAGE = 10
TEAM_ON_PAGE = 10
CSV_AT_ONCE = 512
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
    held = _held(me, whose, today=today)
    found = reminders.due_about(held, today=today, sides=MANAGERS) if held else []
    queue = Paginator(found, QUEUE_ON_PAGE).get_page(request.GET.get("page"))
    plans = Paginator(_plan_ids(me, whose, held, today=today), TEAM_ON_PAGE).get_page(request.GET.get("team_page"))
    rows = _queue_rows(list(queue.object_list), today=today)
    plan_ids = list(plans.object_list)
    late = reminders.overdue_of(held, today=today)
    is_line = whose == "line"
    # In the whole line the reader opens the plans of those whom they manage or cover for themself.
    own = _held(me, "mine", today=today) if is_line else held
    context = {
        "whose": whose,
        "switch": _switch(facts, whose),
        "queue": queue,
        "queue_query": f"whose={whose}",
        "rows": rows,
        "can_pick": any(row["pick_value"] for row in rows),
        "is_unticked": request.GET.get("ticked") == "none",
        "count": len(found),
        "is_capped": len(found) >= reminders.SHOWN_AT_MOST,
        "plans": plans,
        "team_rows": _team_rows(plan_ids, today=today, is_line=is_line, reader=me, late=late, readable=own),
        "late_words": _late_words(late) if held else "",
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


def _held(me: Person, whose: str, *, today: dt.date) -> list[int]:
    """Ids of whom the filter means; nothing of those higher in the line waits for the reader."""
    read = {"mine": held_people, "direct": reports, "cover": covered_people}.get(whose)
    return [person.pk for person in read(person_id=me.pk, today=today)] if read else []


def _plan_ids(me: Person, whose: str, held: list[int], *, today: dt.date) -> Sequence[int] | QuerySet[Any, int]:
    """Plans under way, soonest end first; higher in the line only their states and dates are shown."""
    if whose != "line":
        return live_plan_ids_of(people=held) if held else []
    line = InductionPlan.objects.live().filter(person__in=Person.objects.in_line_of(me, today=today).values("pk"))
    return line.order_by("end_date", "pk").values_list("pk", flat=True)


def _switch(facts: Facts, whose: str) -> list[dict[str, Any]]:
    values = [value for value in WHOSE if (value != "cover" or facts.covers) and (value != "direct" or facts.covers)]
    url = reverse("team")
    return [
        {"label": WHOSE[value], "url": f"{url}?whose={value}", "is_current": value == whose, "count": None}
        for value in values
    ]


def _queue_rows(found: list[Waiting], *, today: dt.date) -> list[dict[str, Any]]:
    """The rows of the page with the person's name and job role and what they wrote; two queries."""
    if not found:
        return []
    people = {one.pk: one for one in people_with_post(ids={row.person_id for row in found}, today=today)}
    known = facts_about(found)
    return [
        _queue_row(
            row, people[row.person_id], known.get((row.subject_type, row.subject_id), NOTHING_KNOWN), today=today
        )
        for row in found
    ]


def _queue_row(row: Waiting, person: Any, known: Waited, *, today: dt.date) -> dict[str, Any]:
    is_signature = row.kind == "induction.signature"
    actions = [{"text": action_words(row, person), "url": row.act_url, "kind": ""}]
    if is_signature:
        actions.append({"text": "Hand back", "url": row.act_url, "kind": "secondary"})
    since = known.waiting_since if is_signature else None
    return {
        "who": person.full_name,
        "role": person.job_role_title,
        "title": row.title,
        "url": row.url,
        "state": state_of(row, today=today),
        "since": f"since {since:%A} {since.day} {since:%B}" if since else "",
        "note": known.note[:NOTE_SHOWN] if is_signature else "",
        "flag": "Disagreement recorded" if known.is_disputed else "",
        "actions": actions,
        # Where the two see it differently the manager reads before signing, so it is signed by itself.
        "pick_value": row.subject_id if is_signature and not known.is_disputed else "",
        **dates_of(row, known, today=today),
    }


def _late_words(late: Counter[int]) -> str:
    """ "19 things are overdue, of 6 people"; the same figures as in the list of the week."""
    if not late:
        return "Nothing is overdue."
    return f"{plural(late.total(), 'thing is,things are')} overdue, of {plural(len(late), 'person,people')}."


def _team_rows(
    plan_ids: Sequence[int],
    *,
    today: dt.date,
    is_line: bool,
    reader: Person | None = None,
    late: Counter[int] | None = None,
    readable: Collection[int] = (),
) -> list[dict[str, Any]]:
    """Counted for the plans of the page only; one query, and one more where nobody has told what is late."""
    # Nobody has the number 0.
    reader_id = reader.pk if reader else 0
    counted = plans_at_a_glance(ids=plan_ids, reader_id=reader_id, today=today) if plan_ids else []
    if late is None or is_line:
        ids = [plan.person_id for plan in counted]
        late = reminders.overdue_of(ids, today=today)
    return [
        {
            "name": plan.person.full_name,
            "role": plan.job_role_title,
            "url": "" if is_line and plan.person_id not in readable else plan.get_absolute_url(),
            "state": plan.state,
            # Of those higher in the line only the state is shown.
            "pause": "" if is_line else _pause(plan),
            "signed": plan.signed,
            "total": plan.total,
            # Nothing is due and nothing is late while the clock stands still.
            "next_due": None if plan.state == InductionPlan.State.PAUSED else plan.next_due,
            "late": late[plan.person_id],
            "next_review": None if plan.state == InductionPlan.State.PAUSED else plan.next_review,
            "review_days": _days_late(plan, today=today),
            "end_date": plan.end_date,
            "seen": "" if is_line else _seen(plan.read_date, today=today),
        }
        for plan in counted
    ]


def _days_late(plan: Any, *, today: dt.date) -> int | None:
    """How late the next review is; nothing while it is to come or the clock stands still."""
    if plan.state == InductionPlan.State.PAUSED or plan.next_review is None or plan.next_review >= today:
        return None
    return (today - plan.next_review).days


def _pause(plan: Any) -> str:
    """The pause that runs or is planned, in words."""
    if plan.pause_from is None:
        return ""
    is_planned = plan.state != InductionPlan.State.PAUSED
    return pause_words(plan.pause_from, plan.pause_until, is_planned=is_planned)


def _seen(read_date: dt.date | None, *, today: dt.date) -> str:
    """When the reader last opened a plan, in words."""
    near = {today: "Today", today - dt.timedelta(days=1): "Yesterday"}
    return near.get(read_date, gov_date(read_date)) if read_date else "Not yet"


@require_http_methods(["GET"])
def team_csv(request: HttpRequest) -> HttpResponseBase:
    """My team's state as a file, for the same people as on the page; the export is on record first."""
    today = timezone.localdate()
    _, me = _check_has_team(request)
    whose = _whose(request)
    plan_ids = _plan_ids(me, whose, _held(me, whose, today=today), today=today)
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
        rows=_csv_rows(list(plan_ids), today=today),
        filters={"whose": whose},
        count=len(plan_ids),
        now=timezone.now(),
        confirmed_at=request.user.last_login,
    )


def _csv_rows(plan_ids: Sequence[int], *, today: dt.date) -> Iterator[list[object]]:
    for begin in range(0, len(plan_ids), CSV_AT_ONCE):
        for row in _team_rows(plan_ids[begin : begin + CSV_AT_ONCE], today=today, is_line=False):
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
