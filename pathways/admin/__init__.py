from pathways.admin.facts import JobRoleAdmin, QualificationAdmin
from pathways.admin.framework import (
    CareerRoleAdmin,
    CareerStepAdmin,
    CareerStructureAdmin,
    ProfessionAdmin,
    VacancyPageAdmin,
)
from pathways.admin.intakes import IntakeAdmin
from pathways.admin.routes import ApprovalStepAdmin, PublishedFigureAdmin, QualificationRouteAdmin

__all__ = [
    "ApprovalStepAdmin",
    "CareerRoleAdmin",
    "CareerStepAdmin",
    "CareerStructureAdmin",
    "IntakeAdmin",
    "JobRoleAdmin",
    "ProfessionAdmin",
    "PublishedFigureAdmin",
    "QualificationAdmin",
    "QualificationRouteAdmin",
    "VacancyPageAdmin",
]
