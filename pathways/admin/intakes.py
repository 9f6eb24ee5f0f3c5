"""Intakes of qualification routes, edited by Learning and Development."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.db.models import Max
from django.http import HttpRequest
from django.utils import timezone

from pathways.admin.base import ReferenceAdmin
from pathways.models import Application, Intake, QualificationRoute, RouteState
from pathways.services.deciding import follow_intake, hold_intake


class IntakeForm(forms.ModelForm):
    """Dates in order (the table's own checks), a route that takes people, and no fewer places than are given."""

    class Meta:
        model = Intake
        fields = (
            *("route", "opens_date", "closes_date", "decide_date", "start_date", "end_date"),
            *("places", "needs_panel", "panel_date", "answer_days", "service_months"),
        )

    def clean_route(self) -> QualificationRoute:
        route = self.cleaned_data["route"]
        known = QualificationRoute.objects.with_state(timezone.localdate()).get(pk=route.pk)
        if "route" in self.changed_data and Application.objects.filter(intake=self.instance.pk).exists():
            raise forms.ValidationError(
                "People have applied to this intake, so it stays with its route. Add another one for the other route."
            )
        if known.state in {RouteState.CLOSED, RouteState.ENDED} and "route" in self.changed_data:
            raise forms.ValidationError("This route takes no new entrants. Give it a dated event that opens it first.")
        return route

    def clean_places(self) -> int:
        places: int = self.cleaned_data["places"]
        own = Application.objects.filter(intake=self.instance.pk, place__isnull=False)
        highest = own.aggregate(highest=Max("place"))["highest"] or 0
        if places < highest:
            raise forms.ValidationError(
                f"Place {highest} is given or offered, so there cannot be fewer places than that."
            )
        return places


@admin.register(Intake)
class IntakeAdmin(ReferenceAdmin):
    """The desk of an intake is on the portal's own pages; here are its dates and places."""

    form = IntakeForm
    fields = (
        "route",
        ("opens_date", "closes_date", "decide_date"),
        ("start_date", "end_date", "places"),
        ("needs_panel", "panel_date"),
        ("answer_days", "service_months"),
    )
    list_display = ("route", "opens_date", "closes_date", "decide_date", "start_date", "places", "needs_panel")
    list_filter = ("needs_panel",)
    list_select_related = ("route",)
    search_fields = ("route__title", "route__code")
    ordering = ("-closes_date", "route__code")

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Intake | None:
        """What is sent is judged while the intake is held, so that no place is given and nobody applies meanwhile."""
        intake: Intake | None = super().get_object(request, object_id, from_field)
        if intake is not None and request.method == "POST":
            hold_intake(intake.pk)
            intake.refresh_from_db()
        return intake

    def save_model(self, request: HttpRequest, obj: Intake, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change:
            follow_intake(intake_id=obj.pk, today=timezone.localdate())
