"""The clock of a plan: pauses and extensions move what is open by a rule that the page shows; first dates stay."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db.models import F

from audit.transactions import all_or_nothing
from induction import emails, rules
from induction.models import Checkpoint, Decision, InductionPlan, PlanExtension, PlanPause, Review
from induction.services.checkpoint import clear_agreement
from induction.services.decisions import Scene, decide, enter, repeated
from people.models import Person
from people.rules import NotAllowed

Kind = Decision.Kind
# An open item or review, and the date that it would get.
DateMove = tuple[Checkpoint | Review, dt.date]


def _open_rows(plan: InductionPlan) -> list[Checkpoint | Review]:
    items = Checkpoint.objects.open().filter(plan=plan).order_by("due_date", "position", "pk")
    # A review that was held has had its day; only its signature is still to come.
    reviews = Review.objects.filter(plan=plan, state=Review.State.PLANNED, held_date__isnull=True)
    return [*reviews.order_by("due_date", "pk"), *items]


def moves_of_pause(plan: InductionPlan, *, days: int) -> list[DateMove]:
    """Everything open moves by the whole days of the pause (ruling 12), also what was late before it."""
    return [(row, row.due_date + dt.timedelta(days=days)) for row in _open_rows(plan)]


def moves_of_extension(plan: InductionPlan, *, to_date: dt.date, today: dt.date) -> list[DateMove]:
    """What is still to come is spread over the longer time; the open final review is due at the new end."""
    moves = []
    for row in _open_rows(plan):
        is_final = isinstance(row, Review) and row.is_final
        due = to_date if is_final else rules.spread(row.due_date, today=today, end=plan.end_date, new_end=to_date)
        if due != row.due_date:
            moves.append((row, due))
    return moves


def moves_of_final_extension(plan: InductionPlan, *, to_date: dt.date) -> list[DateMove]:
    """Agreed at the final review: all that is open moves by the days that the end moves."""
    return moves_of_pause(plan, days=(to_date - plan.end_date).days)


def _apply(moves: list[DateMove]) -> None:
    items, reviews = [], []
    for row, due in moves:
        row.due_date = due
        if isinstance(row, Checkpoint):
            items.append(row)
        else:
            reviews.append(row)
    Checkpoint.objects.bulk_update(items, ["due_date"])
    Review.objects.bulk_update(reviews, ["due_date"])


@all_or_nothing(durable=True)
def pause_plan(
    *,
    plan_id: int,
    by: Person,
    start_date: dt.date,
    expected_end_date: dt.date | None,
    reason: str,
    form_key: uuid.UUID | None = None,
    today: dt.date,
    now: dt.datetime,
) -> PlanPause:
    """Stop the clock for an absence. Dates move when the plan resumes, for only then the days are known."""
    scene = enter(plan_id=plan_id, by=by, today=today, now=now)
    if repeated(form_key, by=by, about=scene.plan):
        return scene.plan.pauses.latest("pk")
    rules.check_is_manager(scene.side, "pause a plan")
    before = scene.plan.state
    scene.plan.state = rules.next_plan_state(before, "pause")
    if start_date > today:
        raise NotAllowed("The first day away must be today or in the past. Pause the plan on that day.")
    if start_date < scene.plan.start_date:
        raise NotAllowed("The first day away must be on or after the first day at work.")
    if expected_end_date is not None and expected_end_date < start_date:
        raise NotAllowed("The expected return must be on or after the first day away.")
    scene.plan.save(update_fields=["state"])
    pause = PlanPause.objects.create(
        plan=scene.plan, start_date=start_date, expected_end_date=expected_end_date, reason=reason
    )
    emails.plan_dates_changed(scene.plan, scene.line, by=by, what="paused", now=now)
    decide(scene, Kind.PAUSED, facts={"start": start_date.isoformat()}, form_key=form_key)
    return pause


@all_or_nothing(durable=True)
def resume_plan(
    *,
    plan_id: int,
    by: Person,
    first_day_back: dt.date,
    form_key: uuid.UUID | None = None,
    today: dt.date,
    now: dt.datetime,
) -> InductionPlan:
    """Start the clock again: everything open, and the end, moves by the whole days of the pause."""
    scene = enter(plan_id=plan_id, by=by, today=today, now=now)
    plan = scene.plan
    if repeated(form_key, by=by, about=scene.plan):
        return plan
    rules.check_is_manager(scene.side, "resume a plan")
    plan.state = rules.next_plan_state(plan.state, "resume" if plan.agreed_date else "resume_agreeing")
    pause = plan.pauses.select_for_update().get(end_date__isnull=True)
    if first_day_back < pause.start_date or first_day_back > today:
        raise NotAllowed("The first day back must be between the first day away and today.")
    pause.end_date = first_day_back
    pause.days = rules.days_paused(pause.start_date, first_day_back)
    pause.save(update_fields=["end_date", "days"])
    moves = moves_of_pause(plan, days=pause.days)
    plan.end_date += dt.timedelta(days=pause.days)
    plan.agree_by += dt.timedelta(days=pause.days)
    plan.save(update_fields=["state", "end_date", "agree_by"])
    _apply(moves)
    for rows in (Checkpoint.objects.open(), Review.objects.open()):
        awaited = rows.filter(plan=plan, answer_by__isnull=False)
        awaited.update(answer_by=F("answer_by") + dt.timedelta(days=pause.days))
    emails.plan_dates_changed(plan, scene.line, by=by, what="resumed", now=now)
    decide(
        scene,
        Kind.RESUMED,
        facts={"back": first_day_back.isoformat(), "days": pause.days, "end": plan.end_date.isoformat()},
        form_key=form_key,
    )
    return plan


@all_or_nothing(durable=True)
def extend_plan(
    *,
    plan_id: int,
    by: Person,
    to_date: dt.date,
    kind: str,
    reason: str,
    form_key: uuid.UUID | None = None,
    today: dt.date,
    now: dt.datetime,
) -> PlanExtension:
    """The line manager moves the end, with a reason; what is still to come is spread over the longer time."""
    scene = enter(plan_id=plan_id, by=by, today=today, now=now)
    if repeated(form_key, by=by, about=scene.plan):
        return scene.plan.extensions.latest("pk")
    rules.check_is_manager(scene.side, "move the end of a plan")
    rules.next_plan_state(scene.plan.state, "extend")
    moves = moves_of_extension(scene.plan, to_date=to_date, today=today)
    extension = extend(scene, to_date=to_date, kind=kind, reason=reason, moves=moves)
    clear_agreement(scene)
    decide(
        scene,
        Kind.EXTENDED,
        facts={"from": extension.from_date.isoformat(), "to": to_date.isoformat()},
        form_key=form_key,
    )
    return extension


def extend(scene: Scene, *, to_date: dt.date, kind: str, reason: str, moves: list[DateMove]) -> PlanExtension:
    """Move the end date of a locked plan and what is open with it."""
    plan = scene.plan
    if to_date <= plan.end_date:
        raise NotAllowed("The new end must be later than the present one.")
    extension = PlanExtension.objects.create(
        plan=plan, kind=kind, from_date=plan.end_date, to_date=to_date, reason=reason, created_at=scene.now
    )
    _apply(moves)
    plan.end_date = to_date
    plan.save(update_fields=["end_date"])
    emails.plan_dates_changed(plan, scene.line, by=scene.by, what="extended", now=scene.now)
    return extension
