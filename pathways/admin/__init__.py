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
    "ProfessionAdmin",
    "PublishedFigureAdmin",
    "QualificationRouteAdmin",
    "VacancyPageAdmin",
]
