"""What a colleague offers to others: company at work, a talk, an hour for questions; and who asked for a place."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from pathways.models.framework import Capability
from pathways.querysets import OfferQuerySet, PlaceRequestQuerySet
from people.models import Person


class ExpertiseOffer(models.Model):
    """One thing that someone shares with any colleague until a day; from then on it has expired by itself."""

    class Kind(models.TextChoices):
        SHADOWING = "shadowing", "Shadowing: come along to my work"
        TALK = "talk", "A talk on a topic, or leading a session on practice"
        QUESTIONS = "questions", "An hour for questions"

    SHORT_KINDS = {"shadowing": "Shadowing", "talk": "Topic talk", "questions": "Question hour"}

    class State(models.TextChoices):
        OPEN = "open", "On offer"
        PAUSED = "paused", "Paused"
        HIDDEN = "hidden", "Hidden by Learning and Development"
        WITHDRAWN = "withdrawn", "Withdrawn"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="expertise_offers")
    kind = models.CharField(max_length=10, choices=Kind)
    title = models.CharField(max_length=120)
    what = models.TextField(max_length=2000)
    when_words = models.CharField("when, or how often", max_length=200)
    how_to_reach = models.CharField(max_length=200)
    places = models.PositiveSmallIntegerField()
    until_date = models.DateField("on offer until")
    capabilities = models.ManyToManyField(Capability, related_name="offers", blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    hidden_reason = models.TextField(max_length=2000, blank=True)
    hidden_from = models.CharField(
        max_length=10, blank=True, help_text="What it was before it was hidden; shown again, it is that."
    )
    version = models.PositiveIntegerField(default=1, help_text="Rises with every change; a form carries it.")
    form_key = models.UUIDField(null=True, unique=True, help_text="Same form, same answer: a repeat adds nothing.")
    created_at = models.DateTimeField()

    objects = OfferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(places__gte=1), name="offer_has_a_place"),
            models.CheckConstraint(
                condition=Q(state="hidden") & ~Q(hidden_reason="") | ~Q(state="hidden") & Q(hidden_reason=""),
                name="hidden_offer_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state="hidden", hidden_from__in=["open", "paused"])
                | ~Q(state="hidden") & Q(hidden_from=""),
                name="hidden_offer_was_something",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "paused", "hidden", "withdrawn"]), name="offer_state"
            ),
            models.CheckConstraint(condition=Q(kind__in=["shadowing", "talk", "questions"]), name="offer_kind"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(what=""), name="offer_says_what"),
        ]
        indexes = [
            models.Index(fields=["until_date", "id"], condition=Q(state="open"), name="offers_open"),
            models.Index(fields=["person", "state"], name="offers_of_person"),
        ]

    def __str__(self) -> str:
        return f"Offer {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("pathways:offer_detail", args=[self.pk])

    @property
    def short_kind(self) -> str:
        return self.SHORT_KINDS[self.kind]

    def has_expired(self, today: dt.date) -> bool:
        return self.until_date < today


class PlaceRequest(models.Model):
    """One colleague's request for a place, with a few words to the owner, and the owner's answer."""

    class State(models.TextChoices):
        ASKED = "asked", "Asked"
        GIVEN = "given", "Has a place"
        DECLINED = "declined", "No place this time"

    offer = models.ForeignKey(ExpertiseOffer, on_delete=models.PROTECT, related_name="requests")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="place_requests")
    message = models.TextField(max_length=1000, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    asked_at = models.DateTimeField()
    answer_by = models.DateField()
    answered_at = models.DateTimeField(null=True)

    objects = PlaceRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["offer", "person"], name="one_request_a_person"),
            models.CheckConstraint(
                condition=Q(state="asked", answered_at__isnull=True) | ~Q(state="asked") & Q(answered_at__isnull=False),
                name="answered_request_has_its_instant",
            ),
            models.CheckConstraint(condition=Q(state__in=["asked", "given", "declined"]), name="place_state"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(answered_at__gte=F("asked_at")),
                name="place_answered_after_asked",
            ),
        ]
        indexes = [
            models.Index(fields=["answer_by"], condition=Q(state="asked"), name="places_asked"),
            models.Index(fields=["person", "asked_at"], name="places_asked_by"),
        ]

    def __str__(self) -> str:
        return f"Request for a place {self.pk}"

    @property
    def page_state(self) -> str:
        return f"place_{self.state}"
