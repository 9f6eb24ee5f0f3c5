"""What is due on the career pathways, of whom, and when: each rule is one query over everyone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Case, CharField, F, QuerySet, Value, When

from notifications.due import DueRule, LadderDefaults, OnPage, Waiting, rows
from pathways.models import CpdAction, CpdPlan, ExpertiseOffer, PlaceRequest
from pathways.reading import has_cpd_plan, has_offer
from people.acting import Acting
from people.reading import has_team


def _offers_that_end(*, today: dt.date) -> QuerySet[Any]:
    """Offers before their last day; after it they have ended by themselves, and nothing is late."""
    live = ExpertiseOffer.objects.filter(until_date__gte=today, state__in=["open", "paused"])
    return rows(live, today=today, person="person", waiting_on=Waiting.PERSON, due_on="until_date", label="title")


def _places_asked(*, today: dt.date) -> QuerySet[Any]:
    """Requests for a place that nobody has answered, of colleagues who are still here; not while it is hidden."""
    asked = PlaceRequest.objects.filter(state=PlaceRequest.State.ASKED, person__deactivated_at__isnull=True)
    return rows(
        asked.exclude(offer__state=ExpertiseOffer.State.HIDDEN), today=today, person="offer__person",
        waiting_on=Waiting.PERSON, due_on="answer_by", label="offer__title", url_pk="offer_id",
    )  # fmt: skip


def _words(text: str) -> Value:
    """The same for everyone: what somebody plans is private, also from whoever looks ahead at reminders."""
    return Value(text, output_field=CharField())


def _cpd_actions(*, today: dt.date) -> QuerySet[Any]:
    """Actions of open goals that are neither done nor dropped; their person alone hears of them."""
    to_do = CpdAction.objects.filter(done_date__isnull=True, is_dropped=False, goal__state="open")
    return rows(
        to_do, today=today, person="goal__plan__person", waiting_on=Waiting.PERSON, due_on="due_date",
        label=_words("An action of a CPD plan"), url_pk="goal__plan_id",
    )  # fmt: skip


def _cpd_reviews(*, today: dt.date) -> QuerySet[Any]:
    """The yearly review: the manager holds it while the plan is shared; before that its person has to share it.

    Where no line manager is recorded it stays with the person, for nobody else may read the plan.
    """
    plans = CpdPlan.objects.annotate(line_manager=Acting(F("person_id"), day=today))
    shared, managed = {"shared_at__isnull": False}, {"line_manager__isnull": False}
    holder = Case(When(**shared, **managed, then=_words("manager")), default=_words("person"))
    label = Case(
        When(
            **shared,
            line_manager__isnull=True,
            then=_words("Yearly review of a CPD plan, once a line manager is recorded"),
        ),
        default=_words("Yearly review of a CPD plan"),
    )
    return rows(plans, today=today, person="person", waiting_on=holder, due_on="review_date", label=label)


RULES = (
    DueRule(
        kind="pathways.cpd_action",
        title="Action of a CPD plan",
        task="Do what you planned for your CPD",
        subject_type="cpd_action",
        url_name="pathways:cpd_detail",
        find=_cpd_actions,
        ladder=LadderDefaults(before=(10, 2), after=(5,)),
        calendar_title="Learning",
        on_page=OnPage(act="Open the plan", anchor="#goals"),
        concerns=(has_cpd_plan,),
    ),
    DueRule(
        kind="pathways.cpd_review",
        title="Yearly review of a CPD plan",
        task="Talk about a CPD plan",
        subject_type="cpd_plan",
        url_name="pathways:cpd_detail",
        find=_cpd_reviews,
        ladder=LadderDefaults(before=(20, 5), on_the_day=True, after=(10,)),
        calendar_title="Learning",
        line="{person}: {label}",
        on_page=OnPage(act="Open the plan", state="planned"),
        concerns=(has_cpd_plan, has_team),
    ),
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
        concerns=(has_offer,),
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
        concerns=(has_offer,),
    ),
)
