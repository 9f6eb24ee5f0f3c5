"""What people type about a plan as a whole."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from govuk.fields import GovDateField
from govuk.typed import FormKeyField, LongTextField, VersionField
from induction.models import PlanExtension
from people.models import Person


class AgreeForm(forms.Form):
    """The revision that the reader saw, and the key of the form; nothing to type."""

    revision = VersionField()
    form_key = FormKeyField()


class NoteForm(forms.Form):
    """A note: its author's alone, until it is shared."""

    text = LongTextField(what="your note", label="Write a note", required=True)
    is_shared = forms.BooleanField(
        label="Share it now", required=False, help_text="Leave this empty to keep the note to yourself."
    )
    form_key = FormKeyField()


class BuddyForm(forms.Form):
    """Choose among the people that a search by name has found."""

    buddy = forms.ModelChoiceField(
        queryset=Person.objects.none(),
        label="Who will be the buddy?",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Choose who will be the buddy", "invalid_choice": "Choose someone from the list"},
    )

    def __init__(self, *args: Any, found: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["buddy"]
        field.queryset = Person.objects.filter(pk__in=[person.pk for person in found])
        field.choices = [(person.pk, _with_post(person)) for person in found]


def _with_post(person: Person) -> str:
    post = ", ".join(part for part in (person.job_role_title, person.team_name) if part)
    return f"{person.full_name}, {post}" if post else person.full_name


class PauseForm(forms.Form):
    """From when the clock stands still, and why; a first day to come plans the pause."""

    start_date = GovDateField(
        label="First day away", what="the first day away", help_text="Today, an earlier day, or a day to come."
    )
    expected_end_date = GovDateField(
        label="Day you expect them back", what="the day you expect them back", required=False
    )
    reason = LongTextField(
        what="the reason",
        label="Reason",
        required=True,
        rows=3,
        help_text="Only the two of you see this. “Sickness absence” or “parental leave” is enough.",
    )
    form_key = FormKeyField()

    def __init__(self, *args: Any, plan_start: dt.date, plan_end: dt.date, keeps_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["start_date"].not_before = plan_start
        self.fields["start_date"].not_after = plan_end
        if keeps_reason:
            # Whoever covers may change a planned pause without reading why it was planned.
            reason = self.fields["reason"]
            reason.required, reason.help_text = False, "Leave this empty to keep the reason, which only the two see."

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, back = data.get("start_date"), data.get("expected_end_date")
        if start and back and back <= start:
            self.add_error("expected_end_date", "The day you expect them back must be after the first day away")
        return data


class CancelPauseForm(forms.Form):
    """The key of the form; nothing to type."""

    form_key = FormKeyField()


class ResumeForm(forms.Form):
    """The first day back."""

    first_day_back = GovDateField(label="First day back", what="the first day back")
    form_key = FormKeyField()

    def __init__(self, *args: Any, paused_on: dt.date, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        back = self.fields["first_day_back"]
        back.not_before, back.not_after = paused_on, today


class ExtendForm(forms.Form):
    """A later end date, with its kind and its reason."""

    to_date = GovDateField(label="New end date", what="the new end date")
    kind = forms.ChoiceField(
        label="What is it for?",
        choices=[
            (value, label) for value, label in PlanExtension.Kind.choices if value != PlanExtension.Kind.FINAL_REVIEW
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the extra time is for"},
    )
    reason = LongTextField(
        what="the reason", label="Reason", required=True, rows=3, help_text="Only the two of you see this."
    )
    form_key = FormKeyField()

    def __init__(self, *args: Any, after: dt.date, furthest: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        to_date = self.fields["to_date"]
        to_date.not_before, to_date.not_after = after + dt.timedelta(days=1), furthest


class MoveForm(forms.Form):
    """The version whose difference the reader saw."""

    version_id = VersionField()
    form_key = FormKeyField()
