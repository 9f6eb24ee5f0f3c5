"""Which step of a ladder fires on a morning, and whom it tells; dates, rows and people are handed in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from notifications.due import Days, DueItem, LadderDefaults, Waiting
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
# The first week only the day-one list (user-demands.md §4.3).
FIRST_WEEK = dt.timedelta(days=7)

NO_MANAGER = "no-manager"
TOLD = "told-"
# To the person, once: who has it, since no manager does (user-demands.md, complaint 9).
TOLD_WHO_HAS_IT = "told-who-has-it"


class Level(StrEnum):
    """Who hears a step."""

    HOLDER = "holder"
    UP = "up"
    LEARNING = "learning"


class Section(StrEnum):
    """The three headings of a digest, in their order."""

    NEEDS_YOU = "Needs you today"
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
    three working days. An escalation that no sweep could fire (the portal was away) follows, however late.
    """
    if not calendar.is_working_day(today):
        return []
    latest = {step.level: step for step in steps(ladder, due_on, calendar) if step.date <= today}
    return [
        step
        for step in latest.values()
        if working_days_between(step.date, today, calendar) <= CATCH_UP_WORKING_DAYS
        or (step.level is not Level.HOLDER and last_run is not None and step.date > last_run)
    ]


def window(
    ladder: LadderDefaults, *, today: dt.date, last_run: dt.date | None, calendar: WorkingCalendar
) -> tuple[dt.date, dt.date]:
    """First and last due date for which a step could fire today; wide rather than narrow, so it counts in
    working days, which reach further than as many calendar days."""
    latest = max([0, *ladder.after, ladder.up_after or 0, ladder.learning_after or 0])
    reached_since = min(today, last_run or today)
    first = add_working_days(reached_since, -(latest + CATCH_UP_WORKING_DAYS + 1), calendar)
    last = add_working_days(today, max([0, *ladder.before]) + 1, calendar)
    margin = dt.timedelta(days=14)
    return first - margin, last + margin


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


def is_first_week(item: DueItem, today: dt.date) -> bool:
    return item.starts_on is not None and today < item.starts_on + FIRST_WEEK


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
        if step.level is not Level.HOLDER:
            codes = [step.code, TOLD + step.code]
        else:
            codes = [step.code]
            codes += [NO_MANAGER] if item.has_no_manager else []
            codes += [TOLD_WHO_HAS_IT] if item.is_with_learning else []
        found += [Line(item, code, recipient) for code in codes for recipient in audience(code, item, learning_ids)]
    if is_first_week(item, today) and not is_on_day_one_list(item, calendar):
        found = [line for line in found if line.recipient_id != item.person_id]
    return found


def section(step: str, item: DueItem, recipient_id: int, today: dt.date) -> Section:
    """Where a line stands: an escalation asks its reader to act, unless the reader is only told."""
    if step.startswith(TOLD):
        return Section.INFORMATION
    if step == NO_MANAGER or step.startswith(f"{Level.LEARNING}-"):
        return Section.NEEDS_YOU
    if step.startswith(f"{Level.UP}-"):
        return Section.NEEDS_YOU if item.waits_on_manager else Section.INFORMATION
    return Section.NEEDS_YOU if item.due_on <= today else Section.SOON


def step_in_words(step: str) -> str:
    """A step as L&D reads it: "5 days before", "10 days after, to the next level up, told of it"."""
    if step == NO_MANAGER:
        return "no line manager is recorded"
    told = ", told of it" if step.startswith(TOLD) else ""
    name, _, days = step.removeprefix(TOLD).partition("-")
    number = f"{days} day{'' if days == '1' else 's'}"
    words = {
        "before": f"{number} before",
        "on": "on the day",
        "after": f"{number} after",
        Level.UP: f"{number} after, to the next level up",
        Level.LEARNING: f"{number} after, to Learning and Development",
    }
    return words.get(name, step) + told
