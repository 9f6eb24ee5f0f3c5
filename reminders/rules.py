"""Which step of a ladder fires on a morning, and whom it tells; dates, rows and people are handed in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from notifications.due import Days, DueItem, DueRule, LadderDefaults, Waiting
from notifications.rules import is_first_week
from notifications.working_days import (
    ONE_DAY,
    WorkingCalendar,
    add_working_days,
    first_working_day_of_a_week,
    next_working_day,
    previous_working_day,
    working_days_between,
)

# An older notice is not sent late (user-demands.md §4.1).
CATCH_UP_WORKING_DAYS = 3
# A team's list looks back so far: what is older has gone up every level long ago.
TEAM_LIST_LOOKS_BACK = dt.timedelta(days=366)

NO_MANAGER = "no-manager"
TOLD = "told-"
# To the person, once: who has it, since no manager does (user-demands.md, complaint 9).
TOLD_WHO_HAS_IT = "told-who-has-it"
RESOLVED = "resolved"
# Kinds of message that a step belongs to, where it is not the kind of the deadline itself (reminders/emails.py).
TEAM_KIND = "reminders.team"
EXCEPTIONS_KIND = "reminders.exceptions"


class Level(StrEnum):
    """Who hears a step."""

    HOLDER = "holder"
    UP = "up"
    LEARNING = "learning"
    TEAM = "week"
    """The manager's weekly list: everything of their people that is overdue, each week anew, until it is done."""


class Section(StrEnum):
    """The headings of a digest, in their order; two of them only some readers ever meet."""

    NEEDS_YOU = "Needs you today"
    EXCEPTIONS = "Exceptions for Learning and Development"
    TEAM = "Your team this week"
    SOON = "Due soon"
    INFORMATION = "For information"


@dataclass(frozen=True)
class Step:
    """One rung of a ladder; the code is part of the key under which a line is sent once."""

    code: str
    level: Level
    date: dt.date


@dataclass(frozen=True)
class Line:
    """One line to one person: about what, and why now."""

    item: DueItem
    step: str
    recipient_id: int

    @property
    def key(self) -> tuple[str, str, str, int, int, dt.date]:
        """Rule, step, subject, recipient, due date (ruling 8)."""
        item = self.item
        return (
            item.rule.kind,
            self.step,
            item.rule.subject_type,
            item.subject_id,
            self.recipient_id,
            item.due_on,
        )


@lru_cache(maxsize=8192)
def steps(ladder: LadderDefaults, due_on: dt.date, calendar: WorkingCalendar) -> tuple[Step, ...]:
    """Every step with its morning. Reminders of a due date on a day off count from the working day before it,
    escalations fall on the working day after (ruling 12). A step counted in calendar days moves off a day off the
    same way: before the due date to the working day before, after it to the one after, so that nothing is called
    overdue on the day itself."""
    reminded_for = previous_working_day(due_on, calendar)
    found = [
        Step(f"before-{days}", Level.HOLDER, _days_before(due_on, days, ladder, calendar)) for days in ladder.before
    ]
    if ladder.on_the_day:
        found.append(Step("on-the-day", Level.HOLDER, reminded_for))
    found += [Step(f"after-{days}", Level.HOLDER, _days_after(due_on, days, ladder, calendar)) for days in ladder.after]
    for level, days in ((Level.UP, ladder.up_after), (Level.LEARNING, ladder.learning_after)):
        if days is None:
            continue
        date = _days_after(due_on, days, ladder, calendar)
        if level is Level.UP and ladder.is_weekly:
            date = first_working_day_of_a_week(date, calendar)
        found.append(Step(f"{level}-{days}", level, date))
    return tuple(sorted(found, key=lambda step: step.date))


def _days_before(due_on: dt.date, days: int, ladder: LadderDefaults, calendar: WorkingCalendar) -> dt.date:
    if ladder.counted_in is Days.CALENDAR:
        return previous_working_day(due_on - ONE_DAY * days, calendar)
    return add_working_days(previous_working_day(due_on, calendar), -days, calendar)


def _days_after(due_on: dt.date, days: int, ladder: LadderDefaults, calendar: WorkingCalendar) -> dt.date:
    if ladder.counted_in is Days.CALENDAR:
        return next_working_day(due_on + ONE_DAY * days, calendar)
    return next_working_day(add_working_days(due_on, days, calendar), calendar)


