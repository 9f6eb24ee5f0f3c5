"""What Learning and Development types beside the rows themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import slugify

from induction.models import InductionProgramme, ProgrammeCheckpoint, ProgrammeVersion
from induction.rules import programme as rules
from induction.services import programme as services
from people.models import JobRole

LARGEST_FILE = 1_000_000
EMPTY_ROWS = {"rows": 2, "cols": 60}


class KnownRow(forms.IntegerField):
    """Which row a line of the form stands for, found among the rows that are loaded already."""

    widget = forms.HiddenInput

    def __init__(self, known: Callable[[int], Any], **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.known = known

    def clean(self, value: Any) -> Any:
        pk = super().clean(value)
        if pk is not None and self.known(pk) is None:
            raise forms.ValidationError("This row is gone. Open the page again.")
        return pk


class LabelledRows(forms.BaseInlineFormSet):
    """The heading of a column is no label: each box says its row too."""

    def add_fields(self, form: forms.ModelForm[Any], index: int | None) -> None:
        super().add_fields(form, index)
        for name, field in form.fields.items():
            field.widget.attrs.setdefault("aria-label", f"{field.label or name}, row {(index or 0) + 1}")


class RowsFormSet(LabelledRows):
    """Many rows, one query: Django's own field asks the database once a row."""

    def add_fields(self, form: forms.ModelForm[Any], index: int | None) -> None:
        super().add_fields(form, index)
        name = self.model._meta.pk.name
        form.fields[name] = KnownRow(self._existing_object, initial=form.fields[name].initial)


def wrong_rows(rows: forms.BaseFormSet[Any]) -> list[tuple[str, str]]:
    """Each error of a table of rows: the id of its box, and the row with what is wrong."""
    found = []
    for number, form in enumerate(rows.forms, start=1):
        title = form.initial.get("title") or form["title"].value()
        row = f"Row {number}, {title}" if title else f"Row {number}"
        for name, errors in form.errors.items():
            box = form[name] if name in form.fields else None
            column = f", {str(box.label).lower()}" if box else ""
            target = box.id_for_label if box and not box.is_hidden else f"{rows.prefix}-{number - 1}"
            found += [(target, f"{row}{column}: {error}") for error in errors]
    return found


class ImportForm(forms.Form):
    """A programme as a file."""

    file = forms.FileField(label="File", help_text="JSON from an export, or TOML in the shape of the starter files.")
    data: rules.ProgrammeData
    reference: dict[str, list[dict[str, Any]]]

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if file.size and file.size > LARGEST_FILE:
            raise forms.ValidationError("The file must be smaller than 1 MB.")
        content = file.read()
        try:
            self.data = rules.read_programme(content)
            self.reference = rules.read_reference(content)
        except rules.UnreadableProgramme as unreadable:
            raise forms.ValidationError(unreadable.problems) from None
        return file


class CopyForm(forms.Form):
    """The name of the copy."""

    title = forms.CharField(max_length=160, widget=AdminTextInputWidget)
    code = forms.SlugField(max_length=50, widget=AdminTextInputWidget, help_text="Short, without spaces.")


class PreviewForm(forms.Form):
    """For whom the preview is."""

    job_role = forms.ModelChoiceField(JobRole.objects.none(), empty_label=None)
    start_date = forms.DateField()

    def __init__(self, *args: Any, version: ProgrammeVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = JobRole.objects.filter(programmes=version.programme)
        side = version.programme.directorate.code
        fitting = named if named.exists() else JobRole.objects.filter(side__in=[side, JobRole.Side.BOTH])
        self.fields["job_role"].queryset = fitting.order_by("title", "pk")  # type: ignore[attr-defined]


class ProgrammeForm(forms.ModelForm):
    """For whom a programme is; what is given to starters already is judged when it is saved."""

    class Meta:
        model = InductionProgramme
        fields = ("title", "code", "directorate", "job_roles", "is_retired")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        programme = self.instance
        # A programme without a published version is given to nobody: publishing asks the same.
        if "job_roles" in data and programme.pk and not data.get("is_retired") and services.is_given_out(programme):
            services.hold_audience(programme)
            for problem in services.audience_problems(programme, job_roles=data["job_roles"]):
                self.add_error("job_roles", problem)
        return data


class CheckpointForm(forms.ModelForm):
    """One item in full. Its key is made from the title when none is given."""

    class Meta:
        model = ProgrammeCheckpoint
        fields = (
            "title", "section", "method", "owner", "offset_number", "offset_unit", "is_mandatory", "is_agreement",
            "audience", "why", "how", "link_title", "link_url", "note", "basis", "source", "source_date", "position",
            "key",
        )  # fmt: skip

    version: ProgrammeVersion

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "key" in self.fields:
            self.fields["key"].required = False

    def clean_link_url(self) -> str:
        link: str = self.cleaned_data["link_url"]
        if link and not rules.is_web_address(link):
            raise forms.ValidationError(rules.WEB_ADDRESS.capitalize())
        return link

    def clean_key(self) -> str:
        others = ProgrammeCheckpoint.objects.filter(version=self.version).exclude(pk=self.instance.pk)
        keys = set(others.values_list("key", flat=True))
        typed: str = self.cleaned_data["key"]
        if typed in keys:
            raise forms.ValidationError("Another checkpoint of this version has this key. Give each its own.")
        base = typed or slugify(self.cleaned_data.get("title", ""))[:70] or "item"
        free = (base, *(f"{base}-{number}" for number in range(2, len(keys) + 3)))
        return next(key for key in free if key not in keys)
