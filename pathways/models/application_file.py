"""A file that belongs to an application."""

from __future__ import annotations

from django.db import models

from pathways.models.application import Application
from pathways.querysets import ApplicationFileQuerySet
from uploads.models import StoredFile


class ApplicationFile(StoredFile):
    """What the applicant adds to the text. Sent, it stands: a correction is another file."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="files")
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = ApplicationFileQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["application", "uploaded_at"], name="files_of_application")]
