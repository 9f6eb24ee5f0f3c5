"""What our tables share in the admin: filters on offer only, and settings that are one row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.admin.filters import EmptyFieldListFilter
from django.contrib.admin.utils import get_fields_from_path
from django.db.models import DateField, Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.text import capfirst
from simple_history.template_utils import HistoricalRecordContextHelper


class PlainChanges(HistoricalRecordContextHelper):
    """What changed, as people say it: "Yes" for True, "nothing" for None, and a choice by its words."""

    def prepare_delta_change_value(self, change: Any, value: Any) -> Any:
        choices = dict(getattr(self.model._meta.get_field(change.field), "flatchoices", None) or ())
        if value is None or value in ("", []):
            return "nothing"
        if isinstance(value, bool):
            return "Yes" if value else "No"
        return choices[value] if choices and value in choices else super().prepare_delta_change_value(change, value)


class OfferedFiltersOnly:
    """For every ModelAdmin of ours.

    Django lets the address filter by any column of the table, shown or not. Who sees only the number of rows could
    so read a column letter by letter (`?text_body__startswith=`): T2, T6 in reliability-and-security.md §1.
    """

    model: type[Model]
    date_hierarchy: str | None

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list under its own name, instead of "Select … to change"."""
        if any(not (value.isdecimal() and len(value) < 5) for value in self._dates_asked(request)):
            return HttpResponseRedirect(request.path)
        title = capfirst(str(self.model._meta.verbose_name_plural))
        answer: HttpResponse = super().changelist_view(request, {"title": title, **(extra_context or {})})  # type: ignore[misc]
        return answer

    def _dates_asked(self, request: HttpRequest) -> list[str]:
        """What the address says of year, month and day; Django asks the database for any number that is there."""
        names = [f"{self.date_hierarchy}__{part}" for part in ("year", "month", "day")] if self.date_hierarchy else []
        return [request.GET[name] for name in names if name in request.GET]

    def get_historical_record_context_helper(self, request: HttpRequest, historical_record: Any) -> PlainChanges:
        return PlainChanges(self.model, historical_record)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup in set(self._offered(request))

    def _offered(self, request: HttpRequest | None) -> Iterator[str]:
        """The parameters that the page's own links carry."""
        if self.date_hierarchy:
            yield from (f"{self.date_hierarchy}__{part}" for part in ("year", "month", "day"))
        for offered in self.get_list_filter(request):  # type: ignore[attr-defined]
            if isinstance(offered, str):
                yield from self._exact_forms(offered)
            elif isinstance(offered, tuple | list):
                path, kind = offered
                yield from [f"{path}__isempty"] if issubclass(kind, EmptyFieldListFilter) else self._exact_forms(path)
            else:
                yield offered.parameter_name

    def _exact_forms(self, path: str) -> Iterator[str]:
        field: Any = get_fields_from_path(self.model, path)[-1]
        yield from (path, f"{path}__exact", f"{path}__isnull")
        if field.is_relation:
            yield f"{path}__{field.target_field.name}__exact"
        if isinstance(field, DateField):
            yield from (f"{path}__gte", f"{path}__lt")


class SingleRow(OfferedFiltersOnly):
    """Settings: one row that is there from the start, so the list is the form, and nothing is added or deleted."""

    change_form_template = "admin/single_row.html"

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Straight to the form; who may not open it is told so there."""
        pk = self.model._default_manager.order_by("pk").values_list("pk", flat=True).first()
        if pk is None:
            raise Http404
        return redirect(f"admin:{self.model._meta.app_label}_{self.model._meta.model_name}_change", pk)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        extra = {"show_save_and_continue": False, "show_save_and_add_another": False, **(extra_context or {})}
        answer: HttpResponse = super().change_view(request, object_id, form_url, extra)  # type: ignore[misc]
        return answer

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
