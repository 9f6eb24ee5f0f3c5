"""How the framework, and what people plan and offer within it, are looked up."""

from pathways.querysets.application import (
    ApplicationDecisionQuerySet,
    ApplicationFileQuerySet,
    ApplicationQuerySet,
    ApplicationRowQuerySet,
    IntakeQuerySet,
    InterestQuerySet,
)
from pathways.querysets.assessment import AssessmentQuerySet, MarkQuerySet
from pathways.querysets.cpd_plan import CpdActionQuerySet, CpdDecisionQuerySet, CpdGoalQuerySet, CpdPlanQuerySet
from pathways.querysets.expertise import OfferQuerySet, PlaceRequestQuerySet
from pathways.querysets.framework import (
    VERSIONED,
    ApprovalStepQuerySet,
    CareerGoalQuerySet,
    CareerRoleQuerySet,
    CareerStepQuerySet,
    CareerStructureQuerySet,
    Link,
    PublishedFigureQuerySet,
    Record,
    RequirementQuerySet,
    RouteQuerySet,
    framework_version,
    in_force,
    links_of_routes,
    records_of,
    records_of_staff,
    route_links,
)
from pathways.querysets.panel import PanelDateQuerySet

__all__ = [
    "ApplicationDecisionQuerySet",
    "ApplicationFileQuerySet",
    "ApplicationQuerySet",
    "ApplicationRowQuerySet",
    "IntakeQuerySet",
    "InterestQuerySet",
    "AssessmentQuerySet",
    "MarkQuerySet",
    "VERSIONED",
    "ApprovalStepQuerySet",
    "CareerGoalQuerySet",
    "CareerRoleQuerySet",
    "CareerStepQuerySet",
    "CareerStructureQuerySet",
    "CpdActionQuerySet",
    "CpdDecisionQuerySet",
    "CpdGoalQuerySet",
    "CpdPlanQuerySet",
    "Link",
    "PanelDateQuerySet",
    "OfferQuerySet",
    "PlaceRequestQuerySet",
    "PublishedFigureQuerySet",
    "Record",
    "RequirementQuerySet",
    "RouteQuerySet",
    "framework_version",
    "in_force",
    "links_of_routes",
    "records_of_staff",
    "records_of",
    "route_links",
]
