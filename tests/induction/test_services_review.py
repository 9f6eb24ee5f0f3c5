"""Reviews at months 1, 3 and 6, and how a plan ends."""

from __future__ import annotations

import datetime as dt

import pytest

from induction import services
from induction.models import Decision, Review
from people.rules import Conflict, NotAllowed
from tests.factories import induction as make
from tests.factories.people import PersonFactory

pytestmark = pytest.mark.django_db

HELD = dt.date(2027, 2, 26)
WHEN = {"today": HELD, "now": dt.datetime(2027, 2, 26, 10, 0, tzinfo=dt.UTC)}


def save(pair: make.Pair, review: Review, side: str = "manager", **more: object) -> Review:
    fields = {"held_date": HELD, "comment": f"Said by {side}", "next_steps": "Carry on", **more}
    return services.save_review(
        review_id=review.pk,
        by=getattr(pair, side),
        version=Review.objects.get(pk=review.pk).version,
        data=services.ReviewData(**fields),
        **WHEN,
    )


def sign(pair: make.Pair, review: Review, side: str) -> Review:
    version = Review.objects.get(pk=review.pk).version
    return services.sign_review(review_id=review.pk, by=getattr(pair, side), version=version, **WHEN)


def close_all_but_final(pair: make.Pair) -> None:
    for month in (1, 3):
        save(pair, pair.review(month))
        sign(pair, pair.review(month), "manager")
        sign(pair, pair.review(month), "person")


@pytest.mark.parametrize("order", [("person", "manager"), ("manager", "person")])
def test_both_sign_the_same_text_in_either_order(order: tuple[str, str]) -> None:
    pair = make.pair()
    save(pair, pair.review())
    first = sign(pair, pair.review(), order[0])
    assert (first.state, first.waiting_on) == ("held", order[1])
    with pytest.raises(NotAllowed, match="already signed"):
        sign(pair, pair.review(), order[0])
    last = sign(pair, pair.review(), order[1])
    assert (last.state, last.waiting_on) == ("signed", "nobody")
    hashes = set(Decision.objects.filter(review=last).values_list("content_hash", flat=True))
    assert len(hashes) == 1


def test_a_change_after_one_signature_clears_it() -> None:
    pair = make.pair()
    save(pair, pair.review())
    sign(pair, pair.review(), "manager")
    changed = save(pair, pair.review(), "person", comment="I see it differently")
    assert (changed.state, changed.first_signer, changed.answer_by) == ("planned", None, None)
    sign(pair, pair.review(), "manager")
    assert sign(pair, pair.review(), "person").state == "signed"


def test_a_side_writes_only_its_own_comment() -> None:
    pair = make.pair()
    save(pair, pair.review(), "manager", comment="Manager's words")
    review = save(pair, pair.review(), "person", comment="Starter's words")
    assert (review.manager_comment, review.person_comment) == ("Manager's words", "Starter's words")


@pytest.mark.parametrize(
    ("held", "message"),
    [(HELD + dt.timedelta(days=1), "today or in the past"), (make.START - dt.timedelta(days=1), "first day")],
)
def test_a_review_is_held_on_a_possible_day(held: dt.date, message: str) -> None:
    pair = make.pair()
    with pytest.raises(NotAllowed, match=message):
        save(pair, pair.review(), held_date=held)


def test_a_review_without_a_date_is_not_signed() -> None:
    pair = make.pair()
    with pytest.raises(NotAllowed, match="Enter the date you held the review"):
        sign(pair, pair.review(), "manager")


def test_a_stranger_neither_writes_nor_signs() -> None:
    pair = make.pair()
    pair.stranger = PersonFactory()
    with pytest.raises(NotAllowed):
        save(pair, pair.review(), "stranger")
    save(pair, pair.review())
    with pytest.raises(NotAllowed):
        sign(pair, pair.review(), "stranger")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "Choose how the induction ends"),
        ({"outcome": "extend", "outcome_date": dt.date(2027, 4, 1)}, "Give the reason"),
        ({"outcome": "stop"}, "Give the reason"),
        ({"outcome": "extend", "outcome_reason": "Absence"}, "date to extend to"),
        (
            {"outcome": "extend", "outcome_reason": "Absence", "outcome_date": dt.date(2027, 2, 28)},
            "later than today",
        ),
        ({"outcome": "extend", "outcome_reason": "x", "outcome_date": dt.date(9999, 1, 1)}, "within two years"),
    ],
)
def test_the_final_review_needs_a_whole_outcome(fields: dict[str, object], message: str) -> None:
    pair = make.pair()
    close_all_but_final(pair)
    save(pair, pair.review(6), **fields)
    with pytest.raises(NotAllowed, match=message):
        sign(pair, pair.review(6), "manager")


def test_completion_needs_every_mandatory_item_and_earlier_review() -> None:
    pair = make.pair(programme=make.version(mandatory=True))
    save(pair, pair.review(6), outcome="complete")
    with pytest.raises(NotAllowed, match="month 1 and 3"):
        sign(pair, pair.review(6), "manager")
    close_all_but_final(pair)
    with pytest.raises(NotAllowed, match="3 mandatory items are still open"):
        sign(pair, pair.review(6), "manager")


def test_neither_can_close_the_plan_alone() -> None:
    pair = make.pair()
    close_all_but_final(pair)
    save(pair, pair.review(6), outcome="complete")
    sign(pair, pair.review(6), "manager")
    pair.plan.refresh_from_db()
    assert pair.plan.state == "active"
    sign(pair, pair.review(6), "person")
    pair.plan.refresh_from_db()
    assert (pair.plan.state, pair.plan.closed_date) == ("completed", HELD)
    with pytest.raises(Conflict, match="completed"):
        services.mark_ready(checkpoint_id=pair.item().pk, by=pair.person, version=1, **WHEN)


def test_stopping_needs_both_and_keeps_the_reason_out_of_the_row() -> None:
    pair = make.pair()
    save(pair, pair.review(6), outcome="stop", outcome_reason="Moved to another council")
    sign(pair, pair.review(6), "person")
    sign(pair, pair.review(6), "manager")
    pair.plan.refresh_from_db()
    assert pair.plan.state == "stopped"
    assert Decision.objects.get(kind="stopped").entry.free_text.text == "Moved to another council"


def test_an_extension_keeps_the_signed_review_and_brings_a_new_final_one() -> None:
    pair = make.pair()
    close_all_but_final(pair)
    to = dt.date(2027, 4, 15)
    save(pair, pair.review(6), outcome="extend", outcome_date=to, outcome_reason="Long absence")
    sign(pair, pair.review(6), "manager")
    sign(pair, pair.review(6), "person")
    pair.plan.refresh_from_db()
    assert (pair.plan.state, pair.plan.end_date) == ("active", to)
    assert pair.review(6).state == "signed"
    new = pair.review(8)
    assert (new.is_final, new.state, new.due_date) == (True, "planned", to)
    item = pair.item("person")
    assert item.due_date == item.original_due_date + (to - dt.date(2027, 3, 1))


def test_the_employee_cannot_decide_the_outcome() -> None:
    pair = make.pair()
    review = save(pair, pair.review(6), "person", outcome="complete")
    assert review.outcome == ""
