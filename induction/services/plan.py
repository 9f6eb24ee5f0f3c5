"""What the two do with a plan as a whole: agree, annotate, pause, extend, move to a newer programme."""

from __future__ import annotations

import datetime as dt
import uuid

from audit.transactions import all_or_nothing
from induction import emails, rules
from induction.models import (
    Checkpoint,
    Decision,
    InductionPlan,
    PlanNote,
    PlanReading,
    WaitingOn,
)
from induction.services.checkpoint import move
from induction.services.decisions import Scene, decide, enter, note_change, repeated
from people.models import Person
from people.rules import NotAllowed

Kind = Decision.Kind
SIGNED_BY_AGREEING = "Signed off when both had agreed the plan."


@all_or_nothing(durable=True)
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
    if repeated(form_key, by=by, about=plan):
        return plan
    side = rules.check_can_agree(plan, side=scene.side, revision=revision)
    if side == WaitingOn.PERSON:
        plan.person_agreed_revision = plan.revision
    else:
        plan.manager_agreed_revision = plan.revision
    if plan.person_agreed_revision == plan.manager_agreed_revision == plan.revision:
        plan.state = rules.next_plan_state(plan.state, "agree")
        plan.agreed_date = today
        _sign_off_agreement(scene)
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


def _sign_off_agreement(scene: Scene) -> None:
    """The two agreements are the two signatures on the items that ask for them (ruling 9)."""
    for checkpoint in Checkpoint.objects.select_for_update().open().filter(plan=scene.plan, is_agreement=True):
        checkpoint.plan = scene.plan
        move(checkpoint, "agree", today=scene.today)
        checkpoint.save()
        decide(
            scene,
            Kind.SIGNED_OFF,
            checkpoint=checkpoint,
            round=checkpoint.round,
            content=checkpoint.signed_text,
            text=SIGNED_BY_AGREEING,
        )


@all_or_nothing(durable=True)
def set_buddy(*, plan_id: int, by: Person, buddy: Person | None, today: dt.date, now: dt.datetime) -> InductionPlan:
    """Name a buddy, who then sees the titles and dates of the plan and nothing else."""
    scene = enter(plan_id=plan_id, by=by, today=today, now=now)
    rules.check_is_of_pair(scene.side)
    rules.check_can_work_on(scene.plan.state)
    if buddy is not None and (buddy.pk == scene.plan.person_id or buddy.pk in scene.line.ids):
        raise NotAllowed("Choose a colleague: the buddy is neither the starter nor the line manager.")
    if buddy is not None and not buddy.is_active:
        raise NotAllowed("This colleague no longer works here. Choose someone else.")
    if scene.plan.buddy_id == (buddy.pk if buddy else None):
        return scene.plan
    scene.plan.buddy = buddy
    scene.plan.save(update_fields=["buddy"])
    if buddy is not None:
        emails.buddy_named(scene.plan, buddy, by=by, now=now)
    note_change(scene, "buddy_named", scene.plan, {"buddy": buddy.pk if buddy else None})
    return scene.plan


@all_or_nothing(durable=True)
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


@all_or_nothing(durable=True)
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


def note_reading(*, plan: InductionPlan, reader: Person, today: dt.date) -> None:
    """Remember that someone on the manager's side opened a plan: one row a reader and plan, one write a day."""
    PlanReading.objects.bulk_create(
        [PlanReading(plan=plan, reader=reader, read_date=today)],
        update_conflicts=True,
        unique_fields=["plan", "reader"],
        update_fields=["read_date"],
    )
