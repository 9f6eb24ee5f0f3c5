"""A CPD plan of one demo account, shared with its manager, with a goal that waits for the review."""

from __future__ import annotations

import datetime as dt
from typing import Any

from bexley_ld.demo.history import at
from notifications.models import OutgoingMail
from pathways.models import CareerRole
from pathways.services import cpd_plan as services
from people.models import Person


def plan(person: Person, *, today: dt.date) -> None:
    """Two goals, three actions: one done, one near, one later."""
    day = today - dt.timedelta(days=40)
    now = at(day, 15)
    row = services.start_plan(by=person, today=today - dt.timedelta(days=350), now=now)
    own: dict[str, Any] = {"plan_id": row.pk, "by": person, "now": now}
    senior = CareerRole.objects.filter(job_role__code="R14").first()
    lead = services.save_goal(
        **own, version=1, title="Lead safeguarding enquiries with confidence",
        why="It is the part of the next role that I have seen least of.", role=senior,
    )  # fmt: skip
    write = services.save_goal(
        **own, version=2, title="Keep Thursday mornings free for writing", why="", role=None
    )  # fmt: skip
    for version, (title, kind, days, needs) in enumerate(
        (
            ("Go along to a planning talk", "others", -10, "A colleague who takes me along"),
            ("Lead an enquiry, with a talk before and after", "experience", 12, "A first piece of work"),
            ("Take the workshop on defensible decisions", "formal", 75, "A place, and a day"),
        ),
        start=3,
    ):
        data = services.ActionData(title=title, kind=kind, due_date=today + dt.timedelta(days=days), needs=needs)
        services.save_action(**own, goal_id=lead.pk, version=version, data=data)
    first = lead.actions.earliest("due_date")
    own["now"] = at(today - dt.timedelta(days=11), 16)
    services.finish_action(
        **own, goal_id=lead.pk, action_id=first.pk, version=6, is_done=True,
        note="I saw how much is settled before the first visit.", today=today - dt.timedelta(days=11),
    )  # fmt: skip
    own["now"] = at(today - dt.timedelta(days=4), 9)
    services.move_goal(
        **own, goal_id=write.pk, version=7, action="say_met", reason="Ten Thursdays out of twelve since the summer."
    )
    services.share_plan(**own, version=8, is_shared=True, today=today - dt.timedelta(days=4))
    mails = OutgoingMail.objects.filter(kind="pathways.cpd_shared", state=OutgoingMail.State.QUEUED)
    mails.update(state=OutgoingMail.State.SENT, sent_at=at(today - dt.timedelta(days=4), 9, 5), attempts=1)
