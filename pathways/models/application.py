"""Somebody asks for a route or for a step: an interest, an application, what was decided about it, its milestones."""

from __future__ import annotations

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from audit.models import SealedModel
from pathways.models.framework import CareerStep
from pathways.models.intake import Intake
from pathways.models.route import QualificationRoute
from pathways.querysets import (
    ApplicationDecisionQuerySet,
    ApplicationQuerySet,
    ApplicationRowQuerySet,
    InterestQuerySet,
)
from people.models import Person


class Side(models.TextChoices):
    """On which side somebody stands to an application."""

    PERSON = "person", "The applicant"
    MANAGER = "manager", "Line manager"
    LEARNING = "learning", "Learning and Development"
    PORTAL = "portal", "The portal, by a date"


class ApplicationState(models.TextChoices):
    """Where an application stands. What may follow what is the table in rules/application.py."""

    DRAFT = "draft", "Draft"
    WITH_MANAGER = "with_manager", "With the line manager"
    NOT_SUPPORTED = "not_supported", "Not supported"
    WITH_LEARNING = "with_learning", "With Learning and Development"
    RETURNED = "returned", "More is asked for"
    CONSIDERED = "considered", "Being considered"
    WITH_PANEL = "with_panel", "With the panel"
    RECOMMENDED = "recommended", "Recommended by the panel"
    RESERVE = "reserve", "On the reserve list"
    OFFERED = "offered", "Offered a place"
    DECLINED = "declined", "Declined"
    OFFER_DECLINED = "offer_declined", "Offer not taken up"
    LAPSED = "lapsed", "Offer lapsed"
    WITHDRAWN = "withdrawn", "Withdrawn"
    ACCEPTED = "accepted", "Offer accepted"
    ENROLLED = "enrolled", "Enrolled"
    ON_BREAK = "on_break", "On a break in learning"
    LEFT = "left", "Left the route"
    COMPLETED = "completed", "Completed"
    APPROVED = "approved", "Approved"


