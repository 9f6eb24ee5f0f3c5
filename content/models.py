"""Pages of information that Learning and Development writes, and what the search knows."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.urls import reverse
from simple_history.models import HistoricalRecords

from content.querysets import MistakeQuerySet, PageQuerySet
from people.models import Person, Sourced


class Page(models.Model):
    """One page on one topic; what it says stands in its sections, each with its own source."""

    class Group(models.TextChoices):
        LEARNING = "learning", "How we learn"
        CAREER = "career", "Your career"
        PRACTICE = "practice", "How we practise"
        WORKING = "working", "Working for Bexley"

    slug = models.SlugField(unique=True, help_text="Stands in the address; keep it once the page is known.")
    title = models.CharField(max_length=120)
    summary = models.CharField(max_length=300, help_text="One or two sentences: lists and the search show them.")
    group = models.CharField(max_length=10, choices=Group)
    position = models.PositiveSmallIntegerField(default=0)
    is_shown = models.BooleanField("shown to staff", default=False)
    owner = models.ForeignKey(
        Person,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who keeps it true: they are reminded before the day of its review.",
    )
    review_by = models.DateField("review by", null=True, blank=True)
    history = HistoricalRecords()

    objects = PageQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["review_by"], name="pages_to_review")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("content:page_detail", args=[self.slug])


class PageSection(Sourced):
    """A part of a page: a heading and some paragraphs."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField(default=0)
    heading = models.CharField(max_length=120, blank=True)
    text = models.TextField(
        max_length=4000, help_text="An empty line begins a paragraph; lines that begin with “- ” make a list."
    )
    link_title = models.CharField(max_length=120, blank=True)
    link_url = models.CharField(
        "link",
        max_length=500,
        blank=True,
        validators=[
            RegexValidator(r"^(https://|/(?!/))[^\s\\]+$", "Begin with https://, or with / for a page of the portal.")
        ],
    )
    history = HistoricalRecords()

    class Meta:
        ordering = ("position", "pk")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(link_title="", link_url="") | ~models.Q(link_title="") & ~models.Q(link_url=""),
                name="link_has_words_and_address",
                violation_error_message="Give the link both its words and its address.",
            )
        ]

    def __str__(self) -> str:
        return self.heading or f"Section {self.position}"


class MistakeReport(models.Model):
    """What a reader found wrong in a guide, until whoever keeps it has dealt with it."""

    class State(models.TextChoices):
        OPEN = "open", "To be dealt with"
        DEALT_WITH = "dealt_with", "Dealt with"

    page = models.ForeignKey(Page, on_delete=models.PROTECT, related_name="mistakes", verbose_name="guide")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", verbose_name="reported by")
    said = models.TextField("what is wrong", max_length=1000)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    reported_at = models.DateTimeField("reported")
    dealt_with_at = models.DateTimeField("dealt with", null=True, blank=True)
    dealt_with_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    form_key = models.UUIDField(unique=True, null=True)

    objects = MistakeQuerySet.as_manager()

    class Meta:
        verbose_name = "report of a mistake"
        verbose_name_plural = "reports of mistakes"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="open", dealt_with_at__isnull=True)
                | models.Q(state="dealt_with", dealt_with_at__isnull=False),
                name="dealt_with_has_its_instant",
            )
        ]
        indexes = [models.Index(fields=["person", "reported_at"], name="mistakes_reported_by")]

    def __str__(self) -> str:
        return f"Report {self.pk}"


class SearchTerm(models.Model):
    """Words for which one page is the answer: it then comes first, whatever else holds them."""

    term = models.CharField(max_length=80, unique=True)
    target = models.CharField(
        max_length=80,
        help_text="What it leads to: page:SLUG, role:CODE, route:CODE, or the name of a list such as routes or teams.",
    )
    history = HistoricalRecords()

    def __str__(self) -> str:
        return self.term


class SearchEntry(models.Model):
    """What the search knows of one page of the portal that every colleague may read; written anew from those."""

    key = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    words = models.TextField(blank=True)
    terms = models.TextField(blank=True, help_text="Answers to these come first; each between bars.")
    url = models.CharField(max_length=300)

    def __str__(self) -> str:
        return self.key


class SearchIndex(models.Model):
    """From which state of the pages the entries were written; one row."""

    stamp = models.CharField(max_length=64)

    def __str__(self) -> str:
        return "Search index"
