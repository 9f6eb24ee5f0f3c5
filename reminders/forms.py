"""Input checks of what L&D edits in the admin."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from notifications.due import Days
from notifications.wording import problems
from reminders import registry
from reminders.models import Ladder

# What a line may say: notifications.due.DueRule.
LINE_FIELDS = {
    "label": "what it is",
    "person": "about whom",
    "holder": "who has it now",
    "date": "by when",
}
LINE_FIELDS_HELP = (
    f"Fields: {', '.join(f'{{{name}}} {words}' for name, words in LINE_FIELDS.items())}. "
    "Who may not read the thing sees its kind in place of {label}."
)
EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2099, 12, 31)
MOST_STEPS = 6
# A quarter of a year either way.
MOST_DAYS = {Days.WORKING: 60, Days.CALENDAR: 90}


class PreviewForm(forms.Form):
    """The morning to look at."""

    date = forms.DateField(
        label="Day",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Enter a day.", "invalid": "Enter a day such as 2027-03-04."},
    )

    def clean_date(self) -> dt.date:
        day: dt.date = self.cleaned_data["date"]
        if not EARLIEST <= day <= LATEST:
            raise forms.ValidationError("Enter a day between 2000 and 2099.")
        return day


class DaysField(forms.CharField):
    """A short list of numbers of days, written "5, 1"."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(str(number) for number in value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[int]:
        text = super().clean(value)
        try:
            numbers = [int(part) for part in text.replace(",", " ").split()]
        except ValueError:
            raise forms.ValidationError("Enter whole numbers of days, such as 5, 1.") from None
        if len(set(numbers)) != len(numbers):
            raise forms.ValidationError("Enter each number once.")
        if len(numbers) > MOST_STEPS:
            raise forms.ValidationError(f"Enter at most {MOST_STEPS} numbers.")
        return numbers


class LadderForm(forms.ModelForm):
    """When a kind is reminded and escalated; each level later than the one before."""

    before = DaysField(required=False, label="Before the due date", help_text="Days before, such as 5, 1.")
    after = DaysField(required=False, label="After the due date", help_text="Days after, such as 2, 5.")

    class Meta:
        model = Ladder
        fields = (
            "is_enabled",
            "counted_in",
            "before",
            "on_the_day",
            "after",
            "escalate_to_manager_after",
            "is_weekly",
            "escalate_to_learning_after",
            "line",
            "info",
        )
        widgets = {name: forms.TextInput(attrs={"size": 80}) for name in ("line", "info")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rule = registry.rule_of(self.instance.kind)
        self.of_rule = {"line": rule.line, "info": rule.info} if rule else {}
        for name, words in self.of_rule.items():
            self.initial[name] = self.initial.get(name) or words
            self.fields[name].help_text = f"{LINE_FIELDS_HELP} Empty goes back to: {words}"

    def clean_line(self) -> str:
        return self._words("line")

    def clean_info(self) -> str:
        return self._words("info")

    def _words(self, name: str) -> str:
        """What was typed where it differs from the rule's own; its fields are checked."""
        words: str = self.cleaned_data[name]
        if not words or words == self.of_rule.get(name):
            return ""
        found = problems(words, LINE_FIELDS, one_line=True)
        if "{label}" not in words:
            found.append("The field {label} is missing: without it nobody knows what the line is about.")
        if found:
            raise forms.ValidationError(found)
        return words

    def clean_before(self) -> list[int]:
        return sorted(self.cleaned_data["before"], reverse=True)

    def clean_after(self) -> list[int]:
        return sorted(self.cleaned_data["after"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        counted_in = Days(cleaned.get("counted_in", Days.WORKING))
        most, unit = MOST_DAYS[counted_in], counted_in.label.lower()
        for name in ("before", "after"):
            if any(not 1 <= days <= most for days in cleaned.get(name, [])):
                self.add_error(name, f"Each number must be between 1 and {most} {unit}.")
        up, learning = cleaned.get("escalate_to_manager_after"), cleaned.get("escalate_to_learning_after")
        for name, days in (("escalate_to_manager_after", up), ("escalate_to_learning_after", learning)):
            if days is not None and days > most:
                self.add_error(name, f"Enter at most {most} {unit}.")
        if up is not None and learning is not None and learning <= up:
            self.add_error(
                "escalate_to_learning_after",
                "Learning and Development must hear of it later than the next level up.",
            )
        return cleaned
