"""The history in the admin: who, what, when; never the text, never a change."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from audit.admin_access import OfferedFiltersOnly
from audit.models import AuditEntry

PRIVATE_VERBS = (
    "pathways.goal_set",
    "pathways.goal_cleared",
    "notifications.chosen",
    "notifications.paused",
    "reminders.calendar_link_made",
    "reminders.calendar_link_renewed",
    "reminders.calendar_link_ended",
)
"""What a person keeps to themself: that it was done is private too (T2 in reliability-and-security.md §1)."""


@admin.register(AuditEntry)
class AuditEntryAdmin(OfferedFiltersOnly, admin.ModelAdmin):
    list_display = fields = (
        "at",
        "actor_name",
        "acting_for_name",
        "verb",
        "subject_type",
        "chain",
        "sequence",
    )
    readonly_fields = fields
    search_fields = ("actor_name", "chain", "verb")
    ordering = ("-at", "-pk")
    date_hierarchy = "at"
    show_full_result_count = False
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        return super().get_queryset(request).exclude(verb__in=PRIVATE_VERBS)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        user = request.user
        return bool(user.is_active and (user.is_superuser or user.has_role("ld_admin")))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: AuditEntry | None = None) -> bool:
        return False
