"""Everything that happens to an item of a plan."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import asdict, dataclass

from audit.transactions import all_or_nothing
from induction import emails, rules
from induction.models import Checkpoint, Decision, InductionPlan
from induction.services.decisions import (
    Scene,
    decide,
    enter,
    enter_checkpoint,
    repeated,
)
from people.models import Person

Kind = Decision.Kind
State = Checkpoint.State


@dataclass(frozen=True)
class CheckpointData:
    """What the pair may say about an item of their plan."""

    section: str
    method: str
    title: str
    owner: str
    due_date: dt.date
    why: str = ""
    how: str = ""
    link_title: str = ""
    link_url: str = ""


def move(checkpoint: Checkpoint, action: str, *, today: dt.date, first_side: str = "") -> None:
    """Change state through the table; what follows from the state is set here and nowhere else."""
    checkpoint.state = rules.next_state(checkpoint, action)
    checkpoint.waiting_on = rules.waiting_on(owner=checkpoint.owner, state=checkpoint.state, first_side=first_side)
    checkpoint.waiting_since = today
    checkpoint.version += 1
    checkpoint.drop_proposed_by = ""
    checkpoint.answer_by = answer_by(checkpoint.plan, today=today) if checkpoint.state == State.READY else None
    if checkpoint.state == State.TO_DO:
        checkpoint.first_signer = None
        checkpoint.round += 1


def _in_words(checkpoint: Checkpoint, changed: dict[str, list[str]]) -> str:
    """What was and what is, a line a field, for the history."""
    return "\n".join(
        f"{name.replace('_', ' ').capitalize()}: {before or 'nothing'} → {after or 'nothing'}"
        for name, (before, after) in changed.items()
    )


def _give_time(checkpoint: Checkpoint, *, today: dt.date) -> None:
    """Whoever gets an item back has as long as an answer may take, even where its date has passed."""
    checkpoint.due_date = max(checkpoint.due_date, answer_by(checkpoint.plan, today=today))


def answer_by(plan: InductionPlan, *, today: dt.date) -> dt.date:
    """When an answer to what was asked today is due; the days are the programme's."""
    return today + dt.timedelta(days=plan.version.signature_days)


def clear_agreement(scene: Scene) -> bool:
    """A change of what is agreed makes both agree again; returns whether a signature was cleared."""
    plan = scene.plan
    if plan.state != InductionPlan.State.AGREEING:
        return False
    cleared = plan.person_agreed_revision is not None or plan.manager_agreed_revision is not None
    plan.revision += 1
    plan.person_agreed_revision = plan.manager_agreed_revision = None
    plan.save(update_fields=["revision", "person_agreed_revision", "manager_agreed_revision"])
    if cleared:
        emails.agreement_cleared(scene.plan, scene.line, by=scene.by, now=scene.now)
    return cleared


def _last_side(checkpoint: Checkpoint) -> str | None:
    kinds = [Kind.MARKED_READY, Kind.SIGNED_OFF, Kind.DROPPED]
    return checkpoint.decisions.filter(kind__in=kinds).order_by("-at", "-pk").values_list("as_role", flat=True).first()


@all_or_nothing(durable=True)
def add_checkpoint(
    *,
    plan_id: int,
    by: Person,
    data: CheckpointData,
    form_key: uuid.UUID | None = None,
    today: dt.date,
    now: dt.datetime,
) -> Checkpoint:
    """Either of the pair adds an item of their own."""
    scene = enter(plan_id=plan_id, by=by, today=today, now=now)
    before = repeated(form_key, by=by, about=scene.plan)
    if before is not None and before.checkpoint is not None:
        return before.checkpoint
    side = rules.check_is_of_pair(scene.side)
    rules.check_can_work_on(scene.plan.state)
    checkpoint = Checkpoint.objects.create(
        plan=scene.plan,
        origin=Checkpoint.Origin(side),
        position=10_000,
        original_due_date=data.due_date,
        waiting_on=rules.waiting_on(owner=data.owner, state=State.TO_DO),
        waiting_since=today,
        **asdict(data),
    )
    clear_agreement(scene)
    decide(
        scene,
        Kind.ADDED,
        checkpoint=checkpoint,
        facts={"due": data.due_date.isoformat(), "owner": data.owner},
        form_key=form_key,
    )
    return checkpoint


