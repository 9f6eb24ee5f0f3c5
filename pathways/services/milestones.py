"""The parts of a route that somebody is on: added and ticked off by that person or by Learning and Development."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from audit import services as audit
from audit.transactions import all_or_nothing
from pathways.models import Application, Milestone
from pathways.rules import application as rules
from people.line import line_of
from people.models import Person


@dataclass(frozen=True)
class MilestoneData:
    """A module, a placement, hours away from the job, or the end-point assessment."""

    kind: str
    title: str
    hours: int | None = None
    due_date: dt.date | None = None
    done_date: dt.date | None = None


@all_or_nothing(durable=True)
def add_milestone(
    *,
    application_id: int,
    by: Person,
    is_learning: bool,
    data: MilestoneData,
    form_key: uuid.UUID | None = None,
    today: dt.date,
    now: dt.datetime,
) -> Milestone:
    """The person or Learning and Development, while the person is on the route; the same form twice is one part."""
    application = _enter(application_id, by=by, is_learning=is_learning, today=today)
    known: Milestone | None = Milestone.objects.filter(form_key=form_key).first() if form_key else None
    if known is not None:
        if known.application_id == application_id and _is_as_typed(known, data):
            return known
        # A page that the browser brought back, with another part typed into it.
        form_key = None
    milestone: Milestone = Milestone.objects.create(application=application, form_key=form_key, **vars(data))
    _record(milestone, "milestone_added", by=by, now=now)
    return milestone


@all_or_nothing(durable=True)
def mark_milestone(
    *, milestone_id: int, by: Person, is_learning: bool, is_done: bool, today: dt.date, now: dt.datetime
) -> Milestone:
    """Done today, or not done after all; the same again changes nothing."""
    application_id = Milestone.objects.values_list("application_id", flat=True).get(pk=milestone_id)
    application = _enter(application_id, by=by, is_learning=is_learning, today=today)
    milestone: Milestone = Milestone.objects.select_for_update().get(pk=milestone_id)
    milestone.application = application
    if (milestone.done_date is not None) != is_done:
        milestone.done_date = today if is_done else None
        milestone.save(update_fields=["done_date"])
        _record(milestone, "milestone_done" if is_done else "milestone_reopened", by=by, now=now)
    return milestone


def _is_as_typed(known: Milestone, data: MilestoneData) -> bool:
    """Whatever has been ticked off since."""
    return all(getattr(known, name) == getattr(data, name) for name in ("kind", "title", "hours", "due_date"))


def _enter(application_id: int, *, by: Person, is_learning: bool, today: dt.date) -> Application:
    Application.objects.select_for_update().get(pk=application_id)
    application: Application = Application.objects.with_target().get(pk=application_id)
    line = line_of(application.person, today=today)
    sides = rules.sides_of(person_id=application.person_id, by_id=by.pk, managers=line.ids, is_learning=is_learning)
    rules.check_can_keep_milestones(application, sides)
    return application


def _record(milestone: Milestone, verb: str, *, by: Person, now: dt.datetime) -> None:
    audit.record(
        by=by,
        verb=f"pathways.{verb}",
        subject=milestone,
        chain=audit.chain_of(milestone.application.person),
        now=now,
        facts={"application": milestone.application_id, "kind": milestone.kind, "hours": milestone.hours},
    )
