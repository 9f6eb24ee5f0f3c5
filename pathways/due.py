"""What is due on the career pathways, of whom, and when: each rule is one query over everyone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Case, CharField, F, QuerySet, Value, When

from notifications.due import DueRule, LadderDefaults, OnPage, Waiting, rows
from pathways.models import Application, CpdAction, CpdPlan, ExpertiseOffer, PlaceRequest
from pathways.querysets.application import WITH_LEARNING
from pathways.reading import has_application, has_cpd_plan, has_offer
from people.acting import Acting
from people.reading import has_team, is_learning


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


# What is applied for stands in no mail and no calendar (reliability-and-security.md §3).
_LABEL = Value("Application", output_field=CharField())


def _drafts(*, today: dt.date) -> QuerySet[Any]:
    """Drafts whose intake can still be applied to; after its last day nothing is late."""
    drafts = Application.objects.filter(state="draft", intake__closes_date__gte=today, intake__opens_date__lte=today)
    return _rows(drafts, today, Waiting.PERSON, "intake__closes_date")


def _to_support(*, today: dt.date) -> QuerySet[Any]:
    """Applications that wait for the line manager's view."""
    return _rows(Application.objects.filter(state="with_manager"), today, Waiting.MANAGER)


def _to_answer(*, today: dt.date) -> QuerySet[Any]:
    """Offers to answer, and applications for which more is asked."""
    return _rows(Application.objects.filter(state__in=["offered", "returned"]), today, Waiting.PERSON)


def _on_the_desk(*, today: dt.date) -> QuerySet[Any]:
    """What Learning and Development has to move on."""
    return _rows(Application.objects.filter(state__in=WITH_LEARNING), today, Waiting.LEARNING)


def _rows(found: QuerySet[Any], today: dt.date, waiting_on: Waiting, due_on: str = "answer_by") -> QuerySet[Any]:
    return rows(found, today=today, person="person", waiting_on=waiting_on, due_on=due_on, label=_LABEL)


def _next_in_line(*, today: dt.date) -> QuerySet[Any]:
    """Reserve lists with a free place: whoever is first can be offered it at once."""
    first = Application.objects.next_in_line(today)
    return rows(
        first, today=today, person="person", waiting_on=Waiting.LEARNING, due_on="intake__decide_date", label=_LABEL
    )


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
        kind="pathways.draft_closes",
        title="Draft of an application before the closing day",
        task="Send an application, or leave it",
        subject_type="application",
        url_name="pathways:application_detail",
        find=_drafts,
        ladder=LadderDefaults(before=(5, 1)),
        calendar_title="Learning",
        on_page=OnPage(act="Go on with it", title="Your application is not sent yet"),
        concerns=(has_application,),
    ),
    DueRule(
        kind="pathways.to_support",
        title="Application that waits for the line manager",
        task="Give your view on an application",
        subject_type="application",
        url_name="pathways:application_detail",
        find=_to_support,
        # Whoever stands above the manager does not read it: Learning and Development takes it on.
        ladder=LadderDefaults(before=(5, 1), on_the_day=True, after=(2, 5), learning_after=10),
        calendar_title="Learning",
        line="{person}: an application waits for your view",
        must_send="Someone waits for your answer.",
        on_page=OnPage(
            act="Read and answer", anchor="#act", title="Give your view on an application", state="waiting",
            is_asked=True,
        ),
        concerns=(has_team,),
    ),
    DueRule(
        kind="pathways.to_answer",
        title="Application that waits for the applicant",
        task="Answer about your application",
        subject_type="application",
        url_name="pathways:application_detail",
        find=_to_answer,
        ladder=LadderDefaults(before=(5, 1), on_the_day=True),
        calendar_title="Learning",
        line="Your application waits for your answer",
        must_send="What is not answered in time is lost.",
        on_page=OnPage(
            act="Answer", anchor="#act", title="Your application waits for your answer", state="waiting",
            is_asked=True,
        ),
        concerns=(has_application,),
    ),
    DueRule(
        kind="pathways.on_the_desk",
        title="Application that waits for Learning and Development",
        task="Move an application on",
        subject_type="application",
        url_name="pathways:application_detail",
        find=_on_the_desk,
        ladder=LadderDefaults(before=(5,), on_the_day=True, after=(2, 5, 10)),
        calendar_title="Learning",
        on_page=OnPage(act="Decide", anchor="#act", state="waiting"),
        concerns=(is_learning,),
    ),
    DueRule(
        kind="pathways.next_in_line",
        title="Free place while somebody waits on the reserve list",
        task="Offer a free place to whoever is next in line",
        subject_type="application",
        url_name="pathways:application_detail",
        find=_next_in_line,
        ladder=LadderDefaults(on_the_day=True, after=(2, 5, 10)),
        calendar_title="Learning",
        on_page=OnPage(act="Offer the place", anchor="#act", state="waiting"),
        concerns=(is_learning,),
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
)  # fmt: skip
DAILY = (
    "pathways.services.deciding.lapse_offers",
    "pathways.services.deciding.end_reserve_lists",
    "pathways.services.deciding.withdraw_leavers",
    "pathways.services.applying.delete_old_drafts",
    "pathways.services.applying.tell_interested",
)
