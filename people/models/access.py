"""How the portal is entered and filled: HR's files, failed sign-ins, sessions, kept forms, role grants."""

from __future__ import annotations

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q

from people.models.people import User
from people.roles import Role


class ImportRun(models.Model):
    """One HR file: the preview bound to the file and the data, and what was applied."""

    class State(models.TextChoices):
        PREVIEWED = "previewed", "Previewed"
        APPLIED = "applied", "Applied"
        REFUSED = "refused", "Refused"

    file_name = models.CharField(max_length=200)
    file_hash = models.CharField(max_length=64)
    data_version = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State)
    is_complete_file = models.BooleanField("holds everybody", default=False)
    allowed_leavers = models.PositiveIntegerField("leavers allowed", null=True, blank=True)
    content = models.BinaryField(null=True, editable=False)
    outcome = models.JSONField(default=dict)
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, verbose_name="brought in by")
    created_at = models.DateTimeField("uploaded on", auto_now_add=True)
    applied_at = models.DateTimeField("applied on", null=True, blank=True)

    def __str__(self) -> str:
        return f"Import {self.pk} ({self.get_state_display()})"


class SignInAttempt(models.Model):
    """A failed sign-in, counted in the database (reliability-and-security.md §4); keyed by hashes only."""

    account_hash = models.CharField(max_length=64)
    address_hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["account_hash", "at"]), models.Index(fields=["address_hash", "at"])]

    def __str__(self) -> str:
        return f"Attempt {self.pk}"


class SignedInSession(AbstractBaseSession):
    """A session that knows whose it is: listed at /me/, and ended with its account's rights."""

    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="sessions")
    signed_in_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    browser = models.CharField(max_length=80, blank=True)

    objects = models.Manager()

    class Meta:
        verbose_name = "session"
        verbose_name_plural = "sessions"

    def __str__(self) -> str:
        return f"Session of account {self.user_id}"


class KeptForm(models.Model):
    """What someone typed into a form whose session had ended, kept for the same person only."""

    token_hash = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="kept_forms")
    path = models.CharField(max_length=500)
    fields = models.JSONField(default=list)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Form {self.pk}"


class RoleGrant(models.Model):
    """An access role asked for by one admin; the roles that rule the portal need a second one to agree."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=40)
    reason = models.CharField(max_length=300)
    requested_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="grants_requested", verbose_name="asked for by"
    )
    requested_at = models.DateTimeField("asked for on")
    answered_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="grants_answered"
    )
    answered_at = models.DateTimeField("answered on", null=True, blank=True)
    is_approved = models.BooleanField("agreed to", null=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("requested_by")),
                name="grant_needs_second_admin",
                violation_error_message="Another admin must answer this request.",
            ),
            models.CheckConstraint(
                condition=~Q(requested_by=F("user")) & (Q(answered_by__isnull=True) | ~Q(answered_by=F("user"))),
                name="grant_not_to_self",
                violation_error_message="Nobody changes their own rights.",
            ),
            models.UniqueConstraint(
                fields=["user", "role"], condition=Q(answered_at__isnull=True), name="one_open_grant"
            ),
        ]

    def __str__(self) -> str:
        return f"{dict(Role.choices).get(self.role, self.role)} for {self.user}"
