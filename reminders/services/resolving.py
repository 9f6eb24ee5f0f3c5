"""When an escalated thing is done, everyone who heard of the escalation hears once that it is resolved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from notifications.due import DUE_ON, SUBJECT_ID, DueRule
from notifications.models import OutgoingMail
from reminders import rules
from reminders.models import Reminder

SUBJECTS_AT_ONCE = 1000
State = OutgoingMail.State


def end_escalations(rule: DueRule, *, today: dt.date) -> int:
    """Adds a line for each reader of an escalation whose thing is no longer due; answers how many were ended.

    One query asks what is still open of a thousand escalated things; a reader whose mail never left hears nothing,
    for they did not hear of the escalation. A second run finds nothing left to end.
    """
    ended = 0
    for subjects in _parts(rule):
        still = set(rule.find(today=today).filter(**{f"{SUBJECT_ID}__in": subjects}).values_list(SUBJECT_ID, DUE_ON))
        open_rows = Reminder.objects.filter(rule=rule.kind, awaits_end=True, subject_id__in=subjects)
        over = [
            row
            for row in open_rows.select_related("mail").order_by("pk")
            if (row.subject_id, row.due_date) not in still
        ]
        heard = [row for row in over if row.mail and row.mail.state == State.SENT]
        # What has not left yet will be left out of its digest; until that is known it is asked again tomorrow.
        unheard = [row for row in over if row.mail and row.mail.state in {State.DROPPED, State.FAILED}]
        Reminder.objects.bulk_create([_end_of(row, today) for row in heard], ignore_conflicts=True)
        ended += Reminder.objects.filter(pk__in=[row.pk for row in [*heard, *unheard]]).update(awaits_end=False)
    return ended


def _parts(rule: DueRule) -> Iterator[list[int]]:
    after = 0
    while True:
        waiting = Reminder.objects.filter(rule=rule.kind, awaits_end=True, subject_id__gt=after)
        found = waiting.order_by("subject_id").values_list("subject_id", flat=True).distinct()
        subjects = list(found[:SUBJECTS_AT_ONCE])
        if not subjects:
            return
        after = subjects[-1]
        yield subjects


def _end_of(row: Reminder, today: dt.date) -> Reminder:
    return Reminder(
        rule=row.rule,
        step=rules.RESOLVED,
        subject_type=row.subject_type,
        subject_id=row.subject_id,
        recipient_id=row.recipient_id,
        due_date=row.due_date,
        sweep_date=today,
        about_id=row.about_id,
    )
