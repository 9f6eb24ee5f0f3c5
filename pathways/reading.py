"""Whom the messages and deadlines of the pathways can reach."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from pathways.models import CpdPlan, ExpertiseOffer


def has_cpd_plan(*, person_id: int, today: dt.date) -> QuerySet[CpdPlan]:
    """The person's CPD plan, once begun."""
    return CpdPlan.objects.filter(person=person_id)


def has_offer(*, person_id: int, today: dt.date) -> QuerySet[ExpertiseOffer]:
    """What the person offers to colleagues and has not ended."""
    return ExpertiseOffer.objects.filter(person=person_id, until_date__gte=today).exclude(state="withdrawn")
