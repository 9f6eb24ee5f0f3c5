"""The messages of an induction: who gets which, and why. Nothing that anyone typed as a note goes into a mail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils import timezone

from induction import rules
from induction.emails.kinds import BY_CODE
from induction.models import Checkpoint, InductionPlan, PlanPause, Review, WaitingOn
from notifications import emails, services
from notifications.wording import Words, words_set
from people.line import Line
from people.models import Person


def _holders(plan: InductionPlan, line: Line, *, side: str) -> list[Person]:
    """Who stands on a side today; a manager who is away is left in peace while someone covers."""
    if side == WaitingOn.PERSON:
        return [plan.person]
    if line.covers:
        return list(line.covers)
    return [line.manager] if line.manager else []


def _pair(plan: InductionPlan, line: Line) -> list[Person]:
    return [plan.person, *_holders(plan, line, side=WaitingOn.MANAGER)]


def _send(
    message: str,
    recipient: Person,
    *,
    key: str,
    why: str,
    path: str,
    now: dt.datetime,
    held_as: str = "",
    facts: dict[str, Any] | None = None,
    **context: Any,
) -> None:
    """One mail; the key makes a repeat harmless. While one of the same `held_as` is held, another adds nothing: it is
    written from `facts` when it leaves (induction/services/held.py)."""
    mail = _mail(message, recipient, key=key, why=why, path=path, **context)
    held = f"{held_as}:{recipient.pk}" if held_as else ""
    services.queue_many([replace(mail, held_as=held, facts=facts or {}, path=path)], now=now)


def plan_changed(
    plan: InductionPlan, *, recipient: Person, by: Person, why: str, planned: PlanPause | None, kind: str
) -> emails.Content:
    """What one person changed while the message was held, as the plan stands now; `planned` is a pause to come,
    `kind` the one that was held."""
    context = {"plan": plan, "by": by, "why": why, "path": plan.get_absolute_url(), "planned": planned}
    return emails.render("induction/emails/plan_changed", {"recipient": recipient, **context}, kind=BY_CODE[kind])


def _change(plan: InductionPlan, by: Person) -> dict[str, Any]:
    """Several changes of one plan by one person become one message."""
    return {"held_as": f"induction.plan_changed:{plan.pk}:{by.pk}", "facts": {"plan": plan.pk, "by": by.pk}}


def _mail(
    message: str,
    recipient: Person,
    *,
    key: str,
    why: str,
    path: str,
    known: Mapping[str, Words] | None = None,
    **context: Any,
) -> services.NewMail:
    kind = f"induction.{message}"
    content = emails.render(
        f"induction/emails/{message}",
        {"recipient": recipient, "why": why, "path": path, **context},
        known=known,
        kind=BY_CODE[kind],
    )
    return services.NewMail(
        key=f"{kind}:{key}:{recipient.pk}",
        kind=kind,
        recipient=recipient,
        subject=content.subject,
        text_body=content.text_body,
        html_body=content.html_body,
        why=why,
    )


# Nobody wants a welcome months ahead: it waits in the outbox until a month before the first day.
WELCOME_BEFORE = dt.timedelta(days=31)


def plans_started(plans: Sequence[InductionPlan], *, now: dt.datetime) -> None:
    """Welcome to each starter, a month before the first day at the earliest."""
    mails, known = [], words_set()
    for plan in plans:
        morning = timezone.make_aware(dt.datetime.combine(plan.start_date - WELCOME_BEFORE, dt.time(8)))
        mails.append(replace(_welcome(plan, known=known), due_at=max(now, morning), facts={"about": plan.pk}))
    services.queue_many(mails, now=now)


def welcome(plan: InductionPlan) -> emails.Content:
    """The welcome as the plan stands when it leaves: days may have moved while it waited."""
    mail = _welcome(plan, known=None)
    return emails.Content(mail.subject, mail.text_body, mail.html_body)


def _welcome(plan: InductionPlan, *, known: Mapping[str, Words] | None) -> services.NewMail:
    return _mail(
        "plan_started",
        plan.person,
        key=str(plan.pk),
        why="You are starting a new job here, and this is your plan for it.",
        path=plan.get_absolute_url(),
        known=known,
        plan=plan,
    )


def agreement_asked(plan: InductionPlan, line: Line, *, by: Person, side: str, now: dt.datetime) -> None:
    """One has agreed; the other's agreement is asked for."""
    other = WaitingOn.MANAGER if side == WaitingOn.PERSON else WaitingOn.PERSON
    for recipient in _holders(plan, line, side=other):
        _send(
            "agreement_asked",
            recipient,
            key=f"{plan.pk}:{plan.revision}",
            why=f"{by.full_name} has agreed this induction plan and your agreement is needed too.",
            path=plan.get_absolute_url(),
            now=now,
            facts={"about": plan.pk, "revision": plan.revision, "side": other},
            plan=plan,
            by=by,
        )


