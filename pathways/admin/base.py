"""What the tables of pathways share in the admin: history, filters on offer only, requirements with their checks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from simple_history.admin import SimpleHistoryAdmin

from audit.admin_access import OfferedFiltersOnly
from pathways.models import Requirement
from pathways.rules.soundness import Asked, impossible

SOURCED = ("basis", "source", "source_date")


class ReferenceAdmin(OfferedFiltersOnly, SimpleHistoryAdmin):
    """Reference data with its history; what is no longer used gets an end date instead of being deleted."""

    actions = None
    save_on_top = True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class SameChoices:
    """For inlines: the choices of a foreign key are read once a page, not once a row."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None:
            read = request.__dict__.setdefault("_choices_of_inlines", {})
            field.choices = read.setdefault(db_field.name, None) or list(field.choices)
            read[db_field.name] = field.choices
        return field


class RequirementFormSet(BaseInlineFormSet):
    """Requirements as a whole: somebody has to be able to meet them."""

    def asked(self) -> list[Asked]:
        """The rows as they will be saved."""
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        return [
            Asked(
                kind=row["kind"],
                group=row.get("group"),
                level=row.get("level"),
                months=row.get("months"),
                role=row["role"].pk if row.get("role") else None,
                award=row["qualification"].pk if row.get("qualification") else None,
            )
            for row in rows
            if row.get("kind")
        ]

    def wrong(self, asked: list[Asked]) -> list[str]:
        """What is wrong with them for the row that they belong to."""
        return impossible(asked)

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        found = self.wrong(self.asked())
        if found:
            raise ValidationError(found)


class RequirementInline(SameChoices, admin.StackedInline):
    model = Requirement
    formset: type[BaseInlineFormSet] = RequirementFormSet
    extra = 0
    ordering = ("position", "pk")
    fields = (
        ("text", "is_usual_only"),
        ("position", "group", "kind"),
        ("qualification", "level", "body", "programme"),
        ("months", "experience_of", "role", "stage"),
        SOURCED,
    )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "text" and field is not None:
            field.widget = forms.TextInput(attrs={"class": "vLargeTextField"})
        return field
