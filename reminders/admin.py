"""For L&D: ladders and the hour of the sweep may be changed; what was reminded and when may be read."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from operator import itemgetter
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from simple_history.admin import SimpleHistoryAdmin

from audit.admin_access import OfferedFiltersOnly, SingleRow
from audit.admin_actions import counted
from notifications.kinds import title_from_code
from notifications.working_days import ONE_DAY, next_working_day
from people.roles import Role
from reminders import registry, rules, services
from reminders.forms import LadderForm, PreviewForm
from reminders.models import Ladder, Reminder, SweepRun, SweepSettings

LINES_A_PAGE = 100
SAMPLE_LINE = {
    "label": "Visit the reablement team",
    "person": "Amara Sample",
    "holder": "Kim Invented",
    "date": "Monday 5 July 2027",
}


class ReadOnlyAdmin(OfferedFiltersOnly, admin.ModelAdmin):
    """Records: looked at, never changed here."""

    actions = None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Ladder)
class LadderAdmin(OfferedFiltersOnly, SimpleHistoryAdmin):
    form = LadderForm
    list_display = (
        "title",
        "counted_in",
        "before_days",
        "on_the_day",
        "after_days",
        "escalate_to_manager_after",
        "escalate_to_learning_after",
        "is_enabled",
    )
    ordering = ("kind",)
    actions = ("reset_to_default",)
    readonly_fields = ("with_invented_data",)

    def get_fields(self, request: HttpRequest, obj: Ladder | None = None) -> tuple[str, ...]:
        return (*LadderForm.Meta.fields, "with_invented_data")

    @admin.display(description="with invented data")
    def with_invented_data(self, ladder: Ladder) -> str:
        """The saved words as they stand in a digest."""
        rule = registry.rule_of(ladder.kind)
        if rule is None:
            return "–"
        words = (ladder.line or rule.line, ladder.info or rule.info)
        return format_html("{}<br>{}", *(one.format(**SAMPLE_LINE) for one in words))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Ladder | None = None) -> bool:
        return False

    @admin.display(description="kind of deadline", ordering="kind")
    def title(self, ladder: Ladder) -> str:
        rule = registry.rule_of(ladder.kind)
        return rule.title if rule else f"{title_from_code(ladder.kind)} (no longer used)"

    @admin.display(description="before")
    def before_days(self, ladder: Ladder) -> str:
        return ", ".join(str(days) for days in ladder.before) or "–"

    @admin.display(description="after")
    def after_days(self, ladder: Ladder) -> str:
        return ", ".join(str(days) for days in ladder.after) or "–"

    @admin.action(description="Go back to the usual days and words", permissions=["change"])
    def reset_to_default(self, request: HttpRequest, queryset: QuerySet[Ladder]) -> None:
        count = services.reset_ladders(kinds=list(queryset.values_list("kind", flat=True)))
        self.message_user(
            request,
            f"{counted(count, 'ladder')} set back to the usual days and words. The history keeps the others.",
            messages.SUCCESS,
        )


@admin.register(SweepSettings)
class SweepSettingsAdmin(SingleRow, SimpleHistoryAdmin):
    """The hour of the reminders, and their switch."""

    fields = ("hour", "is_enabled")


@admin.register(SweepRun)
class SweepRunAdmin(ReadOnlyAdmin):
    list_display = ("for_date", "started_at", "finished_at", "lines", "is_complete")
    fields = ("for_date", "started_at", "finished_at", "lines_by_kind", "people", "without_manager", "what_failed")
    ordering = ("-for_date",)

    def get_urls(self) -> list[Any]:
        look = self.admin_site.admin_view(self.preview_view)
        return [path("preview/", look, name="reminders_sweeprun_preview"), *super().get_urls()]

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """If the sweep ran on some day. Names of people, so for Learning and Development alone."""
        user: Any = request.user
        if not user.has_role(Role.LD_ADMIN):
            raise PermissionDenied
        now = timezone.now()
        tomorrow = next_working_day(timezone.localdate(now) + ONE_DAY, services.calendar())
        form = PreviewForm(request.GET if "date" in request.GET else {"date": tomorrow})
        context = {**self.admin_site.each_context(request), "opts": self.opts, "form": form}
        if form.is_valid():
            context |= _looked_at(form.cleaned_data["date"], now, request.GET.get("page"))
        context["title"] = "If this ran tomorrow"
        return TemplateResponse(request, "admin/reminders/preview.html", context)

    @admin.display(description="new lines")
    def lines(self, run: SweepRun) -> int:
        return sum(run.counts.get("lines", {}).values())

    @admin.display(description="new lines")
    def lines_by_kind(self, run: SweepRun) -> str:
        counts: Counter[str] = Counter()
        for kind, count in run.counts.get("lines", {}).items():
            counts[_logged(kind)] += count
        return format_html_join("", "{}: {}<br>", (+counts).items()) or "None"

    @admin.display(description="people who got some")
    def people(self, run: SweepRun) -> int:
        return run.counts.get("people", 0)

    @admin.display(description="lines about people without a line manager")
    def without_manager(self, run: SweepRun) -> int:
        return run.counts.get("without_manager", 0)

    @admin.display(description="what failed")
    def what_failed(self, run: SweepRun) -> str:
        """The kind, and the reason for whoever looks after the portal."""
        found = [(_kind(kind), reason) for kind, reason in sorted(run.failures.items())]
        return format_html_join("", "{}: {}<br>", found) or "Nothing"

    @admin.display(description="every kind was asked", boolean=True)
    def is_complete(self, run: SweepRun) -> bool:
        return not run.failures


def _kind(code: str) -> str:
    """The kind of deadline in words."""
    rule = registry.rule_of(code)
    return rule.title if rule else title_from_code(code)


def _logged(code: str) -> str:
    """The kind as it may stand beside a name: of what is somebody's own, only which part of the portal it is of."""
    rule = registry.rule_of(code)
    return rule.name_in_calendars if rule else title_from_code(code)


