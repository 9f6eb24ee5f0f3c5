"""The role that a person would like to reach: theirs alone until they share it."""

from __future__ import annotations

from django.db import models

from pathways.models.framework import CareerRole
from pathways.querysets import CareerGoalQuerySet
from people.models import Person


class CareerGoal(models.Model):
    """One role a person; only the person sees it."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="career_goal")
    role = models.ForeignKey(CareerRole, on_delete=models.PROTECT, related_name="goals")
    set_at = models.DateTimeField()

    objects = CareerGoalQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Goal {self.pk}"
