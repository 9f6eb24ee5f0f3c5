from induction.models.decision import Decision
from induction.models.plan import (
    Checkpoint,
    InductionPlan,
    PlanExtension,
    PlanNote,
    PlanPause,
    Review,
    WaitingOn,
)
from induction.models.programme import (
    Audience,
    InductionProgramme,
    ItemText,
    Method,
    OffsetUnit,
    Owner,
    ProgrammeCheckpoint,
    ProgrammeReview,
    ProgrammeVersion,
    Section,
)

__all__ = [
    "Audience",
    "Checkpoint",
    "Decision",
    "InductionPlan",
    "InductionProgramme",
    "ItemText",
    "Method",
    "OffsetUnit",
    "Owner",
    "PlanExtension",
    "PlanNote",
    "PlanPause",
    "ProgrammeCheckpoint",
    "ProgrammeReview",
    "ProgrammeVersion",
    "Review",
    "Section",
    "WaitingOn",
]
