"""Which messages an induction can send, and what makes each of them leave."""

from __future__ import annotations

from induction.reading import has_plan
from notifications.kinds import MessageKind
from people.reading import has_team

AGREEMENT_CLEARED = "induction.agreement_cleared"
PAIR = (has_plan, has_team)
KINDS = (
    MessageKind(
        code="induction.plan_started",
        title="Welcome to your induction plan",
        trigger="your induction plan is ready, a month before your first day at the earliest",
        must_send="It comes once, and opens your plan.",
        concerns=(has_plan,),
    ),
    MessageKind(
        code="induction.agreement_asked",
        title="An induction plan needs your agreement",
        trigger="the other of the two has agreed the plan",
        must_send="The plan is not under way until you have agreed it.",
        concerns=PAIR,
    ),
    MessageKind(
        code="induction.agreement_cleared",
        title="A plan has changed after one had agreed it",
        trigger="the other of the two changes the plan after one agreement",
        must_send="An agreement no longer counts.",
        is_held=True,
        concerns=PAIR,
    ),
    MessageKind(
        code="induction.plan_agreed",
        title="Both have agreed an induction plan",
        trigger="the second of the two has agreed the plan",
        concerns=PAIR,
    ),
    MessageKind(
        code="induction.buddy_named",
        title="You are a buddy",
        trigger="someone names you as the buddy of a new colleague",
        is_held=True,
    ),
    MessageKind(
        code="induction.plan_dates_changed",
        title="The dates of an induction plan have moved",
        trigger="the other of the two pauses the plan or plans to, starts it again or moves its end",
        must_send="The dates that you work by are others now.",
        is_held=True,
        concerns=PAIR,
    ),
    MessageKind(
        code="induction.plan_closed",
        title="An induction is closed",
        trigger="the final review has both signatures",
        concerns=PAIR,
    ),
    MessageKind(
        code="induction.checkpoints_signed_off",
        title="Induction items signed off",
        trigger="what you marked as ready or done has been signed off or confirmed",
        concerns=PAIR,
    ),
    MessageKind(
        code="induction.checkpoint_handed_back",
        title="An induction item handed back",
        trigger="what you marked as ready or done is with you again",
        must_send="Someone asks you to look at it again.",
        concerns=PAIR,
    ),
    MessageKind(
        code="induction.decision_undone",
        title="A decision taken back",
        trigger="a signature or a decision to leave an item out is taken back",
        must_send="What was decided no longer holds.",
        concerns=PAIR,
    ),
    MessageKind(
        code="induction.review_signature_asked",
        title="An induction review needs your signature",
        trigger="the other of the two has signed the review",
        must_send="The review is not closed until you have signed it.",
        concerns=PAIR,
    ),
    MessageKind(
        code="induction.review_signature_cleared",
        title="A review has changed after one had signed it",
        trigger="the other of the two changes the text of a review after one signature",
        must_send="A signature no longer counts.",
        is_held=True,
        concerns=PAIR,
    ),
    MessageKind(
        code="induction.review_signed",
        title="Both have signed an induction review",
        trigger="the second of the two has signed the review",
        concerns=PAIR,
    ),
)
BY_CODE = {kind.code: kind for kind in KINDS}
