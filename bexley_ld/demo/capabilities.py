"""What one invented social worker has marked for the role that she would like, and how her manager sees it."""

from __future__ import annotations

import datetime as dt

from bexley_ld.demo.history import at
from pathways.models import CareerRole
from pathways.rules.assessment import Marked
from pathways.services import assessment, goal
from people.line import line_of
from people.models import Person

WANTED = "R14"
OWN = (
    ("confident", "Two pieces of feedback from families in the spring."),
    ("developing", "I lead the duty desk on Mondays, with someone to ask."),
    ("not_yet", "I have not yet had a student or a newly qualified colleague."),
    ("developing", ""),
)
VIEW = (("confident", ""), ("confident", "You led the desk alone in October, and well. Keep that as an example."))


def mark(person: Person, *, today: dt.date) -> None:
    """Marked five weeks ago, shared a week later, answered by the manager since."""
    role = CareerRole.objects.filter(job_role__code=WANTED).first()
    manager = line_of(person, today=today).manager
    if role is None or manager is None:
        return
    begun, shared, answered = (at(today - dt.timedelta(days=days), 10) for days in (35, 28, 20))
    goal.set_goal(person=person, role=role, now=begun)
    rows = list(role.capabilities.order_by("position", "pk"))
    marks = {row.pk: Marked(level, note) for row, (level, note) in zip(rows, OWN, strict=False)}
    sheet = assessment.save_marks(person=person, role=role, version=0, marks=marks, now=begun)
    assessment.share(
        assessment_id=sheet.pk, by=person, version=sheet.version, is_shared=True, today=shared.date(), now=shared
    )
    views = {row.pk: Marked(level, note, answered.date()) for row, (level, note) in zip(rows, VIEW, strict=False)}
    assessment.give_view(assessment_id=sheet.pk, by=manager, version=0, marks=views, today=today, now=answered)
