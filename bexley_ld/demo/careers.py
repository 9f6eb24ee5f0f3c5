"""What invented colleagues share with each other, by the same services as the pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from bexley_ld.demo.history import at
from notifications.models import OutgoingMail
from pathways.models import Capability, ExpertiseOffer
from pathways.services import expertise
from pathways.services.expertise import OfferData
from people.models import Person

# account, kind, title, what, when, where, places, days it still stands, job role whose first capabilities it helps with
OFFERS = (
    (
        "coach", "shadowing", "A morning of safeguarding enquiries",
        "Come along for a morning: a planning talk, a visit if the person agrees, and the writing afterwards.\n\n"
        "For anyone who has not led an enquiry yet.",
        "Wednesdays, 9am to 1pm", "Civic Offices; we meet at the front desk", 2, 120, "R14",
    ),
    (
        "assessor", "questions", "Ask about your first year in practice",
        "Half a dozen people, an hour, any question about the first year: observations, reflection, saying no.",
        "The second Tuesday of a month, 12.30pm", "Online; I send the link", 8, 200, "R12",
    ),
    (
        "panel", "talk", "What a panel looks for",
        "Forty minutes with examples that are made up, then questions. For whoever thinks of the next step.",
        "Once a quarter, next time in January", "Civic Offices, training room", 25, 9, "R14",
    ),
    (
        "cover", "questions", "From practitioner to manager: is it for me?",
        "Plain answers about the first year of managing a team, what helped, and what I would do differently.",
        "By arrangement, on Fridays", "A walk, a call or a coffee", 3, 60, "R22",
    ),
)  # fmt: skip


def share(holders: Mapping[str, Person], *, today: dt.date) -> None:
    """Offers of four accounts, one that is paused, and two requests: one answered, one that waits."""
    made = {}
    for number, (account, kind, title, what, when, where, places, days, job_role) in enumerate(OFFERS):
        capabilities = Capability.objects.filter(role__job_role__code=job_role).order_by("position", "pk")
        data = OfferData(
            kind=kind,
            title=title,
            what=what,
            when_words=when,
            how_to_reach=where,
            places=places,
            until_date=today + dt.timedelta(days=days),
            capabilities=list(capabilities.values_list("pk", flat=True)[:2]),
        )
        made[account] = expertise.make_offer(
            by=holders[account], data=data, now=at(today - dt.timedelta(days=30 - number), 14)
        )
    _ask(
        made["coach"],
        holders["social.worker"],
        "I lead my first enquiry in spring.",
        today,
        3,
    )
    answered = _ask(made["assessor"], holders["nqsw"], "I have two questions about my second observation.", today, 8)
    expertise.answer_place(
        request_id=answered, by=holders["assessor"], is_given=True, now=at(today - dt.timedelta(days=6), 11)
    )
    paused = made["cover"]
    day = today - dt.timedelta(days=2)
    expertise.move_offer(offer_id=paused.pk, by=holders["cover"], action="pause", version=1, today=day, now=at(day, 16))
    mails = OutgoingMail.objects.filter(created_at__lt=at(today, 0), state=OutgoingMail.State.QUEUED)
    mails.filter(kind__startswith="pathways.").update(
        state=OutgoingMail.State.SENT, sent_at=at(today - dt.timedelta(days=1), 9), attempts=1
    )


def _ask(offer: ExpertiseOffer, by: Person, message: str, today: dt.date, days_ago: int) -> int:
    day = today - dt.timedelta(days=days_ago)
    return expertise.ask_for_place(offer_id=offer.pk, by=by, message=message, today=day, now=at(day, 10)).pk
