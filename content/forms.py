"""What readers type about a guide."""

from __future__ import annotations

from django import forms

from govuk.typed import FormKeyField, LongTextField


class MistakeForm(forms.Form):
    """What is wrong, in the reader's words."""

    said = LongTextField(
        what="what is wrong",
        label="What is wrong or missing?",
        required=True,
        limit=1000,
        rows=4,
        help_text="Say which part, and what is right if you know it. Leave out names of people who draw on services.",
    )
    form_key = FormKeyField()
