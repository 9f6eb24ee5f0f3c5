"""When a panel meets about a step; empty until Learning and Development fills it in."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from pathways.models.framework import CareerStep
from pathways.querysets import PanelDateQuerySet


class PanelDate(models.Model):
    """One meeting of the panel that decides on a step."""

    step = models.ForeignKey(CareerStep, on_delete=models.CASCADE, related_name="panel_dates")
    date = models.DateField("panel meets on")
    send_by_date = models.DateField("everything in by", null=True, blank=True)
    history = HistoricalRecords()

    objects = PanelDateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["step", "date"], name="panel_meets_once_a_day"),
            models.CheckConstraint(
                condition=Q(send_by_date__isnull=True) | Q(send_by_date__lte=F("date")),
                name="panel_papers_before_it_meets",
                violation_error_message="Everything must be in on or before the day on which the panel meets.",
            ),
        ]

    def __str__(self) -> str:
        return f"Panel {self.pk}"
