"""Messages that ask somebody for something are asked about right before they leave: is it still theirs to do?

A message may have waited for the morning, for a mail server or for a switch; whoever does what they were asked for
meanwhile, or no longer holds it, is left in peace. Who holds it now has it on their list and in their digest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from induction import emails
from induction.models import Checkpoint, InductionPlan, Review, WaitingOn
from notifications.delivery import Drop, Refresher
from notifications.emails import Content
from notifications.models import OutgoingMail
from people.models import Cover, LineManagement

GONE = Drop("What it was about is not there any more.")
CLOSED = Drop("The plan has been closed since.")
OTHERS = Drop("It is with somebody else now.")


@dataclass(frozen=True)
class Standing:
    """How things stand for one mail: its plan, what it is about, and who stands on the manager's side today."""

    mail: OutgoingMail
    plan: InductionPlan
    subject: Any
    managers: Collection[int]

    @property
    def is_theirs(self) -> bool:
        """The recipient still stands on the side that was asked."""
        if self.mail.facts["side"] == WaitingOn.PERSON:
            return bool(self.mail.recipient_id == self.plan.person_id)
        return self.mail.recipient_id in self.managers


def _welcome(at: Standing) -> Content:
    return emails.welcome(at.plan)


def _agreement(at: Standing) -> Drop | None:
    plan, asked = at.plan, at.mail.facts
    if plan.state != InductionPlan.State.AGREEING:
        return Drop("Both have agreed the plan since.")
    if plan.revision != asked["revision"]:
        return Drop("The plan has changed since, which another message says.")
    agreed = plan.person_agreed_revision if asked["side"] == WaitingOn.PERSON else plan.manager_agreed_revision
    if agreed == plan.revision:
        return Drop("It has been agreed since.")
    return None if at.is_theirs else OTHERS


def _buddy(at: Standing) -> Drop | None:
    return None if at.plan.buddy_id == at.mail.recipient_id else Drop("The plan has another buddy now.")


def _handed_back(at: Standing) -> Drop | None:
    item: Checkpoint = at.subject
    if item.round != at.mail.facts["round"] or item.state != Checkpoint.State.TO_DO:
        return Drop("The item has moved on since.")
    return None if at.is_theirs else OTHERS


def _signature(at: Standing) -> Drop | None:
    review: Review = at.subject
    if review.state == Review.State.SIGNED:
        return Drop("Both have signed it since.")
    if review.round != at.mail.facts["round"] or review.state != Review.State.HELD:
        return Drop("The review has changed since, which another message says.")
    return None if at.is_theirs else OTHERS


ASKED: Mapping[str, tuple[type[Any], Callable[[Standing], Content | Drop | None]]] = {
    "induction.plan_started": (InductionPlan, _welcome),
    "induction.agreement_asked": (InductionPlan, _agreement),
    "induction.buddy_named": (InductionPlan, _buddy),
    "induction.checkpoint_handed_back": (Checkpoint, _handed_back),
    "induction.review_signature_asked": (Review, _signature),
}
"""What each of these kinds is about, and why it may no longer be wanted. Any of them is not once its plan is closed."""


def refresher_of(kind: str) -> Refresher:
    """Answers for all mails of a kind in four queries. What was queued before these facts were kept leaves as it is."""
    model, ask = ASKED[kind]

    def refresh(mails: list[OutgoingMail], now: dt.datetime) -> dict[Any, Content | Drop]:
        about = {mail.pk: mail.facts["about"] for mail in mails if "about" in mail.facts}
        subjects = model.objects.in_bulk(set(about.values()))
        plan_of = {pk: row.pk if model is InductionPlan else row.plan_id for pk, row in subjects.items()}
        plans = InductionPlan.objects.select_related("person", "version").in_bulk(set(plan_of.values()))
        managers = _managers({plan.person_id for plan in plans.values()}, today=timezone.localdate(now))
        answers: dict[Any, Content | Drop] = {}
        for mail in mails:
            if mail.pk not in about:
                continue
            subject = subjects.get(about[mail.pk])
            if subject is None:
                answers[mail.pk] = GONE
                continue
            plan = plans[plan_of[subject.pk]]
            standing = Standing(mail, plan, subject, managers.get(plan.person_id, ()))
            answer = ask(standing) if plan.is_live else CLOSED
            if answer is not None:
                answers[mail.pk] = answer
        return answers

    return refresh


def _managers(people: Collection[int], *, today: dt.date) -> dict[int, set[int]]:
    """Line managers of these people today, and whoever covers for them."""
    lines = LineManagement.objects.on(today).filter(person__in=people).values_list("person", "manager")
    covers: dict[int, set[int]] = {}
    for manager, cover in (
        Cover.objects.on(today).filter(manager__in={m for _, m in lines}).values_list("manager", "cover")
    ):
        covers.setdefault(manager, set()).add(cover)
    found: dict[int, set[int]] = {}
    for person, manager in lines:
        found.setdefault(person, set()).update({manager}, covers.get(manager, set()))
    return found
