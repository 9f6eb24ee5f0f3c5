"""Intakes, interests and applications of invented colleagues, moved by the same services as on the pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bexley_ld.demo.acts import workday_before
from bexley_ld.demo.history import at
from notifications.preferences import calendar
from notifications.working_days import next_working_day
from pathways.models import Application, CareerStep, Intake, QualificationRoute
from pathways.rules.application import BY_ACT
from pathways.services import applying, deciding, milestones
from pathways.services.deciding import ActData
from people.line import line_of
from people.models import Person

# route, days from today on which it opens, closes, is decided, starts and ends; places, date of the panel, months owed
INTAKES = (
    ("q15", -20, 12, 30, 50, 300, 4, None, None),
    ("q17", -12, 24, 50, 85, 350, 2, 38, 24),
    ("q22", -45, -16, 6, 34, 260, 2, None, None),
    ("q12", -220, -190, -160, -130, 320, 6, None, 24),
    ("q16", -480, -450, -420, -390, -60, 3, None, 12),
    ("q14", 15, 45, 60, 80, 110, 8, None, None),
)


@dataclass(frozen=True)
class Done:
    """An act so many days ago, with its words, and its dates as days from today."""

    ago: int
    act: str
    words: str = ""
    day: int | None = None
    until: int | None = None


@dataclass(frozen=True)
class Asked:
    """Who applies for what, begun so many days ago, and what has become of it."""

    who: str  # a demo account, or "colleague 1" and so on
    target: str  # the code of a route with one intake above, or of a step
    ago: int
    statement: str
    acts: tuple[Done, ...] = ()
    evidence: str = ""


_FITS = "It is the part of the work that I enjoy most, and the team has agreed a day a fortnight for it."
ASKED = (
    Asked("social.worker", "q17", 2, "I want to train as an AMHP because\n\n(to write: the two examples from spring)"),
    Asked(
        "social.worker", "q15", 6,
        "I have had students shadow me twice and would like to do it well. My caseload is agreed until Easter.",
        (Done(5, "send"),),
        evidence="Feedback of two students; supervision notes of September.",
    ),
    Asked("colleague 1", "q15", 14, _FITS, (Done(13, "send"), Done(9, "support", "Patient, clear, and ready for it."))),
    Asked(
        "colleague 2", "q15", 15, _FITS,
        (
            Done(14, "send"), Done(12, "support", "Yes. We take Thursdays out of the duty rota."),
            Done(8, "consider"),
        ),
    ),
    Asked(
        "coach", "q22", 40, "I coach already and would like to do it on firmer ground.",
        (
            Done(38, "send"), Done(35, "support", "Her coaching has kept two people in the team."),
            Done(15, "consider"), Done(4, "offer", "We look forward to having you.", day=6),
        ),
    ),
    Asked(
        "colleague 3", "q22", 41, _FITS,
        (
            Done(39, "send"), Done(37, "support", "Good with new colleagues."), Done(15, "consider"),
            Done(4, "offer", day=6), Done(3, "accept"),
        ),
    ),
    Asked(
        "assessor", "q22", 30, "Assessing and coaching are close, and I would like to tell them apart better.",
        (
            Done(29, "send"), Done(26, "support", "It fits her work as an assessor."), Done(14, "consider"),
            Done(4, "reserve", "You are the first in line should a place become free."),
        ),
    ),
    Asked(
        "colleague 4", "q22", 28, _FITS,
        (
            Done(27, "send"), Done(25, "support", "Willing and able."), Done(14, "consider"),
            Done(
                4, "decline",
                "Strong on why, thin on examples. Coach two colleagues with a mentor this year and apply again.",
            ),
        ),
    ),
    Asked(
        "cover", "q12", 200, "Six months into managing, I want the tools for it.",
        (
            Done(199, "send"), Done(197, "support", "She leads two teams through a hard winter. Yes."),
            Done(180, "consider"), Done(165, "offer", day=-155), Done(163, "accept"),
            Done(130, "enrol", day=-134, until=320),
        ),
    ),
    Asked(
        "assessor", "q16", 470, "Stage 2, so that I may take a last placement.",
        (
            Done(468, "send"), Done(465, "support", "Ready for it."), Done(440, "consider"),
            Done(425, "offer", day=-415), Done(423, "accept"), Done(390, "enrol", day=-394, until=-60),
            Done(50, "complete", day=-56),
        ),
    ),
    Asked(
        "coach", "r14-r15", 45, "I have led the enquiries that nobody else wanted to, and trained those who now do.",
        (
            Done(44, "send"), Done(40, "support", "Everything that the role asks for, she does already."),
            Done(28, "consider"), Done(20, "to_panel", day=16),
        ),
        evidence="Three enquiries with what came of them; the reflective group since 2024; feedback of two partners.",
    ),
)  # fmt: skip
INTERESTED = (
    *(("new.starter", "q15", 9), ("nqsw", "q17", 18), ("agreeing.starter", "q09", 4)),
    ("colleague 1", "q14", 30),
)
# account, route, kind, name, hours, days from today on which it is due, days ago on which it was done
PARTS = (
    ("cover", "q12", "module", "Module 1: Leading a team in adult social care", None, -60, 64),
    ("cover", "q12", "module", "Module 2: Safeguarding and quality", None, 30, None),
    ("cover", "q12", "hours", "Off-the-job hours, first half-year", 88, -10, 12),
    ("assessor", "q16", "placement", "A student’s last placement", None, -90, 92),
    ("assessor", "q16", "end_point", "Portfolio and direct observation", None, -60, 58),
)


def apply(holders: Mapping[str, Person], others: Sequence[Person], *, today: dt.date) -> None:
    """`others` are four colleagues without an account."""
    people = dict(holders) | {f"colleague {number}": person for number, person in enumerate(others, 1)}
    intakes = {row[0]: _intake(row, today) for row in INTAKES}
    for who, code, ago in INTERESTED:
        route = QualificationRoute.objects.get(code=code)
        applying.express_interest(route=route, by=people[who], now=at(_before(today, ago), 12))
    acts: list[tuple[int, int, Application, Done]] = []
    made: dict[tuple[str, str], Application] = {}
    for number, asked in enumerate(ASKED):
        application = made[asked.who, asked.target] = _begin(asked, people[asked.who], intakes, today)
        acts += [(-done.ago, number, application, done) for done in asked.acts]
    # In the order in which it happened: places and the reserve list follow from it. Parts before what ends a route.
    acts.sort(key=lambda row: row[:2])
    parts = list(PARTS)
    for _, _, application, done in acts:
        if done.act == "complete":
            parts = _parts(parts, made, holders["ld.admin"], today, only=application)
        _act(application, done, holders["ld.admin"], today)
    _parts(parts, made, holders["ld.admin"], today)


def _before(today: dt.date, ago: int) -> dt.date:
    """The working day so many days ago, or the last one before it."""
    return workday_before(today - dt.timedelta(days=ago - 1))


def _in(today: dt.date, days: int) -> dt.date:
    """So many days from today, or the first working day after: nobody decides on a Saturday or at Christmas."""
    return next_working_day(today + dt.timedelta(days=days), calendar())


def _intake(row: tuple[str, int, int, int, int, int, int, int | None, int | None], today: dt.date) -> Intake:
    code, opens, closes, decide, start, end, places, panel, months = row
    intake: Intake = Intake.objects.create(
        route=QualificationRoute.objects.get(code=code),
        opens_date=_in(today, opens),
        closes_date=_in(today, closes),
        decide_date=_in(today, decide),
        start_date=_in(today, start),
        end_date=_in(today, end),
        places=places,
        needs_panel=panel is not None,
        panel_date=None if panel is None else _in(today, panel),
        service_months=months,
    )
    return intake


def _begin(asked: Asked, person: Person, intakes: Mapping[str, Intake], today: dt.date) -> Application:
    day = _before(today, asked.ago)
    now, intake = at(day, 13), intakes.get(asked.target)
    step = None if intake else CareerStep.objects.get(code=asked.target)
    begun = applying.begin_application(by=person, intake=intake, step=step, today=day, now=now)
    data = applying.DraftData(statement=asked.statement, evidence=asked.evidence)
    return applying.save_draft(application_id=begun.pk, by=person, version=begun.version, data=data, now=now)


def _act(application: Application, done: Done, learning: Person, today: dt.date) -> None:
    """By whoever has it: the applicant, the manager of that day, or Learning and Development."""
    day, sides = _before(today, done.ago), BY_ACT[done.act].sides
    by = learning
    if "person" in sides:
        by = application.person
    elif "manager" in sides:
        by = line_of(application.person, today=day).manager or learning
    application.refresh_from_db()
    awards = application.intake.route.awards.all() if application.intake and done.act == "complete" else ()
    deciding.act(
        application_id=application.pk,
        name=done.act,
        by=by,
        is_learning=by == learning,
        version=application.version,
        data=ActData(
            done.words,
            None if done.day is None else _in(today, done.day),
            None if done.until is None else _in(today, done.until),
            [award.pk for award in awards],
        ),
        today=day,
        now=at(day, 14),
    )


Part = tuple[str, str, str, str, int | None, int, int | None]


def _parts(
    rows: Sequence[Part],
    made: Mapping[tuple[str, str], Application],
    learning: Person,
    today: dt.date,
    *,
    only: Application | None = None,
) -> list[Part]:
    """Adds the parts of these applications, or of one alone; answers those that are left."""
    left: list[Part] = []
    for row in rows:
        who, code, kind, title, hours, due, ago = row
        application = made[who, code]
        if only and only.pk != application.pk:
            left.append(row)
            continue
        data = milestones.MilestoneData(kind=kind, title=title, hours=hours, due_date=_in(today, due))
        first = _before(today, 60)
        part = milestones.add_milestone(
            application_id=application.pk, by=learning, is_learning=True, data=data, today=first, now=at(first, 11)
        )
        if ago is not None:
            day = _before(today, ago)
            milestones.mark_milestone(
                milestone_id=part.pk, by=application.person, is_learning=False, is_done=True, today=day, now=at(day, 12)
            )
    return left
