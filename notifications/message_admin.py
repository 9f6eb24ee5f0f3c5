"""For L&D: what each message says and whether it is sent, the switch for all mail, addresses that do not work."""

from __future__ import annotations

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.decorators import method_decorator
from simple_history.admin import SimpleHistoryAdmin

from audit.admin_access import OfferedFiltersOnly, SingleRow
from audit.admin_actions import ask_first, counted
from notifications import bounces, emails, holds, services
from notifications.kinds import title_from_code
from notifications.message_forms import MailSettingsForm, MessageSettingForm
from notifications.models import Bounce, MailSettings, MessageSetting
from notifications.registry import kinds
from notifications.shown import shut_in
from notifications.wording import Wording, Words, wordings
from people.roles import Role


@admin.register(MessageSetting)
class MessageSettingAdmin(OfferedFiltersOnly, SimpleHistoryAdmin):
    form = MessageSettingForm
    change_form_template = "admin/notifications/messagesetting/change_form.html"
    list_display = ("title", "is_enabled", "own_words")
    list_filter = ("is_enabled",)
    ordering = ("kind",)
    actions = ("reset_words",)

    def get_fields(self, request: HttpRequest, obj: MessageSetting | None = None) -> tuple[str, ...]:
        wording = wordings().get(obj.kind) if obj else None
        return ("is_enabled", "subject", "body") if wording and wording.is_editable else ("is_enabled",)

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        name = "notifications_messagesetting"
        return [
            path("<int:pk>/preview/", wrap(shut_in(self.preview_view)), name=f"{name}_preview"),
            path("<int:pk>/test/", wrap(self.test_view), name=f"{name}_test"),
            path("<int:pk>/reset/", wrap(self.reset_view), name=f"{name}_reset"),
            *super().get_urls(),
        ]

    @method_decorator(csp_update({"frame-src": [SELF]}))
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The words with their fields beside them, and the message as it reads with sample data."""
        row = MessageSetting.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
        if row is not None:
            wording, kind = wordings().get(row.kind), kinds().get(row.kind)
            extra = {"wording": wording, "kind": kind, "has_own_words": bool(row.body), "title": self.title(row)}
            extra_context = {**(extra_context or {}), **extra}
        return super().change_view(request, object_id, form_url, extra_context)

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The message as it would read: what is typed, or without it what is kept. Nothing is saved."""
        row, wording = self._found(request, pk)
        words = Words(row.subject, row.body) if row.body else None
        if request.method == "POST":
            form = MessageSettingForm(request.POST, instance=row)
            if not form.is_valid():
                found = [f"- {error}" for errors in form.errors.values() for error in errors]
                return _as_text("\n".join(["Not shown yet. Please correct:", "", *found]))
            words = form.words()
        sample = {**wording.sample(), "why": "This is a preview with invented data."}
        shown = wording.fill(words, sample) if words else _file_words(wording, sample)
        content = emails.render(wording.template, sample, shown, kind=kinds()[wording.kind])
        if (request.POST.get("as") or request.GET.get("as")) == "text":
            return _as_text(f"Subject: {content.subject}\n\n{content.text_body}")
        return HttpResponse(content.html_body)

    def test_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One mail with sample data to the own address of whoever asks."""
        _, wording = self._found(request, pk)
        user: Any = request.user
        if request.method == "POST":
            if user.person is None:
                words = "This account belongs to no member of staff, so there is no address to send it to."
                messages.error(request, words)
            else:
                services.send_test(wording=wording, to=user.person, now=timezone.now())
                messages.success(request, f"The test is on its way to {user.person.email}, with the saved words.")
        return redirect("admin:notifications_messagesetting_change", pk)

    def reset_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row, _ = self._found(request, pk)
        if request.method == "POST":
            services.reset_words(kinds=[row.kind])
            messages.success(request, "The words are those of the file again. The history keeps the others.")
        return redirect("admin:notifications_messagesetting_change", pk)

    @admin.action(description="Go back to the usual words", permissions=["change"])
    def reset_words(self, request: HttpRequest, queryset: QuerySet[MessageSetting]) -> None:
        count = services.reset_words(kinds=list(queryset.values_list("kind", flat=True)))
        words = f"{counted(count, 'message')} got the usual words again. The history keeps the others."
        self.message_user(request, words)

    @admin.display(description="message", ordering="kind")
    def title(self, row: MessageSetting) -> str:
        kind = kinds().get(row.kind)
        return kind.title if kind else f"{title_from_code(row.kind)} (no longer used)"

    @admin.display(description="own words", boolean=True)
    def own_words(self, row: MessageSetting) -> bool:
        return bool(row.body)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: MessageSetting | None = None) -> bool:
        return False

    def _found(self, request: HttpRequest, pk: int) -> tuple[MessageSetting, Wording]:
        if not self.has_change_permission(request):
            raise PermissionDenied
        row = get_object_or_404(MessageSetting, pk=pk)
        wording = wordings().get(row.kind)
        if wording is None:
            raise Http404
        return row, wording


def _as_text(words: str) -> HttpResponse:
    return HttpResponse(words, content_type="text/plain; charset=utf-8")


def _file_words(wording: Wording, sample: dict[str, Any]) -> Words | None:
    """The words of the file, also while others are kept: what is typed may be just these."""
    return wording.fill(emails.words_of_file(wording), sample) if wording.is_editable else None


@admin.register(MailSettings)
class MailSettingsAdmin(SingleRow, SimpleHistoryAdmin):
    """The switch for all mail, with the reason that everybody else reads."""

    form = MailSettingsForm


class PausedFilter(admin.SimpleListFilter):
    """Addresses to which nothing is sent for now."""

    title = "state of the address"
    parameter_name = "paused"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("1", "Mail to it waits")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Bounce]) -> QuerySet[Bounce]:
        if self.value() == "1":
            return queryset.filter(address__in=holds.paused_addresses(), lifted_at__isnull=True)
        return queryset


@admin.register(Bounce)
class BounceAdmin(OfferedFiltersOnly, admin.ModelAdmin):
    list_display = ("address", "bounced_at", "kind", "reason", "lifted_at")
    list_filter = (PausedFilter, "kind")
    search_fields = ("address",)
    ordering = ("-bounced_at", "-pk")
    actions = ("lift_pause",)

    @admin.action(description="Let mail leave to these addresses again, with what was held", permissions=["lift_pause"])
    def lift_pause(self, request: HttpRequest, queryset: QuerySet[Bounce]) -> HttpResponse | None:
        """What leaves cannot be called back, so it is asked first."""
        user: Any = request.user
        number = counted(queryset.values("address").distinct().count(), "address", "addresses")
        asked = ask_first(
            self,
            request,
            queryset,
            question=f"Let mail leave to {number} again?",
            what="Everything that was held for them leaves at once, and mail that has left cannot be called back.",
            button=f"Let mail leave to {number}",
        )
        if asked is not None:
            return asked
        addresses = set(queryset.values_list("address", flat=True))
        count = bounces.lift_pause(addresses=addresses, by=user.person, now=timezone.now())
        of_all = counted(len(addresses), "address", "addresses")
        words = f"Mail leaves again to {count} of {of_all}, within a minute or two."
        self.message_user(request, words, messages.SUCCESS if count else messages.WARNING)
        return None

    def has_lift_pause_permission(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return bool(user.has_role(Role.LD_ADMIN) and user.person_id)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Bounce | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Bounce | None = None) -> bool:
        return False


__all__ = ["BounceAdmin", "MailSettingsAdmin", "MessageSettingAdmin"]
