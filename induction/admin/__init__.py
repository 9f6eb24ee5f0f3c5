from induction.admin.programme import InductionProgrammeAdmin, ProgrammeCheckpointAdmin, ProgrammeVersionAdmin
from induction.admin.records import CheckpointAdmin, DecisionAdmin, InductionPlanAdmin, ReviewAdmin

__all__ = [
    "CheckpointAdmin",
    "DecisionAdmin",
    "InductionPlanAdmin",
    "InductionProgrammeAdmin",
    "ProgrammeCheckpointAdmin",
    "ProgrammeVersionAdmin",
    "ReviewAdmin",
]
