"""Everything that a new kind of deadline needs."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from notifications import due
from tests.reminders.chores.models import Chore


def open_chores(*, today: dt.date) -> QuerySet[Any]:
    return due.rows(
        Chore.objects.filter(is_done=False, is_paused=False),
        today=today,
        person="person",
        waiting_on="waiting_on",
        due_on="due_date",
        label="title",
    )


RULES = (
    due.DueRule(
        kind="chores.chore",
        title="Chore",
        task="Do a chore",
        subject_type="chore",
        url_name="chore_detail",
        find=open_chores,
        ladder=due.LadderDefaults(before=(5, 1), on_the_day=True, after=(2,), up_after=10, learning_after=15),
        line="{person}: {label}",
        on_page=due.OnPage(act="Answer {given_name}", anchor="#done"),
    ),
)
DAILY = ("tests.reminders.chores.duties.put_right",)
