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


@admin.register(Checkpoint)
class CheckpointAdmin(RecordAdmin):
    fields = (
        "plan", "source_key", "origin", "section", "method", "owner", "is_mandatory", "original_due_date", "due_date",
        "state", "waiting_on", "waiting_since",
    )  # fmt: skip
    list_display = ("pk", "plan", "source_key", "due_date", "state", "waiting_on", "waiting_since")
    list_filter = ("state", "waiting_on")
    search_fields = ("plan__person__search_name", "source_key")
    list_select_related = ("plan",)
    ordering = ("-pk",)


@admin.register(Review)
class ReviewAdmin(RecordAdmin):
    fields = (
        "plan", "month", "is_final", "original_due_date", "due_date", "state", "waiting_on", "waiting_since",
        "held_date",
    )  # fmt: skip
    list_display = ("pk", "plan", "month", "due_date", "state", "waiting_on", "held_date")
    list_filter = ("state", "month")
    search_fields = ("plan__person__search_name",)
    list_select_related = ("plan",)
    ordering = ("-pk",)


@admin.register(Decision)
class DecisionAdmin(RecordAdmin):
    fields = ("plan", "kind", "as_role", "round", "at")
    list_display = ("pk", "plan", "kind", "as_role", "at")
    list_filter = ("kind",)
    list_select_related = ("plan",)
    ordering = ("-pk",)
