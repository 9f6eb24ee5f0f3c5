"""What is typed about cover, managers and sessions: input checks and the wording of errors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms

from govuk.fields import GovDateField
from people.models import Person


class SearchForm(forms.Form):
    """To send it empty is to see everyone; its label need not say so."""

    is_search = True
    q = forms.CharField(label="Name, team, job role or address", required=False, max_length=100)


class ChoosePersonForm(forms.Form):
    """One of the people whom a search has found."""

    person = forms.ChoiceField(label="Who", widget=forms.RadioSelect, error_messages={"required": "Choose a person"})

    def __init__(self, *args: Any, found: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = {str(person.pk): person for person in found}
        field = self.fields["person"]
        field.choices = [(pk, person.full_name) for pk, person in self.found.items()]  # type: ignore[attr-defined]
        field.choice_hints = {  # type: ignore[attr-defined]
            pk: ", ".join(part for part in (person.job_role_title, person.team_name) if part)  # type: ignore[attr-defined]
            for pk, person in self.found.items()
        }

    @property
    def chosen(self) -> Person:
        return self.found[self.cleaned_data["person"]]


class CoverForm(ChoosePersonForm):
    """Who acts for the manager, between which days, and why."""

    start_date = GovDateField(label="First day", what="the first day")
    end_date = GovDateField(label="Last day", what="the last day")
    reason = forms.CharField(
        label="Why",
        help_text="People in your team can see this. Please give no details of an illness.",
        required=False,
        max_length=200,
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("start_date"), data.get("end_date")
        if start and end and end < start:
            self.add_error("end_date", "The last day must be on or after the first day")
        return data


class ManagerForm(ChoosePersonForm):
    """Who manages the person from which day on."""

    from_date = GovDateField(label="From", what="the day from which it holds")

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["from_date"].initial = today
