import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from notifications import rules
from notifications.working_days import WorkingCalendar

LONDON = ZoneInfo("Europe/London")
ENGLAND = WorkingCalendar()


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(0, 1), (1, 1), (2, 2), (3, 4), (6, 32), (8, 128), (9, 240), (40, 240)]
)
def test_each_wait_is_twice_the_last(attempts, minutes):
    least = rules.wait_before_next_try(attempts=attempts, chance=0, first=dt.timedelta(minutes=1))
    most = rules.wait_before_next_try(attempts=attempts, chance=1, first=dt.timedelta(minutes=1))
    assert least == dt.timedelta(minutes=minutes * 0.75)
    assert most == dt.timedelta(minutes=minutes * 1.25)


@pytest.mark.parametrize(("hours", "is_given_up"), [(0, False), (71.9, False), (72, True), (100, True)])
def test_given_up_three_days_after_the_first_try(hours, is_given_up):
    first = dt.datetime(2027, 3, 4, 9, tzinfo=dt.UTC)
    at = first + dt.timedelta(hours=hours)
    assert rules.is_given_up(first_tried_at=first, at=at) == is_given_up


def test_what_was_never_tried_is_never_given_up():
    assert not rules.is_given_up(first_tried_at=None, at=dt.datetime(2099, 1, 1, tzinfo=dt.UTC))


@pytest.mark.parametrize(
    ("at", "moved"),
    [
        ((2027, 3, 4, 8, 0), (2027, 3, 4, 8, 0)),  # a Thursday
        ((2027, 3, 4, 17, 59), (2027, 3, 4, 17, 59)),
        ((2027, 3, 4, 18, 0), (2027, 3, 5, 8, 15)),
        ((2027, 3, 4, 3, 0), (2027, 3, 4, 8, 15)),
        ((2027, 3, 5, 18, 30), (2027, 3, 8, 8, 15)),  # Friday evening
        ((2027, 3, 7, 12, 0), (2027, 3, 8, 8, 15)),  # Sunday noon
        ((2027, 3, 26, 10, 0), (2027, 3, 30, 8, 15)),  # Good Friday to the Tuesday after Easter
        ((2027, 3, 27, 23, 0), (2027, 3, 30, 8, 15)),  # over the night the clocks change
    ],
)
def test_routine_mail_waits_for_the_morning(at, moved):
    instant = dt.datetime(*at, tzinfo=LONDON)
    assert rules.within_sending_hours(instant, calendar=ENGLAND, chance=0.5) == dt.datetime(*moved, tzinfo=LONDON)


def test_an_extra_holiday_counts():
    calendar = WorkingCalendar(frozenset({dt.date(2027, 3, 4)}))
    noon = dt.datetime(2027, 3, 4, 12, tzinfo=LONDON)
    assert rules.within_sending_hours(noon, calendar=calendar, chance=0).date() == dt.date(2027, 3, 5)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("550 No such mailbox", True),
        ("550 5.1.1 <gone@people.example>: Recipient address rejected", True),
        ("552 5.2.2 Mailbox full", True),
        ("554 5.7.1 Relay access denied", False),
        ("450 4.2.0 Mailbox busy", False),
        ("", False),
    ],
)
def test_which_refusals_speak_of_the_address(answer, expected):
    assert rules.is_about_the_address(answer) is expected
