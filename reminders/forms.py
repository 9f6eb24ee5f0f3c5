"""Input checks of what L&D edits in the admin."""

from __future__ import annotations

from typing import Any

from django import forms

from reminders.models import Ladder

MOST_STEPS = 6
MOST_DAYS = 60


class WorkingDaysField(forms.CharField):
    """A short list of working days, written "5, 1"."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(str(number) for number in value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[int]:
        text = super().clean(value)
        try:
            numbers = [int(part) for part in text.replace(",", " ").split()]
        except ValueError:
            raise forms.ValidationError("Enter whole numbers of working days, such as 5, 1.") from None
        if any(not 1 <= number <= MOST_DAYS for number in numbers):
            raise forms.ValidationError(f"Each number must be between 1 and {MOST_DAYS}.")
        if len(set(numbers)) != len(numbers):
            raise forms.ValidationError("Enter each number once.")
        if len(numbers) > MOST_STEPS:
            raise forms.ValidationError(f"Enter at most {MOST_STEPS} numbers.")
        return numbers


class LadderForm(forms.ModelForm):
    """When a kind is reminded and escalated; each level later than the one before."""

    before = WorkingDaysField(
        required=False, label="Before the due date", help_text="Working days before, such as 5, 1."
    )
    after = WorkingDaysField(required=False, label="After the due date", help_text="Working days after, such as 2, 5.")

    class Meta:
        model = Ladder
        fields = (
            "is_enabled",
            "before",
            "on_the_day",
            "after",
            "escalate_to_manager_after",
            "is_weekly",
            "escalate_to_learning_after",
        )

    def clean_before(self) -> list[int]:
        return sorted(self.cleaned_data["before"], reverse=True)

    def clean_after(self) -> list[int]:
        return sorted(self.cleaned_data["after"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        up, learning = cleaned.get("escalate_to_manager_after"), cleaned.get("escalate_to_learning_after")
        for name, days in (("escalate_to_manager_after", up), ("escalate_to_learning_after", learning)):
            if days is not None and days > MOST_DAYS:
                self.add_error(name, f"Enter at most {MOST_DAYS} working days.")
        if up is not None and learning is not None and learning <= up:
            self.add_error(
                "escalate_to_learning_after",
                "Learning and Development must hear of it later than the next level up.",
            )
        return cleaned
