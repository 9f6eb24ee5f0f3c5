"""What is typed about an offer to share expertise, and what narrows the list of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms

from govuk.fields import GovDateField
from govuk.forms import GovForm
from govuk.typed import FormKeyField, LongTextField, VersionField
from pathways.forms.narrowing import DIRECTORATES
from pathways.models import Capability, CareerRole, ExpertiseOffer
from pathways.rules.expertise import LONGEST, MOST_PLACES
from pathways.services.expertise import OfferData

SHORT_WORDS, LONG_WORDS = 200, 2000


def _grouped(capabilities: Iterable[Capability]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices by role, in the order of the rows."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in capabilities:
        groups.setdefault(row.role.job_role.title, []).append((str(row.pk), row.title))
    return list(groups.items())


class OfferForm(GovForm):
    """One offer, made or changed."""

    kind = forms.ChoiceField(
        label="What do you offer?",
        choices=ExpertiseOffer.Kind,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what you offer"},
    )
    title = forms.CharField(
        label="What is it called",
        max_length=120,
        help_text="Short, like “A morning on the duty desk”.",
        error_messages={"required": "Enter what it is called", "max_length": "Use 120 characters or fewer"},
    )
    what = LongTextField(
        what="what people will see or learn",
        label="What will people see or learn?",
        help_text="Say whom it is for. Do not name people we support.",
        required=True,
        limit=LONG_WORDS,
    )
    when_words = forms.CharField(
        label="When, or how often",
        max_length=SHORT_WORDS,
        help_text="Like “Tuesday mornings” or “the first Thursday of a month, 1pm”.",
        error_messages={"required": "Enter when it is, or how often"},
    )
    how_to_reach = forms.CharField(
        label="Where, or how to join",
        max_length=SHORT_WORDS,
        help_text="Like “Civic Offices, second floor” or “online; I send the link”.",
        error_messages={"required": "Enter where it is, or how to join"},
    )
    places = forms.IntegerField(
        label="How many places",
        min_value=1,
        max_value=MOST_PLACES,
        error_messages={
            "required": "Enter how many places there are",
            "invalid": "Enter the number of places in figures, like 4",
            "min_value": "There must be at least 1 place",
            "max_value": f"There can be at most {MOST_PLACES} places",
        },
    )
    until_date = GovDateField(label="On offer until", what="the last day of the offer")
    capability = forms.ChoiceField(
        label="What it helps with",
        required=False,
        help_text="A capability from the career framework: the offer is then shown on the page of that role.",
    )
    capability_too = forms.ChoiceField(label="What else it helps with", required=False)
    version = VersionField()
    form_key = FormKeyField()

    def __init__(self, *args: Any, capabilities: Iterable[Capability], today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Nothing in particular"), *_grouped(capabilities)]
        self.fields["capability"].choices = choices
        self.fields["capability_too"].choices = choices
        last = self.fields["until_date"]
        last.not_before, last.not_after = today, today + LONGEST
        last.help_text = "At most a year from now. It ends by itself on that day; you are reminded before."

    @classmethod
    def of(cls, offer: ExpertiseOffer, *args: Any, **kwargs: Any) -> OfferForm:
        """The form with the offer as it stands."""
        names = ("kind", "title", "what", "when_words", "how_to_reach", "places", "until_date", "version")
        chosen = [str(row.pk) for row in offer.capabilities.all()[:2]] + ["", ""]
        initial = {name: getattr(offer, name) for name in names}
        return cls(*args, initial=initial | {"capability": chosen[0], "capability_too": chosen[1]}, **kwargs)

    def data_for_service(self) -> OfferData:
        names = ("kind", "title", "what", "when_words", "how_to_reach", "places", "until_date")
        chosen = {self.cleaned_data["capability"], self.cleaned_data["capability_too"]} - {""}
        return OfferData(
            **{name: self.cleaned_data[name] for name in names}, capabilities=[int(number) for number in chosen]
        )


class PlaceForm(forms.Form):
    """A request for a place."""

    message = LongTextField(
        what="your message",
        label="A few words to your colleague",
        help_text="Like why it interests you and which days suit you. Only the two of you read it.",
        rows=3,
        limit=1000,
    )


class HideForm(forms.Form):
    """Why Learning and Development hides an offer; its owner reads it."""

    reason = LongTextField(
        what="the reason",
        label="Why is it hidden?",
        help_text="The owner reads this. Say what would let it be shown again.",
        required=True,
        limit=LONG_WORDS,
    )
    version = VersionField()


class OfferFilter(forms.Form):
    """Kind, directorate, role and capability; what does not fit is passed over."""

    kind = forms.ChoiceField(
        label="Kind", required=False, choices=[("", "Every kind"), *ExpertiseOffer.SHORT_KINDS.items()]
    )
    directorate = forms.ChoiceField(label="Directorate", required=False, choices=[("", "Both"), *DIRECTORATES])
    role = forms.ChoiceField(label="Helps with the role", required=False)
    capability = forms.ChoiceField(label="Helps with", required=False)

    def __init__(
        self, *args: Any, roles: Iterable[CareerRole], capabilities: Iterable[Capability], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", "Any role"), *((str(row.pk), row.job_role.title) for row in roles)]
        self.fields["capability"].choices = [("", "Anything"), *_grouped(capabilities)]

    def chosen(self, name: str) -> str:
        """What was chosen, or nothing when the choice is not on offer."""
        self.is_valid()
        return self.cleaned_data.get(name, "")

    @property
    def narrows(self) -> bool:
        return any(self.chosen(name) for name in self.fields)
