"""What was reminded, once per rule, ladder step, subject, recipient and due date; and when the sweep ran."""

from __future__ import annotations

from django.db import models

from notifications.models import OutgoingMail
from people.models import Person


class Ladder(models.Model):
    """When a kind of deadline is reminded and escalated; defaults from user-demands.md §4.2, L&D may edit them."""

    kind = models.CharField(max_length=60, unique=True)
    before = models.JSONField(default=list, help_text="Working days before the due date.")
    on_the_day = models.BooleanField(default=False)
    after = models.JSONField(default=list, help_text="Working days after the due date.")
    escalate_to_manager_after = models.PositiveSmallIntegerField(null=True, blank=True)
    escalate_to_learning_after = models.PositiveSmallIntegerField(null=True, blank=True)
    is_enabled = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.kind


class Reminder(models.Model):
    """One line of one mail. The unique key makes a second sweep of the same day harmless."""

    rule = models.CharField(max_length=60)
    step = models.CharField(max_length=30)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    recipient = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reminders")
    due_date = models.DateField()
    mail = models.ForeignKey(OutgoingMail, on_delete=models.PROTECT, null=True, related_name="lines")
    sweep_date = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "step", "subject_type", "subject_id", "recipient", "due_date"],
                name="one_reminder_a_step",
            )
        ]
        indexes = [models.Index(fields=["sweep_date", "recipient"])]

    def __str__(self) -> str:
        return f"{self.rule} {self.step}"


class SweepRun(models.Model):
    """One daily sweep; its row says that the day is done, what it found and which rule failed."""

    for_date = models.DateField(unique=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    counts = models.JSONField(default=dict)
    failures = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"Sweep of {self.for_date.isoformat()}"


class SweepSettings(models.Model):
    """The hour of the daily sweep and the switch for all reminders: one row."""

    hour = models.PositiveSmallIntegerField(default=8)
    is_enabled = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "sweep settings"

    def __str__(self) -> str:
        return "Sweep settings"
