"""A person's own plan: checkpoints, reviews, pauses, extensions, and the decisions that nobody can change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from audit.models import SealedModel, text_hash
from induction.models.programme import ItemText, ProgrammeVersion
from induction.querysets import (
    CheckpointQuerySet,
    DecisionQuerySet,
    NoteQuerySet,
    PlanQuerySet,
    ReasonQuerySet,
    ReviewQuerySet,
)
from people.models import Person


class WaitingOn(models.TextChoices):
    """Which side of the pair holds an open item; who that is follows from the dated rows of the line."""

    PERSON = "person", "The starter"
    MANAGER = "manager", "The line manager"
    BOTH = "both", "Both"
    NOBODY = "nobody", "Nobody"


class InductionPlan(models.Model):
    """The six months of one starter, owned by the person and the line manager together."""

    class State(models.TextChoices):
        AGREEING = "agreeing", "To be agreed"
        ACTIVE = "active", "Under way"
        PAUSED = "paused", "Paused"
        COMPLETED = "completed", "Completed"
        STOPPED = "stopped", "Stopped"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="plans")
    version = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="plans")
    start_date = models.DateField()
    original_end_date = models.DateField()
    end_date = models.DateField("due to be complete")
    state = models.CharField(max_length=10, choices=State, default=State.AGREEING)
    buddy = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="buddy_plans")
    revision = models.PositiveIntegerField(default=1, help_text="Rises with every change of what is agreed.")
    person_agreed_revision = models.PositiveIntegerField(null=True, blank=True)
    manager_agreed_revision = models.PositiveIntegerField(null=True, blank=True)
    agree_by = models.DateField()
    agreed_date = models.DateField(null=True, blank=True)
    closed_date = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state__in=["agreeing", "active", "paused"]),
                name="one_live_plan",
            ),
            models.CheckConstraint(condition=Q(end_date__gt=F("start_date")), name="plan_ends_after_start"),
        ]
        indexes = [models.Index(fields=["state", "end_date"])]

    def __str__(self) -> str:
        return f"Induction plan {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("induction:plan_detail", args=[self.pk])

    @property
    def is_live(self) -> bool:
        return self.state in {self.State.AGREEING, self.State.ACTIVE, self.State.PAUSED}


class Checkpoint(ItemText):
    """One item of a plan, a copy that the pair may adapt; `round` rises when signatures start afresh."""

    class State(models.TextChoices):
        TO_DO = "to_do", "To do"
        READY = "ready", "Ready"
        SIGNED_OFF = "signed_off", "Signed off"
        DROPPED = "dropped", "Dropped"

    class Origin(models.TextChoices):
        PROGRAMME = "programme", "Programme"
        PERSON = "person", "Added by the starter"
        MANAGER = "manager", "Added by the line manager"

    plan = models.ForeignKey(InductionPlan, on_delete=models.PROTECT, related_name="checkpoints")
    source_key = models.SlugField(max_length=80, blank=True)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.PROGRAMME)
    original_due_date = models.DateField()
    due_date = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.TO_DO)
    waiting_on = models.CharField(max_length=8, choices=WaitingOn, default=WaitingOn.PERSON)
    waiting_since = models.DateField(help_text="When the item came to whoever holds it now.")
    answer_by = models.DateField(null=True, blank=True, help_text="When a signature or an answer is due.")
    was_handed_back = models.BooleanField(default=False)
    drop_proposed_by = models.CharField(max_length=8, choices=WaitingOn, blank=True)
    first_signer = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who signed first.",
    )
    ready_note = models.TextField(blank=True)
    evidence_url = models.URLField(max_length=500, blank=True)
    round = models.PositiveIntegerField(default=1)
    version = models.PositiveIntegerField(default=1, help_text="Rises with every change; a form carries it.")

    objects = CheckpointQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(state__in=["signed_off", "dropped"]) & Q(waiting_on="nobody"))
                | (Q(state__in=["to_do", "ready"]) & ~Q(waiting_on="nobody")),
                name="open_item_has_a_holder",
            ),
            models.UniqueConstraint(
                fields=["plan", "source_key"], condition=~Q(source_key=""), name="one_copy_of_a_key"
            ),
        ]
        indexes = [
            models.Index(fields=["plan", "due_date"]),
            models.Index(
                fields=["due_date", "waiting_on"],
                name="open_checkpoints",
                condition=Q(state__in=["to_do", "ready"]),
            ),
            models.Index(fields=["answer_by"], name="awaited_checkpoints", condition=Q(answer_by__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"Checkpoint {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("induction:checkpoint_detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in {self.State.TO_DO, self.State.READY}

    @property
    def signed_text(self) -> dict[str, Any]:
        """The words that both sides sign."""
        names = ("section", "method", "title", "why", "how", "link_title", "link_url", "owner", "is_mandatory")
        return {name: getattr(self, name) for name in (*names, "ready_note", "evidence_url")}


class Review(models.Model):
    """A meeting of the pair at month 1, 3 or 6; both sign the same text."""

    class State(models.TextChoices):
        PLANNED = "planned", "To hold"
        HELD = "held", "Held, to be signed"
        SIGNED = "signed", "Signed by both"

    class Outcome(models.TextChoices):
        COMPLETE = "complete", "Complete the induction"
        EXTEND = "extend", "Extend to a later date"
        STOP = "stop", "Stop the induction"

    plan = models.ForeignKey(InductionPlan, on_delete=models.PROTECT, related_name="reviews")
    month = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    agenda = models.TextField(blank=True)
    is_final = models.BooleanField(default=False)
    original_due_date = models.DateField()
    due_date = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    waiting_on = models.CharField(max_length=8, choices=WaitingOn, default=WaitingOn.MANAGER)
    waiting_since = models.DateField()
    answer_by = models.DateField(null=True, blank=True)
    held_date = models.DateField(null=True, blank=True)
    person_comment = models.TextField(blank=True)
    manager_comment = models.TextField(blank=True)
    next_steps = models.TextField(blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)
    outcome_date = models.DateField(null=True, blank=True)
    outcome_reason = models.TextField(blank=True)
    first_signer = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    round = models.PositiveIntegerField(default=1)
    version = models.PositiveIntegerField(default=1)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "month"], name="one_review_a_month_of_a_plan"),
            models.CheckConstraint(
                condition=(Q(state="signed") & Q(waiting_on="nobody")) | (~Q(state="signed") & ~Q(waiting_on="nobody")),
                name="open_review_has_a_holder",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_date", "waiting_on"],
                name="open_reviews",
                condition=Q(state__in=["planned", "held"]),
            )
        ]

    def __str__(self) -> str:
        return f"Review {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("induction:review_detail", args=[self.pk])

    @property
    def signed_text(self) -> dict[str, Any]:
        """The words that both sides sign."""
        names = ("title", "held_date", "person_comment", "manager_comment", "next_steps")
        return {name: getattr(self, name) for name in (*names, "outcome", "outcome_date", "outcome_reason")}


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
        indexes = [models.Index(fields=["plan", "at"])]

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
        of_review = cls.objects.filter(review=OuterRef("pk"), round=OuterRef("round"), kind=cls.Kind.REVIEW_SIGNED)
        of_plan = cls.objects.filter(plan=OuterRef("pk"), kind=cls.Kind.COMPLETED)
        for rows, decided in (
            (Checkpoint.objects.filter(state=Checkpoint.State.SIGNED_OFF), of_item),
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


class PlanPause(models.Model):
    """A time in which the clock stands still; the reason is for the two and goes no further."""

    plan = models.ForeignKey(InductionPlan, on_delete=models.PROTECT, related_name="pauses")
    start_date = models.DateField()
    expected_end_date = models.DateField(null=True, blank=True)
    end_date = models.DateField("first day back", null=True, blank=True)
    reason = models.TextField()
    days = models.PositiveIntegerField(default=0, help_text="Whole days that open items moved by.")

    objects = ReasonQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan"], condition=Q(end_date__isnull=True), name="one_open_pause"),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")), name="pause_period"
            ),
        ]

    def __str__(self) -> str:
        return f"Pause {self.pk}"


class PlanExtension(models.Model):
    """A later end date; the reason (part-time, absence, adjustment) is for the two and goes no further."""

    class Kind(models.TextChoices):
        ABSENCE = "absence", "Absence"
        PART_TIME = "part_time", "Part-time hours"
        ADJUSTMENT = "adjustment", "Reasonable adjustment"
        FINAL_REVIEW = "final_review", "Agreed at the final review"
        OTHER = "other", "Another reason"

    plan = models.ForeignKey(InductionPlan, on_delete=models.PROTECT, related_name="extensions")
    kind = models.CharField(max_length=12, choices=Kind)
    from_date = models.DateField()
    to_date = models.DateField()
    reason = models.TextField()
    created_at = models.DateTimeField()

    objects = ReasonQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(to_date__gt=F("from_date")), name="extension_is_later")]

    def __str__(self) -> str:
        return f"Extension {self.pk}"


class PlanNote(models.Model):
    """A note on a plan: its author's alone until shared, then both read it."""

    plan = models.ForeignKey(InductionPlan, on_delete=models.PROTECT, related_name="notes")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    is_shared = models.BooleanField("share with the other", default=False)
    form_key = models.UUIDField(null=True, unique=True)
    created_at = models.DateTimeField()

    objects = NoteQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Note {self.pk}"
