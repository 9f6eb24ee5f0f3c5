"""My next step: of each step and route that could follow, what is met, what is missing, how to get it, who decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from pathways.models import ApprovalStep, CareerStep, PanelDate, QualificationRoute
from pathways.querysets.application import OVER
from pathways.reading import own_applications
from pathways.rules import Outcome, Ruling, facts, judge
from pathways.rules.application import can_progress
from pathways.rules.eligibility import Reason
from pathways.rules.framework import SHUT, Gate, Step
from pathways.services.library import Library, library
from pathways.services.standing import own_standing
from pathways.views.parts import switch
from pathways.views.ways import GATES, months, url_of

WAYS_NAMED = 3
PANELS_NAMED = 2


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
    panels: list[PanelDate] | None
    row: Any
    # The step that one may apply for from here; none where nobody applies. With an application under way, where it is.
    apply_to: int | None = None
    applied_url: str = ""


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
        approval = _approval()
        steps = _steps(known, person)
        rows = [row for step in steps if isinstance(row := known.sources.get(step.key), CareerStep)]
        panels = PanelDate.objects.to_come([row.pk for row in rows], today=today)
        own = own_applications(person_id=person_id) if person_id else []
        under_way = {one.step_id: one.get_absolute_url() for one in own if one.step_id and one.state not in OVER}
        context |= {
            "role": known.roles[person.role],
            "standing": standing,
            "steps": [
                with_way_to_apply(told_next(known, judge(known.written, person, step), today, panels=panels), under_way)
                for step in steps
            ],
            "routes": _routes(known, person, today, approval),
            "approval": approval.get(None, []),
        }
    return render(request, "pathways/next_step.html", context)


def with_way_to_apply(told: Next, under_way: Mapping[int, str]) -> Next:
    """Steps that a panel or an appraisal decides are applied for here, once at a time."""
    row = told.row
    if not isinstance(row, CareerStep) or not can_progress(row):
        return told
    return replace(told, apply_to=row.pk, applied_url=under_way.get(row.pk, ""))


def _approval() -> dict[int | None, list[str]]:
    """Who says yes, in order: by route where it has rows of its own, and the usual ones under None."""
    found: dict[int | None, list[str]] = {}
    for row in ApprovalStep.objects.order_by("position"):
        found.setdefault(row.route_id, []).append(row.who)
    return found


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


def _routes(
    known: Library, person: facts.Person, today: dt.date, approval: Mapping[int | None, list[str]]
) -> list[Next]:
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
    return [told_next(known, ruling, today, approval=approval) for ruling in order]


def told_next(
    known: Library,
    ruling: Ruling,
    today: dt.date,
    *,
    panels: Mapping[int, list[PanelDate]] | None = None,
    approval: Mapping[int | None, list[str]] | None = None,
) -> Next:
    step, row = ruling.step, known.sources.get(ruling.step.key)
    missing = [_missing(known, reason) for reason in ruling.not_met]
    left = [change.months_left for reason in ruling.not_met for change in reason.changes if change.months_left]
    # Only time is missing: then there is a first day.
    is_time_alone = bool(left) and len(left) == len(ruling.not_met)
    earliest = _after(today, max(left)) if is_time_alone and step.gate is not Gate.VACANCY else None
    return Next(
        title=row.title if step.key.startswith("route:") and row else step.name,
        anchor=row.code if step.key.startswith("route:") and row else "",
        url=url_of(known, row),
        outcome=_words(ruling),
        gate=GATES.get(step.gate, ""),
        who=_who(row, approval or {}),
        met=[reason.words for reason in ruling.reasons if reason.is_met],
        missing=missing,
        conditions=ruling.conditions,
        earliest=earliest,
        panels=_panels(row, panels or {}, earliest) if step.gate is Gate.PANEL else None,
        row=row,
    )


def _who(row: Any, approval: Mapping[int | None, list[str]]) -> str:
    """Who decides, where the step or the route says so itself."""
    if isinstance(row, CareerStep):
        return row.gate_words
    own = approval.get(row.pk, []) if row is not None else []
    return f"Who says yes: {', then '.join(own)}." if own else ""


def _panels(row: Any, panels: Mapping[int, list[PanelDate]], earliest: dt.date | None) -> list[PanelDate]:
    """The next panels at which the reader could be looked at."""
    rows = panels.get(row.pk, []) if isinstance(row, CareerStep) else []
    return [panel for panel in rows if earliest is None or panel.date >= earliest][:PANELS_NAMED]


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


def standing_to(row: QualificationRoute | CareerStep, person_id: int, *, today: dt.date) -> Next | None:
    """How somebody stands to one route or step, with reasons and what would change it; None where it is not drawn.

    Read by the person, and by whoever decides about their application.
    """
    known = library(today)
    standing = own_standing(person_id, known, today=today)
    steps = [
        step
        for step in known.written.steps
        if step.key.startswith(("step:", "route:")) and known.sources.get(step.key) == row
    ]
    if not steps:
        return None
    rulings = [judge(known.written, standing.person, step) for step in steps]
    best = min(rulings, key=lambda ruling: (not ruling.meets_what_is_known, len(ruling.not_met)))
    # When the panel meets about an application stands beside its state.
    return replace(told_next(known, best, today), panels=None)
