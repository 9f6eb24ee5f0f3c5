"""What Learning and Development does with a programme beside editing it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from govuk.timeline import Mark, build_timeline
from induction import rules
from induction.admin.forms import CopyForm, ImportForm, PreviewForm
from induction.models import InductionPlan, InductionProgramme, ProgrammeVersion, Section
from induction.rules.programme import due_in_words
from induction.services import programme as services
from people.models import Person
from people.rules import Conflict, NotAllowed

if TYPE_CHECKING:
    Base = admin.ModelAdmin[Any]
else:
    Base = object

State = ProgrammeVersion.State


def _person(request: HttpRequest) -> Person:
    person = getattr(request.user, "person", None)
    if person is None:
        raise NotAllowed("This account belongs to no member of staff, so the history could not name you.")
    return person


def _to_version(version: ProgrammeVersion) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("admin:induction_programmeversion_change", args=[version.pk]))


class ProgrammeTools(Base):
    """On the list of programmes: import. On a programme: start a draft."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("import/", wrap(self.import_view), name="induction_inductionprogramme_import"),
            path("<int:programme_id>/draft/", wrap(self.draft_view), name="induction_inductionprogramme_draft"),
            *super().get_urls(),
        ]

    def import_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ImportForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                version = services.import_programme(
                    data=form.data, reference=form.reference, by=_person(request), now=timezone.now()
                )
            except (NotAllowed, Conflict) as refused:
                form.add_error("file", refused.reason)
            else:
                messages.success(
                    request, f'"{version.programme.title}" is imported as a draft. Check it, then publish.'
                )
                return _to_version(version)
        context = {**self.admin_site.each_context(request), "title": "Import a programme", "form": form}
        return TemplateResponse(request, "admin/induction/import.html", {**context, "opts": self.opts})

    def draft_view(self, request: HttpRequest, programme_id: int) -> HttpResponse:
        if not self.has_change_permission(request):
            raise PermissionDenied
        programme = get_object_or_404(InductionProgramme, pk=programme_id)
        if request.method == "POST":
            try:
                version = services.start_draft(programme_id=programme.pk, by=_person(request), now=timezone.now())
            except Conflict as conflict:
                messages.error(request, conflict.reason)
                return HttpResponseRedirect(reverse("admin:induction_inductionprogramme_change", args=[programme.pk]))
            messages.success(request, f"Version {version.number} is a draft. Starters get it when you publish it.")
            return _to_version(version)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Start a new draft of {programme.title}",
            "programme": programme,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/induction/draft.html", context)


