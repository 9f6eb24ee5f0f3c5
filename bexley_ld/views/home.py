"""The first page: what is next for me, then what waits on others, then how far I am."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from bexley_ld.nav import Facts, facts_of, url_or_nothing
from induction import oversight
from induction.models import InductionPlan
from induction.querysets import line_of
from notifications import due
from people.models import Person
from reminders import services as reminders
from reminders.services import Waiting

SHOWN = 8
TEAM_SHOWN = 3
MINE = {due.Waiting.PERSON, due.Waiting.BOTH}
MANAGERS = {due.Waiting.MANAGER, due.Waiting.BOTH}

# What a kind of due thing asks for, as the words of a button and as a state of the look.
ACTIONS = {
    "item": "Mark as ready",
    "shared_item": "Mark as ready",
    "manager_item": "Mark as done",
    "signature": "Sign off",
    "drop_proposal": "Answer",
    "review": "Hold the review",
    "review_signature": "Read and sign",
    "agreement": "Read and agree",
}
# The same for the starter, whose signature comes second on the manager's items.
ACTIONS_OF_STARTER = ACTIONS | {"signature": "Confirm it is done", "review": "Prepare"}


def greeting(hour: int) -> str:
    if 5 <= hour < 12:
        return "Good morning"
    return "Good afternoon" if 12 <= hour < 18 else "Good evening"


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
    found = reminders.due_about(_whose(me, facts, today=today), today=today, sides=list(due.Waiting))
    own = [row for row in found if row.person_id == me.pk]
    mine = [row for row in own if row.waiting_on in MINE]
    theirs = [row for row in own if row.waiting_on not in MINE]
    team = [row for row in found if row.person_id != me.pk and row.waiting_on in MANAGERS]
    people = Person.objects.in_bulk({row.person_id for row in team[:TEAM_SHOWN]}) if team else {}
    # My manager's side of my own plan; worked out only when something is there.
    holder = line_of(me, today=today).names if theirs else ""
    plans = InductionPlan.objects.visible_to(request.user, today=today).filter(person=me)
    plan = plans.with_progress(today=today).select_related("version").order_by("-start_date", "-pk").first()
    mine_rows = [_row(row, None, today=today) for row in mine]
    team_rows = [_row(row, people.get(row.person_id), today=today) for row in team[:TEAM_SHOWN]]
    return {
        "me": me,
        "plan": plan,
        "month": _month(plan, today=today),
        "next": next(iter(mine_rows or team_rows), None),
        "mine": mine_rows[1:SHOWN],
        "mine_count": len(mine),
        "mine_title": f"Also due ({len(mine) - 1})",
        "team_title": f"Your team needs you ({len(team)})",
        "plan_title": "My induction",
        "months": plan.version.months if plan else 0,
        "theirs": [_row(row, None, today=today) | {"holder": holder} for row in theirs[:SHOWN]],
        "team": team_rows,
        "team_count": len(team),
        "buddy_plans": list(InductionPlan.objects.helped_by(me).select_related("person").order_by("pk")[:SHOWN]),
    }


def _whose(me: Person, facts: Facts, *, today: dt.date) -> Any:
    """Me, and whoever I manage or cover for: one list of people for one query."""
    if not facts.has_team:
        return Person.objects.filter(pk=me.pk)
    team = Q(pk__in=Person.objects.reporting_to(me, today=today).values("pk"))
    covered = Q(pk__in=Person.objects.covered_by(me, today=today).values("pk"))
    return Person.objects.filter(Q(pk=me.pk) | team | covered)


def _row(row: Waiting, starter: Person | None, *, today: dt.date) -> dict[str, Any]:
    """A due thing as the page shows it; `starter` is whom it is about, none for my own plan."""
    words = ACTIONS_OF_STARTER if starter is None else ACTIONS
    return {
        "title": title_of(row),
        "who": starter.full_name if starter else "",
        "url": row.url,
        "due": row.due_on,
        "days": row.days_late(today),
        "state": "overdue" if row.due_on < today else ("ready" if row.action == "signature" else "to_do"),
        "action_text": words.get(row.action, "Open"),
        "action_url": f"{row.url}#agreement" if row.action == "agreement" else f"{row.url}#act",
    }


def title_of(row: Waiting) -> str:
    """A plan has no title of its own, so its agreement is named by what is to be done."""
    return "Agree the induction plan" if row.action == "agreement" else row.label


def _month(plan: InductionPlan | None, *, today: dt.date) -> int | None:
    """Which month of the plan today falls in, while it runs."""
    if plan is None or not plan.is_live or today < plan.start_date:
        return None
    months = (today.year - plan.start_date.year) * 12 + today.month - plan.start_date.month
    return months + (1 if today.day > plan.start_date.day or months == 0 else 0)


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
