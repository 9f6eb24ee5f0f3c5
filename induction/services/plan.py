"""What the two do with a plan as a whole: agree, annotate, pause, extend, move to a newer programme."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from induction import emails, rules
from induction.models import (
    Checkpoint,
    Decision,
    InductionPlan,
    ItemText,
    PlanNote,
    ProgrammeCheckpoint,
    ProgrammeVersion,
    WaitingOn,
)
from induction.services.checkpoint import clear_agreement
from induction.services.decisions import decide, enter, note_change, repeated
from people.models import JobRole, Person
from people.rules import Conflict, NotAllowed

Kind = Decision.Kind


@transaction.atomic(durable=True)
def agree_plan(
    *,
    plan_id: int,
    by: Person,
    revision: int,
    form_key: uuid.UUID | None = None,
    today: dt.date,
    now: dt.datetime,
) -> InductionPlan:
    """One of the two agrees this revision; when both have, the plan is under way."""
    scene = enter(plan_id=plan_id, by=by, today=today, now=now)
    plan = scene.plan
    if repeated(form_key, by=by):
        return plan
    side = rules.check_can_agree(plan, side=scene.side, revision=revision)
    if side == WaitingOn.PERSON:
        plan.person_agreed_revision = plan.revision
    else:
        plan.manager_agreed_revision = plan.revision
    if plan.person_agreed_revision == plan.manager_agreed_revision == plan.revision:
        plan.state = rules.next_plan_state(plan.state, "agree")
        plan.agreed_date = today
        emails.plan_agreed(plan, scene.line, by=by, now=now)
    else:
        emails.agreement_asked(plan, scene.line, by=by, side=side, now=now)
    plan.save()
    decide(
        scene,
        Kind.AGREED,
        round=plan.revision,
        content={"plan": plan.pk, "revision": plan.revision},
        form_key=form_key,
    )
    return plan


@transaction.atomic(durable=True)
def set_buddy(*, plan_id: int, by: Person, buddy: Person | None, today: dt.date, now: dt.datetime) -> InductionPlan:
    """Name a buddy, who then sees the titles and dates of the plan and nothing else."""
    scene = enter(plan_id=plan_id, by=by, today=today, now=now)
    rules.check_is_of_pair(scene.side)
    rules.check_can_work_on(scene.plan.state)
    if buddy is not None and (buddy.pk == scene.plan.person_id or buddy.pk in scene.line.ids):
        raise NotAllowed("Choose a colleague: the buddy is neither the starter nor the line manager.")
    if buddy is not None and not buddy.is_active:
        raise NotAllowed("This colleague no longer works here. Choose someone else.")
    scene.plan.buddy = buddy
    scene.plan.save(update_fields=["buddy"])
    if buddy is not None:
        emails.buddy_named(scene.plan, buddy, by=by, now=now)
    note_change(scene, "buddy_named", scene.plan, {"buddy": buddy.pk if buddy else None})
    return scene.plan


@transaction.atomic(durable=True)
def add_note(
    *,
    plan_id: int,
    by: Person,
    text: str,
    is_shared: bool,
    form_key: uuid.UUID | None = None,
    today: dt.date,
    now: dt.datetime,
) -> PlanNote:
    """Write a note on the plan; it is its author's alone until shared."""
    scene = enter(plan_id=plan_id, by=by, today=today, now=now)
    rules.check_is_of_pair(scene.side)
    sent_before = PlanNote.objects.filter(form_key=form_key, author=by) if form_key else PlanNote.objects.none()
    before: PlanNote | None = sent_before.first()
    if before is not None:
        return before
    note: PlanNote = PlanNote.objects.create(
        plan=scene.plan, author=by, text=text, is_shared=is_shared, form_key=form_key, created_at=now
    )
    if is_shared:
        note_change(scene, "note_shared", scene.plan, {"note": note.pk})
    return note


