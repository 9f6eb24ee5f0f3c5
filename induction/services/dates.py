"""The clock of a plan: pauses and extensions move what is open by a rule that the page shows; first dates stay."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db.models import F

from audit import services as audit
from audit.transactions import all_or_nothing
from induction import emails, rules
from induction.models import Checkpoint, Decision, InductionPlan, PlanExtension, PlanPause, Review
from induction.services.checkpoint import clear_agreement
from induction.services.decisions import Scene, decide, enter, repeated
from people.models import Person
from people.rules import Conflict, NotAllowed

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
    """Stop the clock for an absence, at once or from a day to come; a planned pause is changed by planning it again.

    Dates move when the plan resumes, for only then the days are known. An empty reason keeps the one that was
    planned, which whoever covers may not read.
    """
    scene = enter(plan_id=plan_id, by=by, today=today, now=now)
    if repeated(form_key, by=by, about=scene.plan):
        return scene.plan.pauses.latest("pk")
    rules.check_is_manager(scene.side, "pause a plan")
    plan = scene.plan
    after = rules.next_plan_state(plan.state, "pause")
    if problem := rules.pause_problem(
        start_date, expected_end_date, plan_start=plan.start_date, plan_end=plan.end_date
    ):
        raise NotAllowed(problem)
    pause = plan.pauses.planned().first() or PlanPause(plan=plan)
    pause.start_date, pause.expected_end_date = start_date, expected_end_date
    pause.reason = reason or pause.reason
    pause.is_planned = start_date > today
    pause.save()
    if not pause.is_planned:
        plan.state = after
        plan.save(update_fields=["state"])
    kind, what = (Kind.PAUSE_PLANNED, "planned") if pause.is_planned else (Kind.PAUSED, "paused")
    emails.plan_dates_changed(plan, scene.line, by=by, what=what, pause=pause, now=now)
    decide(scene, kind, facts=_facts_of(pause), form_key=form_key)
    return pause


def _facts_of(pause: PlanPause) -> dict[str, object]:
    """The dates of a pause for the history; never its reason."""
    facts: dict[str, object] = {"start": pause.start_date.isoformat()}
    if pause.expected_end_date is not None:
        facts["expected"] = pause.expected_end_date.isoformat()
    return facts


@all_or_nothing(durable=True)
def cancel_planned_pause(
    *, plan_id: int, by: Person, form_key: uuid.UUID | None = None, today: dt.date, now: dt.datetime
) -> InductionPlan:
    """A pause that has not begun is taken back, its reason with it; that it was planned stays in the history."""
    scene = enter(plan_id=plan_id, by=by, today=today, now=now)
    if repeated(form_key, by=by, about=scene.plan):
        return scene.plan
    rules.check_is_manager(scene.side, "cancel a planned pause")
    pause = scene.plan.pauses.planned().first()
    if pause is None:
        raise Conflict("No pause is planned: it has begun, or it has been cancelled already.")
    emails.plan_dates_changed(scene.plan, scene.line, by=by, what="cancelled", pause=pause, now=now)
    decide(scene, Kind.PAUSE_CANCELLED, facts=_facts_of(pause), form_key=form_key)
    pause.delete()
    return scene.plan


@all_or_nothing(durable=True)
def begin_planned_pauses(*, today: dt.date, now: dt.datetime) -> int:
    """Stop the clock of every plan whose planned pause has come, from its first day on; returns how many.

    Repeatable, for the sweep: after an outage the pause still counts from the day that was planned. What was planned
    for a plan that has closed meanwhile goes.
    """
    PlanPause.objects.planned().exclude(plan__in=InductionPlan.objects.live()).delete()
    due = PlanPause.objects.to_begin(today)
    # Whoever changes a pause locks its plan first, so the pauses are read once the plans are locked.
    locked = InductionPlan.objects.live().filter(pk__in=due.values("plan_id")).select_related("person")
    plans = {plan.pk: plan for plan in locked.select_for_update(of=("self",)).order_by("pk")}
    pauses = list(due.filter(plan__in=plans).order_by("plan_id"))
    for pause in pauses:
        plan = plans[pause.plan_id]
        plan.state = rules.next_plan_state(plan.state, "pause")
        pause.is_planned = False
        pause.plan = plan
    InductionPlan.objects.bulk_update([pause.plan for pause in pauses], ["state"], batch_size=500)
    PlanPause.objects.bulk_update(pauses, ["is_planned"], batch_size=500)
    audit.record_many(
        [
            {
                "by": None,
                "verb": "induction.planned_pause_began",
                "subject": pause.plan,
                "chain": audit.chain_of(pause.plan.person),
                "facts": _facts_of(pause),
            }
            for pause in pauses
        ],
        now=now,
    )
    return len(pauses)


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
    pause = plan.pauses.running().select_for_update().get()
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
