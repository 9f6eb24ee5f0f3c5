"""Ladders as tables: which step fires on which morning, and whom it tells."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications.due import Days, DueItem, DueRule, LadderDefaults, Waiting
from notifications.working_days import WorkingCalendar
from reminders import rules
from reminders.rules import Level, Section

ENGLAND = WorkingCalendar()
LEARNING = [900, 901]
PERSON, MANAGER, COVER, UPPER, UPPER_COVER = 1, 2, 3, 4, 5

PERSONS_OWN = LadderDefaults(before=(5, 1), after=(2, 5), up_after=5, is_weekly=True)
BY_THE_CALENDAR = LadderDefaults(
    before=(90, 7, 1), on_the_day=True, after=(1, 7), up_after=14, learning_after=30, counted_in=Days.CALENDAR
)
MANAGERS = LadderDefaults(before=(10, 3), on_the_day=True, after=(2, 5), up_after=10, learning_after=15)


def day(text):
    return dt.date.fromisoformat(text)


def rule(ladder=MANAGERS):
    return DueRule(
        kind="app.kind", title="Thing", task="Do a thing", subject_type="thing", url_name="home",
        find=lambda *, today: None, ladder=ladder,
    )  # fmt: skip


def item(waiting_on=Waiting.PERSON, *, due="2026-11-30", **changes):
    facts = {
        "rule": rule(), "subject_id": 7, "person_id": PERSON, "starts_on": None, "waiting_on": waiting_on,
        "manager_id": MANAGER, "cover_id": None, "upper_id": UPPER, "upper_cover_id": None,
        "due_on": day(due), "label": "A thing", "url_pk": 7,
    }  # fmt: skip
    return DueItem(**{**facts, **changes})


def codes(ladder, due, today, last_run=None, calendar=ENGLAND):
    fired = rules.firing(ladder, day(due), today=day(today), last_run=last_run and day(last_run), calendar=calendar)
    return {step.code for step in fired}


@pytest.mark.parametrize(
    ("due", "today", "expected"),
    [
        # Due on Monday 30 November 2026.
        ("2026-11-30", "2026-11-20", set()),
        ("2026-11-30", "2026-11-23", {"before-5"}),
        ("2026-11-30", "2026-11-26", {"before-5"}),  # caught up three working days later
        ("2026-11-30", "2026-11-27", {"before-1"}),
        ("2026-11-30", "2026-11-28", set()),  # Saturday
        ("2026-11-30", "2026-11-30", {"before-1"}),
        ("2026-11-30", "2026-12-02", {"after-2"}),
        ("2026-11-30", "2026-12-07", {"after-5", "up-5"}),  # the Monday of the manager's list
        ("2026-11-30", "2026-12-10", {"after-5", "up-5"}),
        ("2026-11-30", "2026-12-11", set()),
        ("2026-11-30", "2027-06-01", set()),  # then it stops
        # Due on Tuesday: five working days later is Tuesday, the list comes on the Monday after.
        ("2026-12-01", "2026-12-08", {"after-5"}),
        ("2026-12-01", "2026-12-14", {"up-5"}),
        # Due on Saturday: reminders count from the Friday, later steps from the day itself.
        ("2026-11-28", "2026-11-26", {"before-1"}),
        ("2026-11-28", "2026-12-01", {"after-2"}),
        # Due on the Friday before a bank-holiday Monday (31 August 2026).
        ("2026-08-28", "2026-08-27", {"before-1"}),
        ("2026-08-28", "2026-08-31", set()),
        ("2026-08-28", "2026-09-01", {"before-1"}),
        ("2026-08-28", "2026-09-02", {"after-2"}),
        ("2026-08-28", "2026-09-07", {"after-5", "up-5"}),
    ],
)
def test_persons_own_item(due, today, expected):
    assert codes(PERSONS_OWN, due, today) == expected


@pytest.mark.parametrize(
    ("due", "today", "expected"),
    [
        ("2026-11-30", "2026-11-16", {"before-10"}),
        ("2026-11-30", "2026-11-25", {"before-3"}),
        ("2026-11-30", "2026-11-30", {"on-the-day"}),
        ("2026-11-30", "2026-12-14", {"up-10"}),
        ("2026-11-30", "2026-12-21", {"learning-15"}),
        # On a holiday: the reminder comes the working day before, the escalation ten working days after.
        ("2026-04-06", "2026-04-02", {"on-the-day"}),
        ("2026-04-06", "2026-04-06", set()),
        ("2026-04-06", "2026-04-20", {"up-10"}),
        # Over Christmas.
        ("2026-12-18", "2027-01-06", {"up-10"}),
    ],
)
def test_what_waits_on_a_manager(due, today, expected):
    assert codes(MANAGERS, due, today) == expected


@pytest.mark.parametrize(
    ("due", "today", "expected"),
    [
        # Due on Monday 30 November 2026.
        ("2026-11-30", "2026-09-01", {"before-90"}),
        ("2026-11-30", "2026-11-23", {"before-7"}),
        # The day before is a Sunday: on the Friday.
        ("2026-11-30", "2026-11-27", {"before-1"}),
        ("2026-11-30", "2026-11-30", {"on-the-day"}),
        ("2026-11-30", "2026-12-01", {"after-1"}),
        ("2026-11-30", "2026-12-07", {"after-7"}),
        ("2026-11-30", "2026-12-14", {"up-14"}),
        ("2026-11-30", "2026-12-30", {"learning-30"}),
        # Due on a Friday: the day after is a Saturday, and nothing is overdue on its own day.
        ("2026-11-27", "2026-11-27", {"on-the-day"}),
        ("2026-11-27", "2026-11-30", {"after-1"}),
        # Two weeks after 11 December is Christmas Day, with a weekend and a substitute day behind it.
        ("2026-12-11", "2026-12-29", {"up-14"}),
        # Due on Good Friday, 3 April 2026: a week before it, and on the last working day before it.
        ("2026-04-03", "2026-03-27", {"before-7"}),
        ("2026-04-03", "2026-04-02", {"on-the-day"}),
        ("2026-04-03", "2026-04-07", {"after-1"}),
    ],
)
def test_a_ladder_in_calendar_days(due, today, expected):
    fired = rules.firing(BY_THE_CALENDAR, day(due), today=day(today), last_run=None, calendar=ENGLAND)
    assert {step.code for step in fired if step.date == day(today)} == expected


def test_escalation_due_on_a_day_off_waits_for_the_working_day_after():
    at_once = LadderDefaults(up_after=0)
    assert codes(at_once, "2026-04-03", "2026-04-02") == set()
    assert codes(at_once, "2026-04-03", "2026-04-07") == {"up-0"}


@pytest.mark.parametrize(
    ("today", "last_run", "expected"),
    [
        ("2026-12-17", "2026-12-16", {"up-10"}),  # ordinary catch-up
        ("2026-12-18", "2026-12-17", set()),  # it was said in time, or the next level is new: never late
        ("2026-12-18", "2026-12-11", {"up-10"}),  # no sweep ran since the step came: late rather than never
        ("2027-01-04", "2026-12-11", {"learning-15"}),  # of several levels the highest alone
        ("2026-12-18", None, set()),  # the first sweep ever does not dig out old things
    ],
)
def test_an_outage_loses_no_escalation(today, last_run, expected):
    assert codes(MANAGERS, "2026-11-30", today, last_run) == expected


@given(
    due=st.dates(dt.date(2026, 9, 1), dt.date(2027, 3, 1)),
    off=st.integers(0, 60),
    gap=st.integers(0, 90),
    ladder=st.sampled_from([PERSONS_OWN, MANAGERS, BY_THE_CALENDAR]),
)
def test_after_any_gap_the_highest_level_that_has_come_is_told_once_and_never_several_together(due, off, gap, ladder):
    """Swept each working day until `off` days after the due date, then not for `gap` days, then again."""
    mornings = [due + dt.timedelta(days=number) for number in range(-30, 200)]
    mornings = [one for one in mornings if ENGLAND.is_working_day(one) and not off <= (one - due).days < off + gap]
    said, last_run = [], None
    for morning in mornings:
        fired = rules.firing(ladder, due, today=morning, last_run=last_run, calendar=ENGLAND)
        new = [step for step in fired if step.level is not Level.HOLDER and step.code not in said]
        was_late = [step for step in new if (morning - step.date).days > 7]
        assert len(new) == 1 or not was_late
        said += [step.code for step in new]
        last_run = morning
        come = [step for step in rules.steps(ladder, due, ENGLAND) if step.level is not Level.HOLDER]
        come = [step for step in come if step.date <= morning]
        if come:
            assert max(come, key=lambda step: step.level is Level.LEARNING).code in said
    assert len(said) == len(set(said))


@pytest.mark.parametrize(("today", "expected"), [("2026-12-07", {"after-5"}), ("2026-12-11", set())])
def test_an_old_reminder_is_not_sent_late(today, expected):
    assert codes(MANAGERS, "2026-11-30", today, "2026-11-20") - {"up-10"} == expected


def test_a_royal_one_off_moves_the_morning():
    one_off = WorkingCalendar(extra=frozenset({day("2026-11-27")}))
    assert codes(PERSONS_OWN, "2026-11-30", "2026-11-26", calendar=one_off) == {"before-1"}
    assert codes(PERSONS_OWN, "2026-11-30", "2026-11-27", calendar=one_off) == set()


@pytest.mark.parametrize(
    ("step", "waiting_on", "changes", "expected"),
    [
        ("before-5", Waiting.PERSON, {}, [PERSON]),
        ("before-5", Waiting.MANAGER, {}, [MANAGER]),
        ("before-5", Waiting.BOTH, {}, [PERSON, MANAGER]),
        ("before-5", Waiting.LEARNING, {}, LEARNING),
        ("before-5", Waiting.MANAGER, {"cover_id": COVER}, [COVER]),
        ("before-5", Waiting.MANAGER, {"manager_id": None}, []),
        ("no-manager", Waiting.MANAGER, {"manager_id": None}, LEARNING),
        ("no-manager", Waiting.MANAGER, {}, []),  # someone has been found since
        ("no-manager", Waiting.PERSON, {"manager_id": None}, []),
        ("up-5", Waiting.PERSON, {}, [MANAGER]),
        ("up-5", Waiting.PERSON, {"cover_id": COVER}, [COVER]),
        ("up-5", Waiting.PERSON, {"manager_id": None}, LEARNING),
        ("up-10", Waiting.MANAGER, {}, [UPPER]),
        ("up-10", Waiting.BOTH, {}, [UPPER]),
        ("up-10", Waiting.MANAGER, {"upper_cover_id": UPPER_COVER}, [UPPER_COVER]),
        ("up-10", Waiting.MANAGER, {"upper_id": None}, LEARNING),
        ("up-10", Waiting.MANAGER, {"cover_id": UPPER}, []),  # the next level covers and holds it already
        ("up-10", Waiting.LEARNING, {}, []),
        ("learning-15", Waiting.MANAGER, {}, LEARNING),
        ("told-up-5", Waiting.PERSON, {}, [PERSON]),
        ("told-up-10", Waiting.MANAGER, {}, [MANAGER, PERSON]),
        ("told-up-10", Waiting.MANAGER, {"cover_id": UPPER}, []),  # nothing was escalated
        ("told-learning-15", Waiting.BOTH, {}, [PERSON, MANAGER]),
        ("told-who-has-it", Waiting.MANAGER, {"manager_id": None}, [PERSON]),
        ("told-who-has-it", Waiting.MANAGER, {}, []),  # someone has been found since
    ],
)
def test_who_hears_a_step(step, waiting_on, changes, expected):
    assert rules.audience(step, item(waiting_on, **changes), LEARNING) == expected


def said(thing, today, ladder=MANAGERS, learning=LEARNING):
    fired = rules.firing(ladder, thing.due_on, today=day(today), last_run=None, calendar=ENGLAND)
    lines = rules.lines(thing, fired, today=day(today), calendar=ENGLAND, learning_ids=learning)
    return [(line.step, line.recipient_id) for line in lines]


def test_waiting_on_the_manager_reminds_only_the_manager():
    assert said(item(Waiting.MANAGER), "2026-11-25") == [("before-3", MANAGER)]


def test_no_manager_reaches_learning_and_development_instead_of_silence():
    thing = item(Waiting.MANAGER, manager_id=None, upper_id=None)
    assert said(thing, "2026-11-25") == [("no-manager", 900), ("no-manager", 901), ("told-who-has-it", PERSON)]
    # Nobody looks after Learning and Development: nobody has it, and nobody is told that someone does.
    assert said(thing, "2026-11-25", learning=[]) == []


def test_what_learning_and_development_has_the_person_is_told_of():
    thing = item(Waiting.LEARNING)
    assert said(thing, "2026-11-25", learning=[900]) == [("before-3", 900), ("told-who-has-it", PERSON)]
    assert said(thing, "2026-11-25", learning=[PERSON]) == [("before-3", PERSON)]


def test_both_with_no_manager_still_reminds_the_person():
    thing = item(Waiting.BOTH, manager_id=None, upper_id=None)
    assert said(thing, "2026-11-25", learning=[900]) == [
        ("before-3", PERSON),
        ("no-manager", 900),
        ("told-who-has-it", PERSON),
    ]


def test_an_escalation_says_so_to_everyone():
    assert said(item(Waiting.MANAGER), "2026-12-14") == [
        ("up-10", UPPER),
        ("told-up-10", MANAGER),
        ("told-up-10", PERSON),
    ]


@pytest.mark.parametrize(
    ("due", "today", "expected"),
    [
        ("2026-11-23", "2026-11-23", [("on-the-day", PERSON)]),  # on the day-one list
        ("2026-11-26", "2026-11-23", []),  # waits
        ("2026-11-26", "2026-11-27", []),
        ("2026-11-26", "2026-11-30", [("after-2", PERSON)]),  # the first week is over
    ],
)
def test_first_week_only_the_day_one_list(due, today, expected):
    starter = item(Waiting.PERSON, due=due, starts_on=day("2026-11-23"))
    assert said(starter, today) == expected


def test_first_week_does_not_spare_the_manager():
    starter = item(Waiting.MANAGER, due="2026-11-26", starts_on=day("2026-11-23"))
    assert said(starter, "2026-11-23") == [("before-3", MANAGER)]


@pytest.mark.parametrize(
    ("step", "waiting_on", "today", "expected"),
    [
        ("before-3", Waiting.PERSON, "2026-11-25", Section.SOON),
        ("before-1", Waiting.PERSON, "2026-11-30", Section.NEEDS_YOU),  # caught up on the day itself
        ("after-2", Waiting.PERSON, "2026-12-02", Section.NEEDS_YOU),
        ("up-5", Waiting.PERSON, "2026-12-07", Section.INFORMATION),  # the manager's weekly list
        ("up-10", Waiting.MANAGER, "2026-12-14", Section.NEEDS_YOU),
        ("told-up-10", Waiting.MANAGER, "2026-12-14", Section.INFORMATION),
        ("no-manager", Waiting.MANAGER, "2026-11-25", Section.EXCEPTIONS),
        ("learning-15", Waiting.MANAGER, "2026-12-21", Section.EXCEPTIONS),
    ],
)
def test_heading_of_a_line(step, waiting_on, today, expected):
    assert rules.section(step, item(waiting_on), PERSON, day(today)) == expected


dates = st.dates(dt.date(2026, 1, 1), dt.date(2028, 12, 31))
offsets = st.lists(st.integers(1, 15), max_size=3, unique=True).map(tuple)
levels = st.none() | st.integers(0, 15)
any_ladder = st.builds(
    LadderDefaults,
    before=offsets, on_the_day=st.booleans(), after=offsets,
    up_after=levels, learning_after=levels, is_weekly=st.booleans(), counted_in=st.sampled_from(Days),
)  # fmt: skip
calendars = st.frozensets(dates, max_size=5).map(lambda extra: WorkingCalendar(extra=extra))


# A hundred mornings an example take their time on a busy machine.
@settings(deadline=None)
@given(ladder=any_ladder, due=dates, calendar=calendars, data=st.data())
def test_every_step_once_in_its_order_and_never_on_a_day_off(ladder, due, calendar, data):
    """Swept each morning, with mornings missed at random: what is said is said once, by a morning on or after
    its step; without an outage every step that no later one overtakes is said on its own morning."""
    margin = dt.timedelta(days=50)
    mornings = [due - margin + dt.timedelta(days=number) for number in range(2 * margin.days)]
    up = data.draw(st.lists(st.booleans(), min_size=len(mornings), max_size=len(mornings)) | st.just([]))
    is_up = dict(zip(mornings, up, strict=True)) if up else {}
    said_on, first_run, last_run = {}, None, None
    for morning in mornings:
        if not is_up.get(morning, True):
            continue
        fired = rules.firing(ladder, due, today=morning, last_run=last_run, calendar=calendar)
        if not calendar.is_working_day(morning):
            assert fired == []
            continue
        assert len({step.level for step in fired}) == len(fired)
        first, last = rules.window(ladder, today=morning, last_run=last_run, calendar=calendar)
        assert not fired or first <= due <= last
        for step in fired:
            assert step.date <= morning
            said_on.setdefault(step.code, morning)
        first_run, last_run = first_run or morning, morning
    steps = rules.steps(ladder, due, calendar)
    for step in steps:
        is_escalation = step.level is not rules.Level.HOLDER
        if is_escalation and last_run is not None and first_run < step.date <= last_run:
            # After a gap the highest level alone hears of it, which includes the one below.
            includes = step.level is rules.Level.UP and any(code.startswith(rules.Level.LEARNING) for code in said_on)
            assert step.code in said_on or includes
        if not is_up:
            same_morning = [other for other in steps if (other.level, other.date) == (step.level, step.date)]
            assert len(same_morning) > 1 or said_on.get(step.code) == step.date
