"""A person's own plan: checkpoints, reviews, pauses, extensions, and the decisions that nobody can change."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from govuk.addresses import address
from induction.models.programme import ItemText, ProgrammeVersion
from induction.querysets import (
    CheckpointQuerySet,
    NoteQuerySet,
    PauseQuerySet,
    PlanQuerySet,
    ReadingQuerySet,
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
        AGREEING = "agreeing", "Being agreed"
        ACTIVE = "active", "Under way"
        PAUSED = "paused", "Paused"
        COMPLETED = "completed", "Completed"
        STOPPED = "stopped", "Stopped"

    LIVE = (State.AGREEING, State.ACTIVE, State.PAUSED)

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
        indexes = [
            models.Index(fields=["state", "end_date"]),
            models.Index(fields=["end_date", "id"], name="plans_by_end"),
        ]

    def __str__(self) -> str:
        return f"Induction plan {self.pk}"

    def get_absolute_url(self) -> str:
        return address("induction:plan_detail", self.pk)

    @property
    def is_live(self) -> bool:
        return self.state in self.LIVE


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
            # What the people of one manager have to do, whoever it waits on, among a million open items.
            models.Index(
                fields=["plan", "waiting_on", "due_date"],
                name="checkpoints_in_hand",
                condition=Q(state__in=["to_do", "ready"]),
            ),
            models.Index(fields=["plan"], name="items_to_sign", condition=Q(state="ready")),
            models.Index(fields=["plan"], name="open_drop_proposals", condition=~Q(drop_proposed_by="")),
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
        return address("induction:checkpoint_detail", self.pk)

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.TO_DO, self.State.READY)

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
        return address("induction:review_detail", self.pk)

    @property
    def is_open(self) -> bool:
        return self.state != self.State.SIGNED

    @property
    def signed_text(self) -> dict[str, Any]:
        """The words that both sides sign."""
        names = ("title", "held_date", "person_comment", "manager_comment", "next_steps")
        return {name: getattr(self, name) for name in (*names, "outcome", "outcome_date", "outcome_reason")}


class PlanPause(models.Model):
    """A time in which the clock stands still, or is going to; the reason is for the two and goes no further."""

    plan = models.ForeignKey(InductionPlan, on_delete=models.PROTECT, related_name="pauses")
    start_date = models.DateField()
    expected_end_date = models.DateField(null=True, blank=True)
    end_date = models.DateField("first day back", null=True, blank=True)
    reason = models.TextField()
    days = models.PositiveIntegerField(default=0, help_text="Whole days that open items moved by.")
    is_planned = models.BooleanField(default=False, help_text="The daily run begins it on its first day.")

    objects = PauseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan"], condition=Q(end_date__isnull=True), name="one_open_pause"),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gte=F("start_date")), name="pause_period"
            ),
            models.CheckConstraint(
                condition=Q(is_planned=False) | Q(end_date__isnull=True), name="planned_pause_has_not_ended"
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


class PlanReading(models.Model):
    """On which day someone on the manager's side last opened a plan; for their own team table, seen by them alone."""

    plan = models.ForeignKey(InductionPlan, on_delete=models.CASCADE, related_name="readings")
    reader = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    read_date = models.DateField()

    objects = ReadingQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "reader"], name="one_reading_a_reader_of_a_plan")]

    def __str__(self) -> str:
        return f"Reading {self.pk}"


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