def _looked_at(day: dt.date, now: dt.datetime, page: str | None) -> dict[str, Any]:
    """What the page shows of one day; names only for the lines on this page of it."""
    found = services.preview(for_date=day, now=now)
    lines = Paginator(found.lines, LINES_A_PAGE).get_page(page)
    ids = {line.recipient_id for line in lines} | {line.item.person_id for line in lines}
    names = services.names_by_id(ids)
    rows = [
        {
            "to": names.get(line.recipient_id, ""),
            "kind": line.item.rule.name_in_calendars,
            "about": names.get(line.item.person_id, ""),
            "due": line.item.due_on,
            "step": rules.step_in_words(line.step),
        }
        for line in lines
    ]
    counts = (("By kind", found.by_kind), ("By line manager", found.by_manager))
    return {"day": day, "found": found, "page": lines, "rows": rows, "counts": counts}


class KindFilter(admin.SimpleListFilter):
    """By kind of deadline, in words; the address carries the code."""

    title = "kind of deadline"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return sorted(((codes[0], name) for name, codes in self._groups().items()), key=itemgetter(1))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Reminder]) -> QuerySet[Reminder]:
        chosen = next((codes for codes in self._groups().values() if codes[0] == self.value()), None)
        return queryset.filter(rule__in=chosen) if chosen else queryset

    @staticmethod
    def _groups() -> dict[str, list[str]]:
        """Kinds that a log calls by the same name are one choice."""
        groups: dict[str, list[str]] = {}
        for rule in registry.rules():
            groups.setdefault(rule.name_in_calendars, []).append(rule.kind)
        return groups


class StepFilter(admin.SimpleListFilter):
    """By kind of step: each number of days, and each week, would be a choice of its own."""

    title = "step"
    parameter_name = "step"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(family), words) for family, words in rules.STEP_FAMILIES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Reminder]) -> QuerySet[Reminder]:
        family = self.value()
        return queryset.filter(step__startswith=family) if family in rules.STEP_FAMILIES else queryset


@admin.register(Reminder)
class ReminderAdmin(ReadOnlyAdmin):
    list_display = ("sweep_date", "recipient", "kind", "said", "due_date", "mail_state")
    fields = ("sweep_date", "recipient", "kind", "said", "about", "due_date", "mail_state")
    list_filter = (KindFilter, StepFilter)
    list_select_related = ("recipient", "mail")
    search_fields = ("recipient__search_name", "recipient__email")
    date_hierarchy = "sweep_date"
    ordering = ("-sweep_date", "-pk")

    @admin.display(description="kind of deadline")
    def kind(self, reminder: Reminder) -> str:
        return _logged(reminder.rule)

    @admin.display(description="step", ordering="step")
    def said(self, reminder: Reminder) -> str:
        return rules.step_in_words(reminder.step)

    @admin.display(description="mail")
    def mail_state(self, reminder: Reminder) -> str:
        return reminder.mail.get_state_display() if reminder.mail else "In the next digest"
