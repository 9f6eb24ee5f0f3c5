"""HR's file in the admin: upload, look, apply. In the project package, because starters' plans follow."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone

from audit.admin_access import OfferedFiltersOnly
from bexley_ld.staff_files import apply, heading, in_words, what_would_apply
from people.models import ImportRun
from people.rules import Conflict
from people.rules.access import check_can_bring_in_staff
from people.rules.staff_file import COLUMNS, MAX_BYTES
from people.services import preview_import

SHOWN = 200
STEPS = ("Upload", "Look", "Apply")


class UploadForm(forms.Form):
    """HR's file and what it stands for."""

    file = forms.FileField(label="HR's file (CSV UTF-8)")
    complete = forms.BooleanField(label="This file holds everybody: whoever is not in it has left", required=False)
    allow_leavers = forms.IntegerField(
        label="Let up to this many people leave",
        help_text="Only when a preview was stopped because more than a tenth would leave.",
        min_value=1,
        max_value=100_000,
        required=False,
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError("The file is larger than 5 MB. Split it into smaller files.")
        return file


@admin.register(ImportRun)
class ImportRunAdmin(OfferedFiltersOnly, admin.ModelAdmin):
    """What was brought in, when, by whom; the newest first."""

    fields = ("file_name", "state", "is_complete_file", "allowed_leavers", "by", "created_at", "applied_at")

    actions = None
    list_display = ("created_at", "file_name", "state", "is_complete_file", "by", "applied_at")
    list_filter = ("state",)
    list_select_related = ("by",)
    ordering = ("-created_at", "-pk")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: ImportRun | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ImportRun | None = None) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("upload/", wrap(self.upload), name="people_importrun_upload"),
            path("<int:pk>/apply/", wrap(self.apply), name="people_importrun_apply"),
            *super().get_urls(),
        ]

    def upload(self, request: HttpRequest) -> HttpResponse:
        """The first step; its answer is the preview."""
        check_can_bring_in_staff(by=request.user)
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            run = preview_import(
                content=form.cleaned_data["file"].read(),
                file_name=form.cleaned_data["file"].name,
                by=request.user,
                now=timezone.now(),
                complete=form.cleaned_data["complete"],
                allow_leavers=form.cleaned_data["allow_leavers"],
            )
            return redirect("admin:people_importrun_change", run.pk)
        return self._page(request, "upload", {"form": form, "columns": COLUMNS, "step": 1, "title": "HR's file"})

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The second step: what would change, or what has changed."""
        check_can_bring_in_staff(by=request.user)
        run = self.get_object(request, object_id)  # None also where the address holds no number
        if run is None:
            raise Http404
        parts = [(heading(title, count), lines[:SHOWN], len(lines) - SHOWN) for title, count, lines in in_words(run)]
        step = 2 if run.state == ImportRun.State.PREVIEWED else 3
        context = {
            "run": run,
            "parts": parts,
            "step": step,
            "what_would_apply": what_would_apply(run),
            "title": f"{run.file_name}: {run.get_state_display()}",
        }
        return self._page(request, "preview", context)

    def apply(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The third step; pressing twice changes nothing more."""
        check_can_bring_in_staff(by=request.user)
        run = get_object_or_404(ImportRun, pk=pk)
        if request.method == "POST":
            done = what_would_apply(run) or "nobody changed"
            try:
                apply(run=run, by=request.user, now=timezone.now())
            except Conflict as conflict:
                self.message_user(request, conflict.reason, messages.ERROR)
            else:
                self.message_user(request, f"Applied: {done}. New starters have their plans.", messages.SUCCESS)
        return redirect("admin:people_importrun_change", pk)

    def _page(self, request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
        context |= {**self.admin_site.each_context(request), "opts": self.opts, "steps": STEPS}
        return render(request, f"admin/people/importrun/{name}.html", context)
