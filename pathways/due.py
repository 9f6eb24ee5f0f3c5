"""What is due on the career pathways, of whom, and when: each rule is one query over everyone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from notifications.due import DueRule, LadderDefaults, OnPage, Waiting, rows
from pathways.models import ExpertiseOffer, PlaceRequest


def _offers_that_end(*, today: dt.date) -> QuerySet[Any]:
    """Offers before their last day; after it they have ended by themselves, and nothing is late."""
    live = ExpertiseOffer.objects.filter(until_date__gte=today, state__in=["open", "paused"])
    return rows(live, today=today, person="person", waiting_on=Waiting.PERSON, due_on="until_date", label="title")


def _places_asked(*, today: dt.date) -> QuerySet[Any]:
    """Requests for a place that nobody has answered, of colleagues who are still here."""
    asked = PlaceRequest.objects.filter(state=PlaceRequest.State.ASKED, person__deactivated_at__isnull=True)
    return rows(
        asked.exclude(offer__state=ExpertiseOffer.State.WITHDRAWN), today=today, person="offer__person",
        waiting_on=Waiting.PERSON, due_on="answer_by", label="offer__title", url_pk="offer_id",
    )  # fmt: skip


RULES = (
    DueRule(
        kind="pathways.offer_ends",
        title="Offer to colleagues that ends",
        task="Keep an offer to colleagues, or let it end",
        subject_type="offer",
        url_name="pathways:offer_detail",
        find=_offers_that_end,
        ladder=LadderDefaults(before=(10, 2)),
        line="{label} – ends by itself on {date} unless you move its last day",
        on_page=OnPage(act="Keep it or let it end"),
    ),
    DueRule(
        kind="pathways.place_asked_for",
        title="Request for a place that waits for an answer",
        task="Answer a request for a place",
        subject_type="place",
        url_name="pathways:offer_detail",
        find=_places_asked,
        ladder=LadderDefaults(before=(2,), on_the_day=True, after=(2, 5)),
        line="{label} – a colleague asks for a place",
        must_send="Someone waits for your answer.",
        on_page=OnPage(act="Answer", anchor="#requests", state="waiting", is_asked=True),
    ),
)
