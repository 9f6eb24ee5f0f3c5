"""What someone decided or signed, which nobody can change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from audit.models import SealedModel, text_hash
from induction.models.plan import Checkpoint, InductionPlan, Review, WaitingOn
from induction.querysets import DecisionQuerySet
from people.models import Person


class Decision(SealedModel):
    """What someone decided or signed; insert-only (a trigger refuses change), sealed in the audit chain.

    Free text stands in the audit entry's sibling row (`entry.free_text`), so that retention may blank it.
    """

    class Kind(models.TextChoices):
        AGREED = "agreed", "Agreed the plan"
        MARKED_READY = "marked_ready", "Marked as ready"
        SIGNED_OFF = "signed_off", "Signed off"
        HANDED_BACK = "handed_back", "Handed back"
        DISAGREED = "disagreed", "Recorded a disagreement"
        UNDONE = "undone", "Undid a signature"
        ADDED = "added", "Added an item"
        CHANGED = "changed", "Changed an item"
        DROP_PROPOSED = "drop_proposed", "Proposed to leave an item out"
        DROP_REFUSED = "drop_refused", "Kept an item in the plan"
        DROPPED = "dropped", "Dropped"
        REVIEW_SIGNED = "review_signed", "Signed the review"
        PAUSE_PLANNED = "pause_planned", "Planned a pause"
        PAUSE_CANCELLED = "pause_cancelled", "Cancelled a planned pause"
        PAUSED = "paused", "Paused the plan"
        RESUMED = "resumed", "Resumed the plan"
        EXTENDED = "extended", "Moved the end date"
        MOVED = "moved", "Moved to another version"
        COMPLETED = "completed", "Completed the induction"
        STOPPED = "stopped", "Stopped the induction"

    plan = models.ForeignKey(InductionPlan, on_delete=models.PROTECT, related_name="decisions")
    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, null=True, related_name="decisions")
    review = models.ForeignKey(Review, on_delete=models.PROTECT, null=True, related_name="decisions")
    kind = models.CharField(max_length=20, choices=Kind)
    as_role = models.CharField(max_length=8, choices=WaitingOn)
    round = models.PositiveIntegerField(default=1)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    acting_for = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    content_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the text that was signed.")
    form_key = models.UUIDField(null=True, unique=True, help_text="Same form, same answer: a repeat adds nothing.")

    objects = DecisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["checkpoint", "round", "as_role"],
                condition=Q(kind__in=["marked_ready", "signed_off"]),
                name="one_signature_a_side_of_a_checkpoint",
            ),
            models.UniqueConstraint(
                fields=["checkpoint", "round"],
                condition=Q(kind="signed_off"),
                name="one_live_sign_off_of_a_checkpoint",
            ),
            models.UniqueConstraint(
                fields=["review", "round", "as_role"],
                condition=Q(kind="review_signed"),
                name="one_signature_a_side_of_a_review",
            ),
            models.UniqueConstraint(
                fields=["plan", "round", "as_role"], condition=Q(kind="agreed"), name="one_agreement_a_side"
            ),
        ]
        indexes = [
            models.Index(fields=["plan", "at"]),
            models.Index(fields=["checkpoint"], name="disagreements", condition=Q(kind="disagreed")),
        ]

    def __str__(self) -> str:
        return f"Decision {self.pk}"

    SEALED_TOGETHER = ("checkpoint", "review")

    def content_fault(self) -> str:
        """The words under the signatures of a closed item or review must be the ones that were signed."""
        subject: Checkpoint | Review | None = None
        if (
            self.kind == self.Kind.SIGNED_OFF
            and self.checkpoint
            and self.checkpoint.state == Checkpoint.State.SIGNED_OFF
        ):
            subject = self.checkpoint
        elif self.kind == self.Kind.REVIEW_SIGNED and self.review and self.review.state == Review.State.SIGNED:
            subject = self.review
        if subject is None or subject.round != self.round or text_hash(subject.signed_text) == self.content_hash:
            return ""
        return f"the words of {subject._meta.verbose_name} {subject.pk} are not the ones that were signed"

    @classmethod
    def unsealed(cls) -> Iterator[tuple[str, str]]:
        """Items, reviews and plans whose state says that they were decided while nobody decided."""
        of_item = cls.objects.filter(checkpoint=OuterRef("pk"), round=OuterRef("round"), kind=cls.Kind.SIGNED_OFF)
        # Plans that were agreed before an item of theirs followed: the two agreements seal it.
        agreed = cls.objects.filter(plan=OuterRef("plan"), round=OuterRef("plan__revision"), kind=cls.Kind.AGREED)
        closed = Checkpoint.objects.filter(state=Checkpoint.State.SIGNED_OFF)
        of_review = cls.objects.filter(review=OuterRef("pk"), round=OuterRef("round"), kind=cls.Kind.REVIEW_SIGNED)
        of_plan = cls.objects.filter(plan=OuterRef("pk"), kind=cls.Kind.COMPLETED)
        for rows, decided in (
            (closed.exclude(Exists(agreed), is_agreement=True), of_item),
            (Review.objects.filter(state=Review.State.SIGNED), of_review),
            (InductionPlan.objects.filter(state=InductionPlan.State.COMPLETED), of_plan),
        ):
            for row in rows.exclude(Exists(decided)).only("pk").order_by("pk").iterator():
                yield f"{row._meta.label_lower} {row.pk}", "is closed, and no decision says so"

    def sealed_facts(self) -> dict[str, Any]:
        return {
            "plan": self.plan_id,
            "checkpoint": self.checkpoint_id,
            "review": self.review_id,
            "kind": str(self.kind),
            "as_role": str(self.as_role),
            "round": self.round,
            "by": self.by_id,
            "acting_for": self.acting_for_id,
            "content_hash": self.content_hash,
        }
