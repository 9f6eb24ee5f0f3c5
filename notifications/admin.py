"""The state of mail for Learning and Development: never its words."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from simple_history.admin import SimpleHistoryAdmin

from audit.admin_access import OfferedFiltersOnly, SingleRow
from audit.admin_actions import ask_first, counted
from notifications import registry, services
from notifications.message_admin import BounceAdmin, MailSettingsAdmin, MessageSettingAdmin
from notifications.models import ExtraHoliday, OutgoingMail, SendingLimits
from people.roles import Role

__all__ = ["BounceAdmin", "ExtraHolidayAdmin", "MailSettingsAdmin", "MessageSettingAdmin", "OutgoingMailAdmin"]


def _may_see(request: HttpRequest) -> bool:
    user: Any = request.user
    return bool(user.is_active and (user.is_superuser or user.has_role(Role.LD_ADMIN)))


@admin.register(OutgoingMail)
class OutgoingMailAdmin(OfferedFiltersOnly, admin.ModelAdmin):
    list_display = ("about", "recipient", "state", "reason", "due_at", "sent_at", "attempts")
    fields = (*list_display, "created_at", "retry_at", "is_routine")
    readonly_fields = fields
    list_filter = ("state",)
    search_fields = ("recipient__search_name",)
    list_select_related = ("recipient",)
    ordering = ("-created_at", "pk")
    show_full_result_count = False
    actions = ("send_again",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutgoingMail]:
        return super().get_queryset(request).defer("subject", "text_body", "html_body", "why")

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Numbers of employees are L&D's: a superuser could else find out by searching whose a number is."""
        user: Any = request.user
        return (*self.search_fields, *(["recipient__employee_number"] if user.has_role(Role.LD_ADMIN) else []))

    @admin.display(description="what it is about")
    def about(self, mail: OutgoingMail) -> str:
        """The kind in words, no more than may be known of whoever it went to: a subject may name people."""
        return registry.log_title_of(mail.kind)

    @admin.action(description="Send these again, as far as they failed", permissions=["send_again"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[OutgoingMail]) -> HttpResponse | None:
        """The same row with the same key, back in the queue; it is asked first, as mail cannot be called back."""
        number = counted(queryset.count(), "message")
        asked = ask_first(
            self,
            request,
            queryset,
            question=f"Send {number} again?",
            what="Those among them that failed leave at once, and mail that has left cannot be called back.",
            button=f"Send {number} again",
        )
        if asked is not None:
            return asked
        by: Any = request.user
        chosen = list(queryset.values_list("pk", flat=True))
        count = services.send_again(mail_ids=chosen, by=by.person, now=timezone.now())
        words = f"{count} of {len(chosen)} will be sent again. Messages in another state stay as they are."
        self.message_user(request, words, messages.SUCCESS if count else messages.WARNING)
        return None

    def has_send_again_permission(self, request: HttpRequest) -> bool:
        """A superuser sees the state of mail; what is done about it is L&D's."""
        user: Any = request.user
        return bool(user.has_role(Role.LD_ADMIN))

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _may_see(request)

    def has_view_permission(self, request: HttpRequest, obj: OutgoingMail | None = None) -> bool:
        return _may_see(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: OutgoingMail | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: OutgoingMail | None = None) -> bool:
        return False


@admin.register(ExtraHoliday)
class ExtraHolidayAdmin(OfferedFiltersOnly, SimpleHistoryAdmin):
    list_display = ("date", "name")
    ordering = ("-date",)


@admin.register(SendingLimits)
class SendingLimitsAdmin(SingleRow, SimpleHistoryAdmin):
    """When mail leaves and how much of it."""

    fields = ("opens_hour", "closes_hour", "hold_minutes", "weekly_cap")
