"""The second signature, on one item or on several at once."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from audit.transactions import all_or_nothing
from induction import emails, rules
from induction.models import Checkpoint, Decision
from induction.services.checkpoint import move
from induction.services.decisions import Scene, decide, enter, enter_checkpoint, repeated
from people.models import Person
from people.rules import Conflict, NotAllowed

Kind = Decision.Kind
State = Checkpoint.State


@dataclass
class BatchResult:
    """What became of several items signed off at once."""

    signed: list[Checkpoint] = field(default_factory=list)
    already: list[Checkpoint] = field(default_factory=list)
    refused: list[tuple[Checkpoint, str]] = field(default_factory=list)

    def add(self, other: BatchResult) -> None:
        self.signed += other.signed
        self.already += other.already
        self.refused += other.refused


@all_or_nothing(durable=True)
def sign_off(
    *,
    checkpoint_id: int,
    by: Person,
    version: int,
    comment: str = "",
    form_key: uuid.UUID | None = None,
    today: dt.date,
    now: dt.datetime,
) -> Checkpoint:
    """The second signature, by the other side on the same text: the item is signed off."""
    scene, checkpoint = enter_checkpoint(checkpoint_id=checkpoint_id, by=by, today=today, now=now)
    if repeated(form_key, by=by, about=checkpoint):
        return checkpoint
    _sign_off(scene, checkpoint, version=version, comment=comment, form_key=form_key)
    emails.checkpoints_signed_off(
        scene.plan, [checkpoint], scene.line, by=by, key=f"{checkpoint.pk}:{checkpoint.round}", now=now
    )
    return checkpoint


def _sign_off(scene: Scene, checkpoint: Checkpoint, *, version: int, comment: str, form_key: uuid.UUID | None) -> None:
    rules.check_can_sign_off(checkpoint, side=scene.side, plan_state=scene.plan.state)
    rules.check_version(checkpoint.version, version)
    move(checkpoint, "sign_off", today=scene.today)
    checkpoint.save()
    decide(
        scene,
        Kind.SIGNED_OFF,
        checkpoint=checkpoint,
        round=checkpoint.round,
        content=checkpoint.signed_text,
        text=comment,
        form_key=form_key,
    )


def sign_off_many(
    *,
    items: Sequence[tuple[int, int]],
    by: Person,
    comment: str = "",
    form_key: uuid.UUID,
    today: dt.date,
    now: dt.datetime,
) -> BatchResult:
    """Sign off several items of one or more plans; each is judged alone, one that moved stops no other."""
    versions = dict(items)
    by_plan: dict[int, list[int]] = {}
    found = Checkpoint.objects.filter(pk__in=versions).order_by("plan_id", "pk")
    for plan_id, checkpoint_id in found.values_list("plan_id", "pk"):
        by_plan.setdefault(plan_id, []).append(checkpoint_id)
    result = BatchResult()
    for plan_id, checkpoint_ids in by_plan.items():
        in_plan = _sign_off_in_plan(
            plan_id=plan_id,
            versions={pk: versions[pk] for pk in checkpoint_ids},
            by=by,
            comment=comment,
            form_key=form_key,
            today=today,
            now=now,
        )
        result.add(in_plan)
    return result


@all_or_nothing(durable=True)
def _sign_off_in_plan(
    *,
    plan_id: int,
    versions: dict[int, int],
    by: Person,
    comment: str,
    form_key: uuid.UUID,
    today: dt.date,
    now: dt.datetime,
) -> BatchResult:
    """One plan a transaction: no lock is held while waiting for the next plan's."""
    scene = enter(plan_id=plan_id, by=by, today=today, now=now)
    result = BatchResult()
    signed = result.signed
    for checkpoint in Checkpoint.objects.select_for_update().filter(pk__in=versions).order_by("pk"):
        checkpoint.plan = scene.plan
        key = uuid.uuid5(form_key, str(checkpoint.pk))
        try:
            if checkpoint.state == State.SIGNED_OFF or repeated(key, by=by, about=checkpoint):
                result.already.append(checkpoint)
                continue
            _sign_off(scene, checkpoint, version=versions[checkpoint.pk], comment=comment, form_key=key)
        except (NotAllowed, Conflict) as refusal:
            result.refused.append((checkpoint, refusal.reason))
            continue
        signed.append(checkpoint)
    if signed:
        # The same items again are the same mail; the same form for other items is another.
        mail_key = uuid.uuid5(form_key, ":".join(f"{item.pk}.{item.round}" for item in signed))
        emails.checkpoints_signed_off(scene.plan, signed, scene.line, by=by, key=f"{plan_id}:{mail_key}", now=now)
    return result
