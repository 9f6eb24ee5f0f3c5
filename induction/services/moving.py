"""From the programme to a plan: copies of its items, and a move to a newer version as it was previewed."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from audit.transactions import all_or_nothing
from induction import rules
from induction.models import (
    Checkpoint,
    Decision,
    InductionPlan,
    ItemText,
    ProgrammeCheckpoint,
    ProgrammeReview,
    ProgrammeVersion,
    Review,
)
from induction.services.checkpoint import clear_agreement
from induction.services.decisions import decide, enter, repeated
from people.models import JobRole, Person
from people.rules import Conflict, NotAllowed

_TEXT_FIELDS = tuple(field.name for field in ItemText._meta.get_fields() if field.name != "position")
DUE = "due date"


@dataclass(frozen=True)
class Difference:
    """One row of what a move does: `change` is added, changed, kept (the pair adapted it) or gone."""

    title: str
    change: str
    fields: tuple[str, ...] = ()
    item: ProgrammeCheckpoint | None = None
    review: ProgrammeReview | None = None


def job_role_of(person: Person, *, today: dt.date) -> JobRole | None:
    """The job role that a person holds on the day, or will hold first."""
    posting = person.postings.since(today).select_related("job_role").order_by("start_date", "pk").first()
    return posting.job_role if posting else None


def due_in(plan: InductionPlan, item: ProgrammeCheckpoint) -> dt.date:
    """When an item falls due in a plan, before any pause or extension."""
    return rules.due_date(plan.start_date, item.offset_number, item.offset_unit)


def preview_move(plan: InductionPlan, version: ProgrammeVersion, *, job_role: JobRole | None) -> list[Difference]:
    """What a move would do, row by row. Only items that nobody has signed change; what the pair adapted stays."""
    present = {item.source_key: item for item in plan.checkpoints.exclude(source_key="")}
    both = ProgrammeCheckpoint.objects.filter(version__in=[plan.version_id, version.pk]).order_by("position", "pk")
    began_with, differences = {}, []
    newer = []
    for item in both:
        if item.version_id == plan.version_id:
            began_with[item.key] = item
        elif job_role is None or rules.is_for(item.audience, job_role):
            newer.append(item)
    for item in newer:
        mine = present.pop(item.key, None)
        if mine is None:
            if item.is_agreement and plan.state != InductionPlan.State.AGREEING:
                # Both have agreed already.
                continue
            differences.append(Difference(item.title, "added", item=item))
            continue
        changed = tuple(name.replace("_", " ") for name in _TEXT_FIELDS if getattr(mine, name) != getattr(item, name))
        if mine.original_due_date != due_in(plan, item):
            changed += (DUE,)
        if changed and mine.state == Checkpoint.State.TO_DO:
            change = "kept" if _is_adapted(mine, began_with.get(item.key)) else "changed"
            differences.append(Difference(item.title, change, changed, item=item))
    differences += [Difference(mine.title, "gone") for mine in present.values() if mine.state == Checkpoint.State.TO_DO]
    new_reviews = version.reviews.filter(is_final=False).exclude(month__in=plan.reviews.values("month"))
    differences += [Difference(review.title, "added", review=review) for review in new_reviews.order_by("month")]
    return differences


def _is_adapted(mine: Checkpoint, began_as: ProgrammeCheckpoint | None) -> bool:
    """Whether the pair has rewritten an item since they began with it."""
    return began_as is not None and any(getattr(mine, name) != getattr(began_as, name) for name in _TEXT_FIELDS)


@all_or_nothing(durable=True)
def move_plan(
    *,
    plan_id: int,
    by: Person,
    version_id: int,
    form_key: uuid.UUID | None = None,
    today: dt.date,
    now: dt.datetime,
) -> InductionPlan:
    """Move a plan to another published version, as previewed: nothing that was signed is touched."""
    scene = enter(plan_id=plan_id, by=by, today=today, now=now)
    plan = scene.plan
    if repeated(form_key, by=by, about=plan):
        return plan
    rules.check_is_manager(scene.side, "move a plan to another version")
    rules.next_plan_state(plan.state, "move")
    version = ProgrammeVersion.objects.get(pk=version_id)
    if version.programme_id != plan.version.programme_id or version.state != ProgrammeVersion.State.PUBLISHED:
        raise NotAllowed("Choose the published version of this programme.")
    if version.pk == plan.version_id:
        raise Conflict("This plan already follows this version.")
    differences = preview_move(plan, version, job_role=job_role_of(plan.person, today=today))
    for difference in differences:
        _apply(difference, plan, today=today)
    before = plan.version.number
    plan.version = version
    plan.save(update_fields=["version"])
    clear_agreement(scene)
    decide(
        scene,
        Decision.Kind.MOVED,
        facts={"from": before, "to": version.number, "changes": len(differences)},
        form_key=form_key,
    )
    return plan


def _apply(difference: Difference, plan: InductionPlan, *, today: dt.date) -> None:
    if difference.review is not None:
        review_of(difference.review, plan, today=today).save(force_insert=True)
    elif difference.item is not None and difference.change == "added":
        copy_of(difference.item, plan, today=today).save(force_insert=True)
    elif difference.item is not None and difference.change == "changed":
        _rewrite(difference.item, plan, today=today)


def _rewrite(item: ProgrammeCheckpoint, plan: InductionPlan, *, today: dt.date) -> None:
    checkpoint = plan.checkpoints.select_for_update().get(source_key=item.key)
    for name in _TEXT_FIELDS:
        setattr(checkpoint, name, getattr(item, name))
    due = due_in(plan, item)
    if due != checkpoint.original_due_date:
        moved = checkpoint.due_date - checkpoint.original_due_date
        checkpoint.original_due_date = due
        checkpoint.due_date = rules.first_due_date(due + moved, today=today)
    checkpoint.waiting_on = rules.waiting_on(owner=checkpoint.owner, state=checkpoint.state)
    checkpoint.version += 1
    checkpoint.round += 1
    checkpoint.save()


def copy_of(item: ProgrammeCheckpoint, plan: InductionPlan, *, today: dt.date) -> Checkpoint:
    """An item of the programme as a row of a plan, due from the original start plus what the plan moved by."""
    due = due_in(plan, item)
    moved = plan.end_date - plan.original_end_date
    return Checkpoint(
        plan=plan,
        source_key=item.key,
        position=item.position,
        original_due_date=due,
        due_date=rules.first_due_date(due + moved, today=today),
        waiting_on=rules.waiting_on(owner=item.owner, state=Checkpoint.State.TO_DO),
        waiting_since=today,
        **{name: getattr(item, name) for name in _TEXT_FIELDS},
    )


def review_of(review: ProgrammeReview, plan: InductionPlan, *, today: dt.date) -> Review:
    """A review of the programme as a row of a plan."""
    due = rules.months_after(plan.start_date, review.month)
    moved = plan.end_date - plan.original_end_date
    return Review(
        plan=plan,
        month=review.month,
        title=review.title,
        agenda=review.agenda,
        is_final=review.is_final,
        original_due_date=due,
        due_date=rules.first_due_date(due + moved, today=today),
        waiting_since=today,
    )
