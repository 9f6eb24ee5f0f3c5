"""Messages about a CPD plan: that there is something to read, never what."""

from __future__ import annotations

import datetime as dt

from notifications.kinds import MessageKind
from pathways.emails.sending import LOG_TITLE, send
from pathways.models import CpdPlan
from pathways.reading import has_cpd_plan
from people.line import Line
from people.reading import has_team

KINDS = (
    MessageKind(
        code="pathways.cpd_shared",
        log_title=LOG_TITLE,
        title="A plan is shared with you",
        trigger="somebody whom you manage, or cover for, shares their CPD plan with you",
        concerns=(has_team,),
    ),
    MessageKind(
        code="pathways.cpd_reviewed",
        log_title=LOG_TITLE,
        title="Your CPD plan was reviewed",
        trigger="your line manager has written down the review of your CPD plan",
        concerns=(has_cpd_plan,),
    ),
)


def cpd_shared(plan: CpdPlan, line: Line, *, now: dt.datetime) -> None:
    """To the line manager, or to whoever covers while they are away."""
    for recipient in line.acting:
        send(
            "cpd_shared",
            recipient,
            key=f"{plan.pk}:{plan.version}",
            why="You are the line manager, or cover for them, of somebody who shares a plan with you.",
            path=plan.get_absolute_url(),
            now=now,
        )


def cpd_reviewed(plan: CpdPlan, *, now: dt.datetime) -> None:
    """To the person."""
    send(
        "cpd_reviewed",
        plan.person,
        key=f"{plan.pk}:{plan.version}",
        why="Your line manager has written down a review of your plan.",
        path=plan.get_absolute_url(),
        now=now,
    )
