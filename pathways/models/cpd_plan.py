"""A person's CPD plan: goals, what is done for them and by when, and what was said and confirmed about them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from audit.models import SealedModel
from pathways.models.framework import CareerRole
from pathways.querysets import CpdActionQuerySet, CpdDecisionQuerySet, CpdGoalQuerySet, CpdPlanQuerySet
from people.models import Person


class CpdPlan(models.Model):
    """One a person. It is private until the person shares it with the line manager, and again when they stop."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="cpd_plan")
    review_date = models.DateField("next yearly review")
    reviewed_date = models.DateField(null=True, blank=True)
    shared_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, help_text="Rises with every change; a form carries it.")
    created_at = models.DateTimeField()

    objects = CpdPlanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reviewed_date__isnull=True) | Q(review_date__gte=F("reviewed_date")),
                name="cpd_review_after_the_last",
            )
        ]
        indexes = [models.Index(fields=["review_date"], name="cpd_reviews")]

    def __str__(self) -> str:
        return f"CPD plan {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("pathways:cpd_detail", args=[self.pk])

    @property
    def is_shared(self) -> bool:
        return self.shared_at is not None


class CpdGoal(models.Model):
    """What the person wants to reach: a role of the framework, or a wish of their own."""

    class State(models.TextChoices):
        OPEN = "open", "Under way"
        SAID_MET = "said_met", "Met, to be confirmed"
        SAID_NOT_MET = "said_not_met", "Not met, to be confirmed"
        MET = "met", "Met"
        NOT_MET = "not_met", "Not met"
        DROPPED = "dropped", "Dropped"

    plan = models.ForeignKey(CpdPlan, on_delete=models.PROTECT, related_name="goals")
    role = models.ForeignKey(CareerRole, on_delete=models.SET_NULL, null=True, blank=True, related_name="cpd_goals")
    title = models.CharField(max_length=160)
    why = models.TextField(max_length=10_000, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    outcome_reason = models.TextField(max_length=10_000, blank=True)
    created_at = models.DateTimeField()

    objects = CpdGoalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "said_met", "said_not_met", "met", "not_met", "dropped"]),
                name="cpd_goal_state",
            ),
            models.CheckConstraint(
                condition=Q(state="open") | ~Q(outcome_reason=""), name="cpd_goal_that_ends_says_why"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="cpd_goal_says_what"),
        ]

    def __str__(self) -> str:
        return f"Goal of a CPD plan {self.pk}"


class CpdAction(models.Model):
    """One thing to do for a goal: how it is learned, by when, what it needs, and what came of it."""

    class Kind(models.TextChoices):
        """The three parts of everyday learning."""

        EXPERIENCE = "experience", "By experience (the 70)"
        OTHERS = "others", "With others (the 20)"
        FORMAL = "formal", "By formal learning (the 10)"

    goal = models.ForeignKey(CpdGoal, on_delete=models.PROTECT, related_name="actions")
    title = models.CharField(max_length=160)
    kind = models.CharField(max_length=10, choices=Kind)
    due_date = models.DateField()
    needs = models.CharField("what it needs", max_length=300, blank=True)
    done_date = models.DateField(null=True, blank=True)
    done_note = models.TextField(max_length=10_000, blank=True)
    evidence_url = models.URLField(max_length=500, blank=True)
    is_dropped = models.BooleanField(default=False)

    objects = CpdActionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["experience", "others", "formal"]), name="cpd_action_kind"),
            models.CheckConstraint(condition=~Q(title=""), name="cpd_action_says_what"),
            models.CheckConstraint(
                condition=Q(done_date__isnull=True) | Q(is_dropped=False), name="cpd_action_done_or_dropped"
            ),
            models.CheckConstraint(
                condition=Q(done_date__isnull=False) | Q(is_dropped=True) | Q(done_note="", evidence_url=""),
                name="cpd_action_says_what_came_of_it_at_its_end",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_date"], condition=Q(done_date__isnull=True, is_dropped=False), name="cpd_actions_open"
            )
        ]

    def __str__(self) -> str:
        return f"Action of a CPD plan {self.pk}"


class CpdDecision(SealedModel):
    """What was decided about a plan; insert-only, sealed in the audit chain. Words stand in the entry's free text."""

    class Kind(models.TextChoices):
        SHARED = "shared", "shared the plan with the line manager"
        CLOSED = "closed", "stopped sharing the plan"
        SAID_MET = "said_met", "said that {goal} is met"
        SAID_NOT_MET = "said_not_met", "said that {goal} is not met"
        REOPENED = "reopened", "opened {goal} again"
        DROPPED = "dropped", "dropped {goal}"
        CONFIRMED_MET = "confirmed_met", "confirmed that {goal} is met"
        CONFIRMED_NOT_MET = "confirmed_not_met", "confirmed that {goal} is not met"
        HANDED_BACK = "handed_back", "sees {goal} differently and opened it again"
        REVIEWED = "reviewed", "held the review"

    plan = models.ForeignKey(CpdPlan, on_delete=models.PROTECT, related_name="decisions")
    goal = models.ForeignKey(CpdGoal, on_delete=models.PROTECT, null=True, related_name="decisions")
    kind = models.CharField(max_length=20, choices=Kind)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    acting_for = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    held_date = models.DateField(null=True)
    at = models.DateTimeField()

    objects = CpdDecisionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Decision about a CPD plan {self.pk}"

    def sealed_facts(self) -> dict[str, Any]:
        return {
            "plan": self.plan_id,
            "goal": self.goal_id,
            "kind": str(self.kind),
            "by": self.by_id,
            "acting_for": self.acting_for_id,
            "held_date": self.held_date.isoformat() if self.held_date else None,
        }
