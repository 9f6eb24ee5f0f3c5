"""Programmes in the administration: a version is edited row by row while it is a draft, and never after."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin
from django.db import models
from django.db.models import Case, Count, ExpressionWrapper, F, FloatField, QuerySet, Value, When
from django.forms import CheckboxSelectMultiple, ModelForm, Textarea, TextInput
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join

from audit import services as audit
from audit.admin_access import OfferedFiltersOnly
from induction.admin.forms import CheckpointForm, LabelledRows, ProgrammeForm, RowsFormSet, wrong_rows
from induction.admin.tools import ProgrammeTools, VersionTools
from induction.models import (
    InductionProgramme,
    OffsetUnit,
    ProgrammeCheckpoint,
    ProgrammeReview,
    ProgrammeVersion,
)
from induction.rules import programme as rules

HTTPS = {models.URLField: {"assume_scheme": "https"}}
DRAFT = ProgrammeVersion.State.DRAFT


def by_due(rows: QuerySet[ProgrammeCheckpoint]) -> QuerySet[ProgrammeCheckpoint]:
    """In the order in which they fall due, then by position; a month counts as its mean length."""
    days = Case(
        When(offset_unit=OffsetUnit.DAYS, then=Value(1.0)),
        When(offset_unit=OffsetUnit.WEEKS, then=Value(7.0)),
        default=Value(30.44),
        output_field=FloatField(),
    )
    due = ExpressionWrapper(F("offset_number") * days, output_field=FloatField())
    return rows.annotate(due_days=due).order_by("due_days", "position", "pk")


class DraftOnly(BaseModelAdmin):
    """Rows of a version: changed while it is a draft, read after that."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and _is_draft(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and _is_draft(obj)


def _is_draft(obj: Any) -> bool:
    version = obj.version if isinstance(obj, ProgrammeCheckpoint) else obj
    return version is None or version.state == DRAFT


class ReviewInline(DraftOnly, admin.TabularInline):
    model = ProgrammeReview
    formset = LabelledRows
    fields = ("month", "title", "is_final", "agenda")
    extra = 0
    ordering = ("month", "pk")
    formfield_overrides = {models.TextField: {"widget": Textarea(attrs={"rows": 3, "cols": 50})}}

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and _is_draft(obj)


class CheckpointInline(DraftOnly, admin.TabularInline):
    """One line a checkpoint, in order of due date; its texts stand on its own page ("Change")."""

    model = ProgrammeCheckpoint
    formset = RowsFormSet
    fields = ("offset_number", "offset_unit", "position", "title", "section", "method", "owner", "is_mandatory")
    extra = 0
    show_change_link = True
    formfield_overrides = {
        models.CharField: {"widget": TextInput(attrs={"size": 44})},
        models.SmallIntegerField: {"widget": TextInput(attrs={"size": 3, "inputmode": "numeric"})},
        models.PositiveIntegerField: {"widget": TextInput(attrs={"size": 4, "inputmode": "numeric"})},
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProgrammeCheckpoint]:
        return by_due(super().get_queryset(request))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # a new checkpoint needs its texts: "Add a checkpoint" opens its own page


