"""What is typed about an interest, an application, an act on it, and the parts of a route."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms

from govuk.fields import GovDateField
from govuk.forms import GovForm
from govuk.typed import EvidenceField, FormKeyField, LongTextField, VersionField, needed_sometimes
from pathways.models import Application, Milestone
from pathways.rules.application import BY_ACT, Move, Words
from pathways.rules.application_dates import check_dates, check_in_time
from pathways.services.applying import DraftData
from pathways.services.deciding import ActData
from pathways.services.milestones import MilestoneData
from people.models import Qualification
from people.rules import Conflict
from uploads.rules import ENDINGS, WORDS


class DraftForm(forms.Form):
    """The text of an application. Nothing is required while it is only saved."""

    statement = LongTextField(
        what="your statement",
        label="Your statement",
        rows=10,
        help_text="Why this, why now, and how you will make time for it. "
        "No names or details of people whom we support.",
    )
    evidence = LongTextField(
        what="your evidence",
        label="Your evidence",
        rows=6,
        help_text="What shows that you are ready: work that you led, feedback, supervision, learning.",
    )
    evidence_url = EvidenceField(label="Link to a document", help_text="A page that your manager and L&D can open.")
    version = VersionField()

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {**application.sent_text, "version": application.version})
        super().__init__(*args, **kwargs)
        # Saved without them, never sent without them.
        needed_sometimes(self, "statement", *(["evidence"] if application.step_id else []))

    def data_for_service(self) -> DraftData:
        return DraftData(**{name: self.cleaned_data[name] for name in ("statement", "evidence", "evidence_url")})


class FileForm(GovForm):
    """One file that goes with the text; what it is, the service looks at."""

    file = forms.FileField(
        label="Add a file",
        help_text=f"{WORDS}, of at most 10 MB. No names or details of people whom we support.",
        widget=forms.FileInput(attrs={"accept": ENDINGS}),
        error_messages={
            "required": "Choose a file",
            "empty": "The file is empty. Choose another one.",
            "missing": "Choose a file",
            "invalid": "Choose a file",
            "max_length": "Give the file a shorter name, then add it",
        },
        max_length=500,
    )


class ActForm(forms.Form):
    """The fields that one row of the table asks for."""

    version = VersionField()
    form_key = FormKeyField()

    def __init__(
        self,
        *args: Any,
        move: Move,
        application: Application,
        today: dt.date,
        awards: Iterable[Qualification] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.move, self.application, self.today = move, application, today
        fields: dict[str, forms.Field] = {}
        if move.day:
            fields["day"] = GovDateField(label=move.day, what=f"the date: {move.day.lower()}")
        if move.until:
            fields["until"] = GovDateField(label=move.until, what=f"the date: {move.until.lower()}")
        if move.act == "complete" and awards:
            fields["awards"] = forms.MultipleChoiceField(
                label="What was gained, as seen on the certificate",
                choices=[(str(award.pk), award.title) for award in awards],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )
        if move.words != Words.NONE:
            fields["words"] = LongTextField(
                what="your words", label=move.asks, required=move.words == Words.MUST, help_text=move.hint
            )
        self.fields = fields | self.fields

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        day, until = data.get("day"), data.get("until")
        if isinstance(day, dt.date) and isinstance(until, dt.date) and until <= day:
            self.add_error("until", "This date must be after the one above")
        elif isinstance(day, dt.date):
            self._judge_day(day, until)
        return data

    def _judge_day(self, day: dt.date, until: dt.date | None) -> None:
        """What the service would refuse because of the date is said beside it, and nothing typed is lost."""
        try:
            check_dates(self.move, day=day, until=until, today=self.today)
            check_in_time(self.application, self.move.act, day=day, today=self.today)
        except Conflict as refusal:
            self.add_error("day", refusal.reason)

    def data_for_service(self) -> ActData:
        data = self.cleaned_data
        return ActData(
            words=data.get("words", ""),
            day=data.get("day"),
            until=data.get("until"),
            awards=[int(pk) for pk in data.get("awards", ())],
        )


def form_of_act(
    data: Any, *, application: Application, move: Move, today: dt.date, default_day: dt.date | None = None
) -> ActForm:
    """With the dates that are likeliest, which may all be changed."""
    intake = application.intake
    initial = {"version": application.version, "day": default_day or today}
    if intake:
        initial["until"] = application.expected_end_date or intake.end_date
    awards = list(intake.route.awards.order_by("title")) if intake and move.act == "complete" else []
    if len(awards) == 1:
        initial["awards"] = [str(awards[0].pk)]
    return ActForm(data, move=move, application=application, today=today, awards=awards, initial=initial)


class BatchForm(ActForm):
    """The same act on several applications of an intake: which ones, and the fields of the act."""

    act = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, act: str, **kwargs: Any) -> None:
        super().__init__(*args, move=BY_ACT[act], **kwargs)


class MilestoneForm(forms.Form):
    """A part of the route."""

    kind = forms.ChoiceField(label="What it is", choices=Milestone.Kind.choices)
    title = forms.CharField(
        label="Name", max_length=160, error_messages={"required": "Enter a name, such as “Module 2: Law”"}
    )
    hours = forms.IntegerField(
        label="Hours", min_value=1, max_value=2000, required=False, help_text="Only for off-the-job hours."
    )
    due_date = GovDateField(label="Expected by", what="the day by which it is expected", required=False)
    form_key = FormKeyField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        needed_sometimes(self, "hours")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        is_hours = data.get("kind") == Milestone.Kind.HOURS
        if is_hours and not data.get("hours"):
            self.add_error("hours", "Enter how many hours")
        elif not is_hours:
            data["hours"] = None
        return data

    def data_for_service(self) -> MilestoneData:
        return MilestoneData(**{name: self.cleaned_data[name] for name in ("kind", "title", "hours", "due_date")})
