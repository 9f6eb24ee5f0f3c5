from pathways.admin.framework import (
    CareerRoleAdmin,
    CareerStepAdmin,
    CareerStructureAdmin,
    ProfessionAdmin,
    VacancyPageAdmin,
)
from pathways.admin.routes import ApprovalStepAdmin, PublishedFigureAdmin, QualificationRouteAdmin

__all__ = [
    "ApprovalStepAdmin",
    "CareerRoleAdmin",
    "CareerStepAdmin",
    "CareerStructureAdmin",
    "ProfessionAdmin",
    "PublishedFigureAdmin",
    "QualificationRouteAdmin",
    "VacancyPageAdmin",
]
