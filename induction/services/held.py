"""Messages that are held for some minutes are written when they leave, from how things stand then."""

from __future__ import annotations

import datetime as dt
from typing import Any

from induction import emails
from induction.models import Decision, InductionPlan, PlanPause, Review
from notifications.delivery import Drop
from notifications.emails import Content
from notifications.models import OutgoingMail
from people.models import Person

Kind = Decision.Kind
# What moves the dates of a plan, or will.
_MOVED_DATES = (Kind.EXTENDED, Kind.PAUSE_PLANNED, Kind.PAUSE_CANCELLED, Kind.PAUSED, Kind.RESUMED)


def refresh_plan_changes(mails: list[OutgoingMail], now: dt.datetime) -> dict[Any, Content | Drop]:
    """What one person changed about one plan while it was held, as one message; four queries for all of them.

    A cleared agreement that both have given again is no news; dates that the same person moved meanwhile are.
    """
    plans = InductionPlan.objects.select_related("person").in_bulk({mail.facts.get("plan") for mail in mails})
    people = Person.objects.in_bulk({mail.facts.get("by") for mail in mails})
    planned = {row.plan_id: row for row in PlanPause.objects.filter(plan__in=plans, is_planned=True)}
    moves = Decision.objects.filter(plan__in=plans, kind__in=_MOVED_DATES).values_list("plan_id", "by_id", "at")
    moved = list(moves.filter(at__gte=min((mail.created_at for mail in mails), default=now)))
    answers: dict[Any, Content | Drop] = {}
    for mail in mails:
        plan, by = plans.get(mail.facts.get("plan")), people.get(mail.facts.get("by"))
        if plan is None or by is None or mail.recipient is None:
            # Written before messages were held: it leaves as it is.
            continue
        if not plan.is_live:
            answers[mail.pk] = Drop("The plan has been closed since.")
        elif (
            mail.kind == emails.AGREEMENT_CLEARED
            and plan.state == InductionPlan.State.ACTIVE
            and not any((plan.pk, by.pk) == row[:2] and row[2] >= mail.created_at for row in moved)
        ):
            answers[mail.pk] = Drop("Both have agreed the plan again.")
        else:
            answers[mail.pk] = emails.plan_changed(
                plan, recipient=mail.recipient, by=by, why=mail.why, planned=planned.get(plan.pk), kind=mail.kind
            )
    return answers


def refresh_cleared_reviews(mails: list[OutgoingMail], now: dt.datetime) -> dict[Any, Content | Drop]:
    """A review that both have signed meanwhile needs nobody's second reading."""
    signed = Review.objects.filter(
        pk__in={mail.facts.get("review") for mail in mails if mail.facts.get("review")}, state=Review.State.SIGNED
    )
    done = set(signed.values_list("pk", flat=True))
    return {mail.pk: Drop("Both have signed it since.") for mail in mails if mail.facts.get("review") in done}
