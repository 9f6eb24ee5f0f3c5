"""Messages about capabilities that somebody marked: that there is something to read, never what or of which role."""

from __future__ import annotations

import datetime as dt

from notifications.kinds import MessageKind
from pathways.emails.sending import LOG_TITLE, send
from pathways.models import SelfAssessment
from pathways.reading import has_assessment
from people.line import Line
from people.reading import has_team

KINDS = (
    MessageKind(
        code="pathways.assessment_shared",
        log_title=LOG_TITLE,
        title="A self-assessment is shared with you",
        trigger="somebody whom you manage, or cover for, shares how they see their capabilities with you",
        concerns=(has_team,),
    ),
    MessageKind(
        code="pathways.assessment_viewed",
        log_title=LOG_TITLE,
        title="Your line manager has added their view",
        trigger="your line manager, or whoever covers, has added how they see your capabilities",
        concerns=(has_assessment,),
    ),
)


def assessment_shared(sheet: SelfAssessment, line: Line, *, now: dt.datetime) -> None:
    """To the line manager, or to whoever covers while they are away; sharing the same again tells nobody twice."""
    for recipient in line.acting:
        send(
            "assessment_shared",
            recipient,
            key=f"{sheet.pk}:{sheet.version}",
            why="You are the line manager, or cover for them, of somebody who shares a self-assessment with you.",
            path=sheet.get_absolute_url(),
            now=now,
        )


def assessment_viewed(sheet: SelfAssessment, *, now: dt.datetime) -> None:
    """To the person."""
    send(
        "assessment_viewed",
        sheet.person,
        key=f"{sheet.pk}:{sheet.view_version}",
        why="You shared how you see your capabilities, and there is a view beside yours.",
        path=sheet.get_absolute_url(),
        now=now,
    )