@all_or_nothing(durable=True)
def change_checkpoint(
    *, checkpoint_id: int, by: Person, version: int, data: CheckpointData, today: dt.date, now: dt.datetime
) -> Checkpoint:
    """Adapt an item. A first signature stood under the old text, so it is cleared."""
    scene, checkpoint = enter_checkpoint(checkpoint_id=checkpoint_id, by=by, today=today, now=now)
    rules.check_version(checkpoint.version, version)
    rules.check_can_change(checkpoint, side=scene.side, plan_state=scene.plan.state)
    changed = {
        name: [str(getattr(checkpoint, name)), str(value)]
        for name, value in asdict(data).items()
        if getattr(checkpoint, name) != value
    }
    if not changed:
        return checkpoint
    for name, value in asdict(data).items():
        setattr(checkpoint, name, value)
    move(checkpoint, "change", today=today)
    checkpoint.save()
    clear_agreement(scene)
    decide(scene, Kind.CHANGED, checkpoint=checkpoint, round=checkpoint.round, text=_in_words(checkpoint, changed))
    return checkpoint


@all_or_nothing(durable=True)
def mark_ready(
    *,
    checkpoint_id: int,
    by: Person,
    version: int,
    note: str = "",
    evidence_url: str = "",
    form_key: uuid.UUID | None = None,
    today: dt.date,
    now: dt.datetime,
) -> Checkpoint:
    """The first signature: the owner says that it is done, with a note or a link to evidence."""
    scene, checkpoint = enter_checkpoint(checkpoint_id=checkpoint_id, by=by, today=today, now=now)
    if repeated(form_key, by=by, about=checkpoint):
        return checkpoint
    side = rules.check_can_mark_ready(checkpoint, side=scene.side, plan_state=scene.plan.state)
    rules.check_version(checkpoint.version, version)
    checkpoint.ready_note, checkpoint.evidence_url = note, evidence_url
    move(checkpoint, "mark_ready", today=today, first_side=side)
    checkpoint.first_signer = by
    checkpoint.was_handed_back = False
    checkpoint.save()
    decide(
        scene,
        Kind.MARKED_READY,
        checkpoint=checkpoint,
        round=checkpoint.round,
        content=checkpoint.signed_text,
        text=note,
        form_key=form_key,
    )
    return checkpoint


@all_or_nothing(durable=True)
def hand_back(
    *,
    checkpoint_id: int,
    by: Person,
    version: int,
    reason: str,
    form_key: uuid.UUID | None = None,
    today: dt.date,
    now: dt.datetime,
) -> Checkpoint:
    """Whoever is asked to sign hands the item back with a reason; the note that was written stays."""
    scene, checkpoint = enter_checkpoint(checkpoint_id=checkpoint_id, by=by, today=today, now=now)
    if repeated(form_key, by=by, about=checkpoint):
        return checkpoint
    rules.check_can_hand_back(checkpoint, side=scene.side, plan_state=scene.plan.state)
    rules.check_version(checkpoint.version, version)
    signed_round = checkpoint.round
    to = checkpoint.first_signer
    move(checkpoint, "hand_back", today=today)
    _give_time(checkpoint, today=today)
    checkpoint.was_handed_back = True
    checkpoint.save()
    emails.checkpoint_handed_back(scene.plan, checkpoint, scene.line, to=to, by=by, now=now)
    decide(scene, Kind.HANDED_BACK, checkpoint=checkpoint, round=signed_round, text=reason, form_key=form_key)
    return checkpoint


@all_or_nothing(durable=True)
def record_disagreement(
    *,
    checkpoint_id: int,
    by: Person,
    text: str,
    form_key: uuid.UUID | None = None,
    today: dt.date,
    now: dt.datetime,
) -> Decision:
    """Either of the two records that they see it differently; it changes no state and cannot be removed."""
    scene, checkpoint = enter_checkpoint(checkpoint_id=checkpoint_id, by=by, today=today, now=now)
    before = repeated(form_key, by=by, about=checkpoint)
    if before:
        return before
    rules.check_is_of_pair(scene.side)
    rules.check_can_work_on(scene.plan.state)
    return decide(scene, Kind.DISAGREED, checkpoint=checkpoint, round=checkpoint.round, text=text, form_key=form_key)