def agreement_cleared(plan: InductionPlan, line: Line, *, by: Person, now: dt.datetime) -> None:
    """A change after one had agreed clears that agreement, and says so to both."""
    for recipient in _pair(plan, line):
        if recipient != by:
            _send(
                "agreement_cleared",
                recipient,
                key=f"{plan.pk}:{plan.revision}",
                why=f"{by.full_name} changed the plan after it had been agreed by one of you.",
                path=plan.get_absolute_url(),
                now=now,
                **_change(plan, by),
                plan=plan,
                by=by,
            )


def plan_agreed(plan: InductionPlan, line: Line, *, by: Person, now: dt.datetime) -> None:
    """Both have agreed: the plan is under way."""
    for recipient in _pair(plan, line):
        if recipient != by:
            _send(
                "plan_agreed",
                recipient,
                key=f"{plan.pk}:{plan.revision}",
                why="You are one of the two who own this induction plan.",
                path=plan.get_absolute_url(),
                now=now,
                plan=plan,
                by=by,
            )


def buddy_named(plan: InductionPlan, buddy: Person, *, by: Person, now: dt.datetime) -> None:
    """The colleague who is asked to be the buddy hears of it, once while it is held and again if named anew later."""
    _send(
        "buddy_named",
        buddy,
        key=f"{plan.pk}:{now.isoformat()}",
        why=f"{by.full_name} named you as the buddy of a new colleague.",
        path=plan.get_absolute_url(),
        now=now,
        held_as=f"induction.buddy_named:{plan.pk}",
        facts={"about": plan.pk},
        plan=plan,
        by=by,
    )


def plan_dates_changed(
    plan: InductionPlan, line: Line, *, by: Person, what: str, now: dt.datetime, pause: PlanPause | None = None
) -> None:
    """The clock was stopped or started again, is going to be, or the end moved; why is told to nobody by mail."""
    for recipient in _pair(plan, line):
        if recipient != by:
            _send(
                "plan_dates_changed",
                recipient,
                key=f"{plan.pk}:{what}:{now.isoformat()}",
                why="You are one of the two who own this induction plan.",
                path=plan.get_absolute_url(),
                now=now,
                **_change(plan, by),
                plan=plan,
                by=by,
                what=what,
                pause=pause,
            )


def plan_closed(plan: InductionPlan, line: Line, *, by: Person, now: dt.datetime) -> None:
    """The final review has both signatures."""
    for recipient in _pair(plan, line):
        if recipient != by:
            _send(
                "plan_closed",
                recipient,
                key=str(plan.pk),
                why="You are one of the two who own this induction plan.",
                path=plan.get_absolute_url(),
                now=now,
                plan=plan,
                by=by,
            )


def _did_first(checkpoint: Checkpoint) -> str:
    return rules.signing_words(checkpoint.owner).did_first.replace("{it}", "this")


