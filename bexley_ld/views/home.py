"""The first page: what is next for me, then what waits on others, then how far I am."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bexley_ld.nav import Facts, facts_of
from bexley_ld.views.waiting import (
    MANAGERS,
    NOTHING_KNOWN,
    action_words,
    dates_of,
    facts_about,
    rank_of,
    state_of,
)
from bexley_ld.views.waiting import Facts as Waited
from govuk.addresses import fixed_address
from induction import rules
from induction.models import InductionPlan, WaitingOn
from induction.reading import open_items_of, own_and_helped_plans, reviews_of
from induction.services import oversight
from induction.views.plan_parts import Hand, in_hand, next_while_paused
from induction.views.sight import Sight
from induction.views.urgency import is_near
from notifications import due
from pathways.models import Application
from people.line import line_of
from people.models import Person
from people.reading import held_people
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
        context |= _learning(request, today=today)
    elif facts.is_head:
        context |= _head(person_id=request.user.person_id, today=today)
    context["team_url"] = reverse("team")
    context["good_thing"] = _good_thing(facts)
    return render(request, "bexley_ld/home.html", context)


def _mine(request: HttpRequest, facts: Facts, *, today: dt.date) -> dict[str, Any]:
    me: Person = request.user.person
    held = {person.pk: person for person in held_people(person_id=me.pk, today=today)} if facts.has_team else {}
    found = reminders.due_about(held, today=today, sides=MANAGERS, reader_id=me.pk)
    team_rows, team_count = _team([row for row in found if row.person_id in held], held, today=today)
    plans = own_and_helped_plans(person_id=me.pk, today=today)
    plan = next((plan for plan in plans if plan.person_id == me.pk), None)
    mine, theirs, idle = _own(me, plan, [row for row in found if row.person_id == me.pk], today=today)
    near = [hand for hand in mine if is_near(hand.rank, today=today)]
    also = near[1:]
    return {
        "me": me,
        "plan": plan,
        "month": _month(plan, today=today),
        "next": near[0].card() if near else next(iter(team_rows), mine[0].card() if mine else idle),
        "mine": [_as_row(hand.card(), "text") for hand in also[: SHOWN - 1]],
        "mine_count": len(near),
        "mine_title": f"Also due ({len(also)})",
        "team_title": f"Your team needs you ({team_count})",
        "plan_title": "My induction",
        "months": rules.month_of(plan.start_date, plan.end_date) if plan else 0,
        "theirs": theirs,
        "team": [_as_row(row, "who") for row in team_rows],
        "team_count": team_count,
        "buddy_plans": [plan for plan in plans if plan.person_id != me.pk],
    }


def _as_row(card: dict[str, Any], words: str) -> dict[str, Any]:
    """A card as a line of a list: why it is asked, or whose it is, stands where a plan tells the method."""
    return {**card, "method": card.get(words, ""), "state": card["row_state"]}


def _own(
    me: Person, plan: InductionPlan | None, own: list[Waiting], *, today: dt.date
) -> tuple[list[Hand], list[dict[str, Any]], dict[str, Any] | None]:
    """What is mine to move on, in the order of the plan's own page; what others have; and what a paused plan says."""
    # A due thing of another part of the portal stands in the list by itself.
    mine = [
        _hand_of_other_part(row, me, today=today) for row in own if row.waiting_on in MINE and not _is_induction(row)
    ]
    if plan is None or not plan.is_live:
        return sorted(mine, key=_order), [], None
    plan.person = me
    sight = Sight(plan=plan, line=line_of(me, today=today), reader=me, side=WaitingOn.PERSON, today=today)
    checkpoints, reviews = open_items_of(plan_id=plan.pk), reviews_of(plan_id=plan.pk)
    mine = sorted([*in_hand(sight, checkpoints, reviews), *mine], key=_order)
    dates: dict[tuple[str, int], dt.date] = {("checkpoint", item.pk): item.due_date for item in checkpoints}
    dates |= {("review", review.pk): review.due_date for review in reviews}
    theirs = [
        _their_row(row, Waited(dates.get((row.subject_type, row.subject_id))), sight)
        for row in [row for row in own if row.waiting_on not in MINE][:SHOWN]
    ]
    return mine, theirs, next_while_paused(sight) if plan.state == InductionPlan.State.PAUSED else None


def _order(hand: Hand) -> tuple[Any, str]:
    return hand.rank, hand.title


def _is_induction(row: Waiting) -> bool:
    return row.kind.startswith("induction.")


def _hand_of_other_part(row: Waiting, me: Person, *, today: dt.date) -> Hand:
    card = {
        "title": row.title,
        "url": row.url,
        "row_state": state_of(row, today=today),
        "action_text": action_words(row, me),
        "action_url": row.act_url,
        **dates_of(row, NOTHING_KNOWN, today=today),
    }
    return Hand(rank_of(row, today=today), row.title, lambda: card)


def _their_row(row: Waiting, known: Waited, sight: Sight) -> dict[str, Any]:
    """What the other of the two has; a proposal of mine says that it is one."""
    is_proposal = row.kind == "induction.drop_proposal"
    return {
        "title": row.title,
        "url": row.url,
        "state": "waiting",
        "holder": "" if is_proposal else sight.line.names,
        "method": f"{sight.other_given_name} answers your proposal" if is_proposal else "",
        **dates_of(row, known, today=sight.today),
    }


def _team(found: list[Waiting], held: Mapping[int, Person], *, today: dt.date) -> tuple[list[dict[str, Any]], int]:
    """The most urgent things that wait for a manager, with the starter's name; one query."""
    ranked = sorted(found, key=lambda row: (rank_of(row, today=today), row.label, row.subject_id))[:TEAM_SHOWN]
    known = facts_about(ranked) if ranked else {}
    rows = [
        _team_row(row, known.get((row.subject_type, row.subject_id), NOTHING_KNOWN), held[row.person_id], today=today)
        for row in ranked
    ]
    return rows, len(found)


def _team_row(row: Waiting, known: Waited, starter: Person, *, today: dt.date) -> dict[str, Any]:
    return {
        "title": row.title,
        "who": starter.full_name,
        "url": row.url,
        "state": "handed_back" if row.came_back else "",
        "row_state": state_of(row, today=today),
        "action_text": action_words(row, starter),
        "action_url": row.act_url,
        **dates_of(row, known, today=today),
    }


def _month(plan: InductionPlan | None, *, today: dt.date) -> int | None:
    """Which month of the plan today falls in, while it runs."""
    if plan is None or not plan.is_live or today < plan.start_date:
        return None
    return rules.month_of(plan.start_date, min(today, plan.end_date))


def _learning(request: HttpRequest, *, today: dt.date) -> dict[str, Any]:
    counts = oversight.lateness_by_team(today=today)
    return {
        "teams": [row for row in counts if row.late][:SHOWN],
        "plans_total": sum(row.plans for row in counts),
        "late_total": sum(row.late for row in counts),
        "on_time": sum(row.plans - row.late for row in counts),
        "no_manager_count": len(oversight.not_held(today=today)[0]),
        "no_plan_count": len(oversight.starters_without_plan(today=today)),
        "applications_count": Application.objects.visible_to(request.user, today=today).to_decide().count(),
    }


def _head(*, person_id: int | None, today: dt.date) -> dict[str, Any]:
    rows = oversight.lateness_below(person_id, today=today)
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
        "action_url": fixed_address("people:me"),
    }
