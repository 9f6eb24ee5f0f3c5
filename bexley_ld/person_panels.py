"""What apps add to the pages about a person: their buddy, the state of their plan, mail that does not reach them."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from govuk.templatetags.govuk import state_word
from induction.models import InductionPlan
from notifications import holds
from people.models import Person, User
from people.panels import Panel, Viewer
from people.prepared import Prepared
from people.roles import Role


def _with_buddy(*, person_id: int) -> QuerySet[InductionPlan]:
    plans = InductionPlan.objects.live().filter(person=person_id, buddy__deactivated_at__isnull=True)
    return plans.exclude(buddy=None).select_related("buddy").order_by("pk")


_plans_with_buddy = Prepared(_with_buddy)


def buddies(person: Person, today: dt.date) -> list[Viewer]:
    """The buddy sees titles and dates of what they help with."""
    return [
        Viewer(f"{plan.buddy.full_name}, your buddy", "Titles and dates of what they help you with")
        for plan in _plans_with_buddy(person_id=person.pk)
        if plan.buddy
    ]


def plans(person: Person, user: User, today: dt.date) -> list[Panel]:
    """State and dates, for those who may see that; the plan itself only for those who share it."""
    rows = (
        InductionPlan.objects.state_visible_to(user, today=today).filter(person=person).order_by("-start_date", "-pk")
    )
    return [
        Panel(
            "Induction",
            f"{state_word(plan.state)}, {_day(plan.start_date)} to {_day(plan.end_date)}",
            plan.get_absolute_url() if user.person_id == person.pk else "",
        )
        for plan in rows[:5]
    ]


ADDRESS_FAILS = (
    "Mail to your work address comes back, so the portal sends you none for now. Tell HR which address is right: their "
    "next file mends it. Until then read your messages here, under “Messages sent to you”."
)


def mail_comes_back(person: Person) -> list[str]:
    """Whoever gets no mail learns of it nowhere else."""
    return [ADDRESS_FAILS] if holds.paused_addresses([person.email]) else []


def no_mail(person: Person, user: User, today: dt.date) -> list[Panel]:
    """The same for Learning and Development, who can do something about it."""
    if not user.has_role(Role.LD_ADMIN) or not holds.paused_addresses([person.email]):
        return []
    words = "Mail to their address comes back and waits. Ask HR for the right address: their next file mends it."
    return [Panel("E-mail", words)]


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"
