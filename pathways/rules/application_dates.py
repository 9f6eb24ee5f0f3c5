"""Dates of an act on an application: what it needs, what is in order, and what comes too late."""

from __future__ import annotations

import datetime as dt

from pathways.models import Application
from pathways.rules.application import Move
from people.rules import Conflict


def check_dates(move: Move, *, day: dt.date | None, until: dt.date | None, today: dt.date) -> None:
    """What the act needs is there and in order; what has happened is not in the future."""
    if move.day and day is None:
        raise Conflict(f"A date is missing: {move.day[:1].lower()}{move.day[1:]}.")
    if move.until and (until is None or day is None or until <= day):
        raise Conflict(f"“{move.until}” must be after “{move.day}”.")
    if day and move.act in {"offer", "to_panel"} and day < today:
        raise Conflict(f"“{move.day}” cannot be in the past.")
    if day and move.act in {"complete", "resume", "enrol"} and day > today:
        raise Conflict(f"“{move.day}” cannot be in the future.")


def check_in_time(application: Application, act: str, *, day: dt.date | None, today: dt.date) -> None:
    """What can no longer be done: places of a course that has begun, an answer after its last day, a date before the
    one that it follows."""
    intake, answer_by = application.intake, application.answer_by
    has_begun = intake is not None and today > intake.start_date
    if act == "offer" and has_begun:
        raise Conflict("The course has begun, so no place in it can be offered any more.")
    if act == "offer" and day and intake and day > intake.start_date:
        raise Conflict(f"The last day to answer cannot be after the course starts, on {_day(intake.start_date)}.")
    if act == "take_on" and not can_take_on(application, today=today):
        raise Conflict(f"The line manager can still answer, until {_day(answer_by or today)}.")
    if act == "send_again" and has_begun:
        raise Conflict("The course has begun. Withdraw this application, and say that you are interested in the next.")
    if act == "accept" and answer_by and today > answer_by:
        raise Conflict(
            f"The last day to answer was {_day(answer_by)}. Ask Learning and Development whether it still holds."
        )
    if act == "complete" and day and application.enrolled_date and day < application.enrolled_date:
        raise Conflict(f"The completion cannot be before the enrolment, on {_day(application.enrolled_date)}.")
    if act == "resume" and day and application.break_date and day < application.break_date:
        raise Conflict(f"The return cannot be before the break began, on {_day(application.break_date)}.")


def can_take_on(application: Application, *, today: dt.date) -> bool:
    """Learning and Development goes on without a view once the line manager's days have passed."""
    return application.answer_by is None or application.answer_by < today


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"
