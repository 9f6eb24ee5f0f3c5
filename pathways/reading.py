"""What pages of the pathways read on every request, and whom messages and deadlines of the pathways can reach."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from pathways.models import Application, CpdPlan, ExpertiseOffer, SelfAssessment
from people.prepared import Prepared

OFFERS_OF_A_ROLE = 4


def _offers_for(*, role_id: int, today: dt.date) -> QuerySet[ExpertiseOffer]:
    return ExpertiseOffer.objects.on_offer(today).for_role(role_id).in_list(today=today)[:OFFERS_OF_A_ROLE]


# What is on offer that builds a capability of the role, what ends first at the top: for every colleague with a record.
offers_for = Prepared(_offers_for)


def has_cpd_plan(*, person_id: int, today: dt.date) -> QuerySet[CpdPlan]:
    """The person's CPD plan, once begun."""
    return CpdPlan.objects.filter(person=person_id)


def has_assessment(*, person_id: int, today: dt.date) -> QuerySet[SelfAssessment]:
    """The person's own capabilities, once marked."""
    return SelfAssessment.objects.filter(person=person_id)


def has_offer(*, person_id: int, today: dt.date) -> QuerySet[ExpertiseOffer]:
    """What the person offers to colleagues and has not ended."""
    return ExpertiseOffer.objects.filter(person=person_id, until_date__gte=today).exclude(state="withdrawn")


def has_application(*, person_id: int, today: dt.date) -> QuerySet[Application]:
    """What the person applies for and what is not over; a draft counts."""
    return Application.objects.of(person_id).live()
