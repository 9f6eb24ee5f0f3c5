"""Pages whose facts are to be looked at again, by the day that stands on them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from content.models import Page
from notifications.due import Days, DueRule, LadderDefaults, OnPage, Waiting, rows


def keeps_guide(*, person_id: int, today: dt.date) -> QuerySet[Page]:
    """The guides that the person keeps."""
    return Page.objects.shown().kept().filter(owner=person_id)


def _reviews(*, today: dt.date) -> QuerySet[Any]:
    """Pages that somebody keeps; the others stand in the admin's list of pages to review."""
    kept = Page.objects.shown().kept().filter(review_by__isnull=False)
    return rows(kept, today=today, person="owner", waiting_on=Waiting.PERSON, due_on="review_by", label="title")


RULES = (
    DueRule(
        kind="content.page_review",
        title="Guide to be checked",
        task="Check the facts of a guide",
        subject_type="page",
        url_name="admin:content_page_change",
        find=_reviews,
        ladder=LadderDefaults(before=(14, 2), on_the_day=True, after=(5, 20), counted_in=Days.CALENDAR),
        line="{label} – check that it is still true",
        on_page=OnPage(act="Check it"),
        concerns=(keeps_guide,),
    ),
)
