"""What the induction adds to the pages about a person: their buddy, and the state of their plan."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from govuk.templatetags.govuk import state_word
from induction.models import InductionPlan
from people.models import Person, User
from people.panels import Panel, Viewer
from people.prepared import Prepared


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


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"
