"""Qualification routes: what they lead to, what they ask, and what has happened to them, dated."""

from __future__ import annotations

import datetime as dt

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from pathways.models.framework import CareerRole, Timed, months_check
from pathways.querysets import ApprovalStepQuerySet, PublishedFigureQuerySet, RouteQuerySet
from people.models import Qualification, RegistrationHeld, Sourced


class Precision(models.TextChoices):
    """How much of a date the source gives; the rest is the first of the month or year."""

    DAY = "day", "Day"
    MONTH = "month", "Month"
    YEAR = "year", "Year"


def dated(day: dt.date | None, precision: str) -> str:
    """4 March 2027, March 2027 or 2027."""
    if day is None:
        return ""
    if precision == Precision.YEAR:
        return f"{day.year}"
    return f"{day:%B} {day.year}" if precision == Precision.MONTH else f"{day.day} {day:%B} {day.year}"


class RouteState(models.TextChoices):
    PLANNED = "route_planned", "Planned"
    OPEN = "route_open", "Open"
    CLOSED = "route_closed", "Closed to new entrants"
    ENDED = "route_ended", "Ended"


class Register(models.TextChoices):
    """Whom a professional registers with."""

    SWE = "SWE", RegistrationHeld.Body.SWE.label
    HCPC = "HCPC", RegistrationHeld.Body.HCPC.label
    NMC = "NMC", RegistrationHeld.Body.NMC.label
    BPS = "BPS", "British Psychological Society"


class QualificationRoute(Timed, Sourced):
    """A way to a qualification or award. Its state on a day is that of the last dated event (`with_state`)."""

    class Kind(models.TextChoices):
        SOCIAL_WORK = "social_work", "To qualify as a social worker"
        OCCUPATIONAL_THERAPY = "occupational_therapy", "To qualify as an occupational therapist"
        CARE = "care", "Care qualifications"
        POST_QUALIFYING = "post_qualifying", "After qualifying"
        LEADERSHIP = "leadership", "Supervising, managing and coaching"

    class Bexley(models.TextChoices):
        NAMED = "named", "Named by Bexley"
        ADDED = "added", "Added here: not on Bexley's pages"

    code = models.SlugField(max_length=20, unique=True)
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind)
    bexley = models.CharField("on Bexley's pages", max_length=10, choices=Bexley, default=Bexley.ADDED)
    provider = models.CharField(max_length=200, blank=True)
    level = models.PositiveSmallIntegerField(
        "RQF level", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(8)]
    )
    level_words = models.CharField("level in words", max_length=160, blank=True)
    summary = models.TextField(max_length=1200)
    mode = models.CharField("how it is studied", max_length=400, blank=True)
    entry_words = models.TextField("entry rules in words", max_length=800, blank=True)
    funding = models.TextField("who pays what", max_length=600, blank=True)
    commitment = models.TextField("what is asked in return", max_length=600, blank=True)
    window = models.CharField("when to apply", max_length=300, blank=True)
    state_words = models.CharField("state in words", max_length=400, blank=True)
    awards = models.ManyToManyField(Qualification, blank=True, related_name="routes")
    leads_to = models.ManyToManyField(CareerRole, blank=True, related_name="routes_here")
    studied_as = models.ForeignKey(
        CareerRole,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="routes_as",
        help_text="The role that one holds while on the route, such as an apprentice.",
    )
    prepares_for = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="prepared_by")
    opens_registration = models.CharField(
        "register it opens", max_length=8, choices=Register, blank=True, help_text="Where one can register afterwards."
    )
    is_fast_track = models.BooleanField("fast track", default=False)
    history = HistoricalRecords()

    objects = RouteQuerySet.as_manager()

    class Meta:
        constraints = [
            months_check("route_months"),
            models.CheckConstraint(condition=Q(level__isnull=True) | Q(level__gte=1, level__lte=8), name="route_level"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("pathways:route_detail", args=[self.pk])


class RouteEvent(Sourced):
    """Something dated in the life of a route; with a state, the route is in it from that day."""

    route = models.ForeignKey(QualificationRoute, on_delete=models.CASCADE, related_name="events")
    date = models.DateField()
    precision = models.CharField(max_length=5, choices=Precision, default=Precision.DAY)
    state = models.CharField("state from then on", max_length=15, choices=RouteState, blank=True)
    what = models.CharField("what happened", max_length=400)
    history = HistoricalRecords()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["route", "date"],
                condition=~Q(state=""),
                name="one_state_a_day",
                violation_error_message="The route takes another state on this day already.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.when}: {self.what}"

    @property
    def when(self) -> str:
        return dated(self.date, self.precision)


class Cohort(Sourced):
    """A group that starts a route together."""

    route = models.ForeignKey(QualificationRoute, on_delete=models.CASCADE, related_name="cohorts")
    number = models.PositiveSmallIntegerField()
    start_date = models.DateField(null=True, blank=True)
    precision = models.CharField(max_length=5, choices=Precision, default=Precision.MONTH)
    places = models.PositiveSmallIntegerField(null=True, blank=True)
    outcome = models.CharField(max_length=300, blank=True)
    history = HistoricalRecords()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["route", "number"], name="cohort_number_once_a_route")]

    def __str__(self) -> str:
        return f"Cohort {self.number}"

    @property
    def started(self) -> str:
        return dated(self.start_date, self.precision)


class PublishedFigure(Sourced):
    """A number that a page has published, kept apart from what the portal counts itself."""

    class What(models.TextChoices):
        ROUTES = "routes", "Routes to a social work qualification"
        HIRED = "hired", "Newly qualified social workers recruited"
        EXPECTED = "expected", "Newly qualified social workers expected"
        STARTS = "starts", "Starts in England"

    route = models.ForeignKey(
        QualificationRoute, on_delete=models.CASCADE, null=True, blank=True, related_name="figures"
    )
    what = models.CharField(max_length=10, choices=What)
    number = models.PositiveIntegerField()
    period = models.CharField(max_length=40, help_text="Of when the number is, such as 2019 or 2023 to 2024.")
    history = HistoricalRecords()

    objects = PublishedFigureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["route", "what", "period"], name="published_figure_once_a_route"),
            models.UniqueConstraint(
                fields=["what", "period"], condition=Q(route__isnull=True), name="published_figure_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_what_display()}, {self.period}"


class ApprovalStep(Sourced):
    """Who says yes, in order. Rows without a route are what holds for every route without rows of its own."""

    route = models.ForeignKey(
        QualificationRoute, on_delete=models.CASCADE, null=True, blank=True, related_name="approval_steps"
    )
    position = models.PositiveSmallIntegerField()
    who = models.CharField(max_length=120, help_text="A role or a team, not a person.")
    what = models.CharField("what they decide", max_length=300)
    history = HistoricalRecords()

    objects = ApprovalStepQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["route", "position"], name="approval_position_once_a_route"),
            models.UniqueConstraint(
                fields=["position"], condition=Q(route__isnull=True), name="approval_position_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.who}"
