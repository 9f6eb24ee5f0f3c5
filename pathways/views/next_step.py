"""My next step: of each step and route that could follow, what is met, what is missing, how to get it, who decides."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pathways.models import ApprovalStep, CareerStep
from pathways.rules import Outcome, Ruling, facts, judge
from pathways.rules.eligibility import Reason
from pathways.rules.framework import SHUT, Gate, Step
from pathways.services.library import Library, library
from pathways.services.standing import own_standing
from pathways.views.parts import switch
from pathways.views.ways import GATES, months, url_of

WAYS_NAMED = 3


@dataclass(frozen=True)
class Missing:
    """What is not met, and what would change it."""

    words: str
    is_unknown: bool
    to_go: str
    ways: list[tuple[str, str]]


@dataclass(frozen=True)
class Next:
    """A step or a route as it stands for the reader."""

    title: str
    anchor: str
    url: str
    outcome: str
    gate: str
    who: str
    met: list[str]
    missing: list[Missing]
    conditions: tuple[str, ...]
    earliest: dt.date | None
    row: Any


@require_safe
def next_step(request: HttpRequest) -> HttpResponse:
    """For the reader alone, by their own records."""
    today = timezone.localdate()
    known = library(today)
    context: dict[str, Any] = {"switch": switch("next_step"), "is_empty": not known.roles}
    person_id = request.user.person_id
    standing = own_standing(person_id, known, today=today) if person_id else None
    if standing and standing.person.role:
        person = standing.person
        approval = [row.who for row in ApprovalStep.objects.usual()]
        context |= {
            "role": known.roles[person.role],
            "standing": standing,
            "steps": [_told(known, judge(known.written, person, step), today) for step in _steps(known, person)],
            "routes": _routes(known, person, today),
            "approval": approval,
        }
    return render(request, "pathways/next_step.html", context)


def _steps(known: Library, person: facts.Person) -> list[Step]:
    """What begins in the reader's role, on top of it or in a role held on top; posts for people from outside too."""
    return [
        step
        for step in known.written.steps
        if step.key.startswith(("step:", "post:"))
        and step.requires
        and any(facts.is_met(need, person, known.written.stages) for need in step.requires[0].any_of)
        and step.to_role != person.role
        and not (step.gives.awards and step.gives.awards <= person.facts.awards)
    ]


def _routes(known: Library, person: facts.Person, today: dt.date) -> list[Next]:
    """Routes that take people, those that the reader may enter first; without what they have gained already."""
    found: dict[int, Ruling] = {}
    for step in known.written.steps:
        row = known.sources.get(step.key)
        if not step.key.startswith("route:") or step.state in SHUT or row is None or row.pk in found:
            continue
        if row.opens_registration in person.facts.registrations or not step.gives.awards.isdisjoint(
            person.facts.awards
        ):
            continue
        found[row.pk] = judge(known.written, person, step)
    order = sorted(found.values(), key=lambda r: (not r.meets_what_is_known, len(r.not_met), r.step.name))
    return [_told(known, ruling, today) for ruling in order]


def _told(known: Library, ruling: Ruling, today: dt.date) -> Next:
    step, row = ruling.step, known.sources.get(ruling.step.key)
    missing = [_missing(known, reason) for reason in ruling.not_met]
    left = [change.months_left for reason in ruling.not_met for change in reason.changes if change.months_left]
    # Only time is missing: then there is a first day.
    is_time_alone = bool(left) and len(left) == len(ruling.not_met)
    return Next(
        title=row.title if step.key.startswith("route:") and row else step.name,
        anchor=row.code if step.key.startswith("route:") and row else "",
        url=url_of(known, row),
        outcome=_words(ruling),
        gate=GATES.get(step.gate, ""),
        who=row.gate_words if isinstance(row, CareerStep) else "",
        met=[reason.words for reason in ruling.reasons if reason.is_met],
        missing=missing,
        conditions=ruling.conditions,
        earliest=_after(today, max(left)) if is_time_alone and step.gate is not Gate.VACANCY else None,
        row=row,
    )


def _words(ruling: Ruling) -> str:
    if ruling.outcome is Outcome.ELIGIBLE:
        return "You meet what is asked" + (", as far as records can show" if ruling.conditions else "")
    if ruling.outcome is Outcome.NOT_YET:
        return "Not yet"
    if ruling.meets_what_is_known:
        return "You seem to meet what is asked: Learning and Development can confirm"
    return "Not yet, as far as is known: ask Learning and Development"


def _missing(known: Library, reason: Reason) -> Missing:
    left = [change.months_left for change in reason.changes if change.months_left]
    steps = {
        step.name: url_of(known, known.sources.get(step.key)) for change in reason.changes for step in change.steps
    }
    return Missing(
        words=reason.words,
        is_unknown=reason.is_unknown,
        to_go=months(min(left)) if left else "",
        ways=list(steps.items())[:WAYS_NAMED],
    )


def _after(today: dt.date, count: int) -> dt.date:
    """The first of the month in which so many months have passed."""
    year, month = divmod(today.year * 12 + today.month - 1 + count, 12)
    return dt.date(year, month + 1, 1)
