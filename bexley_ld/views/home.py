"""The first page: what is next for me, then what waits on others, then how far I am."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bexley_ld.nav import Facts, facts_of, url_or_nothing
from bexley_ld.views.waiting import (
    HOWEVER_FAR,
    MANAGERS,
    NOTHING_KNOWN,
    action_url,
    action_words,
    came_back,
    dates_of,
    facts_about,
    rank_of,
    state_of,
    title_of,
)
from bexley_ld.views.waiting import Facts as Waited
from induction import rules
from induction.models import InductionPlan, WaitingOn
from induction.querysets import line_of
from induction.services import oversight
from induction.views.plan_parts import in_hand, next_while_paused
from induction.views.sight import Sight
from induction.views.urgency import is_near
from notifications import due
from people.models import Person
from reminders import services as reminders
from reminders.services import Waiting

SHOWN = 8
TEAM_SHOWN = 3
MINE = {due.Waiting.PERSON, due.Waiting.BOTH}


def greeting(hour: int) -> str:
    """By the time of day; at night nobody is told that it is evening."""
    if hour < 5:
        return "Hello"
    if hour < 12:
        return "Good morning"
    return "Good afternoon" if hour < 18 else "Good evening"


@require_http_methods(["GET"])
def home(request: HttpRequest) -> HttpResponse:
    now = timezone.localtime()
    today = now.date()
    facts = facts_of(request)
    context: dict[str, Any] = {"greeting": greeting(now.hour), "today": today, "facts": facts}
    if request.user.person_id:
        context |= _mine(request, facts, today=today)
    if facts.is_learning:
        context |= _learning(today=today)
    elif facts.is_head:
        context |= _head(today=today)
    context["team_url"] = reverse("team")
    context["good_thing"] = _good_thing(facts)
    return render(request, "bexley_ld/home.html", context)


def _mine(request: HttpRequest, facts: Facts, *, today: dt.date) -> dict[str, Any]:
    me: Person = request.user.person
    found = reminders.due_about(
        _whose(me, facts, today=today), today=today, sides=list(due.Waiting), however_far=HOWEVER_FAR
    )
    own = [row for row in found if row.person_id == me.pk]
    team_rows, team_count = _team(
        [row for row in found if row.person_id != me.pk and row.waiting_on in MANAGERS], today=today
    )
    plans = InductionPlan.objects.visible_to(request.user, today=today).filter(person=me)
    plan = plans.with_progress(today=today).select_related("version").order_by("-start_date", "-pk").first()
    mine, theirs, next_mine = _own(me, plan, own, today=today)
    near = [card for card in mine if is_near(card["rank"], today=today)]
    first = next(iter(near or team_rows), next_mine)
    also = [card for card in near if card is not first]
    return {
        "me": me,
        "plan": plan,
        "month": _month(plan, today=today),
        "next": first,
        "mine": also[: SHOWN - 1],
        "mine_count": len(near),
        "mine_title": f"Also due ({len(also)})",
        "team_title": f"Your team needs you ({team_count})",
        "plan_title": "My induction",
        "months": rules.month_of(plan.start_date, plan.end_date) if plan else 0,
        "theirs": theirs[:SHOWN],
        "team": team_rows[:TEAM_SHOWN],
        "team_count": team_count,
        "buddy_plans": list(InductionPlan.objects.helped_by(me).select_related("person").order_by("pk")[:SHOWN]),
    }


def _own(
    me: Person, plan: InductionPlan | None, own: list[Waiting], *, today: dt.date
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], dict[str, Any] | None]:
    """What is mine to move on, in the order of the plan's own page; what others have; and the plan's next thing."""
    # A due thing of another part of the portal stands in the list by itself.
    mine = [_row_of_other_part(row, today=today) for row in own if row.waiting_on in MINE and not _is_induction(row)]
    if plan is None or not plan.is_live:
        return sorted(mine, key=_order), [], None
    sight = Sight(plan=plan, line=line_of(me, today=today), reader=me, side=WaitingOn.PERSON, today=today)
    checkpoints = list(plan.checkpoints.defer("why", "how", "note", "ready_note"))
    reviews = list(plan.reviews.defer("agenda"))
    mine = sorted([*in_hand(sight, checkpoints, reviews), *mine], key=_order)
    for card in mine:
        if card["action_url"].startswith("#"):
            card["action_url"] = f"{card['url']}{card['action_url']}"
    dated: dict[tuple[str, int], Waited] = {("checkpoint", item.pk): Waited(item.due_date) for item in checkpoints}
    dated |= {("review", review.pk): Waited(review.due_date) for review in reviews}
    theirs = [
        _their_row(row, dated.get((row.subject_type, row.subject_id), NOTHING_KNOWN), sight)
        for row in own
        if row.waiting_on not in MINE
    ]
    if plan.state == InductionPlan.State.PAUSED:
        return mine, theirs, next_while_paused(sight)
    return mine, theirs, next(iter(mine), None)


def _order(card: dict[str, Any]) -> tuple[Any, str]:
    return card["rank"], card["title"]


def _is_induction(row: Waiting) -> bool:
    return row.kind.startswith("induction.")


def _row_of_other_part(row: Waiting, *, today: dt.date) -> dict[str, Any]:
    return {
        "title": row.label,
        "url": row.url,
        "due": row.due_on,
        "days": row.days_late(today),
        "row_state": state_of(row, NOTHING_KNOWN, today=today),
        "action_text": "Open",
        "action_url": row.url,
        "rank": rank_of(row, NOTHING_KNOWN, today=today),
    }


def _their_row(row: Waiting, known: Waited, sight: Sight) -> dict[str, Any]:
    """What the other of the two has; a proposal of mine says that it is one."""
    is_proposal = row.action == "drop_proposal"
    return {
        "title": title_of(row),
        "url": row.url,
        "holder": "" if is_proposal else sight.line.names,
        "method": f"{sight.other_given_name} answers your proposal" if is_proposal else "",
        **dates_of(row, known, today=sight.today),
    }


def _team(found: list[Waiting], *, today: dt.date) -> tuple[list[dict[str, Any]], int]:
    """The most urgent things that wait for a manager, with the starter's name; two queries."""
    if not found:
        return [], 0
    known = facts_about(found)
    ranked = sorted(
        ((row, known.get((row.subject_type, row.subject_id), NOTHING_KNOWN)) for row in found),
        key=lambda pair: (rank_of(*pair, today=today), pair[0].label, pair[0].subject_id),
    )[:TEAM_SHOWN]
    people = Person.objects.in_bulk({row.person_id for row, _ in ranked})
    return [_team_row(row, facts, people[row.person_id], today=today) for row, facts in ranked], len(found)


