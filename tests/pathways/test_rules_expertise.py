"""What may follow what for an offer, who may do it, and when one may ask for a place."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from pathways.models import ExpertiseOffer
from pathways.rules import expertise as rules
from people.rules import Conflict, NotAllowed

TODAY = dt.date(2027, 3, 4)
OWNER, OTHER = 1, 2


@pytest.mark.parametrize(
    ("state", "is_learning", "by", "actions"),
    [
        ("open", False, OWNER, ["change", "pause", "withdraw"]),
        ("paused", False, OWNER, ["change", "resume", "withdraw"]),
        ("hidden", False, OWNER, ["change", "withdraw"]),
        ("withdrawn", False, OWNER, []),
        ("open", False, OTHER, []),
        ("open", True, OTHER, ["hide"]),
        ("paused", True, OTHER, ["hide"]),
        ("hidden", True, OTHER, ["show"]),
        ("withdrawn", True, OTHER, []),
        # Whoever works in Learning and Development and offers something themself does not judge it.
        ("open", True, OWNER, ["change", "pause", "withdraw"]),
        ("hidden", True, OWNER, ["change", "withdraw"]),
    ],
)
def test_what_a_reader_may_do(state: str, is_learning: bool, by: int, actions: list[str]) -> None:
    assert rules.allowed_actions(state, owner_id=OWNER, by_id=by, is_learning=is_learning) == actions


@pytest.mark.parametrize(
    ("state", "actions"),
    [("open", ["change", "withdraw"]), ("paused", ["change", "withdraw"]), ("hidden", ["change", "withdraw"])],
)
def test_what_its_owner_may_do_after_the_last_day(state: str, actions: list[str]) -> None:
    found = rules.allowed_actions(state, owner_id=OWNER, by_id=OWNER, is_learning=False, has_expired=True)
    assert found == actions
    for action in ("pause", "resume"):
        with pytest.raises(Conflict):
            rules.next_state(state, action, has_expired=True)


@pytest.mark.parametrize("before", ["open", "paused"])
def test_what_is_shown_again_is_what_it_was(before: str) -> None:
    assert rules.next_state("hidden", "show", hidden_from=before) == before


ASKING = {"by_id": OTHER, "given": 0, "has_asked": False, "asked_lately": 0}


@pytest.mark.parametrize(
    ("offer", "asking", "refusal", "words"),
    [
        ({}, {}, None, ""),
        ({}, {"given": 1}, None, ""),
        ({"until_date": TODAY}, {}, None, ""),
        ({}, {"asked_lately": 4}, None, ""),
        ({}, {"by_id": OWNER}, NotAllowed, "your own"),
        ({"until_date": TODAY - dt.timedelta(days=1)}, {}, Conflict, "not on offer"),
        ({"state": "paused"}, {}, Conflict, "not on offer"),
        ({"state": "hidden"}, {}, Conflict, "not on offer"),
        ({"state": "withdrawn"}, {}, Conflict, "not on offer"),
        ({}, {"has_asked": True}, Conflict, "already"),
        ({}, {"given": 2}, Conflict, "Every place"),
        ({}, {"asked_lately": 5}, NotAllowed, "last seven days"),
    ],
)
def test_when_one_may_ask(
    offer: dict[str, Any], asking: dict[str, Any], refusal: type[Exception] | None, words: str
) -> None:
    row = ExpertiseOffer(**{"person_id": OWNER, "state": "open", "places": 2, "until_date": TODAY, **offer})
    if refusal is None:
        rules.check_can_ask(row, today=TODAY, **{**ASKING, **asking})
        return
    with pytest.raises(refusal, match=words):
        rules.check_can_ask(row, today=TODAY, **{**ASKING, **asking})
