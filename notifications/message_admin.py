"""For L&D: what each message says and whether it is sent, the switch for all mail, addresses that do not work."""

from __future__ import annotations

import copy
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

PREVIEW = "This is a preview with invented data."


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
            path("<int:pk>/reset/", wrap(self.reset_view), name=f"{name}_reset"),
            *super().get_urls(),
        ]

    @method_decorator(csp_update({"frame-src": [SELF]}))
    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The words with their fields beside them, and the message as it reads with invented data.

        The test is sent from the same form, so that it holds the words on the page; the page then stays as it was.
        """
        row = MessageSetting.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
        if row is None or not self.has_change_permission(request, row):
            return super().change_view(request, object_id, form_url, extra_context)
        form = MessageSettingForm(request.POST if request.method == "POST" else None, instance=row)
        wording = form.wording
        if request.method == "POST" and "_test" in request.POST and wording and form.is_valid():
            self._send_test(request, wording, form.words())
            request = _as_typed(request)
        extra = {
            "wording": wording,
            "kind": form.kind,
            "has_own_words": bool(row.body),
            "is_saved": request.method == "GET" and not hasattr(request, "typed"),
            "shown": _preview(wording, form) if wording else None,
            "title": self.title(row),
            "show_save_and_continue": False,
            "to": getattr(getattr(request.user, "person", None), "email", ""),
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **extra})

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """After a test the boxes hold what was typed, though it is not saved."""
        form = super().get_form(request, obj, change=change, **kwargs)
        typed = getattr(request, "typed", None)
        return type(form.__name__, (form,), {"typed": typed}) if typed else form

    def _send_test(self, request: HttpRequest, wording: Wording, words: Words | None) -> None:
        user: Any = request.user
        if user.person is None:
            messages.error(request, "This account belongs to no member of staff, so there is no address to send it to.")
            return
        services.send_test(wording=wording, words=words, to=user.person, now=timezone.now())
        told = "The test with the words on this page is on its way to"
        messages.success(request, f"{told} {user.person.email}, and to nobody else. Nothing was saved.")

    def preview_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The message as it would read: what is typed, or without it what is kept. Nothing is saved."""
        row, wording = self._found(request, pk)
        form = MessageSettingForm(request.POST if request.method == "POST" else None, instance=row)
        if form.is_bound and not form.is_valid():
            found = [f"- {error}" for errors in form.errors.values() for error in errors]
            words = "\n".join(["Not shown yet. Please correct:", "", *found])
            return HttpResponse(words, content_type="text/plain; charset=utf-8")
        return HttpResponse(_preview(wording, form).html_body)

    def reset_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        row, _ = self._found(request, pk)
        if request.method == "POST":
            services.reset_words(kinds=[row.kind])
            messages.success(request, "The words are the usual ones again. The history keeps the others.")
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


def _preview(wording: Wording, form: MessageSettingForm) -> emails.Content:
    return emails.render_sample(wording, form.words_on_page(), why=PREVIEW, kind=kinds()[wording.kind])


def _as_typed(request: HttpRequest) -> HttpRequest:
    """The same request as if the page were only looked at, with what was typed in its boxes."""
    shown: Any = copy.copy(request)
    shown.method = "GET"
    shown.typed = request.POST.dict()
    return shown  # type: ignore[no-any-return]


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