@transaction.atomic(durable=True)
def share_note(*, note_id: int, by: Person, today: dt.date, now: dt.datetime) -> PlanNote:
    """The author lets the other side read a note; it cannot be unread."""
    plan_id = PlanNote.objects.values_list("plan_id", flat=True).get(pk=note_id)
    scene = enter(plan_id=plan_id, by=by, today=today, now=now)
    note: PlanNote = PlanNote.objects.select_for_update().get(pk=note_id)
    if note.author_id != by.pk:
        raise NotAllowed("Only the author of a note can share it.")
    if not note.is_shared:
        note.is_shared = True
        note.save(update_fields=["is_shared"])
        note_change(scene, "note_shared", scene.plan, {"note": note.pk})
    return note


@dataclass(frozen=True)
class Difference:
    """One item that a move to another version would add, change or leave alone."""

    key: str
    title: str
    change: str
    fields: tuple[str, ...] = ()


_TEXT_FIELDS = tuple(field.name for field in ItemText._meta.get_fields() if field.name != "position")


def items_for(version: ProgrammeVersion, job_role: JobRole | None) -> list[ProgrammeCheckpoint]:
    """The items of a version that this job role does, in order."""
    items = version.checkpoints.order_by("position", "pk")
    return [item for item in items if job_role is None or rules.is_for(item.audience, job_role)]


def preview_move(plan: InductionPlan, version: ProgrammeVersion, *, job_role: JobRole | None) -> list[Difference]:
    """What a move would do, row by row: add, rewrite (open items only), keep what the newer version leaves out."""
    present = {item.source_key: item for item in plan.checkpoints.exclude(source_key="")}
    differences = []
    for item in items_for(version, job_role):
        mine = present.pop(item.key, None)
        if mine is None:
            differences.append(Difference(item.key, item.title, "added"))
            continue
        changed = tuple(name for name in _TEXT_FIELDS if getattr(mine, name) != getattr(item, name))
        if changed and mine.state == Checkpoint.State.TO_DO:
            differences.append(Difference(item.key, item.title, "changed", changed))
    differences += [
        Difference(item.source_key, item.title, "no longer in the programme")
        for item in present.values()
        if item.state == Checkpoint.State.TO_DO and not item.first_signer_id
    ]
    return differences


@transaction.atomic(durable=True)
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
    if repeated(form_key, by=by):
        return plan
    rules.check_is_manager(scene.side, "move a plan to another version")
    rules.next_plan_state(plan.state, "move")
    version = ProgrammeVersion.objects.get(pk=version_id)
    if version.programme_id != plan.version.programme_id or version.state != ProgrammeVersion.State.PUBLISHED:
        raise NotAllowed("Choose the published version of this programme.")
    if version.pk == plan.version_id:
        raise Conflict("This plan already follows this version.")
    job_role = job_role_of(plan.person, today=today)
    differences = preview_move(plan, version, job_role=job_role)
    items = {item.key: item for item in items_for(version, job_role)}
    _apply_move(plan, differences, items, today=today)
    before = plan.version.number
    plan.version = version
    plan.save(update_fields=["version"])
    clear_agreement(scene)
    decide(
        scene,
        Kind.MOVED,
        facts={"from": before, "to": version.number, "changes": len(differences)},
        form_key=form_key,
    )
    return plan


def job_role_of(person: Person, *, today: dt.date) -> JobRole | None:
    """The job role that a person holds on the day, or will hold first."""
    posting = person.postings.since(today).select_related("job_role").order_by("start_date", "pk").first()
    return posting.job_role if posting else None


def _apply_move(
    plan: InductionPlan,
    differences: Iterable[Difference],
    items: dict[str, ProgrammeCheckpoint],
    *,
    today: dt.date,
) -> None:
    for difference in differences:
        if difference.change == "added":
            copy_of(items[difference.key], plan, today=today).save(force_insert=True)
        elif difference.change == "changed":
            checkpoint = plan.checkpoints.select_for_update().get(source_key=difference.key)
            item = items[difference.key]
            for name in _TEXT_FIELDS:
                setattr(checkpoint, name, getattr(item, name))
            checkpoint.waiting_on = rules.waiting_on(owner=checkpoint.owner, state=checkpoint.state)
            checkpoint.version += 1
            checkpoint.save()


def copy_of(item: ProgrammeCheckpoint, plan: InductionPlan, *, today: dt.date) -> Checkpoint:
    """An item of the programme as a row of a plan, due from the original start plus what the plan moved by."""
    due = rules.due_date(plan.start_date, item.offset_number, item.offset_unit)
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
