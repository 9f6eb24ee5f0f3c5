from datetime import UTC, date, datetime

import pytest
from django.core.paginator import Paginator
from django.template import engines

from govuk.states import DRAWINGS, GLYPHS, STATES
from govuk.templatetags import govuk as tags


def render(source, **context):
    return engines["django"].from_string("{% load govuk %}" + source).render(context)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("gov_date", date(2027, 3, 4), "4 March 2027"),
        ("gov_date", None, ""),
        ("weekday_date", date(2026, 11, 26), "Thursday 26 November 2026"),
        ("short_date", date(2026, 11, 6), "6 Nov"),
        ("gov_datetime", datetime(2027, 3, 4, 9, 5, tzinfo=UTC), "4 March 2027 at 9:05am"),
        ("gov_datetime", datetime(2027, 7, 4, 23, 30, tzinfo=UTC), "5 July 2027 at 12:30am"),
        ("gov_date", datetime(2027, 7, 4, 23, 30, tzinfo=UTC), "5 July 2027"),
        ("gov_datetime", datetime(2027, 1, 4, 12, 0, tzinfo=UTC), "4 January 2027 at 12:00pm"),
        ("lateness", 2, "2 days late"),
        ("lateness", 1, "1 day late"),
        ("lateness", 0, "due today"),
        ("lateness", -1, "due tomorrow"),
        ("lateness", -3, "in 3 days"),
        ("lateness", None, ""),
        ("lateness", "", ""),
        ("state_shape", "ready", "◐"),
        ("state_word", "signed_off", "Signed off"),
        ("state_word", "never_heard_of", "Never heard of"),
        ("initials", "Amara Test-Okafor", "AT"),
    ],
)
def test_words(name, value, words):
    assert getattr(tags, name)(value) == words


@pytest.mark.parametrize(
    ("due", "days"), [(date(2026, 11, 20), 3), (date(2026, 11, 23), 0), (date(2026, 11, 26), -3), (None, None)]
)
def test_days_late(due, days):
    assert tags.days_late(due, date(2026, 11, 23)) == days


@pytest.mark.parametrize(("value", "total", "percent"), [(14, 38, "36.84"), (0, 5, "0"), (9, 5, "100"), (3, 0, "0")])
def test_share_stays_between_nothing_and_all(value, total, percent):
    assert tags.share(value, total) == percent


def test_every_state_has_a_word_and_a_shape_that_is_drawn():
    for state in STATES.values():
        assert state.word
        assert state.shape in DRAWINGS
        assert state.shape in GLYPHS


def test_no_two_states_of_a_kind_of_record_look_the_same():
    for codes in (
        "to_do ready signed_off dropped overdue due_soon waiting handed_back",
        "agreeing active paused completed stopped",
        "planned held signed",
    ):
        shapes = [STATES[code].shape for code in codes.split()]
        assert len(set(shapes)) == len(shapes)


def test_tag_says_the_word_beside_the_shape():
    html = render('{% include "components/tag.html" with state="overdue" only %}')
    assert "Overdue" in html
    assert 'aria-hidden="true"' in html
    assert "app-tag--overdue" in html


def test_block_tag_wraps_content_and_escapes_what_is_typed():
    html = render("{% card title=title %}<p>{{ text }}</p>{% endcard %}", title="<b>x", text="<script>")
    assert "&lt;b&gt;x" in html
    assert "<p>&lt;script&gt;</p>" in html


def test_title_repeats_the_heading_without_its_tags():
    html = (
        engines["django"]
        .from_string(
            '{% extends "base.html" %}{% block page_title %}Amara’s <b>plan</b> &amp;  more{% endblock %}'
            "{% block section_title %}Induction{% endblock %}"
        )
        .render({})
    )
    title = "<title>Amara’s plan &amp; more – Induction – Bexley Learning and Development</title>"
    assert title in html
    assert '<h1 class="app-h1">Amara’s <b>plan</b> &amp;  more</h1>' in html


def test_title_escapes_what_is_typed():
    html = (
        engines["django"]
        .from_string('{% extends "base.html" %}{% block page_title %}{{ name }}{% endblock %}')
        .render({"name": "<script>alert(1)</script>"})
    )
    assert "<script>alert(1)" not in html


@pytest.mark.parametrize(("items", "shown"), [(5, False), (200, True)])
def test_pagination_shows_only_when_there_are_pages(items, shown):
    html = render(
        '{% rows "pagination.html" page_obj=page querystring=query %}',
        page=paginated(items, 1),
        query="state=ready&page=9&q=a%26b",
    )
    assert ("govuk-pagination" in html) is shown


def paginated(items, number):
    return Paginator(range(items), 10).page(number)


def test_pagination_keeps_the_filter_and_leaves_gaps():
    html = render(
        '{% rows "pagination.html" page_obj=page querystring=query %}',
        page=paginated(200, 7),
        query="state=ready&page=9&q=a%26b",
    )
    assert 'href="?state=ready&amp;q=a%26b&amp;page=8"' in html
    assert html.count("⋯") == 2
    assert 'aria-label="Page 7" aria-current="page"' in html
    assert "page=9&" not in html