def _team_row(row: Waiting, known: Waited, starter: Person, *, today: dt.date) -> dict[str, Any]:
    is_back = came_back(row, known)
    return {
        "title": title_of(row),
        "who": starter.full_name,
        "url": row.url,
        "state": "handed_back" if is_back else "",
        "row_state": state_of(row, known, today=today),
        "action_text": action_words(row, starter),
        "action_url": action_url(row),
        **dates_of(row, known, today=today),
    }


def _whose(me: Person, facts: Facts, *, today: dt.date) -> list[int]:
    """Ids of me and of whoever I manage or cover for."""
    if not facts.has_team:
        return [me.pk]
    return [me.pk, *Person.objects.held_by(me, today=today).values_list("pk", flat=True)]


def _month(plan: InductionPlan | None, *, today: dt.date) -> int | None:
    """Which month of the plan today falls in, while it runs."""
    if plan is None or not plan.is_live or today < plan.start_date:
        return None
    return rules.month_of(plan.start_date, min(today, plan.end_date))


def _learning(*, today: dt.date) -> dict[str, Any]:
    counts = oversight.lateness_by_team(today=today)
    return {
        "teams": [row for row in counts if row.late][:SHOWN],
        "plans_total": sum(row.plans for row in counts),
        "late_total": sum(row.late for row in counts),
        "on_time": sum(row.plans - row.late for row in counts),
        "no_manager_count": oversight.without_manager(today=today).count(),
        "no_plan_count": oversight.starters_without_plan(today=today).count(),
    }


def _head(*, today: dt.date) -> dict[str, Any]:
    rows = oversight.suppressed(oversight.lateness_by_team(today=today))
    return {"teams": rows[:SHOWN], "head_rows": True}


def _good_thing(facts: Facts) -> dict[str, str]:
    """Nothing due: one good next thing, by what the reader has."""
    if facts.has_plan:
        return {
            "text": "Have a look at what comes next month, or write a note for your next supervision.",
            "action_text": "Open your induction",
            "action_url": reverse("induction:plan_mine"),
        }
    if facts.has_team:
        return {
            "text": "Your queue is empty. See how the starters in your team get on.",
            "action_text": "Open your team",
            "action_url": reverse("team"),
        }
    if facts.oversees:
        return {
            "text": "See how inductions go across the teams.",
            "action_text": "Open the overview",
            "action_url": reverse("induction:overview"),
        }
    return {
        "text": "Check that your details are right and who can see them.",
        "action_text": "Open your account",
        "action_url": url_or_nothing("people:me"),
    }