def checkpoints_signed_off(
    plan: InductionPlan,
    checkpoints: Sequence[Checkpoint],
    line: Line,
    *,
    by: Person,
    key: str,
    now: dt.datetime,
) -> None:
    """One mail for what was signed off at once, to whoever signed first."""
    recipients = {item.first_signer for item in checkpoints if item.first_signer} or {plan.person}
    for recipient in recipients:
        if recipient != by and recipient.is_active:
            _send(
                "checkpoints_signed_off",
                recipient,
                key=key,
                why="You gave the first signature on this, and now the second is there. Nobody else was told.",
                path=plan.get_absolute_url() if len(checkpoints) > 1 else checkpoints[0].get_absolute_url(),
                now=now,
                plan=plan,
                by=by,
                checkpoints=checkpoints,
            )


def checkpoint_handed_back(
    plan: InductionPlan,
    checkpoint: Checkpoint,
    line: Line,
    *,
    to: Person | None,
    by: Person,
    now: dt.datetime,
) -> None:
    """The item is with its owner again; the reason is read in the portal."""
    owner = WaitingOn.MANAGER if checkpoint.owner == "manager" else WaitingOn.PERSON
    recipients = [to] if to is not None and to.is_active else _holders(plan, line, side=owner)
    for recipient in recipients:
        side = WaitingOn.PERSON if recipient == plan.person else WaitingOn.MANAGER
        _send(
            "checkpoint_handed_back",
            recipient,
            key=f"{checkpoint.pk}:{checkpoint.round}",
            why=f"You {_did_first(checkpoint)}, and {by.full_name} asks you to look at it again.",
            path=checkpoint.get_absolute_url(),
            now=now,
            facts={"about": checkpoint.pk, "round": checkpoint.round, "side": side},
            plan=plan,
            by=by,
            checkpoint=checkpoint,
        )


def decision_undone(plan: InductionPlan, checkpoint: Checkpoint, line: Line, *, by: Person, now: dt.datetime) -> None:
    """A signature or a drop was taken back: the item is open again."""
    for recipient in _pair(plan, line):
        if recipient != by:
            _send(
                "decision_undone",
                recipient,
                key=f"{checkpoint.pk}:{checkpoint.round}",
                why="You are one of the two who own this induction plan.",
                path=checkpoint.get_absolute_url(),
                now=now,
                plan=plan,
                by=by,
                checkpoint=checkpoint,
            )


def review_signature_asked(
    plan: InductionPlan, review: Review, line: Line, *, by: Person, side: str, now: dt.datetime
) -> None:
    """One has signed the review; the other's signature is asked for."""
    other = WaitingOn.MANAGER if side == WaitingOn.PERSON else WaitingOn.PERSON
    for recipient in _holders(plan, line, side=other):
        _send(
            "review_signature_asked",
            recipient,
            key=f"{review.pk}:{review.round}",
            why=f"{by.full_name} has signed this review and it needs your signature too.",
            path=review.get_absolute_url(),
            now=now,
            facts={"about": review.pk, "round": review.round, "side": other},
            plan=plan,
            by=by,
            review=review,
        )


def review_signature_cleared(plan: InductionPlan, review: Review, line: Line, *, by: Person, now: dt.datetime) -> None:
    """The text changed after one signature: whoever signed reads it again."""
    for recipient in _pair(plan, line):
        if recipient != by:
            _send(
                "review_signature_cleared",
                recipient,
                key=f"{review.pk}:{review.round}",
                why="The text of the review changed after it had been signed by one of you.",
                path=review.get_absolute_url(),
                now=now,
                held_as=f"induction.review_signature_cleared:{review.pk}:{by.pk}",
                facts={"review": review.pk},
                plan=plan,
                by=by,
                review=review,
            )


def review_signed(plan: InductionPlan, review: Review, line: Line, *, by: Person, now: dt.datetime) -> None:
    """Both have signed."""
    for recipient in _pair(plan, line):
        if recipient != by:
            _send(
                "review_signed",
                recipient,
                key=f"{review.pk}:{review.round}",
                why="You are one of the two who own this induction plan.",
                path=review.get_absolute_url(),
                now=now,
                plan=plan,
                by=by,
                review=review,
            )
