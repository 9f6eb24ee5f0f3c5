"""The crispy pack: labels, hints and errors are tied to their fields, and what was typed comes back."""

import re

import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Submit
from crispy_forms.utils import render_crispy_form
from django.template import engines

from govuk.gallery import ExampleForm, examples


def crispy(form):
    return engines["django"].from_string("{% load crispy_forms_filters %}{{ form|crispy }}").render({"form": form})


@pytest.fixture
def wrong():
    return examples()["wrong_form"]


def test_every_described_id_exists(wrong):
    for html in (crispy(wrong), crispy(ExampleForm())):
        described = {part for ids in re.findall(r'aria-describedby="([^"]+)"', html) for part in ids.split()}
        assert described
        assert described <= set(re.findall(r'id="([^"]+)"', html))


def test_every_label_leads_to_a_field(wrong):
    html = crispy(wrong)
    assert set(re.findall(r'for="([^"]+)"', html)) <= set(re.findall(r'id="([^"]+)"', html))


def test_no_id_stands_twice(wrong):
    ids = re.findall(r' id="([^"]+)"', crispy(wrong))
    assert len(ids) == len(set(ids))


def test_error_summary_leads_to_the_first_control_of_each_field(wrong):
    summary = engines["django"].get_template("components/error_summary.html").render({"form": wrong})
    targets = re.findall(r'href="#([^"]+)"', summary)
    assert targets == [
        "id_title",
        "id_email",
        "id_method",
        "id_outcome_0",
        "id_held_date_0",
        "id_is_agreed",
    ]
    html = crispy(wrong)
    for target in targets:
        assert re.search(rf'<(input|select|textarea)[^>]*\bid="{target}"', html), target


def test_error_is_marked_and_said(wrong):
    html = crispy(wrong)
    assert 'id="id_title_error"' in html
    assert 'aria-invalid="true"' in html
    assert "govuk-input--error" in html
    assert "govuk-form-group--error" in html


def test_typed_text_stays_and_is_escaped():
    html = crispy(ExampleForm({"title": "<script>x</script>", "note": "a & b", "themes": ["do"]}))
    assert "&lt;script&gt;x" in html
    assert "a &amp; b" in html
    assert re.search(r'value="do" id="id_themes_2" checked', html)


def test_counter_does_not_cut_what_is_pasted():
    html = crispy(ExampleForm())
    assert 'data-maxlength="500"' in html
    assert 'id="id_note-info"' in html
    assert not re.search(r"<textarea[^>]*\smaxlength=", html)


def test_groups_have_a_legend_and_no_browser_validation():
    html = crispy(ExampleForm())
    assert html.count("<legend") == 3
    form = ExampleForm()
    form.helper = FormHelper()
    form.helper.add_input(Submit("save", "Save"))
    whole = render_crispy_form(form, context={"csrf_token": "token"})
    assert "novalidate" in whole
    assert 'enctype="multipart/form-data"' in whole
    assert "csrfmiddlewaretoken" in whole
    assert re.search(r'<button type="submit"[^>]*class="govuk-button"[^>]*>Save</button>', whole)


def test_layout_fieldset():
    form = ExampleForm()
    form.helper = FormHelper()
    form.helper.form_tag = False
    form.helper.layout = Fieldset("About it", "title", "email")
    html = render_crispy_form(form)
    assert "About it</legend>" in html
    assert html.count("<label") == 2


def test_errors_of_the_whole_form_are_in_the_summary():
    form = ExampleForm({})
    form.add_error(None, "Someone else signed this while you were reading")
    summary = engines["django"].get_template("components/error_summary.html").render({"form": form})
    assert "Someone else signed this while you were reading" in summary


def test_page_title_says_error_first(wrong):
    page = engines["django"].from_string('{% extends "base.html" %}{% block page_title %}Add{% endblock %}')
    assert "<title>Error: Add" in page.render({"form": wrong})
    assert "<title>Add" in page.render({"form": ExampleForm()})
    assert page.render({"form": wrong}).count('class="govuk-error-summary"') == 1


def test_unknown_choice_hint_is_no_trouble():
    html = crispy(ExampleForm())
    assert "You will be asked for a reason" in html
    assert html.count("govuk-radios__hint") == 1
