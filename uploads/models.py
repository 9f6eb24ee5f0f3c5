"""What a row has that stands for an uploaded file. Each part of the portal has rows of its own, so that whoever may
read the record may read its files, and nobody else (reliability-and-security.md §1)."""

from __future__ import annotations

from django.db import models

from people.models import Person


class StoredFile(models.Model):
    """One file in the store. It is read by nobody before it has been found clean, and never changed."""

    class State(models.TextChoices):
        SCANNING = "scanning", "Being checked for viruses"
        CLEAN = "clean", "Checked"
        REFUSED = "refused", "Refused: a virus was found"

    key = models.CharField(max_length=32, unique=True, editable=False)
    name = models.CharField(max_length=150)
    kind = models.CharField(max_length=5)
    size = models.PositiveIntegerField(help_text="In bytes, as stored.")
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State, default=State.SCANNING)
    uploaded_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"File {self.pk}"

    @property
    def is_clean(self) -> bool:
        return self.state == self.State.CLEAN

    @property
    def size_words(self) -> str:
        """The size for a reader, in kB or MB."""
        if self.size < 1024 * 1024:
            return f"{max(1, round(self.size / 1024))} kB"
        return f"{self.size / (1024 * 1024):.1f} MB"
