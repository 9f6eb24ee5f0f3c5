"""Qualification routes with their rules, history, cohorts and approval, edited by Learning and Development."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from pathways.admin.base import SOURCED, ReferenceAdmin, RequirementFormSet, RequirementInline, SameChoices
from pathways.admin.changes import AsksBeforeSaving
from pathways.models import ApprovalStep, Cohort, PublishedFigure, QualificationRoute, RouteEvent, RouteState
from pathways.rules.soundness import Asked, impossible


class RouteForm(forms.ModelForm):
    """A route that leads somewhere, unless it has ended."""

    class Meta:
        model = QualificationRoute
        fields = (
            *("code", "title", "kind", "bexley", "provider", "level", "level_words", "summary", "mode"),
            *("entry_words", "funding", "commitment", "window", "state_words"),
            *("least_months", "most_months", "time_words", "is_fast_track", "opens_registration", "studied_as"),
            *("awards", "leads_to", "prepares_for", *SOURCED),
        )

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if data is None:
            return data
        if self.instance in (data.get("prepares_for") or ()):
            self.add_error("prepares_for", "A route cannot prepare for itself.")
        leads = any(data.get(name) for name in ("awards", "leads_to", "prepares_for"))
        if not leads and not self._has_ended():
            self.add_error(
                "awards", "A route leads somewhere: choose what it awards, the role it leads to or the next route."
            )
        return data

    def _has_ended(self) -> bool:
        known = QualificationRoute.objects.with_state(timezone.localdate()).filter(pk=self.instance.pk).first()
        return known is not None and known.state == RouteState.ENDED


class OfRoute(RequirementFormSet):
    def wrong(self, asked: list[Asked]) -> list[str]:
        """Against what the route gives, as it is chosen on this very page."""
        chosen = {int(pk) for pk in self.data.getlist("awards") if str(pk).isdecimal() and len(pk) < 16}
        return impossible(asked, awards=frozenset(chosen), award_level=self.instance.level or 0)


class OfRouteInline(RequirementInline):
    formset = OfRoute
    fk_name = "route"


class EventInline(admin.StackedInline):
    model = RouteEvent
    extra = 0
    ordering = ("date", "pk")
    fields = (("date", "precision", "state"), "what", SOURCED)


class CohortInline(admin.StackedInline):
    model = Cohort
    extra = 0
    ordering = ("number",)
    fields = (("number", "start_date", "precision", "places"), "outcome", SOURCED)


class FigureInline(admin.StackedInline):
    model = PublishedFigure
    extra = 0
    ordering = ("pk",)
    fields = (("what", "number", "period"), SOURCED)


class ApprovalInline(admin.StackedInline):
    model = ApprovalStep
    extra = 0
    ordering = ("position",)
    fields = (("position", "who"), "what", SOURCED)
    verbose_name_plural = "approval of this route (without rows the usual approval holds)"


@admin.register(QualificationRoute)
class QualificationRouteAdmin(AsksBeforeSaving, SameChoices, ReferenceAdmin):
    """The state follows from the dated events below."""

    form = RouteForm
    list_display = ("title", "code", "kind", "level", "state_today", "bexley", "basis")
    list_filter = ("kind", "bexley", "basis")
    search_fields = ("title", "code", "provider")
    ordering = ("code",)
    filter_horizontal = ("awards", "leads_to", "prepares_for")
    inlines = (EventInline, OfRouteInline, CohortInline, FigureInline, ApprovalInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[QualificationRoute]:
        return super().get_queryset(request).with_state(timezone.localdate())

    @admin.display(description="state today")
    def state_today(self, route: Any) -> str:
        return RouteState(route.state).label


class OfNoRoute(ReferenceAdmin):
    """Rows that belong to no route; those of a route are edited with it."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(route=None)

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return super(ReferenceAdmin, self).has_delete_permission(request, obj)


@admin.register(ApprovalStep)
class ApprovalStepAdmin(OfNoRoute):
    """The usual approval, for every route without its own."""

    fields = (("position", "who"), "what", SOURCED)
    list_display = ("position", "who", "what", "basis")
    list_display_links = ("who",)
    ordering = ("position",)


@admin.register(PublishedFigure)
class PublishedFigureAdmin(OfNoRoute):
    """Figures about routes as a whole."""

    fields = (("what", "number", "period"), SOURCED)
    list_display = ("what", "number", "period", "basis")
    ordering = ("what", "period")
