"""What pages of the pathways read on every request, and whom messages and deadlines of the pathways can reach."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, QuerySet

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


def _intake_ids() -> QuerySet[Any, int]:
    return Intake.objects.order_by("-closes_date", "route__code", "pk").values_list("pk", flat=True)


def _intakes(*, ids: tuple[int, ...]) -> QuerySet[Intake]:
    rows = Intake.objects.filter(pk__in=ids).with_counts().select_related("route")
    return rows.order_by("-closes_date", "route__code", "pk")


def _interest_ids() -> QuerySet[Any, int]:
    rows = Interest.objects.live().order_by("route__title", "expressed_at", "pk")
    return rows.values_list("pk", flat=True)


def _interests(*, ids: tuple[int, ...]) -> QuerySet[Interest]:
    rows = Interest.objects.filter(pk__in=ids).select_related("person", "route")
    return rows.order_by("route__title", "expressed_at", "pk")


def _interest_in_routes() -> QuerySet[Any, Any]:
    rows: QuerySet[Any, Any] = Interest.objects.live().values("route__title", "route_id").annotate(n=Count("pk"))
    return rows.order_by("-n", "route__title")


# For the desk of Learning and Development: every intake, the last to close first, and every interest by route; of the
# rows of a page what stands in them; how many are interested in which route.
intake_ids = Prepared(_intake_ids)
intakes_with_counts = Prepared(_intakes)
interest_ids = Prepared(_interest_ids)
interests_named = Prepared(_interests)
interest_in_routes = Prepared(_interest_in_routes)
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
