"""How a decision is written: locked, judged, sealed in the audit chain, once per form."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from audit import services as audit
from audit.models import text_hash
from induction.models import Checkpoint, Decision, InductionPlan, Review, WaitingOn
from induction.rules import side_of
from people.line import Line, line_of
from people.models import Person
from people.rules import Conflict


@dataclass(frozen=True)
class Scene:
    """A locked plan, who acts on it, and on which side; lock order: plan, then its rows by id, then the chain."""

    plan: InductionPlan
    by: Person
    line: Line
    side: WaitingOn | None
    today: dt.date
    now: dt.datetime

    @property
    def acting_for(self) -> Person | None:
        return self.line.acting_for(self.by) if self.side == WaitingOn.MANAGER else None


def enter(*, plan_id: int, by: Person, today: dt.date, now: dt.datetime) -> Scene:
    """Lock a plan and find out on which side the actor stands today."""
    plan = InductionPlan.objects.select_for_update(of=("self",)).select_related("person", "version").get(pk=plan_id)
    line = line_of(plan.person, today=today)
    side = side_of(person_id=plan.person_id, by_id=by.pk, managers=line.ids)
    return Scene(plan=plan, by=by, line=line, side=side, today=today, now=now)


def enter_checkpoint(*, checkpoint_id: int, by: Person, today: dt.date, now: dt.datetime) -> tuple[Scene, Checkpoint]:
    """Lock the plan, then the item."""
    plan_id = Checkpoint.objects.values_list("plan_id", flat=True).get(pk=checkpoint_id)
    scene = enter(plan_id=plan_id, by=by, today=today, now=now)
    checkpoint = Checkpoint.objects.select_for_update().get(pk=checkpoint_id)
    checkpoint.plan = scene.plan
    return scene, checkpoint


def enter_review(*, review_id: int, by: Person, today: dt.date, now: dt.datetime) -> tuple[Scene, Review]:
    """Lock the plan, then the review."""
    plan_id = Review.objects.values_list("plan_id", flat=True).get(pk=review_id)
    scene = enter(plan_id=plan_id, by=by, today=today, now=now)
    review = Review.objects.select_for_update().get(pk=review_id)
    review.plan = scene.plan
    return scene, review


def repeated(form_key: uuid.UUID | None, *, by: Person, about: InductionPlan | Checkpoint | Review) -> Decision | None:
    """The decision that this very form already made about this (a double click, a repeat after a lost answer).

    A key used by someone else, about something else, or before something newer happened comes from a form that a
    browser restored: nothing of it may pass for saved.
    """
    if form_key is None:
        return None
    decision: Decision | None = Decision.objects.filter(form_key=form_key).first()
    if decision is None:
        return None
    same = Decision.objects.filter(plan=about if isinstance(about, InductionPlan) else about.plan)
    if isinstance(about, Checkpoint):
        same = same.filter(checkpoint=about)
    elif isinstance(about, Review):
        same = same.filter(review=about)
    newest = same.order_by("-pk").first()
    if decision.by_id != by.pk or newest is None or newest.pk != decision.pk:
        raise Conflict("This form was used before, so nothing was saved now. Open the page again and repeat it.")
    return decision


def decide(
    scene: Scene,
    kind: str,
    *,
    checkpoint: Checkpoint | None = None,
    review: Review | None = None,
    round: int = 1,
    content: dict[str, object] | None = None,
    facts: dict[str, object] | None = None,
    text: str = "",
    form_key: uuid.UUID | None = None,
) -> Decision:
    """Write one decision and its audit entry; called last in a service, for the chain's lock comes last."""
    decision = Decision(
        plan=scene.plan,
        checkpoint=checkpoint,
        review=review,
        kind=kind,
        as_role=scene.side or WaitingOn.NOBODY,
        round=round,
        by=scene.by,
        acting_for=scene.acting_for,
        at=scene.now,
        content_hash=text_hash(content) if content else "",
        form_key=form_key,
    )
    decision.entry = audit.record(
        by=scene.by,
        acting_for=scene.acting_for,
        verb=f"induction.{kind}",
        subject=checkpoint or review or scene.plan,
        chain=audit.chain_of(scene.plan.person),
        now=scene.now,
        facts=facts or {},
        text=text,
        sealed=decision.sealed_facts(),
    )
    decision.save(force_insert=True)
    return decision


def note_change(
    scene: Scene,
    verb: str,
    subject: InductionPlan | Checkpoint | Review,
    facts: dict[str, object],
    text: str = "",
) -> None:
    """Audit a change that is no signature: an item added or adapted, a buddy named."""
    audit.record(
        by=scene.by,
        acting_for=scene.acting_for,
        verb=f"induction.{verb}",
        subject=subject,
        chain=audit.chain_of(scene.plan.person),
        now=scene.now,
        facts=facts,
        text=text,
    )