class Interest(models.Model):
    """Somebody would like a route, whether or not one can apply now; withdrawn rather than deleted."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="interests")
    route = models.ForeignKey(QualificationRoute, on_delete=models.PROTECT, related_name="interests")
    expressed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InterestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "route"], condition=Q(withdrawn_at__isnull=True), name="one_live_interest_a_route"
            )
        ]

    def __str__(self) -> str:
        return f"Interest {self.pk}"


class Application(models.Model):
    """An application by a person, to an intake of a route or for a step to another role."""

    State = ApplicationState

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="applications")
    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, null=True, blank=True, related_name="applications")
    step = models.ForeignKey(CareerStep, on_delete=models.PROTECT, null=True, blank=True, related_name="applications")
    state = models.CharField(max_length=15, choices=ApplicationState, default=ApplicationState.DRAFT)
    version = models.PositiveIntegerField(default=1)
    statement = models.TextField(blank=True)
    evidence = models.TextField(blank=True)
    evidence_url = models.URLField("link to evidence", max_length=500, blank=True)
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    answer_by = models.DateField(null=True, blank=True, help_text="By when whoever has it is expected to act.")
    place = models.PositiveSmallIntegerField(null=True, blank=True, help_text="1 to the places of the intake.")
    reserve_position = models.PositiveSmallIntegerField(null=True, blank=True)
    enrolled_date = models.DateField(null=True, blank=True)
    expected_end_date = models.DateField(null=True, blank=True)
    break_date = models.DateField("break since", null=True, blank=True)
    completed_date = models.DateField(null=True, blank=True)
    service_until = models.DateField("service in return until", null=True, blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(intake__isnull=False, step__isnull=True) | Q(intake__isnull=True, step__isnull=False),
                name="application_for_one_thing",
            ),
            # Taken back, an intake may be applied to again while it is open; decided, it is the next one's turn.
            models.UniqueConstraint(
                fields=["person", "intake"],
                condition=~Q(state__in=["withdrawn", "not_supported"]),
                name="one_application_an_intake",
            ),
            models.UniqueConstraint(
                fields=["person", "step"],
                condition=Q(
                    state__in=["draft", "with_manager", "with_learning", "returned"]
                    + ["considered", "with_panel", "recommended"]
                ),
                name="one_live_application_a_step",
            ),
            # Two offers of the same place cannot both stand, whatever the code does.
            models.UniqueConstraint(
                fields=["intake", "place"], condition=Q(place__isnull=False), name="a_place_is_given_once"
            ),
            models.CheckConstraint(
                condition=Q(place__isnull=False, state__in=["offered", "accepted", "enrolled", "on_break", "completed"])
                | Q(step__isnull=False)
                | Q(place__isnull=True) & ~Q(state__in=["offered", "accepted", "enrolled", "on_break", "completed"]),
                name="a_place_goes_with_its_state",
            ),
            models.UniqueConstraint(
                fields=["intake", "reserve_position"],
                condition=Q(state="reserve"),
                name="one_at_a_place_of_the_reserve_list",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(sent_at__isnull=False), name="application_sent_unless_draft"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "answer_by"], name="applications_that_wait"),
            models.Index(fields=["intake", "state"], name="applications_of_an_intake"),
        ]

    def __str__(self) -> str:
        return f"Application {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("pathways:application_detail", args=[self.pk])

    @property
    def target(self) -> str:
        """What is applied for, in words."""
        if self.intake:
            return self.intake.route.title
        return f"Progression to {self.step.to_role.job_role.title}" if self.step else ""

    @property
    def needs_panel(self) -> bool:
        if self.intake:
            return self.intake.needs_panel
        return self.step is not None and self.step.gate == "panel"

    @property
    def sent_text(self) -> dict[str, object]:
        """The words under which a decision stands."""
        return {"statement": self.statement, "evidence": self.evidence, "evidence_url": self.evidence_url}


class ApplicationDecision(SealedModel):
    """What somebody decided about an application; insert-only, sealed in the audit chain. Its words stand in the
    entry's sibling row (`entry.free_text`), so that retention may blank them."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="decisions")
    act = models.CharField(max_length=20)
    before = models.CharField(max_length=15, choices=ApplicationState)
    after = models.CharField(max_length=15, choices=ApplicationState)
    as_side = models.CharField(max_length=8, choices=Side)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    acting_for = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    day = models.DateField(null=True, help_text="The date that goes with the act, such as the last day to answer.")
    content_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the text as it was sent.")
    form_key = models.UUIDField(null=True, unique=True, help_text="Same form, same answer: a repeat adds nothing.")

    objects = ApplicationDecisionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["application", "at"], name="decisions_of_application")]

    def __str__(self) -> str:
        return f"Decision {self.pk}"

    def sealed_facts(self) -> dict[str, Any]:
        return {
            "application": self.application_id,
            "act": self.act,
            "before": str(self.before),
            "after": str(self.after),
            "as_side": str(self.as_side),
            "by": self.by_id,
            "acting_for": self.acting_for_id,
            "day": self.day.isoformat() if self.day else None,
            "content_hash": self.content_hash,
        }


class Milestone(models.Model):
    """A part of a route that somebody is on: a module, a placement, hours away from the job."""

    class Kind(models.TextChoices):
        MODULE = "module", "Module"
        PLACEMENT = "placement", "Placement"
        HOURS = "hours", "Off-the-job hours"
        END_POINT = "end_point", "End-point assessment"

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="milestones")
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=160)
    hours = models.PositiveSmallIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    due_date = models.DateField(null=True, blank=True)
    done_date = models.DateField(null=True, blank=True)
    form_key = models.UUIDField(null=True, unique=True, help_text="Same form, same answer: a repeat adds nothing.")

    objects = ApplicationRowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="hours", hours__isnull=False) | ~Q(kind="hours") & Q(hours__isnull=True),
                name="hours_have_a_number",
            )
        ]

    def __str__(self) -> str:
        return f"Milestone {self.pk}"
