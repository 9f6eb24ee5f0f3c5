"""When one can apply for a route, for how many places, and when it starts: dates that L&D sets."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from pathways.models.route import QualificationRoute
from pathways.querysets import IntakeQuerySet


class Intake(models.Model):
    """A window in which one may apply for a route, and the group that then starts."""

    route = models.ForeignKey(QualificationRoute, on_delete=models.PROTECT, related_name="intakes")
    opens_date = models.DateField("opens on")
    closes_date = models.DateField("closes on", help_text="The last day on which an application can be sent.")
    decide_date = models.DateField("answers by", help_text="The day by which applicants hear from L&D.")
    start_date = models.DateField("starts on")
    end_date = models.DateField("usually ends on", null=True, blank=True)
    places = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    needs_panel = models.BooleanField("a panel decides", default=False)
    panel_date = models.DateField("panel meets on", null=True, blank=True)
    answer_days = models.PositiveSmallIntegerField(
        "working days to answer an offer", default=10, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    service_months = models.PositiveSmallIntegerField(
        "months of service in return", null=True, blank=True, help_text="Counted from the day of completion."
    )
    history = HistoricalRecords()

    objects = IntakeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["route", "start_date"],
                name="one_intake_a_start",
                violation_error_message="This route has an intake with this start already.",
            ),
            models.CheckConstraint(
                condition=Q(closes_date__gte=F("opens_date")),
                name="intake_window",
                violation_error_message="The window must close on or after the day on which it opens.",
            ),
            models.CheckConstraint(
                condition=Q(decide_date__gte=F("closes_date"), decide_date__lte=F("start_date")),
                name="intake_decided_in_time",
                violation_error_message="Answers come between the closing day and the start.",
            ),
            models.CheckConstraint(
                condition=Q(end_date__isnull=True) | Q(end_date__gt=F("start_date")),
                name="intake_ends_after_start",
                violation_error_message="The end must be after the start.",
            ),
            models.CheckConstraint(
                condition=Q(places__gte=1),
                name="intake_has_places",
                violation_error_message="Enter at least one place.",
            ),
            models.CheckConstraint(
                condition=Q(panel_date__isnull=True) | Q(needs_panel=True),
                name="intake_panel_date_of_a_panel",
                violation_error_message="A panel date needs a panel: tick “a panel decides”.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.route.title}, starting {self.start_date.day} {self.start_date:%B %Y}"

    def get_absolute_url(self) -> str:
        return reverse("pathways:intake_detail", args=[self.pk])
