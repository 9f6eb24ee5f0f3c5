"""Outgoing mail: one row in the outbox, always; a worker delivers it."""

from __future__ import annotations

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from notifications.querysets import BounceQuerySet, OutgoingMailQuerySet
from people.models import Person


class OutgoingMail(models.Model):
    """One message to one person, written in the transaction that caused it."""

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting to be sent"
        LEASED = "leased", "Being sent"
        HELD = "held", "Held for now"
        SENT = "sent", "Sent"
        DROPPED = "dropped", "Not sent: no longer needed"
        FAILED = "failed", "Failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=200, unique=True, help_text="Same key, same mail: a repeat adds nothing.")
    kind = models.CharField(max_length=60)
    recipient = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mails", null=True)
    to_email = models.EmailField(max_length=254)
    subject = models.CharField(max_length=200)
    text_body = models.TextField(blank=True)
    html_body = models.TextField(blank=True)
    why = models.CharField(max_length=300, help_text="Why the person got it, and who else did.")
    is_routine = models.BooleanField(default=True, help_text="May be switched off by whoever gets it.")
    leaves_at_night = models.BooleanField(
        default=False, help_text="Waits for no morning: asked for this moment, or guards an account."
    )
    is_secret = models.BooleanField(
        default=False, help_text="A link in it is a key: its words are not kept once it is sent or given up."
    )
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    reason = models.CharField(max_length=300, blank=True, help_text="Why held, dropped or failed.")
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="Not before this instant.")
    lease_until = models.DateTimeField(null=True, blank=True)
    leased_by = models.CharField(max_length=60, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    first_tried_at = models.DateTimeField(null=True, blank=True)
    retry_at = models.DateTimeField(
        null=True, blank=True, help_text="After a failed try: not before this instant of the database's clock."
    )
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "outgoing mail"
        indexes = [
            models.Index(fields=["due_at", "id"], name="mail_to_drain", condition=Q(state__in=["queued", "leased"])),
            models.Index(fields=["lease_until"], name="mail_leased", condition=Q(state="leased")),
            models.Index(fields=["due_at", "id"], name="mail_held", condition=Q(state="held")),
            models.Index(fields=["recipient", "-created_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class MailSettings(models.Model):
    """The switch for all mail, and when an address or a held mail is given up: one row.

    Three bounces, three working days: user-demands.md §4.1 and §4.6.
    """

    is_enabled = models.BooleanField(
        "mail leaves the portal",
        default=True,
        help_text="Switched off, every mail is held but for those that guard an account. Switched on again, they leave "
        "in their order.",
    )
    bounces_before_pause = models.PositiveSmallIntegerField(
        "an address is paused after so many bounces",
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
    )
    held_working_days = models.PositiveSmallIntegerField(
        "routine mail is too old after so many working days",
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
        help_text="Held for longer than this it is not sent any more, and its row says so.",
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name_plural = "mail settings"

    def __str__(self) -> str:
        return "Mail settings"


class MessageSetting(models.Model):
    """What L&D sets for one kind of message: whether it is sent, and its words where they are not those of the file."""

    kind = models.CharField(max_length=60, unique=True)
    is_enabled = models.BooleanField(
        "messages of this kind are sent",
        default=True,
        help_text="Switched off, they are held. Switched on again, they leave in their order; routine ones that are "
        "too old by then are dropped, and their rows say so.",
    )
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField("text", blank=True, max_length=5000)
    history = HistoricalRecords()

    def __str__(self) -> str:
        return self.kind


class Bounce(models.Model):
    """One mail that came back, as the mail server or GOV.UK Notify reports it."""

    class Kind(models.TextChoices):
        HARD = "hard", "The address does not work"
        SOFT = "soft", "The mailbox did not take it"

    address = models.EmailField(max_length=254, help_text="In small letters.")
    bounced_at = models.DateTimeField("came back")
    kind = models.CharField(max_length=4, choices=Kind)
    reason = models.CharField(max_length=300, blank=True)
    lifted_at = models.DateTimeField(
        "counts no more since", null=True, blank=True, help_text="Learning and Development lets mail leave again."
    )

    objects = BounceQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["address", "bounced_at", "kind"], name="one_bounce")]
        indexes = [models.Index(fields=["address"], name="bounce_counts", condition=Q(lifted_at__isnull=True))]

    def __str__(self) -> str:
        return f"Bounce {self.pk}"


class ExtraHoliday(models.Model):
    """A non-working day that the holidays library does not know, such as a royal one-off."""

    date = models.DateField(unique=True)
    name = models.CharField(max_length=120)
    history = HistoricalRecords()

    def __str__(self) -> str:
        return f"{self.name} ({self.date.isoformat()})"
