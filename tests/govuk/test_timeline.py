from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from django.template import engines
from hypothesis import given
from hypothesis import strategies as st

from govuk.timeline import STEP, WIDTH, Mark, build_sparkline, build_timeline, in_words

START, END = date(2026, 8, 31), date(2027, 2, 28)
LANES = [("know", "Know"), ("do", "Do")]


def timeline(marks, today=date(2026, 11, 23), start=START, end=END):
    return build_timeline(start=start, end=end, today=today, lanes=LANES, marks=marks)


def test_six_months_whatever_the_length_of_the_months():
    for start, end in ((START, END), (date(2028, 2, 29), date(2028, 8, 29)), (date(2026, 1, 31), date(2026, 7, 31))):
        months = timeline([], start=start, end=end).months
        assert [month.number for month in months] == [1, 2, 3, 4, 5, 6]
        assert months[0].starts == start
        assert months[-1].ends == end


@pytest.mark.parametrize(
    ("months", "named"), [(6, [1, 2, 3, 4, 5, 6]), (18, [1, 3, 5, 7, 9, 11, 13, 15, 17]), (30, list(range(1, 30, 3)))]
)
def test_the_names_of_many_months_leave_each_other_room(months, named):
    drawn = timeline([], end=START + relativedelta(months=months, days=-2))
    assert len(drawn.months) == months
    assert [month.number for month in drawn.months if month.is_named] == named
    page = engines["rows"].get_template("timeline.html").render({"timeline": drawn})
    assert page.count('text-anchor="middle">Month ') == len(named)


def test_each_mark_stands_in_exactly_one_month():
    marks = [Mark(START + timedelta(days=day), "know", "to_do", str(day)) for day in range(-10, 200, 3)]
    told = [mark for month in timeline(marks).months for mark in month.marks]
    assert sorted(told, key=lambda mark: mark.date) == marks


@given(st.lists(st.integers(-40, 240), max_size=45))
def test_marks_never_cover_each_other_nor_leave_the_drawing(days):
    drawn = timeline([Mark(START + timedelta(days=day), "know", "to_do", str(day)) for day in days])
    places = [(placed.x, placed.y) for lane in drawn.lanes for placed in lane.marks]
    assert len(places) == len(days)
    for number, (x, y) in enumerate(places):
        assert STEP // 2 <= x <= WIDTH - STEP // 2
        assert y <= drawn.height
        for other_x, other_y in places[number + 1 :]:
            assert abs(x - other_x) >= STEP or abs(y - other_y) >= STEP


@pytest.mark.parametrize(
    ("today", "has_line"),
    [(START, True), (END, True), (START - timedelta(days=1), False), (END + timedelta(days=1), False)],
)
def test_today_is_a_line_only_inside_the_band(today, has_line):
    assert (timeline([], today=today).today_x is not None) is has_line


def test_the_words_say_what_the_drawing_shows():
    marks = [
        Mark(date(2026, 9, 4), "know", "signed_off", "A"),
        Mark(date(2026, 9, 5), "do", "overdue", "B"),
        Mark(date(2026, 9, 6), "do", "signed_off", "C"),
    ]
    assert in_words(marks) == "2 signed off, 1 overdue"
    assert timeline(marks).summary == "Month 3 of 6. 2 signed off, 1 overdue."
    assert timeline([]).summary == "Month 3 of 6. Nothing is planned yet."


def test_marks_are_links_with_names():
    mark = Mark(date(2026, 9, 4), "know", "ready", "Fire <safety>", "/induction/items/1/")
    html = engines["rows"].get_template("timeline.html").render({"timeline": timeline([mark])})
    assert '<a href="/induction/items/1/"><title>Fire &lt;safety&gt;, ready, 4 September 2026</title>' in html
    assert "1 ready" in html


def test_sparkline():
    line = build_sparkline([2, 5, 12], unit="a month")
    assert line.words == "from 2 to 12 a month"
    assert line.points.split() == ["4,24", "60,18", "116,4"]
    assert build_sparkline([]).words == "no figures yet"