def firing(
    ladder: LadderDefaults,
    due_on: dt.date,
    *,
    today: dt.date,
    last_run: dt.date | None,
    calendar: WorkingCalendar,
) -> list[Step]:
    """At most one step a level: the latest one reached, if it is not too old.

    It asks what is due and not done, never what became due since the last run. A reminder is caught up for
    three working days. An escalation that no sweep could fire since `last_run`, the last that asked this kind (the
    portal was away, reminders were off), follows however late: the highest one alone, for it includes the others.
    """
    if not calendar.is_working_day(today):
        return []
    latest = {step.level: step for step in steps(ladder, due_on, calendar) if step.date <= today}
    # Counted back once from today: how long ago a step was costs as many steps as it has days.
    caught_up_since = add_working_days(today, -CATCH_UP_WORKING_DAYS, calendar)
    in_time = [step for step in latest.values() if step.date >= caught_up_since]
    missed = [
        step
        for step in latest.values()
        if step.level is not Level.HOLDER and last_run is not None and last_run < step.date < caught_up_since
    ]
    if not missed:
        return in_time
    reminders = [step for step in in_time if step.level is Level.HOLDER]
    escalations = [*missed, *(step for step in in_time if step.level is not Level.HOLDER)]
    return [*reminders, max(escalations, key=lambda step: step.level is Level.LEARNING)]


def weekly(due_on: dt.date, *, today: dt.date, calendar: WorkingCalendar) -> list[Step]:
    """The step of the week's first working day, caught up for three: what is overdue on that day is on the manager's
    list in each week until it is done, also when its own ladder has ended."""
    opening = opening_of_week(today, calendar)
    is_time = opening <= today and working_days_between(opening, today, calendar) <= CATCH_UP_WORKING_DAYS
    return [Step(f"{Level.TEAM}-{opening.isoformat()}", Level.TEAM, opening)] if due_on < opening and is_time else []


def opening_of_week(day: dt.date, calendar: WorkingCalendar) -> dt.date:
    """The first working day of the week of a day: the Monday, or the Tuesday after a holiday."""
    return next_working_day(day - dt.timedelta(days=day.weekday()), calendar)


def window(
    ladder: LadderDefaults, *, today: dt.date, last_run: dt.date | None, calendar: WorkingCalendar
) -> tuple[dt.date, dt.date]:
    """First and last due date for which a step could fire today; wide rather than narrow, so it counts in
    working days, which reach further than as many calendar days. A team's list of the week reaches back a year."""
    latest = max([0, *ladder.after, ladder.up_after or 0, ladder.learning_after or 0])
    reached_since = min(today, last_run or today)
    first = add_working_days(reached_since, -(latest + CATCH_UP_WORKING_DAYS + 1), calendar)
    last = add_working_days(today, max([0, *ladder.before]) + 1, calendar)
    margin = dt.timedelta(days=14)
    since_opening = working_days_between(opening_of_week(today, calendar), today, calendar)
    if 0 <= since_opening <= CATCH_UP_WORKING_DAYS:
        first = min(first, today - TEAM_LIST_LOOKS_BACK)
    return first - margin, last + margin


def is_of_team(rule: DueRule, waiting_on: str) -> bool:
    """Whether it counts among what is overdue in a team, for the manager's page and weekly list alike: what waits on
    the manager, and what waits on the person if its kind ever reaches their manager."""
    if waiting_on == Waiting.PERSON:
        return rule.ladder.up_after is not None
    return waiting_on in {Waiting.MANAGER, Waiting.BOTH}


def audience(step: str, item: DueItem, learning_ids: Collection[int]) -> list[int]:
    """Who hears this step about this thing today; the same question is asked again right before sending."""
    if step == NO_MANAGER:
        return list(learning_ids) if item.has_no_manager else []
    if step == TOLD_WHO_HAS_IT:
        is_told = item.is_with_learning and learning_ids and item.person_id not in learning_ids
        return [item.person_id] if is_told else []
    if step.startswith(TOLD):
        heard = audience(step.removeprefix(TOLD), item, learning_ids)
        concerned = dict.fromkeys([*item.holder_ids, item.person_id])
        return [person for person in concerned if person not in heard] if heard else []
    level = step.partition("-")[0]
    if level == Level.TEAM:
        acting = item.acting_manager_id
        return [acting] if is_of_team(item.rule, item.waiting_on) and acting is not None else []
    if level == Level.UP:
        return _next_level(item, learning_ids)
    if level == Level.LEARNING or item.waiting_on is Waiting.LEARNING:
        return list(learning_ids)
    return list(item.holder_ids)


