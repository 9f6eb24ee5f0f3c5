"""What has to hold before a role, a step or a route is open to somebody: one shape for all three.

All rows of an owner have to hold. Rows that carry the same `group` are alternatives: one of them is enough.
The planner and the eligibility rules read these rows alike.
"""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from pathways.models.framework import CareerRole, CareerStep
from pathways.models.route import QualificationRoute, Register
from pathways.querysets import RequirementQuerySet
from people.models import JobRole, Qualification, Sourced

# Which columns a kind fills; every other column of it stays empty. The database holds rows to this.
FILLED: dict[str, tuple[str, ...]] = {
    "qualification": ("qualification",),
    "level": ("level",),
    "registration": ("body",),
    "experience": ("months", "experience_of"),
    "role": ("role",),
    "programme": ("programme",),
    "support": (),
    "judged": (),
}


def _shape() -> Q:
    """Each kind has its own columns, whole; experience in a role or stage also names which."""
    every = {"qualification", "level", "body", "months", "role", "programme", "experience_of", "stage"}
    empty = {"body": "", "programme": "", "experience_of": "", "stage": ""}
    found = Q()
    for kind, names in FILLED.items():
        rule = Q(kind=kind)
        for name in sorted(every):
            is_blank = Q(**{name: empty[name]}) if name in empty else Q(**{f"{name}__isnull": True})
            if name in names:
                rule &= ~is_blank
            elif not (kind == "experience" and name in {"role", "stage"}):
                rule &= is_blank
        if kind == "experience":
            rule &= (
                Q(experience_of="role", role__isnull=False, stage="")
                | Q(experience_of="stage", role__isnull=True) & ~Q(stage="")
                | Q(experience_of__in=["direct", "registered", "managing"], role__isnull=True, stage="")
            )
        found |= rule
    return found


class Requirement(Sourced):
    """One thing that has to hold, or one of several (see `group`)."""

    class Kind(models.TextChoices):
        QUALIFICATION = "qualification", "Holds a qualification or award"
        LEVEL = "level", "Holds any qualification at a level or above"
        REGISTRATION = "registration", "Is registered"
        EXPERIENCE = "experience", "Months of experience"
        ROLE = "role", "Is in a role"
        PROGRAMME = "programme", "Has completed a programme"
        SUPPORT = "support", "Is supported or nominated"
        JUDGED = "judged", "Something that people judge"

    class Experience(models.TextChoices):
        ROLE = "role", "In this role"
        STAGE = "stage", "In roles of this stage or later"
        DIRECT = "direct", "In direct work with people"
        REGISTERED = "registered", "Since registration"
        MANAGING = "managing", "In roles that manage people"

    class Programme(models.TextChoices):
        ASYE = "asye", "Assessed and Supported Year in Employment (ASYE)"
        PROBATION = "probation", "Probation"
        INDUCTION = "induction", "Induction"

    career_role = models.ForeignKey(
        CareerRole, on_delete=models.CASCADE, null=True, blank=True, related_name="requirements"
    )
    step = models.ForeignKey(CareerStep, on_delete=models.CASCADE, null=True, blank=True, related_name="requirements")
    route = models.ForeignKey(
        QualificationRoute, on_delete=models.CASCADE, null=True, blank=True, related_name="requirements"
    )
    position = models.PositiveSmallIntegerField(default=0)
    group = models.PositiveSmallIntegerField(
        "one of", null=True, blank=True, help_text="Rows with the same number are alternatives: one is enough."
    )
    kind = models.CharField(max_length=15, choices=Kind)
    qualification = models.ForeignKey(Qualification, on_delete=models.PROTECT, null=True, blank=True)
    level = models.PositiveSmallIntegerField(
        "RQF level", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(8)]
    )
    body = models.CharField("register", max_length=8, choices=Register, blank=True)
    months = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    experience_of = models.CharField(max_length=12, choices=Experience, blank=True)
    role = models.ForeignKey(CareerRole, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    stage = models.CharField(max_length=10, choices=JobRole.Stage, blank=True)
    programme = models.CharField(max_length=12, choices=Programme, blank=True)
    text = models.CharField("in words", max_length=300)
    is_usual_only = models.BooleanField(
        "usual, not fixed", default=False, help_text="Commonly asked for; someone may decide otherwise."
    )
    history = HistoricalRecords()

    objects = RequirementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(career_role__isnull=False, step__isnull=True, route__isnull=True)
                | Q(career_role__isnull=True, step__isnull=False, route__isnull=True)
                | Q(career_role__isnull=True, step__isnull=True, route__isnull=False),
                name="requirement_of_one",
                violation_error_message="A requirement belongs to one role, one step or one route.",
            ),
            models.CheckConstraint(
                condition=_shape(),
                name="requirement_shape",
                violation_error_message="Fill in what this kind of requirement needs, and nothing else.",
            ),
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__gte=1, level__lte=8),
                name="requirement_level",
                violation_error_message="Levels run from 1 to 8.",
            ),
            models.CheckConstraint(
                condition=Q(months__isnull=True) | Q(months__gte=1),
                name="requirement_months",
                violation_error_message="Enter at least one month.",
            ),
        ]
        indexes = [models.Index(fields=["kind", "qualification"])]

    def __str__(self) -> str:
        return f"Requirement {self.pk}"
