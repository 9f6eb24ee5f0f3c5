"""Append-only rows of what was done and decided; no foreign keys to people, so history outlives them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.db import models

from audit.querysets import AuditEntryQuerySet


class AuditEntry(models.Model):
    """One thing that was done. `hash` = HMAC(canonical content + previous hash in the same chain)."""

    chain = models.CharField(max_length=40, help_text='Whose history: "person:12", or "portal".')
    sequence = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True, help_text="Person, or empty for the portal itself.")
    actor_name = models.CharField(max_length=210)
    acting_for_id = models.BigIntegerField(null=True)
    acting_for_name = models.CharField(max_length=210, blank=True)
    verb = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    text_hash = models.CharField(max_length=64, blank=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "audit entries"
        constraints = [models.UniqueConstraint(fields=["chain", "sequence"], name="one_audit_row_a_place")]
        indexes = [models.Index(fields=["subject_type", "subject_id"]), models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"Entry {self.pk}"


class AuditText(models.Model):
    """Free text of an entry, apart from it, so that retention may blank it while the chain stays whole."""

    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="free_text")
    text = models.TextField(blank=True)
    blanked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Text of {self.entry_id}"


class ChainHead(models.Model):
    """The last link of each chain; its row is the lock that keeps two writers apart, taken last."""

    chain = models.CharField(max_length=40, primary_key=True)
    sequence = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return self.chain


def text_hash(content: dict[str, Any]) -> str:
    """SHA-256 of a text that is signed, so that every signature stands under the same words."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


class SealedModel(models.Model):
    """A decision row whose content stands in its audit entry too: `verify_audit` finds a change of either."""

    # What `content_fault` reads, fetched with the rows.
    SEALED_TOGETHER: tuple[str, ...] = ()

    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    def sealed_facts(self) -> dict[str, Any]:
        """Plain values that must equal `entry.facts["sealed"]`."""
        raise NotImplementedError

    def content_fault(self) -> str:
        """What is wrong with the words under a signature that still counts; empty when they stand."""
        return ""

    @classmethod
    def unsealed(cls) -> Iterable[tuple[str, str]]:
        """Rows that claim a decision which is not there: where, and what is missing."""
        return ()
