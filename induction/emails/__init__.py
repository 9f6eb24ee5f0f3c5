"""The messages of an induction."""

from induction.emails.kinds import AGREEMENT_CLEARED, KINDS
from induction.emails.messages import (
    agreement_asked,
    agreement_cleared,
    buddy_named,
    checkpoint_handed_back,
    checkpoints_signed_off,
    decision_undone,
    plan_agreed,
    plan_changed,
    plan_closed,
    plan_dates_changed,
    plans_started,
    review_signature_asked,
    review_signature_cleared,
    review_signed,
    welcome,
)

__all__ = [
    "AGREEMENT_CLEARED",
    "KINDS",
    "agreement_asked",
    "agreement_cleared",
    "buddy_named",
    "checkpoint_handed_back",
    "checkpoints_signed_off",
    "decision_undone",
    "plan_agreed",
    "plan_changed",
    "plan_closed",
    "plan_dates_changed",
    "plans_started",
    "review_signature_asked",
    "review_signature_cleared",
    "review_signed",
    "welcome",
]
