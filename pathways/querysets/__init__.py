"""How the framework is looked up."""

from pathways.querysets.assessment import AssessmentQuerySet, MarkQuerySet
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
    route_links,
)
from pathways.querysets.panel import PanelDateQuerySet

__all__ = [
    "AssessmentQuerySet",
    "MarkQuerySet",
    "VERSIONED",
    "ApprovalStepQuerySet",
    "CareerGoalQuerySet",
    "CareerRoleQuerySet",
    "CareerStepQuerySet",
    "CareerStructureQuerySet",
    "Link",
    "PanelDateQuerySet",
    "PublishedFigureQuerySet",
    "Record",
    "RequirementQuerySet",
    "RouteQuerySet",
    "framework_version",
    "in_force",
    "links_of_routes",
    "records_of",
    "route_links",
]
