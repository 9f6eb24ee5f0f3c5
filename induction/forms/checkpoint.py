"""What people type about an item of a plan."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from govuk.fields import GovDateField
from govuk.templatetags.govuk import gov_date
from govuk.typed import EvidenceField, FormKeyField, LongTextField, VersionField, needed_sometimes
from induction.models import Checkpoint, Method, Owner, Section
from induction.services import CheckpointData


class ReadyForm(forms.Form):
    """The first signature: a note or a link to evidence, either will do."""

    note = LongTextField(
        what="your note",
        label="What you did and what you learned",
        help_text="Write a note, give a link, or both. Do not name people we support.",
    )
    evidence_url = EvidenceField(
        label="Link to evidence",
        help_text="For example a certificate or a document on the intranet.",
    )
    version = VersionField()
    form_key = FormKeyField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        needed_sometimes(self, "note", "evidence_url")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        nothing_wrong = not self.errors
        if nothing_wrong and not data.get("note", "").strip() and not data.get("evidence_url"):
            self.add_error("note", "Write a note or give a link, so that the other person knows what they sign")
        return data


class SignatureForm(forms.Form):
    """The second signature, or the way back: one field, two buttons."""

    comment = LongTextField(
        what="your comment",
        label="Your comment",
        help_text="You need a reason to hand it back. To sign off, a comment is welcome but not needed.",
    )
    version = VersionField()
    form_key = FormKeyField()

    def __init__(self, *args: Any, act: str = "sign_off", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.act = act
        needed_sometimes(self, "comment")

    def clean_comment(self) -> str:
        comment = self.cleaned_data["comment"].strip()
        if self.act == "hand_back" and not comment:
            raise forms.ValidationError(
                "Enter the reason for handing it back, so that the other person knows what to do"
            )
        return comment


class ReasonForm(forms.Form):
    """One act with its reason."""

    reason = LongTextField(what="the reason", label="Reason", required=True)
    version = VersionField()
    form_key = FormKeyField()

    def __init__(self, *args: Any, label: str = "Reason", hint: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label
        if hint:
            self.fields["reason"].help_text = hint


class AnswerDropForm(forms.Form):
    """Yes or no to leaving an item out."""

    answer = forms.ChoiceField(
        label="Should this item leave the plan?",
        choices=[("accept", "Yes, leave it out"), ("refuse", "No, keep it in the plan")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether the item leaves the plan or stays"},
    )
    reason = LongTextField(what="your reason", label="Why it should stay, if you say no", rows=3)
    version = VersionField()
    form_key = FormKeyField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        needed_sometimes(self, "reason")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("answer") == "refuse" and not self.errors and not data.get("reason", "").strip():
            self.add_error("reason", "Enter why the item should stay")
        return data


class SignManyForm(forms.Form):
    """One confirmation for several items; the versions stand beside it as `item` values."""

    comment = LongTextField(what="your comment", label="A comment for all of them", rows=3)
    form_key = FormKeyField()


class CheckpointForm(forms.Form):
    """An item that the pair adds or adapts."""

    title = forms.CharField(
        label="What is to be done",
        max_length=120,
        help_text="Short and active, like “Shadow a Care Act assessment”.",
        error_messages={
            "required": "Enter what is to be done",
            "max_length": "What is to be done must be 120 characters or fewer",
        },
    )
    section = forms.ChoiceField(
        label="Is it about knowing, understanding or doing?",
        choices=Section,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether it is about knowing, understanding or doing"},
    )
    method = forms.ChoiceField(
        label="How it is learned",
        choices=Method,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it is learned"},
    )
    owner = forms.ChoiceField(
        label="Who does it",
        choices=Owner,
        widget=forms.RadioSelect,
        help_text="Whoever does it signs first; the other signs it off.",
        error_messages={"required": "Choose who does it"},
    )
    due_date = GovDateField(label="When it is due", what="the date it is due")
    why = LongTextField(what="why it matters", label="Why it matters", rows=3)
    how = LongTextField(what="how to do it", label="How to do it", rows=3)
    link_title = forms.CharField(label="Name of a link", max_length=120, required=False)
    link_url = EvidenceField(label="Address of the link")
    version = VersionField()
    form_key = FormKeyField()

    def __init__(
        self,
        *args: Any,
        plan_start: dt.date,
        furthest: dt.date,
        today: dt.date,
        kept: dt.date | None = None,
        **kwargs: Any,
    ) -> None:
        """`kept` is the date that the item has: it may stay although it has passed."""
        super().__init__(*args, **kwargs)
        self.today, self.kept = today, kept
        due = self.fields["due_date"]
        due.not_before, due.not_after = plan_start - dt.timedelta(days=92), furthest

    @classmethod
    def of(cls, checkpoint: Checkpoint, *args: Any, **kwargs: Any) -> CheckpointForm:
        """The form with the item as it stands."""
        names = ["title", "section", "method", "owner", "due_date", "why", "how", "link_title", "link_url", "version"]
        start = {name: getattr(checkpoint, name) for name in names}
        return cls(*args, initial=start, kept=checkpoint.due_date, **kwargs)

    def clean_due_date(self) -> dt.date:
        due: dt.date = self.cleaned_data["due_date"]
        if due < self.today and due != self.kept:
            raise forms.ValidationError(
                f"The date it is due has passed, so the item would be overdue at once. Enter a date from today, "
                f"{gov_date(self.today)}, on"
            )
        return due

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("link_title") and not data.get("link_url") and "link_url" not in self.errors:
            self.add_error("link_url", "Enter the address of the link, or leave its name empty")
        return data

    def data_for_service(self) -> CheckpointData:
        names = ["section", "method", "title", "owner", "due_date", "why", "how", "link_title", "link_url"]
        return CheckpointData(**{name: self.cleaned_data[name] for name in names})
