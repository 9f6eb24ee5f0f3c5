"""Pieces that the pages about roles, steps and routes share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from pathways.models import CareerRole, CareerStep, Requirement
from pathways.rules.asked import all_of
from people.models import Sourced


@dataclass(frozen=True)
class Told:
    """Rows of one kind with the mark that they share, if all of them carry the same one."""

    rows: Sequence[Any]
    mark: Sourced | None = None


def told(rows: Iterable[Any]) -> Told:
    """One mark for all where basis and date are the same, so that a page does not repeat itself."""
    rows = list(rows)
    flat = [row for part in rows for row in (part if isinstance(part, list) else [part])]
    kinds = {(row.basis, row.source_date) for row in flat}
    return Told(rows=rows, mark=flat[0] if len(kinds) == 1 and flat[0].needs_check else None)


@dataclass(frozen=True)
class StepLine:
    """A step as seen from one of its ends, with what it asks."""

    step: CareerStep
    other: CareerRole
    asked: Told


def step_lines(steps: Iterable[CareerStep], requirements: Iterable[Requirement], *, towards: str) -> list[StepLine]:
    """Steps with the role at their other end: `to_role` for what leads on, `from_role` for what leads here."""
    by_step: dict[int, list[Requirement]] = {}
    for row in requirements:
        if row.step_id is not None:
            by_step.setdefault(row.step_id, []).append(row)
    return [
        StepLine(step=step, other=getattr(step, towards), asked=told(all_of(by_step.get(step.pk, []))))
        for step in steps
    ]


def switch(current: str) -> list[dict[str, object]]:
    """The views of the pathways."""
    items = (
        ("career_map", "Map"),
        ("next_step", "My next step"),
        ("assessments", "My capabilities"),
        ("planner", "Route planner"),
        ("route_list", "Qualification routes"),
        ("applications", "My applications"),
        ("framework", "The whole framework"),
        ("teams", "Teams"),
        ("cpd_mine", "CPD plan"),
        ("expertise", "Shared expertise"),
    )
    return [
        {"label": label, "url": reverse(f"pathways:{name}"), "is_current": name == current} for name, label in items
    ]
