"""The template: a programme per directorate and job role, in numbered versions that L&D publishes."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from people.models import Directorate, JobRole, Sourced


class Section(models.TextChoices):
    """What a starter needs to know, understand and do (Bexley's own words for its induction)."""

    KNOW = "know", "Know"
    UNDERSTAND = "understand", "Understand"
    DO = "do", "Do"


class Method(models.TextChoices):
    """The five methods that the adults' page of 2019 names."""

    SUPERVISION = "supervision", "Supervision"
    SHADOWING = "shadowing", "Shadowing"
    COACHING = "coaching", "Coaching"
    E_LEARNING = "e-learning", "E-learning"
    WORKSHOP = "workshop", "Workshop"


class Owner(models.TextChoices):
    """Whose item it is; it decides who signs (ruling 9)."""

    PERSON = "person", "The starter"
    MANAGER = "manager", "The line manager"
    BOTH = "both", "Both together"


class OffsetUnit(models.TextChoices):
    DAYS = "days", "days"
    WEEKS = "weeks", "weeks"
    MONTHS = "months", "months"


class Audience(models.TextChoices):
    """Which job roles of the programme an item is for."""

    EVERYONE = "everyone", "Everyone on the programme"
    CARE_CERTIFICATE = "care_certificate", "Job roles that need the Care Certificate"
    DIRECT_CARE = "direct_care", "Job roles that give direct care"
    PRACTITIONERS = "practitioners", "Practitioners"
    REGISTERED = "registered", "Registered professionals"
    MANAGERS = "managers", "Job roles that manage people"


class InductionProgramme(models.Model):
    """What a starter in these job roles of a directorate goes through."""

    code = models.SlugField(unique=True)
    title = models.CharField(max_length=160)
    directorate = models.ForeignKey(Directorate, on_delete=models.PROTECT, related_name="programmes")
    job_roles = models.ManyToManyField(
        JobRole,
        blank=True,
        related_name="programmes",
        help_text="Leave empty for every job role of the directorate that no other programme names.",
    )
    is_retired = models.BooleanField("no longer given to starters", default=False)

    def __str__(self) -> str:
        return self.title


class ProgrammeVersion(Sourced):
    """One numbered text of a programme. Once published it never changes; a plan stays on the one it began."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"
        RETIRED = "retired", "Replaced"

    programme = models.ForeignKey(InductionProgramme, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    months = models.PositiveSmallIntegerField("length in months", default=6)
    summary = models.TextField(help_text="Two or three sentences to the starter.")
    agree_days = models.PositiveSmallIntegerField("days to agree a plan", default=14)
    signature_days = models.PositiveSmallIntegerField("days to answer what is ready", default=7)
    change_note = models.CharField("what changed", max_length=300, blank=True)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="one_version_a_number"),
            models.UniqueConstraint(fields=["programme"], condition=Q(state="draft"), name="one_draft_a_programme"),
            models.UniqueConstraint(fields=["programme"], condition=Q(state="published"), name="one_published_version"),
            models.CheckConstraint(condition=Q(months__gte=1, months__lte=24), name="programme_months_range"),
        ]

    def __str__(self) -> str:
        return f"{self.programme} – version {self.number}"


class ProgrammeReview(models.Model):
    """A review that every plan of this version holds, in months from the start date."""

    version = models.ForeignKey(ProgrammeVersion, on_delete=models.CASCADE, related_name="reviews")
    month = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    agenda = models.TextField("points to talk about, one a line", blank=True)
    is_final = models.BooleanField("final review", default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "month"], name="one_review_a_month"),
            models.UniqueConstraint(fields=["version"], condition=Q(is_final=True), name="one_final_review"),
        ]

    def __str__(self) -> str:
        return self.title


class ItemText(models.Model):
    """What an item says; the same fields in the template and in a person's plan."""

    position = models.PositiveIntegerField(default=0)
    section = models.CharField(max_length=12, choices=Section)
    method = models.CharField(max_length=12, choices=Method)
    title = models.CharField(max_length=120)
    why = models.TextField("why it matters", blank=True)
    how = models.TextField("how to do it", blank=True)
    link_title = models.CharField(max_length=120, blank=True)
    link_url = models.URLField("link", max_length=500, blank=True)
    note = models.CharField("dated remark", max_length=300, blank=True)
    owner = models.CharField(max_length=8, choices=Owner, default=Owner.PERSON)
    is_mandatory = models.BooleanField("mandatory", default=False)
    is_agreement = models.BooleanField(
        "done by agreeing the plan",
        default=False,
        help_text="When both have agreed the plan, this is signed off with it. Until then nobody signs it by itself.",
    )

    class Meta:
        abstract = True


class ProgrammeCheckpoint(ItemText, Sourced):
    """An item of the template, due at an offset from the start date (negative: before day one)."""

    version = models.ForeignKey(ProgrammeVersion, on_delete=models.CASCADE, related_name="checkpoints")
    key = models.SlugField(max_length=80, help_text="Stays the same from version to version.")
    audience = models.CharField(max_length=20, choices=Audience, default=Audience.EVERYONE)
    offset_number = models.SmallIntegerField("due", default=1)
    offset_unit = models.CharField("unit", max_length=8, choices=OffsetUnit, default=OffsetUnit.WEEKS)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "key"], name="one_item_a_key")]

    def __str__(self) -> str:
        return self.title
