from datetime import date

import pytest
from django import forms

from govuk.fields import GovDateField
from govuk.forms import GovForm


class HeldForm(GovForm):
    held = GovDateField(
        label="When did you meet?",
        what="the date you held the review",
        not_before=date(2026, 1, 1),
        not_after=date(2027, 12, 31),
    )
    other = GovDateField(what="the other date", required=False)
    note = forms.CharField(label="What you saw")
    choice = forms.ChoiceField(label="Who signs?", choices=[("a", "A")])
    agreed = forms.BooleanField(label="We agree")
    email = forms.EmailField(label="E-mail address", required=False)
    own = forms.CharField(error_messages={"required": "Say why you hand it back"})


def filled(day, month, year, **more):
    return HeldForm({"held_day": day, "held_month": month, "held_year": year, **more})


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        (("27", "3", "2027"), date(2027, 3, 27)),
        ((" 7 ", "03", "2027"), date(2027, 3, 7)),
        (("29", "February", "2027"), None),
        (("1", "mar", "2027"), date(2027, 3, 1)),
        (("1", "March", "2027"), date(2027, 3, 1)),
    ],
)
def test_date_reads_what_people_type(typed, found):
    form = filled(*typed)
    form.is_valid()
    assert form.cleaned_data.get("held") == found


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (("", "", ""), "Enter the date you held the review, like 27 3 2027"),
        (("27", "", "2027"), "The date you held the review must include a month"),
        (("", "", "2027"), "The date you held the review must include a day and month"),
        (("30", "2", "2027"), "The date you held the review must be a real date, like 27 3 2027"),
        (("27", "3", "27"), "The date you held the review must be a real date, like 27 3 2027"),
        (("٣", "3", "2027"), "The date you held the review must be a real date, like 27 3 2027"),
        (("1e", "3", "2027"), "The date you held the review must be a real date, like 27 3 2027"),
        (("31", "12", "2025"), "The date you held the review must be on or after 1 January 2026"),
        (("1", "1", "2028"), "The date you held the review must be on or before 31 December 2027"),
    ],
)
def test_date_says_what_to_do(typed, words):
    assert filled(*typed).errors["held"] == [words]


def test_empty_optional_date_is_no_date():
    form = filled("27", "3", "2027")
    form.is_valid()
    assert form.cleaned_data["other"] is None
    assert "other" not in form.errors


def test_what_was_typed_stays():
    html = str(filled("31", "<b>", "twenty")["held"])
    assert 'value="31"' in html
    assert 'value="&lt;b&gt;"' in html
    assert 'value="twenty"' in html


def test_a_known_date_fills_the_boxes():
    html = str(HeldForm(initial={"held": date(2027, 3, 4)})["held"])
    assert [f'value="{part}"' in html for part in (4, 3, 2027)] == [True, True, True]


def test_date_knows_whether_it_changed():
    field = GovDateField()
    assert not field.has_changed(date(2027, 3, 4), ["4", "3", "2027"])
    assert field.has_changed(date(2027, 3, 4), ["5", "3", "2027"])
    assert not field.has_changed(None, ["", "", ""])


def test_errors_say_what_to_do():
    errors = HeldForm({"email": "someone"}).errors
    assert errors["note"] == ["Enter what you saw"]
    assert errors["choice"] == ["Choose an answer: who signs"]
    assert errors["agreed"] == ["Tick the box: we agree"]
    assert errors["own"] == ["Say why you hand it back"]
    assert errors["email"] == ["Enter an e-mail address in the right form, like name@bexley.example"]
