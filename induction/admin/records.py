"""Plans and what stands in them: state and dates, to be read only; nothing that anyone typed (ruling 14)."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from audit.admin_access import OfferedFiltersOnly
from induction.models import Checkpoint, Decision, InductionPlan, Review


class RecordAdmin(OfferedFiltersOnly, admin.ModelAdmin):
    """Reads; whoever may add, change or delete here could change what two people have signed."""

    actions = None
    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(InductionPlan)
class InductionPlanAdmin(RecordAdmin):
    fields = (
        "person", "version", "start_date", "original_end_date", "end_date", "state", "agree_by", "agreed_date",
        "closed_date",
    )  # fmt: skip
    list_display = ("person", "version", "start_date", "end_date", "state")
    list_filter = ("state", "version__programme")
    search_fields = ("person__search_name", "person__employee_number")
    list_select_related = ("person", "version__programme")
    ordering = ("-start_date", "pk")


class OfPlan(RecordAdmin):
    """Rows of a plan, named by their starter."""

    list_select_related = ("plan__person",)
    ordering = ("-pk",)

    @admin.display(description="starter", ordering="plan__person__search_name")
    def starter(self, row: Any) -> Any:
        return row.plan.person


@admin.register(Checkpoint)
class CheckpointAdmin(OfPlan):
    fields = (
        "starter", "item", "origin", "section", "method", "owner", "must_be_done", "original_due_date", "due_date",
        "state", "waiting_on", "waiting_since",
    )  # fmt: skip
    list_display = ("starter", "item", "due_date", "state", "waiting_on", "waiting_since")
    list_filter = ("state", "waiting_on")
    search_fields = ("plan__person__search_name", "source_key")

    @admin.display(description="item of the programme", ordering="source_key")
    def item(self, row: Checkpoint) -> str:
        """By its key: a title may have been typed for one person."""
        return row.source_key.replace("-", " ").capitalize() or "Added to this plan alone"

    @admin.display(description="must be done", boolean=True)
    def must_be_done(self, row: Checkpoint) -> bool:
        return row.is_mandatory


@admin.register(Review)
class ReviewAdmin(OfPlan):
    fields = (
        "starter", "month", "final", "original_due_date", "due_date", "state", "waiting_on", "waiting_since",
        "held_date",
    )  # fmt: skip
    list_display = ("starter", "month", "due_date", "state", "waiting_on", "held_date")
    list_filter = ("state", "month")
    search_fields = ("plan__person__search_name",)

    @admin.display(description="last review", boolean=True)
    def final(self, row: Review) -> bool:
        return row.is_final


@admin.register(Decision)
class DecisionAdmin(OfPlan):
    """Who of the two decided what, and when; never the words."""

    fields = ("starter", "kind", "side", "signing_round", "when")
    list_display = ("when", "starter", "kind", "side")
    list_filter = ("kind",)
    ordering = ("-at", "-pk")

    @admin.display(description="when", ordering="at")
    def when(self, row: Decision) -> Any:
        return row.at

    @admin.display(description="decided as", ordering="as_role")
    def side(self, row: Decision) -> str:
        return row.get_as_role_display()

    @admin.display(description="round of signatures")
    def signing_round(self, row: Decision) -> int:
        return row.round