class VersionTools(Base):
    """On a version: preview, compare, publish, copy, export."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        tools = {
            "preview": self.preview_view,
            "compare": self.compare_view,
            "publish": self.publish_view,
            "copy": self.copy_view,
            "export": self.export_view,
        }
        own = [
            path(f"<int:version_id>/{name}/", wrap(view), name=f"induction_programmeversion_{name}")
            for name, view in tools.items()
        ]
        return own + super().get_urls()

    def _get(self, request: HttpRequest, version_id: int) -> ProgrammeVersion:
        if not self.has_view_permission(request):
            raise PermissionDenied
        versions = ProgrammeVersion.objects.select_related("programme__directorate")
        return get_object_or_404(versions, pk=version_id)

    def _page(self, request: HttpRequest, name: str, version: ProgrammeVersion, **context: Any) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "version": version, "opts": self.opts}
        return TemplateResponse(request, f"admin/induction/{name}.html", {**shared, **context})

    def preview_view(self, request: HttpRequest, version_id: int) -> HttpResponse:
        """The plan as a starter in a job role would see it, in the portal's own dress."""
        version = self._get(request, version_id)
        today = timezone.localdate()
        given = {"job_role": request.GET.get("job_role"), "start_date": request.GET.get("start_date") or today}
        form = PreviewForm(given, version=version)
        roles = list(form.fields["job_role"].queryset)  # type: ignore[attr-defined]
        if not given["job_role"] and roles:
            form = PreviewForm({**given, "job_role": roles[0].pk}, version=version)
        plan = _preview(version, form.cleaned_data, today=today) if form.is_valid() else {}
        return self._page(request, "preview", version, form=form, roles=roles, **plan)

    def compare_view(self, request: HttpRequest, version_id: int) -> HttpResponse:
        version = self._get(request, version_id)
        others = list(version.programme.versions.exclude(pk=version.pk).order_by("-number"))
        chosen = request.GET.get("with", "")
        older = [other for other in others if other.number < version.number] or others
        other = next((each for each in others if str(each.pk) == chosen), older[0] if older else None)
        comparison = services.compare_versions(other, version) if other else None
        title = f"Compare version {version.number} of {version.programme}"
        return self._page(request, "compare", version, title=title, others=others, other=other, comparison=comparison)

    def publish_view(self, request: HttpRequest, version_id: int) -> HttpResponse:
        version = self._get(request, version_id)
        if not self.has_change_permission(request):
            raise PermissionDenied
        if version.state != State.DRAFT:
            messages.error(request, f"Version {version.number} has been published already.")
            return _to_version(version)
        if request.method == "POST":
            try:
                services.publish_version(version_id=version.pk, by=_person(request), now=timezone.now())
            except (NotAllowed, Conflict) as refused:
                messages.error(request, refused.reason)
            else:
                messages.success(request, f"Version {version.number} is published. Plans under way stay as they are.")
                return _to_version(version)
        published = version.programme.versions.filter(state=State.PUBLISHED).first()
        return self._page(
            request,
            "publish",
            version,
            title=f"Publish version {version.number} of {version.programme}",
            problems=services.publishing_problems(version),
            published=published,
            other=published,
            comparison=services.compare_versions(published, version) if published else None,
            live_plans=InductionPlan.objects.live().filter(version__programme=version.programme_id).count(),
        )

    def copy_view(self, request: HttpRequest, version_id: int) -> HttpResponse:
        version = self._get(request, version_id)
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = CopyForm(request.POST or None, initial={"title": f"Copy of {version.programme.title}"[:160]})
        if request.method == "POST" and form.is_valid():
            try:
                copy = services.copy_programme(
                    version_id=version.pk, by=_person(request), now=timezone.now(), **form.cleaned_data
                )
            except Conflict as conflict:
                form.add_error("code", conflict.reason)
            else:
                messages.success(request, f'"{copy.programme.title}" is a draft for no job role yet.')
                return _to_version(copy)
        return self._page(request, "copy", version, title=f"Copy {version}", form=form)

    def export_view(self, request: HttpRequest, version_id: int) -> HttpResponse:
        version = self._get(request, version_id)
        answer = HttpResponse(services.export_programme(version), content_type="application/json")
        name = f"{version.programme.code}-version-{version.number}.json"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer


def _preview(version: ProgrammeVersion, chosen: dict[str, Any], *, today: dt.date) -> dict[str, Any]:
    """Items and reviews with their dates, by month; month 0 is before day one."""
    start: dt.date = chosen["start_date"]
    months: dict[int, list[dict[str, Any]]] = defaultdict(list)
    marks = []
    for item in version.checkpoints.order_by("position", "pk"):
        if not rules.is_for(item.audience, chosen["job_role"]):
            continue
        due = rules.due_date(start, item.offset_number, item.offset_unit)
        when = due_in_words(item.offset_number, item.offset_unit)
        months[rules.month_of(start, due)].append({"item": item, "due": due, "when": when})
        marks.append(Mark(due, item.section, "to_do", item.title))
    for review in version.reviews.order_by("month"):
        due = rules.months_after(start, review.month)
        months[rules.month_of(start, due)].append({"review": review, "due": due})
        marks.append(Mark(due, "review", "planned", review.title))
    for rows in months.values():
        rows.sort(key=lambda row: row["due"])
    lanes = [*Section.choices, ("review", "Reviews")]
    end = rules.months_after(start, version.months)
    timeline = build_timeline(start=start, end=end, today=today, lanes=lanes, marks=marks)
    return {"months": sorted(months.items()), "timeline": timeline, "start": start, "end": end, **chosen}
