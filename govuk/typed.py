"""Fields that several forms share: long text with a stated limit, a link to evidence, the key of a form."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError

# Long enough for a careful account of a visit; a page that shows a trail of them stays readable.
TEXT_LIMIT = 10_000


class LongTextField(forms.CharField):
    """Free text. What is too long is refused with its length, and comes back as it was typed."""

    def __init__(
        self, *, what: str, required: bool = False, rows: int = 5, limit: int = TEXT_LIMIT, **kwargs: Any
    ) -> None:
        self.what, self.limit = what, limit
        widget = forms.Textarea(attrs={"rows": rows, "maxlength": limit})
        super().__init__(required=required, widget=widget, **kwargs)
        self.error_messages["required"] = f"Enter {what}"

    def validate(self, value: str) -> None:
        super().validate(value)
        if len(value) > self.limit:
            subject = self.what[:1].upper() + self.what[1:]
            raise ValidationError(
                f"{subject} must be {self.limit:,} characters or fewer. It has {len(value):,}. "
                "Shorten it, or save it as a document and give a link to it.",
                code="max_length",
            )

    def to_python(self, value: Any) -> str:
        """Line ends count once, as the reader sees them."""
        return str(super().to_python(value)).replace("\r\n", "\n")


class EvidenceField(forms.URLField):
    """A link that opens in a browser: https or http and nothing else."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 500)
        super().__init__(assume_scheme="https", required=False, **kwargs)
        self.error_messages["invalid"] = "Enter a link that starts with https://, like https://intranet.example/page"
        self.error_messages["max_length"] = "The link must be 500 characters or fewer"

    def clean(self, value: Any) -> Any:
        value = super().clean(value)
        if value and urlsplit(value).scheme not in {"https", "http"}:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return value


def needed_sometimes(form: forms.BaseForm, *names: str) -> None:
    """Fields that one answer or another makes necessary: the label must not call them optional."""
    for name in names:
        if name in form.fields:
            form.fields[name].is_needed_sometimes = True  # type: ignore[attr-defined]


class FormKeyField(forms.UUIDField):
    """The same form sent twice carries the same key, so that it is answered once."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput, required=False, initial=uuid.uuid4)

    def clean(self, value: Any) -> uuid.UUID | None:
        """A key that a browser has mangled is no reason to lose the words beside it."""
        try:
            return super().clean(value)
        except ValidationError:
            return None


class VersionField(forms.IntegerField):
    """Which text the reader saw; nought, when it is missing, matches none."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)

    def clean(self, value: Any) -> int:
        try:
            return super().clean(value) or 0
        except ValidationError:
            return 0
