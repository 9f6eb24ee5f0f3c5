"""Outgoing mail: one row in the outbox, always; a worker delivers it."""

from __future__ import annotations

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from notifications.kinds import CODE_LENGTH, Frequency, log_name_of, name_of
from notifications.querysets import BounceQuerySet, OutgoingMailQuerySet, OwnRowQuerySet
from people.models import Person


class OutgoingMail(models.Model):
    """One message to one person, written in the transaction that caused it."""

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting to be sent"
        LEASED = "leased", "Being sent"
        HELD = "held", "Held for now"
        SENT = "sent", "Sent"
        JOINED = "joined", "In the digest"
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
    is_routine = models.BooleanField("routine", default=True, help_text="May be switched off by whoever gets it.")
    leaves_at_night = models.BooleanField(
        default=False, help_text="Waits for no morning: asked for this moment, or guards an account."
    )
    is_secret = models.BooleanField(
        default=False, help_text="A link in it is a key: its words are not kept once it is sent or given up."
    )
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    reason = models.CharField(max_length=300, blank=True, help_text="Why held, dropped or failed.")
    created_at = models.DateTimeField("written")
    due_at = models.DateTimeField("to leave", help_text="Not before this moment.")
    lease_until = models.DateTimeField(null=True, blank=True)
    leased_by = models.CharField(max_length=60, blank=True)
    attempts = models.PositiveSmallIntegerField("tries", default=0)
    first_tried_at = models.DateTimeField(null=True, blank=True)
    retry_at = models.DateTimeField(
        "next try", null=True, blank=True, help_text="After a try that failed: not before this moment."
    )
    sent_at = models.DateTimeField("sent", null=True, blank=True)
    held_as = models.CharField(
        max_length=200, null=True, blank=True, unique=True,
        help_text="While it is held: the changes that become one message. Emptied when it leaves.",
    )  # fmt: skip
    facts = models.JSONField(default=dict, blank=True, help_text="Ids from which it is written anew when it leaves.")
    path = models.CharField(max_length=300, blank=True, help_text="The page that it is about.")
    let_through_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was counted towards the week's routine mail."
    )
    digest = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="joined")

    objects = OutgoingMailQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "outgoing mail"
        indexes = [
            models.Index(fields=["due_at", "id"], name="mail_to_drain", condition=Q(state__in=["queued", "leased"])),
            models.Index(fields=["lease_until"], name="mail_leased", condition=Q(state="leased")),
            models.Index(fields=["due_at", "id"], name="mail_held", condition=Q(state="held")),
            models.Index(fields=["recipient", "-created_at"]),
            models.Index(fields=["recipient", "let_through_at"], name="mail_let_through"),
            models.Index(fields=["recipient"], name="mail_for_digest", condition=Q(state="joined", digest=None)),
        ]

    def __str__(self) -> str:
        return f"Message: {log_name_of(self.kind)}"


class MailSettings(models.Model):
    """The switch for all mail, and when an address or a held mail is given up: one row.

    Three bounces, three working days: user-demands.md §4.1 and §4.6.
    """

    is_enabled = models.BooleanField(
        "mail leaves the portal",
        default=True,
        help_text="Take the tick away to stop all mail at once. Every message is then held, but for those that guard "
        "an account, such as a new password. With the tick again, what was held leaves in its order. Usual: ticked.",
    )
    stop_reason = models.CharField(
        "why mail is stopped",
        max_length=200,
        blank=True,
        help_text="Needed only while mail is stopped. It stands on the first page of the administration.",
    )
    bounces_before_pause = models.PositiveSmallIntegerField(
        "times that mail may come back from an address",
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text="Number of messages, 1 to 20. When as many came back, nothing more is sent to that address until "
        "HR's file brings another one. Usual: 3.",
    )
    held_working_days = models.PositiveSmallIntegerField(
        "working days after which held mail is too old",
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
        help_text="Working days, 1 to 30. Routine messages that were held for longer are not sent any more, and the "
        "list of outgoing mail says so. Usual: 3.",
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
        return name_of(self.kind)


class Bounce(models.Model):
    """One mail that came back, as the mail server or GOV.UK Notify reports it, or that the server refused to take."""

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
        return f"Mail to {self.address} that came back"


class ExtraHoliday(models.Model):
    """A non-working day that the holidays library does not know, such as a royal one-off."""

    date = models.DateField(unique=True)
    name = models.CharField(max_length=120)
    history = HistoricalRecords()

    def __str__(self) -> str:
        return f"{self.name} ({self.date.isoformat()})"


class Preference(models.Model):
    """How often one person gets one kind of message; without a row the kind's own default holds."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="preferences")
    kind = models.CharField(max_length=CODE_LENGTH)
    frequency = models.CharField(max_length=10, choices=Frequency)
    chosen_at = models.DateTimeField()

    objects = OwnRowQuerySet["Preference"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="one_choice_a_kind")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.frequency}"


class Mailbox(models.Model):
    """What holds for all mail to one person; without a row nothing is paused and the first links are good."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="mailbox")
    paused_until = models.DateField(null=True, blank=True, help_text="The first day on which mail comes again.")
    link_version = models.PositiveIntegerField(default=0, help_text="Raised, it makes every earlier link worthless.")

    objects = OwnRowQuerySet["Mailbox"].as_manager()

    class Meta:
        verbose_name_plural = "mailboxes"

    def __str__(self) -> str:
        return f"Mailbox {self.pk}"


class SendingLimits(models.Model):
    """When mail leaves and how much of it: one row (user-demands.md §4.3). The hour of the sweep stands beside it."""

    opens_hour = models.PositiveSmallIntegerField(
        "mail leaves from",
        default=8,
        validators=[MinValueValidator(7), MaxValueValidator(11)],
        help_text="Full hour in London, 7 to 11. Before it, only what someone asked for this moment leaves, such as a "
        "new password. Usual: 8.",
    )
    closes_hour = models.PositiveSmallIntegerField(
        "mail leaves until",
        default=18,
        validators=[MinValueValidator(14), MaxValueValidator(19)],
        help_text="Full hour in London, 14 to 19. After it, mail waits for the next working day. Usual: 18.",
    )
    hold_minutes = models.PositiveSmallIntegerField(
        "minutes for which changes are held",
        default=15,
        validators=[MaxValueValidator(60)],
        help_text="Minutes, 0 to 60. What one person changes in this time becomes one message; 0 sends each at once. "
        "Usual: 15.",
    )
    weekly_cap = models.PositiveSmallIntegerField(
        "routine messages a person a week",
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text="Number of messages, 1 to 20. What comes on top joins the next digest. Digests and what must be sent "
        "do not count. Usual: 3.",
    )
    history = HistoricalRecords()

    class Meta:
        verbose_name_plural = "sending limits"

    def __str__(self) -> str:
        return "Sending limits"
