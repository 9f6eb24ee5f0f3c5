"""The career framework: professions, what a role is in it, the steps between roles, and structures with their dates."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from pathways.querysets import CareerRoleQuerySet, CareerStepQuerySet, CareerStructureQuerySet
from people.models import Directorate, JobRole, Sourced


def months_check(name: str) -> models.CheckConstraint:
    """A range of months runs upwards; either end may be open."""
    return models.CheckConstraint(
        condition=Q(most_months__isnull=True) | Q(least_months__isnull=True) | Q(most_months__gte=F("least_months")),
        name=name,
        violation_error_message="The longer time must be at least as long as the shorter one.",
    )


def period_check(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(end_date__isnull=True) | Q(start_date__isnull=True) | Q(end_date__gte=F("start_date")),
        name=name,
        violation_error_message="The end date must be on or after the start date.",
    )


class Timed(models.Model):
    """How long something usually takes, as a range of months; the words say it where no range is known."""

    least_months = models.PositiveSmallIntegerField("usual time from, in months", null=True, blank=True)
    most_months = models.PositiveSmallIntegerField("usual time to, in months", null=True, blank=True)
    time_words = models.CharField("time in words", max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def time(self) -> str:
        """The words if somebody wrote them, else the range."""
        least, most = self.least_months, self.most_months
        if self.time_words or (least is None and most is None):
            return self.time_words
        if least is None or most is None:
            return f"up to {most} months" if least is None else f"{least} months or more"
        return f"{least} months" if least == most else f"{least} to {most} months"


class Gate(models.TextChoices):
    """What decides whether somebody may take a step."""

    AUTOMATIC = "automatic", "Automatic on completion"
    QUALIFICATION = "qualification", "By a qualification"
    APPRAISAL = "appraisal", "Appraisal or assessment"
    PANEL = "panel", "Panel"
    VACANCY = "vacancy", "When a post comes up"


class Profession(Sourced):
    """A lane of the map: the profession or kind of work that roles belong to."""

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=80, unique=True)
    position = models.PositiveSmallIntegerField(default=0, help_text="Order on the map, from the top.")
    framework = models.CharField("capability framework", max_length=160, blank=True)
    history = HistoricalRecords()

    def __str__(self) -> str:
        return self.name


class CareerRole(Sourced):
    """A job role as a place in the framework: what it is, what it asks, who to talk to."""

    job_role = models.OneToOneField(JobRole, on_delete=models.PROTECT, related_name="career_role")
    profession = models.ForeignKey(Profession, on_delete=models.PROTECT, related_name="roles")
    summary = models.TextField("what the job is", max_length=1200)
    expectations = models.TextField(
        "what is expected", max_length=1200, blank=True, help_text="One line each, such as a duty of this role."
    )
    who_to_ask = models.CharField(
        "who to talk to", max_length=200, help_text="A role or a team, not a person: people move on."
    )
    is_health_joint = models.BooleanField("may span health and social care", default=False)
    stands_alone = models.BooleanField(
        "no step is described", default=False, help_text="Tick when no step leads here and none leads on."
    )
    history = HistoricalRecords()

    objects = CareerRoleQuerySet.as_manager()

    def __str__(self) -> str:
        return self.job_role.title

    def get_absolute_url(self) -> str:
        return reverse("pathways:role_detail", args=[self.pk])

    @property
    def duties(self) -> list[str]:
        return [line.strip() for line in self.expectations.splitlines() if line.strip()]


class Capability(Sourced):
    """What somebody in a role can do, and what it looks like when it is done well."""

    role = models.ForeignKey(CareerRole, on_delete=models.CASCADE, related_name="capabilities")
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=160)
    good_looks_like = models.TextField("what good looks like", max_length=800)
    history = HistoricalRecords()

    class Meta:
        verbose_name_plural = "capabilities"
        constraints = [models.UniqueConstraint(fields=["role", "title"], name="capability_once_a_role")]

    def __str__(self) -> str:
        return self.title


class CareerStep(Timed, Sourced):
    """A way from one role to another, with the gate that stands before it."""

    code = models.SlugField(max_length=40, unique=True)
    from_role = models.ForeignKey(CareerRole, on_delete=models.PROTECT, related_name="steps_on")
    to_role = models.ForeignKey(CareerRole, on_delete=models.PROTECT, related_name="steps_here")
    gate = models.CharField(max_length=15, choices=Gate)
    gate_words = models.CharField("how it is decided", max_length=400, blank=True)
    builds = models.CharField("knowledge and skills it builds", max_length=400, blank=True)
    is_open_above = models.BooleanField(
        "also from roles further up",
        default=False,
        help_text="Anyone further up in the same profession may take this step too.",
    )
    start_date = models.DateField(null=True, blank=True)
    end_date = models.DateField(null=True, blank=True)
    history = HistoricalRecords()

    objects = CareerStepQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(from_role=F("to_role")),
                name="step_leads_somewhere",
                violation_error_message="A step must lead to another role.",
            ),
            models.UniqueConstraint(
                fields=["from_role", "to_role", "gate"],
                condition=Q(end_date__isnull=True),
                name="one_open_step_a_gate",
                violation_error_message="There is an open step between these roles with this gate already.",
            ),
            models.CheckConstraint(condition=Q(gate__in=Gate), name="step_gate_known"),
            months_check("step_months"),
            period_check("step_period"),
        ]

    def __str__(self) -> str:
        return self.code


class CareerStructure(Sourced):
    """How a directorate arranges its posts, from when to when; earlier ones stay as history."""

    class State(models.TextChoices):
        CURRENT = "current", "Current"
        EARLIER = "earlier", "Earlier"
        PLANNED = "planned", "Planned"

    code = models.SlugField(unique=True)
    title = models.CharField(max_length=160)
    directorate = models.ForeignKey(Directorate, on_delete=models.PROTECT, related_name="career_structures")
    summary = models.TextField(max_length=1200)
    state = models.CharField(max_length=10, choices=State)
    start_date = models.DateField(null=True, blank=True)
    end_date = models.DateField(null=True, blank=True)
    when_words = models.CharField(
        "dates in words", max_length=160, blank=True, help_text="Where the source gives no day, such as “by 2019”."
    )
    history = HistoricalRecords()

    objects = CareerStructureQuerySet.as_manager()

    class Meta:
        constraints = [
            period_check("structure_period"),
            models.CheckConstraint(
                condition=Q(state="earlier") | Q(end_date__isnull=True),
                name="structure_ended_is_earlier",
                violation_error_message="A structure with an end date is an earlier one.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class VacancyPage(Sourced):
    """Where posts are advertised: inside the council first, then for everyone."""

    title = models.CharField(max_length=160)
    url = models.URLField("address", max_length=500)
    side = models.CharField(max_length=10, choices=JobRole.Side)
    is_internal = models.BooleanField("for staff of the council", default=False)
    history = HistoricalRecords()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["url", "side"], name="vacancy_page_once")]

    def __str__(self) -> str:
        return self.title

    def is_for(self, role: Any) -> bool:
        """Whether posts of this job role's side are advertised there."""
        return JobRole.Side.BOTH in {self.side, role.side} or self.side == role.side
