"""What the two write about a review."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms

from govuk.fields import GovDateField
from govuk.typed import FormKeyField, LongTextField, VersionField, needed_sometimes
from induction.models import Review, WaitingOn
from induction.services import ReviewData


class ReviewForm(forms.Form):
    """Date held, one's own comment, next steps; in the final review the manager proposes how the induction goes on."""

    held_date = GovDateField(
        label="Date you held the review",
        what="the date you held the review",
        required=False,
        help_text="Leave it empty until you have met. For example, 27 3 2027",
    )
    comment = LongTextField(what="your comment", label="Your comment", rows=6)
    next_steps = LongTextField(what="the next steps", label="Next steps you both agreed", rows=4)
    outcome = forms.ChoiceField(
        label="How does the induction go on?",
        choices=Review.Outcome,
        widget=forms.RadioSelect,
        required=False,
    )
    outcome_date = GovDateField(label="Date to extend to, if you extend", what="the date to extend to", required=False)
    outcome_reason = LongTextField(
        what="the reason", label="Reason, if you extend or stop", rows=3, help_text="Only the two of you see this."
    )
    version = VersionField()
    form_key = FormKeyField()

    def __init__(
        self, *args: Any, review: Review, side: WaitingOn, plan_start: dt.date, today: dt.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        needed_sometimes(self, "held_date", "outcome", "outcome_date", "outcome_reason")
        held = self.fields["held_date"]
        held.not_before, held.not_after = plan_start, today
        self.fields["comment"].label = (
            "Your comment, as the starter" if side == WaitingOn.PERSON else "Your comment, as the line manager"
        )
        if not review.is_final or side != WaitingOn.MANAGER:
            for name in ("outcome", "outcome_date", "outcome_reason"):
                del self.fields[name]

    def data_for_service(self) -> ReviewData:
        return ReviewData(**{name: self.cleaned_data[name] for name in self._written})

    @property
    def _written(self) -> list[str]:
        return [name for name in self.fields if name not in {"version", "form_key"}]

    @property
    def differs(self) -> bool:
        """Whether anything typed is other than what stands."""
        return any(self.cleaned_data[name] != self.initial[name] for name in self._written)

    @classmethod
    def of(cls, review: Review, *args: Any, side: WaitingOn, **kwargs: Any) -> ReviewForm:
        """The form with the review as it stands; the comment is the reader's own."""
        names = ["held_date", "next_steps", "outcome", "outcome_date", "outcome_reason", "version"]
        initial = {name: getattr(review, name) for name in names}
        initial["comment"] = review.person_comment if side == WaitingOn.PERSON else review.manager_comment
        return cls(*args, review=review, side=side, initial=initial, **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        outcome = data.get("outcome")
        if outcome == Review.Outcome.EXTEND and not data.get("outcome_date") and "outcome_date" not in self.errors:
            self.add_error("outcome_date", "Enter the date to extend to, like 27 3 2027")
        needs_reason = outcome in {Review.Outcome.EXTEND, Review.Outcome.STOP}
        if needs_reason and "outcome_reason" not in self.errors and not data.get("outcome_reason", "").strip():
            self.add_error("outcome_reason", "Enter the reason")
        return data


class ReviewSignForm(forms.Form):
    """A signature under the text that the reader saw; nothing to type."""

    version = VersionField()
    form_key = FormKeyField()
