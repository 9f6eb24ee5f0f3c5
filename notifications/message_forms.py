"""Input checks of the words that L&D sets for a kind of message."""

from __future__ import annotations

from typing import Any

from django import forms

from notifications.emails import words_of_file
from notifications.kinds import Pace
from notifications.models import MailSettings, MessageSetting
from notifications.registry import kinds
from notifications.wording import SUBJECT_LENGTH, Words, missing, problems, wordings


class MailSettingsForm(forms.ModelForm):
    """All mail is stopped with a reason only; once it leaves again the reason stands in the history alone."""

    class Meta:
        model = MailSettings
        fields = ("is_enabled", "stop_reason", "bounces_before_pause", "held_working_days")
        widgets = {"stop_reason": forms.TextInput(attrs={"class": "vTextField"})}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("is_enabled"):
            cleaned["stop_reason"] = ""
        elif not cleaned.get("stop_reason") and "stop_reason" not in self.errors:
            self.add_error("stop_reason", "Say why all mail is stopped: whoever looks at this page next has to know.")
        return cleaned


class MessageSettingForm(forms.ModelForm):
    """Whether a kind is sent, and its words; the words of the file are kept as none."""

    class Meta:
        model = MessageSetting
        fields = ("is_enabled", "subject", "body")
        widgets = {"subject": forms.TextInput(attrs={"size": 80}), "body": forms.Textarea(attrs={"rows": 18})}

    typed: dict[str, str] | None = None
    """What stands in the boxes instead of what is kept: the page was not left since it was typed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kinds().get(self.instance.kind)
        self.wording = wordings().get(self.instance.kind)
        if self.kind is not None and self.kind.pace is Pace.NOW:
            self.fields["is_enabled"].disabled = True
            self.fields["is_enabled"].help_text = f"Always sent. {self.kind.must_send}"
        if self.wording is None or not self.wording.is_editable:
            for name in ("subject", "body"):
                self.fields.pop(name, None)
            return
        self.of_file = words_of_file(self.wording)
        if not self.instance.body:
            self.initial.update(subject=self.of_file.subject, body=self.of_file.body)
        if self.typed:
            is_on = "is_enabled" in self.typed or self.fields["is_enabled"].disabled
            self.initial.update(self.typed, is_enabled=is_on)
        # Lines and spaces are the writer's; what is wrong with them is said, not mended in silence.
        self.fields["body"].required = True
        self.fields["subject"] = forms.CharField(
            label="Subject", max_length=SUBJECT_LENGTH, strip=False, widget=self.fields["subject"].widget
        )

    def clean_subject(self) -> str:
        subject: str = self.cleaned_data["subject"].strip(" ")
        self._refuse(problems(subject, self._names(), one_line=True))
        return subject

    def clean_body(self) -> str:
        body: str = self.cleaned_data["body"].replace("\r\n", "\n").strip()
        self._refuse(problems(body, self._names()))
        return body

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.wording is not None and cleaned.get("body"):
            for problem in missing(cleaned["body"], self.wording.required):
                self.add_error("body", problem)
        return cleaned

    def words(self) -> Words | None:
        """What was typed, once it is valid; None where it is what the file says or nothing can be typed."""
        typed = Words(self.cleaned_data.get("subject", ""), self.cleaned_data.get("body", ""))
        return typed if typed.body and typed != self.of_file else None

    def words_on_page(self) -> Words | None:
        """For a preview: what was typed, and while that cannot be sent, or nothing was typed, what is kept."""
        if self.is_bound and self.is_valid():
            return self.words()
        kept = type(self.instance).objects.filter(pk=self.instance.pk).exclude(body="").first()
        return Words(kept.subject, kept.body) if kept else None

    def save(self, commit: bool = True) -> MessageSetting:
        own = self.words()
        self.instance.subject, self.instance.body = (own.subject, own.body) if own else ("", "")
        return super().save(commit)

    def _names(self) -> dict[str, str]:
        return {field.name: field.meaning for field in self.wording.fields} if self.wording else {}

    def _refuse(self, found: list[str]) -> None:
        if found:
            raise forms.ValidationError(found)
