"""A way of the planner in words: what is done, when, for how long, who pays, on what condition, how certain."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pathways.models import CareerRole, CareerStep, QualificationRoute
from pathways.rules import Leg, Opening, Way
from pathways.rules.framework import Block, Gate, Months, State, Step
from pathways.services.library import Library

GATES = {
    Gate.AUTOMATIC: "Automatic once this is done",
    Gate.APPRAISAL: "Decided by appraisal or assessment",
    Gate.PANEL: "Decided by a panel",
    Gate.VACANCY: "When a post comes up: apply and be interviewed",
}
BLOCKS = {
    Block.CLOSED: "is closed to new entrants",
    Block.ENDED: "has ended",
    Block.DEGREE: "ends in a degree, which you ruled out",
    Block.PART_TIME: "cannot be done part-time",
}


@dataclass(frozen=True)
class Line:
    """One line of a way."""

    title: str
    url: str = ""
    begins: str = ""
    lasts: str = ""
    gate: str = ""
    funding: str = ""
    conditions: tuple[str, ...] = ()
    state: str = ""
    doubt: str = ""
    row: Any = None


@dataclass(frozen=True)
class ToldWay:
    number: int
    total: str
    lines: list[Line]
    posts: int
    unknown: int
    uncertain: int
    next: Line
    how: str = ""


@dataclass(frozen=True)
class ToldOpening:
    """One set of changes; all of them together open a way."""

    to_have: list[str] = field(default_factory=list)
    shut: list[tuple[str, str, str]] = field(default_factory=list)
    from_role: CareerRole | None = None
    is_goal: bool = False


def months(number: int) -> str:
    """15 as "1 year 3 months"."""
    years, rest = divmod(number, 12)
    parts = [f"{years} {'year' if years == 1 else 'years'}"] if years else []
    parts += [f"{rest} {'month' if rest == 1 else 'months'}"] if rest or not years else []
    return " ".join(parts)


def lasting(length: Months) -> str:
    """A range in words; a beginning of nothing is not said."""
    if length.most is None:
        return f"{months(length.least)} or more" if length.least else "Length not published"
    if length.least == length.most:
        return months(length.least) if length.least else ""
    return f"{months(length.least)} to {months(length.most)}" if length.least else f"Up to {months(length.most)}"


def told_way(known: Library, way: Way, number: int) -> ToldWay:
    lines = [_line(known, leg) for leg in way.legs]
    return ToldWay(
        number=number,
        total=_total(way.months),
        lines=lines,
        posts=len(way.vacancies),
        unknown=sum(leg.step is not None and leg.lasts.most is None for leg in way.legs),
        uncertain=len(way.uncertain),
        next=lines[0],
        how=_next(way.legs[0]),
    )


def _total(length: Months) -> str:
    if length.most is None:
        return f"At least {months(length.least)}" if length.least else "Time not known"
    return lasting(length) or "At once"


def _line(known: Library, leg: Leg) -> Line:
    at_least = "" if leg.begins.most == leg.begins.least else " or more"
    # What waits for something of unknown or no least length does not begin now.
    soonest = "Now" if leg.begins.most == 0 else "After that"
    begins = f"After {months(leg.begins.least)}{at_least}" if leg.begins.least else soonest
    if leg.step is None:
        return Line(f"Work as {known.roles[leg.role].job_role.title}", begins=begins, lasts=lasting(leg.lasts))
    step, row = leg.step, known.sources.get(leg.step.key)
    vacancy = step.gate is Gate.VACANCY
    return Line(
        title=step.name,
        url=url_of(known, row),
        begins=begins,
        lasts="" if vacancy else lasting(leg.lasts),
        gate=GATES.get(step.gate, ""),
        # The whole of it stands on the route's page.
        funding=step.funding.split(". ")[0].rstrip("."),
        conditions=step.conditions,
        state=row.state if isinstance(row, QualificationRoute) else "",
        doubt=_doubt(step, row),
        row=row,
    )


def url_of(known: Library, row: Any) -> str:
    """The page of what a step was made of: the role that it leads to, or the route."""
    if isinstance(row, CareerStep):
        return known.rows.roles[row.to_role_id].get_absolute_url()
    return row.get_absolute_url() if row is not None else ""


def _doubt(step: Step, row: Any) -> str:
    """Why the step cannot be counted on, in words."""
    if step.state is State.PLANNED:
        return getattr(row, "state_words", "") or "Planned: nobody can start it yet."
    if step.state is State.UNCERTAIN:
        return "Not on Bexley’s pages: ask Learning and Development whether Bexley takes part."
    return ""


def _next(leg: Leg) -> str:
    if leg.step is None:
        return "Gain the experience that the next step asks for, and tell your manager where you are heading."
    if leg.step.gate is Gate.VACANCY:
        return "Look for the post among the vacancies on the role’s page, and tell your manager that you mean to apply."
    if leg.step.gate in {Gate.APPRAISAL, Gate.PANEL}:
        return "Ask your manager in supervision when this can be looked at, and what evidence it takes."
    if leg.step.key.startswith("route:"):
        return "Read who may enter and who says yes, then talk to your manager about support."
    return "Follow the page of the step, or ask Learning and Development how to begin."


def told_opening(known: Library, opening: Opening, goal: CareerRole) -> ToldOpening:
    return ToldOpening(
        to_have=[known.said(need) for need in opening.to_have],
        shut=[(step.name, url_of(known, known.sources.get(step.key)), BLOCKS[block]) for step, block in opening.shut],
        from_role=known.roles.get(opening.from_role or ""),
        is_goal=opening.from_role == goal.job_role.code,
    )
