from induction.services.checkpoint import (
    CheckpointData,
    add_checkpoint,
    answer_drop,
    change_checkpoint,
    drop_mandatory,
    hand_back,
    mark_ready,
    propose_drop,
    record_disagreement,
    undo,
)
from induction.services.dates import (
    DateMove,
    extend_plan,
    moves_of_extension,
    moves_of_pause,
    pause_plan,
    resume_plan,
)
from induction.services.moving import Difference, job_role_of, move_plan, preview_move
from induction.services.plan import add_note, agree_plan, set_buddy, share_note
from induction.services.review import ReviewData, save_review, sign_review
from induction.services.signing import BatchResult, sign_off, sign_off_many
from induction.services.start import StartReport, start_missing_plans, start_plans, stop_plans_of_leavers

__all__ = [
    "DateMove",
    "moves_of_extension",
    "moves_of_pause",
    "BatchResult",
    "CheckpointData",
    "Difference",
    "ReviewData",
    "StartReport",
    "add_checkpoint",
    "add_note",
    "agree_plan",
    "answer_drop",
    "change_checkpoint",
    "drop_mandatory",
    "extend_plan",
    "hand_back",
    "job_role_of",
    "mark_ready",
    "move_plan",
    "pause_plan",
    "preview_move",
    "propose_drop",
    "record_disagreement",
    "resume_plan",
    "save_review",
    "set_buddy",
    "share_note",
    "sign_off",
    "sign_off_many",
    "sign_review",
    "start_missing_plans",
    "start_plans",
    "stop_plans_of_leavers",
    "undo",
]
