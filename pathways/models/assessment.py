"""How somebody sees their own capabilities against a role, and how their manager sees them, once that is shared."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse

from pathways.models.framework import Capability, CareerRole
from pathways.querysets import AssessmentQuerySet, MarkQuerySet
from people.models import Person


class SelfAssessment(models.Model):
    """One sheet a person and role: the person's alone until shared; what is marked later, until shared again."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="self_assessments")
    role = models.ForeignKey(CareerRole, on_delete=models.PROTECT, related_name="self_assessments")
    version = models.PositiveIntegerField(default=0, help_text="Rises with the person's marks; their form carries it.")
    view_version = models.PositiveIntegerField(default=0, help_text="The same of the manager's marks.")
    changed_at = models.DateTimeField()
    shared_at = models.DateTimeField(null=True)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "role"], name="one_assessment_a_role")]

    def __str__(self) -> str:
        return f"Self-assessment {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("pathways:assessment_detail", args=[self.pk])

    @property
    def is_shared(self) -> bool:
        return self.shared_at is not None

    @property
    def has_unshared(self) -> bool:
        """Shared, but the person has marked something since."""
        return self.shared_at is not None and self.changed_at > self.shared_at


class CapabilityMark(models.Model):
    """One answer on one day. Rows are only added: the last of a capability and side holds, earlier ones are history."""

    class Level(models.TextChoices):
        NOT_YET = "not_yet", "Not yet"
        DEVELOPING = "developing", "Developing"
        CONFIDENT = "confident", "Confident"

    class Side(models.TextChoices):
        PERSON = "person", "The person"
        MANAGER = "manager", "The manager"

    assessment = models.ForeignKey(SelfAssessment, on_delete=models.PROTECT, related_name="marks")
    # The framework may drop a capability; what was marked then keeps its title.
    capability = models.ForeignKey(Capability, on_delete=models.SET_NULL, null=True, related_name="marks")
    title = models.CharField(max_length=160)
    side = models.CharField(max_length=10, choices=Side)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=10, choices=Level, blank=True)
    note = models.TextField(max_length=2000, blank=True)
    seen_date = models.DateField("when it was seen", null=True, blank=True)
    marked_at = models.DateTimeField()

    objects = MarkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(level__in=["", "not_yet", "developing", "confident"]), name="mark_level"
            ),
            models.CheckConstraint(condition=Q(side__in=["person", "manager"]), name="mark_side"),
            models.CheckConstraint(condition=~Q(title=""), name="mark_says_of_what"),
        ]
        indexes = [models.Index(fields=["assessment", "marked_at"], name="marks_in_order")]

    def __str__(self) -> str:
        return f"Mark {self.pk}"

    @property
    def page_state(self) -> str:
        return f"capability_{self.level or 'unmarked'}"
