"""Form fields in the manner of GOV.UK."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]


class GovDateWidget(forms.MultiWidget):
    """A date as three boxes; whatever was typed comes back as it was typed."""

    template_name = "govuk/widgets/date.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        box = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__(
            widgets={part: forms.TextInput(attrs=dict(box)) for part in ("day", "month", "year")}, attrs=attrs
        )

    def decompress(self, value: Any) -> list[str]:
        if isinstance(value, date):
            return [str(value.day), str(value.month), str(value.year)]
        return ["", "", ""]

    def id_for_label(self, id_: str, index: str | int | None = None) -> str:
        """The first box: where the error summary leads."""
        return f"{id_}_0" if id_ else id_


class GovDateField(forms.Field):
    """A date typed as day, month and year. `what` completes "Enter ...": "the date you held the review"."""

    widget = GovDateWidget

    def __init__(
        self,
        *,
        what: str = "the date",
        not_before: date | None = None,
        not_after: date | None = None,
        example: str = "27 3 2027",
        **kwargs: Any,
    ) -> None:
        self.what, self.example = what, example
        self.not_before, self.not_after = not_before, not_after
        kwargs.setdefault("help_text", f"For example, {example}")
        super().__init__(**kwargs)

    def clean(self, value: Any) -> date | None:
        return self.to_python(value)

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, date):
            return value
        typed = dict(zip(("day", "month", "year"), [str(part or "").strip() for part in value or []], strict=False))
        missing = [part for part in ("day", "month", "year") if not typed.get(part)]
        subject = self.what[:1].upper() + self.what[1:]
        if len(missing) == 3:
            if self.required:
                raise ValidationError(f"Enter {self.what}, like {self.example}", code="required")
            return None
        if missing:
            raise ValidationError(f"{subject} must include a {' and '.join(missing)}", code="incomplete")
        found = self._real_date(**typed)
        if found is None:
            raise ValidationError(f"{subject} must be a real date, like {self.example}", code="invalid")
        if self.not_before and found < self.not_before:
            raise ValidationError(f"{subject} must be on or after {_words(self.not_before)}", code="too_early")
        if self.not_after and found > self.not_after:
            limit = _words(self.not_after)
            raise ValidationError(f"{subject} must be on or before {limit}", code="too_late")
        return found

    def has_changed(self, initial: Any, data: Any) -> bool:
        before = initial if isinstance(initial, list) else GovDateWidget().decompress(initial)
        return [str(part or "").strip() for part in data or ["", "", ""]] != before

    @staticmethod
    def _real_date(*, day: str, month: str, year: str) -> date | None:
        """The date, with the month as a number or a word, or nothing."""
        word = month.lower()
        if len(word) >= 3 and word.isalpha():
            month = next((str(number) for number, name in enumerate(MONTHS, 1) if name.startswith(word)), "")
        if not (
            re.fullmatch(r"[0-9]{1,2}", day) and re.fullmatch(r"[0-9]{1,2}", month) and re.fullmatch(r"[0-9]{4}", year)
        ):
            return None
        try:
            return date(int(year), int(month), int(day))
        except ValueError:
            return None


def _words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