def _next_level(item: DueItem, learning_ids: Collection[int]) -> list[int]:
    """The person's manager, or the manager's manager; without one Learning and Development (ruling 11)."""
    if item.waiting_on is Waiting.LEARNING:
        return []
    above = item.acting_upper_id if item.waits_on_manager else item.acting_manager_id
    if above is None:
        return list(learning_ids)
    return [] if above in item.holder_ids else [above]


def is_on_day_one_list(item: DueItem, calendar: WorkingCalendar) -> bool:
    return item.starts_on is not None and item.due_on <= next_working_day(item.starts_on, calendar)


def lines(
    item: DueItem,
    fired: Iterable[Step],
    *,
    today: dt.date,
    calendar: WorkingCalendar,
    learning_ids: Collection[int],
) -> list[Line]:
    """The lines of one thing this morning.

    A thing that waits on a manager reminds only the manager; without one it goes to Learning and Development,
    once. What Learning and Development has, the person is told of, once. An escalation says so to everyone whom it
    concerns.
    """
    found: list[Line] = []
    for step in fired:
        codes = [step.code, TOLD + step.code] if step.level in {Level.UP, Level.LEARNING} else [step.code]
        if step.level is Level.HOLDER:
            codes += [NO_MANAGER] if item.has_no_manager else []
            codes += [TOLD_WHO_HAS_IT] if item.is_with_learning else []
        found += [Line(item, code, recipient) for code in codes for recipient in audience(code, item, learning_ids)]
    if is_first_week(item.starts_on, today) and not is_on_day_one_list(item, calendar):
        found = [line for line in found if line.recipient_id != item.person_id]
    return found


def section(step: str, item: DueItem, recipient_id: int, today: dt.date) -> Section:
    """Where a line stands: an escalation asks its reader to act, unless the reader is only told."""
    if step.startswith(TOLD) or step == RESOLVED:
        return Section.INFORMATION
    if is_exception(step, item):
        return Section.EXCEPTIONS
    if step.startswith(f"{Level.TEAM}-"):
        return Section.TEAM
    if step.startswith(f"{Level.UP}-"):
        return Section.NEEDS_YOU if item.waits_on_manager else Section.INFORMATION
    return Section.NEEDS_YOU if item.due_on <= today else Section.SOON


STEP_FAMILIES = {
    "before": "Before the due date",
    "on": "On the due date",
    "after": "After the due date",
    Level.UP: "To the next level up",
    Level.LEARNING: "To Learning and Development",
    "no": "No line manager is recorded",
    Level.TEAM: "On the manager’s list of the week",
    "told": "Told of an escalation, or who has it",
    RESOLVED: "Resolved",
}
"""The steps by the word that their codes begin with."""


def step_in_words(step: str) -> str:
    """A step as L&D reads it: "5 days before", "10 days after, to the next level up, told of it"."""
    fixed = {
        NO_MANAGER: "no line manager is recorded",
        TOLD_WHO_HAS_IT: "told that Learning and Development has it",
        RESOLVED: "told that it is resolved",
    }
    if step in fixed:
        return fixed[step]
    told = ", told of it" if step.startswith(TOLD) else ""
    name, _, days = step.removeprefix(TOLD).partition("-")
    if name == Level.TEAM:
        return f"on the manager’s list of the week of {dt.date.fromisoformat(days):%-d %B %Y}"
    number = f"{days} day{'' if days == '1' else 's'}"
    words = {
        "before": f"{number} before",
        "on": "on the day",
        "after": f"{number} after",
        Level.UP: f"{number} after, to the next level up",
        Level.LEARNING: f"{number} after, to Learning and Development",
    }
    return words.get(name, step) + told


def is_exception(step: str, item: DueItem) -> bool:
    """It reached Learning and Development, because nobody of the line acts or nobody of the line is there."""
    if step == NO_MANAGER or step.startswith(f"{Level.LEARNING}-"):
        return True
    above = item.acting_upper_id if item.waits_on_manager else item.acting_manager_id
    return step.startswith(f"{Level.UP}-") and above is None


def message_kind(step: str, item: DueItem) -> str:
    """The kind of message by which its reader chooses how often such a line comes."""
    if step.startswith(f"{Level.TEAM}-"):
        return TEAM_KIND
    if is_exception(step, item):
        return EXCEPTIONS_KIND
    return item.rule.kind


def is_escalation(step: str) -> bool:
    """Steps of which everyone who heard them hears the end; the weekly list and plain reminders are none."""
    return step.removeprefix(TOLD).startswith((f"{Level.UP}-", f"{Level.LEARNING}-", NO_MANAGER))
