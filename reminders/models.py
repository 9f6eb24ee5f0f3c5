"""What was reminded, once per rule, ladder step, subject, recipient and due date; and when the sweep ran."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from notifications.due import Days, LadderDefaults
from notifications.kinds import name_of
from notifications.models import OutgoingMail
from people.models import Person
from reminders.querysets import CalendarLinkQuerySet, ReminderQuerySet, SweepRunQuerySet


class Ladder(models.Model):
    """When a kind of deadline is reminded and escalated; defaults by ruling 11, L&D may edit them."""

    kind = models.CharField(max_length=60, unique=True)
    counted_in = models.CharField(
        max_length=8,
        choices=Days,
        default=Days.WORKING,
        help_text="What every number below counts. Either way nothing is sent on a day off.",
    )
    before = models.JSONField(default=list, blank=True, help_text="Days before the due date.")
    on_the_day = models.BooleanField("on the due date", default=False)
    after = models.JSONField(default=list, blank=True, help_text="Days after the due date.")
    escalate_to_manager_after = models.PositiveSmallIntegerField(
        "to the next level up after",
        null=True,
        blank=True,
        help_text="Days after the due date. For a person's own item the line manager, for what "
        "waits on a manager their manager. Leave empty for never.",
    )
    is_weekly = models.BooleanField(
        "next level up in the week's first digest",
        default=False,
        help_text="Otherwise on the very day.",
    )
    escalate_to_learning_after = models.PositiveSmallIntegerField(
        "to Learning and Development after",
        null=True,
        blank=True,
        help_text="Days after the due date. Leave empty for never.",
    )
    is_enabled = models.BooleanField("reminders of this kind are sent", default=True)
    line = models.CharField("line to whoever has to act", max_length=200, blank=True)
    info = models.CharField("line to whoever only has to know", max_length=200, blank=True)
    history = HistoricalRecords()

    def __str__(self) -> str:
        return name_of(self.kind)

    @property
    def offsets(self) -> LadderDefaults:
        """As the rules read it."""
        return LadderDefaults(
            before=tuple(self.before),
            on_the_day=self.on_the_day,
            after=tuple(self.after),
            up_after=self.escalate_to_manager_after,
            learning_after=self.escalate_to_learning_after,
            is_weekly=self.is_weekly,
            counted_in=Days(self.counted_in),
        )


class Reminder(models.Model):
    """One line of one mail. The unique key makes a second sweep of the same day harmless.

    A line without a mail waits for the next digest of its recipient.
    """

    rule = models.CharField(max_length=60)
    step = models.CharField(max_length=30)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    recipient = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reminders")
    due_date = models.DateField()
    mail = models.ForeignKey(OutgoingMail, on_delete=models.PROTECT, null=True, related_name="lines")
    sweep_date = models.DateField("written on")
    about = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+", help_text="Whose thing it is."
    )
    awaits_end = models.BooleanField(
        default=False, help_text="An escalation whose end its reader has not heard of yet."
    )

    objects = ReminderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "step", "subject_type", "subject_id", "recipient", "due_date"],
                name="one_reminder_a_step",
            )
        ]
        indexes = [
            models.Index(fields=["sweep_date", "recipient"]),
            models.Index(fields=["recipient"], name="reminder_without_mail", condition=Q(mail__isnull=True)),
            models.Index(fields=["rule", "subject_id"], name="reminder_awaits_end", condition=Q(awaits_end=True)),
        ]

    def __str__(self) -> str:
        return f"Reminder {self.pk}"


class CalendarLink(models.Model):
    """The secret address of one person's calendar. Only its hash is kept: nobody can read the address here."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="calendar_link")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    expires_on = models.DateField(help_text="The last day on which it opens anything.")
    read_at = models.DateTimeField(null=True, blank=True, help_text="When a calendar last asked, to the hour.")
    content_hash = models.CharField(max_length=64, blank=True)
    content_changed_at = models.DateTimeField()

    objects = CalendarLinkQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Calendar {self.pk}"


class CalendarDate(models.Model):
    """The date that calendars were last told of a thing, and how often it had changed by then (RFC 5545, SEQUENCE)."""

    kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    due_date = models.DateField()
    sequence = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject_id"], name="one_calendar_date_a_thing")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"


class SweepRun(models.Model):
    """One daily sweep; its row says that the day is done, what it found and which rule failed."""

    for_date = models.DateField("for the day", unique=True)
    started_at = models.DateTimeField("began")
    lease_until = models.DateTimeField(null=True, blank=True, help_text="Until then nobody else takes it over.")
    finished_at = models.DateTimeField("finished", null=True, blank=True)
    counts = models.JSONField(default=dict)
    failures = models.JSONField(default=dict)

    objects = SweepRunQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Sweep of {self.for_date:%-d %B %Y}"


class SweepSettings(models.Model):
    """The hour of the daily sweep and the switch for all reminders: one row."""

    hour = models.PositiveSmallIntegerField(
        "hour of the reminders",
        default=8,
        validators=[MinValueValidator(8), MaxValueValidator(17)],
        help_text="Full hour in London, 8 to 17, on working days: no mail leaves at night. Once today's are sent, a "
        "change holds from tomorrow. Usual: 8.",
    )
    is_enabled = models.BooleanField(
        "reminders are sent",
        default=True,
        help_text="Without the tick nobody is reminded of anything. What falls due meanwhile is caught up for three "
        "working days. Usual: ticked.",
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name_plural = "sweep settings"

    def __str__(self) -> str:
        return "Sweep settings"