@admin.register(InductionProgramme)
class InductionProgrammeAdmin(OfferedFiltersOnly, ProgrammeTools, admin.ModelAdmin):
    form = ProgrammeForm
    list_display = ("title", "directorate", "given_now", "draft", "is_retired")
    list_filter = ("directorate", "is_retired")
    list_select_related = ("directorate",)
    ordering = ("directorate__name", "title")
    fields = ("title", "code", "directorate", "job_roles", "is_retired", "all_versions")
    readonly_fields = ("all_versions",)
    formfield_overrides = {models.ManyToManyField: {"widget": CheckboxSelectMultiple}}
    actions = None
    change_form_template = "admin/induction/inductionprogramme/change_form.html"
    change_list_template = "admin/induction/inductionprogramme/change_list.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[InductionProgramme]:
        return super().get_queryset(request).prefetch_related("versions")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("all_versions", "code", "directorate") if obj else ("all_versions",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # plans refer to it: retire it instead

    @admin.display(description="given to starters now")
    def given_now(self, obj: InductionProgramme) -> str:
        return _links([version for version in obj.versions.all() if version.state == "published"])

    @admin.display(description="draft")
    def draft(self, obj: InductionProgramme) -> str:
        return _links([version for version in obj.versions.all() if version.state == DRAFT])

    @admin.display(description="versions")
    def all_versions(self, obj: InductionProgramme) -> str:
        if obj.pk is None:
            return "Save the programme, then start a draft."
        return _links(sorted(obj.versions.all(), key=lambda version: -version.number), with_state=True)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        _record(request, obj, "induction.programme_changed", message)
        return super().log_change(request, obj, message)


def _links(versions: list[ProgrammeVersion], *, with_state: bool = False) -> str:
    rows = (
        (
            reverse("admin:induction_programmeversion_change", args=[version.pk]),
            f"Version {version.number}{f', {version.get_state_display().lower()}' if with_state else ''}",
        )
        for version in versions
    )
    return format_html_join(", ", '<a href="{}">{}</a>', rows) or "–"


@admin.register(ProgrammeVersion)
class ProgrammeVersionAdmin(OfferedFiltersOnly, VersionTools, DraftOnly, admin.ModelAdmin):
    list_display = ("programme", "number", "state", "months", "item_count", "published", "change_note")
    list_filter = ("state", "programme")
    list_select_related = ("programme",)
    ordering = ("programme__title", "-number")
    fields = (
        "programme", "number", "state", "summary", ("months", "agree_days", "signature_days"), "change_note",
        ("basis", "source", "source_date"), "published",
    )  # fmt: skip
    readonly_fields = ("programme", "number", "state", "published")
    inlines = (ReviewInline, CheckpointInline)
    actions = None
    save_on_top = True
    change_form_template = "admin/induction/programmeversion/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProgrammeVersion]:
        found = super().get_queryset(request).select_related("programme__directorate")
        return found.annotate(item_count=Count("checkpoints"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # a draft is started from its programme

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Of a long table, the error note names each row that is wrong."""
        context["wrong_rows"] = [
            wrong for rows in context["inline_admin_formsets"] for wrong in wrong_rows(rows.formset)
        ]
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description="published on", ordering="published_at")
    def published(self, version: ProgrammeVersion) -> Any:
        return version.published_at or "Not yet"

    @admin.display(description="checkpoints", ordering="item_count")
    def item_count(self, obj: Any) -> int:
        return int(obj.item_count)

    def save_model(self, request: HttpRequest, obj: ProgrammeVersion, form: ModelForm[Any], change: bool) -> None:
        _lock_draft(obj.pk)
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: ProgrammeVersion) -> None:
        _lock_draft(obj.pk)
        _record(request, obj, "induction.draft_deleted", None)
        super().delete_model(request, obj)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        _record(request, obj, "induction.draft_changed", message)
        return super().log_change(request, obj, message)


@admin.register(ProgrammeCheckpoint)
class ProgrammeCheckpointAdmin(OfferedFiltersOnly, DraftOnly, admin.ModelAdmin):
    """One item in full; reached from its version."""

    form = CheckpointForm
    formfield_overrides = HTTPS
    save_as_continue = False
    fieldsets = (
        (None, {"fields": ("title", ("section", "method", "owner"), ("offset_number", "offset_unit"))}),
        (
            None,
            {"fields": ("is_mandatory", "is_agreement", "audience", "why", "how", "link_title", "link_url", "note")},
        ),
        ("Where it comes from", {"fields": ("basis", "source", "source_date")}),
        ("Place and name", {"fields": ("position", "key")}),
    )
    change_form_template = "admin/induction/programmecheckpoint/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProgrammeCheckpoint]:
        return super().get_queryset(request).select_related("version__programme")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is no list of all programmes' items: each stands in its version."""
        return HttpResponseRedirect(reverse("admin:induction_programmeversion_changelist"))

    def _version(self, request: HttpRequest, obj: ProgrammeCheckpoint | None) -> ProgrammeVersion:
        if obj is not None:
            return obj.version
        given = request.GET.get("version", "")
        versions = ProgrammeVersion.objects.select_related("programme")
        return get_object_or_404(versions, pk=int(given) if given.isdecimal() else 0, state=DRAFT)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        form.version = self._version(request, obj)
        return form

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if object_id is None and self.has_add_permission(request):
            context = {**(extra_context or {}), "version": self._version(request, None)}
            return super().changeform_view(request, object_id, f"?{request.GET.urlencode()}", context)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: ProgrammeCheckpoint, form: ModelForm[Any], change: bool) -> None:
        obj.version = _lock_draft(self._version(request, obj if change else None).pk)
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: ProgrammeCheckpoint) -> None:
        _lock_draft(obj.version_id)
        _record(request, obj.version, "induction.draft_changed", [{"deleted": {"name": obj.key}}])
        super().delete_model(request, obj)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        _record(request, obj.version, "induction.draft_changed", [{"added": {"name": obj.key}}])
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        _record(request, obj.version, "induction.draft_changed", message)
        return super().log_change(request, obj, message)

    def response_post_save_add(self, request: HttpRequest, obj: ProgrammeCheckpoint) -> HttpResponseRedirect:
        return self._back(obj.version_id)

    def response_post_save_change(self, request: HttpRequest, obj: ProgrammeCheckpoint) -> HttpResponseRedirect:
        return self._back(obj.version_id)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        answer = super().response_add(request, obj, post_url_continue)
        if "_addanother" in request.POST:
            url = reverse("admin:induction_programmecheckpoint_add")
            return HttpResponseRedirect(f"{url}?version={obj.version_id}")
        return answer

    def _back(self, version_id: int) -> HttpResponseRedirect:
        url = reverse("admin:induction_programmeversion_change", args=[version_id])
        return HttpResponseRedirect(f"{url}#checkpoints-group")


def _lock_draft(version_id: int) -> ProgrammeVersion:
    """The draft, locked through its programme: it may have been published since the page was opened."""
    programme_id = ProgrammeVersion.objects.values_list("programme_id", flat=True).get(pk=version_id)
    InductionProgramme.objects.select_for_update().get(pk=programme_id)
    version = ProgrammeVersion.objects.get(pk=version_id)
    rules.check_can_change_version(version.state)
    return version


def _record(request: HttpRequest, obj: Any, verb: str, message: Any) -> None:
    """Who changed what of a programme; nothing personal stands there."""
    audit.record(
        by=getattr(request.user, "person", None),
        verb=verb,
        subject=obj,
        chain=audit.PORTAL,
        now=timezone.now(),
        facts={"account": request.user.pk, "changes": message if isinstance(message, list) else []},
    )