@all_or_nothing(durable=True)
def undo(
    *,
    checkpoint_id: int,
    by: Person,
    version: int,
    reason: str,
    form_key: uuid.UUID | None = None,
    today: dt.date,
    now: dt.datetime,
) -> Checkpoint:
    """Whoever made the last decision takes it back: a new row, the old one stays."""
    scene, checkpoint = enter_checkpoint(checkpoint_id=checkpoint_id, by=by, today=today, now=now)
    if repeated(form_key, by=by, about=checkpoint):
        return checkpoint
    rules.check_can_undo(checkpoint, side=scene.side, plan_state=scene.plan.state, last_side=_last_side(checkpoint))
    rules.check_version(checkpoint.version, version)
    undone_round, undone_state = checkpoint.round, checkpoint.state
    move(checkpoint, "undo", today=today)
    _give_time(checkpoint, today=today)
    checkpoint.save()
    if undone_state == State.DROPPED:
        clear_agreement(scene)
    emails.decision_undone(scene.plan, checkpoint, scene.line, by=by, now=now)
    decide(
        scene,
        Kind.UNDONE,
        checkpoint=checkpoint,
        round=undone_round,
        facts={"from": undone_state},
        text=reason,
        form_key=form_key,
    )
    return checkpoint


@all_or_nothing(durable=True)
def propose_drop(
    *, checkpoint_id: int, by: Person, version: int, reason: str, today: dt.date, now: dt.datetime
) -> Checkpoint:
    """Either proposes to leave an item out; the other answers."""
    scene, checkpoint = enter_checkpoint(checkpoint_id=checkpoint_id, by=by, today=today, now=now)
    side = rules.check_can_propose_drop(checkpoint, side=scene.side, plan_state=scene.plan.state)
    rules.check_version(checkpoint.version, version)
    checkpoint.drop_proposed_by = side
    checkpoint.answer_by = answer_by(scene.plan, today=today)
    checkpoint.version += 1
    checkpoint.save()
    decide(scene, Kind.DROP_PROPOSED, checkpoint=checkpoint, round=checkpoint.round, text=reason)
    return checkpoint


@all_or_nothing(durable=True)
def answer_drop(
    *,
    checkpoint_id: int,
    by: Person,
    version: int,
    accept: bool,
    reason: str = "",
    form_key: uuid.UUID | None = None,
    today: dt.date,
    now: dt.datetime,
) -> Checkpoint:
    """The other side accepts (the item is dropped) or refuses (it stays)."""
    scene, checkpoint = enter_checkpoint(checkpoint_id=checkpoint_id, by=by, today=today, now=now)
    if repeated(form_key, by=by, about=checkpoint):
        return checkpoint
    rules.check_can_answer_drop(checkpoint, side=scene.side, plan_state=scene.plan.state)
    rules.check_version(checkpoint.version, version)
    if accept:
        return _drop(scene, checkpoint, reason=reason, form_key=form_key)
    checkpoint.drop_proposed_by = ""
    if checkpoint.state == State.TO_DO:
        checkpoint.answer_by = None
    checkpoint.version += 1
    checkpoint.save()
    decide(scene, Kind.DROP_REFUSED, checkpoint=checkpoint, round=checkpoint.round, text=reason, form_key=form_key)
    return checkpoint


@all_or_nothing(durable=True)
def drop_mandatory(
    *,
    checkpoint_id: int,
    by: Person,
    version: int,
    reason: str,
    form_key: uuid.UUID | None = None,
    today: dt.date,
    now: dt.datetime,
) -> Checkpoint:
    """The line manager leaves a mandatory item out, with a reason that stands in the record."""
    scene, checkpoint = enter_checkpoint(checkpoint_id=checkpoint_id, by=by, today=today, now=now)
    if repeated(form_key, by=by, about=checkpoint):
        return checkpoint
    rules.check_can_drop(checkpoint, side=scene.side, plan_state=scene.plan.state)
    rules.check_version(checkpoint.version, version)
    return _drop(scene, checkpoint, reason=reason, form_key=form_key)


def _drop(scene: Scene, checkpoint: Checkpoint, *, reason: str, form_key: uuid.UUID | None) -> Checkpoint:
    move(checkpoint, "drop", today=scene.today)
    checkpoint.save()
    clear_agreement(scene)
    decide(scene, Kind.DROPPED, checkpoint=checkpoint, round=checkpoint.round, text=reason, form_key=form_key)
    return checkpoint
