"""Which messages of an induction L&D may word, and what may stand in them. Nothing that anyone typed as a note.

Mails whose sentences depend on what happened (dates moved or paused) keep the words of their file.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from django.conf import settings

from govuk.templatetags.govuk import gov_date
from notifications.wording import Context, Field, Wording

ADDED = "an item that the two of you added"


def _title(item: Any) -> str:
    return item.title if item.origin == "programme" else ADDED


def _of(context: Context, thing: str) -> str:
    plan = context["plan"]
    is_own = context["recipient"] == plan.person
    return f"your {thing}" if is_own else f"the {thing} of {plan.person.full_name}"


def _items(context: Context) -> str:
    return "\n".join(f"- {_title(item)}" for item in context["checkpoints"])


def _how_many(context: Context) -> str:
    number = len(context["checkpoints"])
    return f"{number} item{'' if number == 1 else 's'}"


FIRST_NAME = Field("first_name", "whom it goes to", lambda c: c["recipient"].given_name)
LINK = Field("link", "where it leads, below a line that ends in a colon", lambda c: settings.SITE_URL + c["path"])
BY = Field("by", "who did it", lambda c: c["by"].full_name)
PERSON = Field("person", "whose induction it is", lambda c: c["plan"].person.full_name)
PLAN = Field("plan", "“your induction plan”, or “the induction plan of” someone", lambda c: _of(c, "induction plan"))
INDUCTION = Field("induction", "“your induction”, or “the induction of” someone", lambda c: _of(c, "induction"))
STARTS = Field("start_date", "when it starts", lambda c: gov_date(c["plan"].start_date))
ENDS = Field("end_date", "when it ends", lambda c: gov_date(c["plan"].end_date))
REVIEW = Field("review", "such as “month 3 review”", lambda c: f"month {c['review'].month} review")
REVIEW_DUE = Field("due_date", "when it is due", lambda c: gov_date(c["review"].due_date))
ITEM = Field("item", "the item", lambda c: _title(c["checkpoint"]))
ITEM_DUE = Field("due_date", "when it is due", lambda c: gov_date(c["checkpoint"].due_date))
ITEMS = Field("items", "the items, as a list", _items, is_block=True)
HOW_MANY = Field("how_many", "such as “2 items”", _how_many)


def _sample() -> dict[str, Any]:
    """Invented people and dates, each different from every other."""
    person = SimpleNamespace(given_name="Amara", full_name="Amara Sample")
    plan = SimpleNamespace(person=person, start_date=dt.date(2027, 1, 4), end_date=dt.date(2027, 7, 5))
    return {
        "recipient": SimpleNamespace(given_name="Robin", full_name="Robin Example"),
        "by": SimpleNamespace(given_name="Kim", full_name="Kim Invented"),
        "plan": plan,
        "path": "/induction/sample/",
        "what": "paused",
        "review": SimpleNamespace(month=3, due_date=dt.date(2027, 4, 6)),
        "checkpoint": SimpleNamespace(
            title="Visit the reablement team", origin="programme", due_date=dt.date(2027, 2, 3)
        ),
        "checkpoints": [
            SimpleNamespace(title="Visit the reablement team", origin="programme"),
            SimpleNamespace(title="Read the safeguarding policy", origin="programme"),
        ],
    }


def _wording(message: str, *fields: Field) -> Wording:
    return Wording(
        kind=f"induction.{message}",
        template=f"induction/emails/{message}",
        fields=(FIRST_NAME, *fields, LINK),
        sample=_sample,
    )


WORDINGS = (
    _wording("plan_started", STARTS, ENDS),
    _wording("agreement_asked", BY, PLAN, PERSON, STARTS, ENDS),
    _wording("agreement_cleared", BY, PLAN, PERSON, STARTS, ENDS),
    _wording("plan_agreed", BY, PLAN, PERSON, STARTS, ENDS),
    _wording("buddy_named", BY, PERSON, STARTS, ENDS),
    _wording("plan_closed", BY, INDUCTION, PERSON, STARTS, ENDS),
    _wording("checkpoints_signed_off", BY, PERSON, ITEMS, HOW_MANY, ENDS),
    _wording("checkpoint_handed_back", BY, PERSON, ITEM, ITEM_DUE),
    _wording("decision_undone", BY, PERSON, ITEM, ITEM_DUE),
    _wording("review_signature_asked", BY, INDUCTION, PERSON, REVIEW, REVIEW_DUE),
    _wording("review_signature_cleared", BY, INDUCTION, PERSON, REVIEW, REVIEW_DUE),
    _wording("review_signed", BY, INDUCTION, PERSON, REVIEW, REVIEW_DUE),
    replace(_wording("plan_dates_changed"), is_editable=False),
)
