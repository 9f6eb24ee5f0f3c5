"""Where one can go from here, and how: roles, steps, qualification routes, and what each of them asks for."""

from pathways.models.application import (
    Application,
    ApplicationDecision,
    ApplicationState,
    Interest,
    Milestone,
    Side,
)
from pathways.models.application_file import ApplicationFile
from pathways.models.assessment import CapabilityMark, SelfAssessment
from pathways.models.cpd_plan import CpdAction, CpdDecision, CpdGoal, CpdPlan
from pathways.models.expertise import ExpertiseOffer, PlaceRequest
from pathways.models.framework import (
    Capability,
    CareerRole,
    CareerStep,
    CareerStructure,
    Gate,
    Profession,
    VacancyPage,
)
from pathways.models.goal import CareerGoal
from pathways.models.intake import Intake
from pathways.models.panel import PanelDate
from pathways.models.requirement import Requirement
from pathways.models.route import (
    ApprovalStep,
    Cohort,
    Precision,
    PublishedFigure,
    QualificationRoute,
    Register,
    RouteEvent,
    RouteState,
)

__all__ = [
    "Application",
    "ApplicationDecision",
    "ApplicationFile",
    "ApplicationState",
    "Intake",
    "Interest",
    "Milestone",
    "Side",
    "ApprovalStep",
    "Capability",
    "CapabilityMark",
    "CareerGoal",
    "CareerRole",
    "CareerStep",
    "CareerStructure",
    "CpdAction",
    "CpdDecision",
    "CpdGoal",
    "CpdPlan",
    "ExpertiseOffer",
    "Gate",
    "Cohort",
    "PanelDate",
    "PlaceRequest",
    "Precision",
    "Profession",
    "PublishedFigure",
    "QualificationRoute",
    "Register",
    "Requirement",
    "RouteEvent",
    "RouteState",
    "SelfAssessment",
    "VacancyPage",
]
