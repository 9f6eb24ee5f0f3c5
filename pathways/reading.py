"""What pages of the pathways read on every request, and whom messages and deadlines of the pathways can reach."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from pathways.models import (
    Application,
    ApplicationDecision,
    CpdPlan,
    ExpertiseOffer,
    Intake,
    Interest,
    Milestone,
    SelfAssessment,
)
from people.prepared import Prepared

OFFERS_OF_A_ROLE = 4


def _offers_for(*, role_id: int, today: dt.date) -> QuerySet[ExpertiseOffer]:
    return ExpertiseOffer.objects.on_offer(today).for_role(role_id).in_list(today=today)[:OFFERS_OF_A_ROLE]


def _application(*, pk: int, reader_id: int, today: dt.date) -> QuerySet[Application]:
    return Application.objects.readable_by(reader_id, today=today).filter(pk=pk).with_target()


def _application_for_learning(*, pk: int, reader_id: int) -> QuerySet[Application]:
    return Application.objects.readable_by_learning(reader_id).filter(pk=pk).with_target()


def _decisions(*, application_id: int) -> QuerySet[ApplicationDecision]:
    return ApplicationDecision.objects.filter(application=application_id).told()


def _parts(*, application_id: int) -> QuerySet[Milestone]:
    return Milestone.objects.filter(application=application_id).order_by("due_date", "pk")


def _own_applications(*, person_id: int) -> QuerySet[Application]:
    return Application.objects.of(person_id).with_target().order_by("-created_at", "-pk")


def _intakes_for(*, person_id: int, today: dt.date) -> QuerySet[Intake]:
    return Intake.objects.to_come(today).with_own(person_id).in_order()


def _own_interests(*, person_id: int) -> QuerySet[Interest]:
    return Interest.objects.live().filter(person=person_id).select_related("route").order_by("route__title")


def _intake(*, pk: int) -> QuerySet[Intake]:
    return Intake.objects.filter(pk=pk).with_counts().select_related("route")


# An intake with how many have applied, have a place, wait.
intake_with_counts = Prepared(_intake)
# What somebody has applied for, the newest first; what can be applied for, now or soon, with their own application;
# what they have said to be interested in.
own_applications = Prepared(_own_applications)
# One application as its readers may see it, and what is read with it.
application_of = Prepared(_application)
application_for_learning = Prepared(_application_for_learning)
decisions_about = Prepared(_decisions)
parts_of = Prepared(_parts)
intakes_for = Prepared(_intakes_for)
own_interests = Prepared(_own_interests)
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


def has_interest(*, person_id: int, today: dt.date) -> QuerySet[Interest]:
    """What the person has said to be interested in."""
    return Interest.objects.live().filter(person=person_id)


def has_application(*, person_id: int, today: dt.date) -> QuerySet[Application]:
    """What the person applies for and what is not over; a draft counts."""
    return Application.objects.of(person_id).live()
