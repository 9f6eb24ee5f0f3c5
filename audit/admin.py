"""The history in the admin: who, what, when; never the text, never a change."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from audit.admin_access import OfferedFiltersOnly
from audit.models import AuditEntry
from audit.verbs import PRIVATE, in_words


@admin.register(AuditEntry)
class AuditEntryAdmin(OfferedFiltersOnly, admin.ModelAdmin):
    list_display = fields = ("when", "who", "did", "about", "whose", "on_behalf_of")
    readonly_fields = fields
    search_fields = ("actor_name", "chain", "verb")
    ordering = ("-at", "-pk")
    date_hierarchy = "at"
    show_full_result_count = False
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        return super().get_queryset(request).exclude(verb__in=PRIVATE)

    @admin.display(description="when", ordering="at")
    def when(self, entry: AuditEntry) -> Any:
        return entry.at

    @admin.display(description="who", ordering="actor_name")
    def who(self, entry: AuditEntry) -> str:
        return entry.actor_name or "The portal"

    @admin.display(description="what was done", ordering="verb")
    def did(self, entry: AuditEntry) -> str:
        return in_words(entry.verb).capitalize()

    @admin.display(description="about", ordering="subject_type")
    def about(self, entry: AuditEntry) -> str:
        """What it was done to, in words and by number; the words of it are not here."""
        app, _, model = entry.subject_type.partition(".")
        try:
            words = str(apps.get_model(app, model)._meta.verbose_name)
        except LookupError:
            words = model
        return f"{words.capitalize()} {entry.subject_id}".strip() or "–"

    @admin.display(description="whose history", ordering="chain")
    def whose(self, entry: AuditEntry) -> str:
        kind, _, number = entry.chain.partition(":")
        return f"{'Member of staff' if kind == 'person' else kind.capitalize()} {number}".strip()

    @admin.display(description="on behalf of", ordering="acting_for_name")
    def on_behalf_of(self, entry: AuditEntry) -> str:
        return entry.acting_for_name or "–"

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
