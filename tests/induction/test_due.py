"""What is due, of whom and when, as the sweep, home and the queue read it."""

from __future__ import annotations

import datetime as dt

import pytest

from induction import due, services
from induction.models import Checkpoint, InductionPlan
from notifications.due import DueItem, DueRule
from tests.factories import induction as make
from tests.factories.people import PersonFactory, cover, line

pytestmark = pytest.mark.django_db

WHEN = {"today": make.TODAY, "now": make.NOW}
BY_KIND = {rule.kind: rule for rule in due.RULES}


def found(kind: str, *, today: dt.date = make.TODAY) -> list[DueItem]:
    rule: DueRule = BY_KIND[kind]
    return rule.items(rule.find(today=today))


def test_open_items_are_held_by_their_owner() -> None:
    pair = make.pair()
    (own,), (both,) = found("induction.item"), found("induction.shared_item")
    assert (own.label, own.due_on) == (pair.item("person").title, pair.item("person").due_date)
    assert own.holder_ids == (pair.person.pk,)
    assert both.holder_ids == (pair.person.pk, pair.manager.pk)
    (of_manager,) = found("induction.manager_item")
    assert of_manager.holder_ids == (pair.manager.pk,)


def test_a_ready_item_is_its_signers_alone() -> None:
    pair = make.pair()
    item = pair.item()
    services.mark_ready(checkpoint_id=item.pk, by=pair.person, version=item.version, **WHEN)
    (signature,) = found("induction.signature")
    assert signature.holder_ids == (pair.manager.pk,)
    assert signature.due_on == make.TODAY + dt.timedelta(days=7)
    assert item.title not in {row.label for row in found("induction.item")}


def test_cover_holds_what_the_manager_holds_while_it_lasts() -> None:
    pair = make.pair()
    deputy = PersonFactory()
    cover(pair.manager, deputy, make.TODAY, make.TODAY)
    assert found("induction.manager_item")[0].holder_ids == (deputy.pk,)
    tomorrow = make.TODAY + dt.timedelta(days=1)
    assert found("induction.manager_item", today=tomorrow)[0].holder_ids == (pair.manager.pk,)


def test_without_a_manager_learning_and_development_has_it() -> None:
    pair = make.pair()
    pair.person.manager_lines.all().delete()
    assert found("induction.manager_item")[0].has_no_manager


@pytest.mark.parametrize(
    ("agreed", "holders"),
    [((), ("person", "manager")), (("person",), ("manager",)), (("manager",), ("person",))],
)
def test_an_agreement_is_asked_of_whoever_has_not_given_it(agreed: tuple[str, ...], holders: tuple[str, ...]) -> None:
    pair = make.pair(agreed=False)
    for side in agreed:
        services.agree_plan(plan_id=pair.plan.pk, by=getattr(pair, side), revision=1, **WHEN)
    (item,) = found("induction.agreement")
    assert item.holder_ids == tuple(getattr(pair, side).pk for side in holders)
    assert item.due_on == make.TODAY + dt.timedelta(days=14)


def test_reviews_are_the_managers_to_hold_and_the_others_to_sign() -> None:
    pair = make.pair()
    assert {item.holder_ids for item in found("induction.review")} == {(pair.manager.pk,)}
    review = pair.review()
    data = services.ReviewData(held_date=make.TODAY, comment="Good start", next_steps="")
    review = services.save_review(review_id=review.pk, by=pair.manager, version=1, data=data, **WHEN)
    services.sign_review(review_id=review.pk, by=pair.manager, version=review.version, **WHEN)
    (signature,) = found("induction.review_signature")
    assert signature.holder_ids == (pair.person.pk,)
    assert [row.label for row in found("induction.review")] == ["Month 3 review"]


@pytest.mark.parametrize(
    ("written", "holders"),
    [
        ({}, ("manager",)),
        ({"held_date": make.TODAY}, ("manager",)),
        ({"held_date": make.TODAY, "outcome": "complete"}, ("person", "manager")),
    ],
)
def test_the_final_decision_waits_on_both_once_an_outcome_is_proposed(
    written: dict[str, object], holders: tuple[str, ...]
) -> None:
    pair = make.pair()
    pair.plan.reviews.filter(is_final=True).update(**written)
    (decision,) = found("induction.final_decision")
    assert decision.holder_ids == tuple(getattr(pair, side).pk for side in holders)
    assert (decision.label, decision.due_on) == ("Month 6 review", pair.plan.end_date)


def test_a_final_review_that_one_has_signed_waits_for_the_other_alone() -> None:
    pair = make.pair()
    pair.plan.reviews.filter(is_final=True).update(state="held", waiting_on="person", answer_by=make.TODAY)
    assert found("induction.final_decision") == []
    (signature,) = found("induction.review_signature")
    assert signature.holder_ids == (pair.person.pk,)


def paused(pair: make.Pair, until: dt.date | None) -> None:
    services.pause_plan(
        plan_id=pair.plan.pk, by=pair.manager, start_date=make.TODAY, expected_end_date=until, reason="Away", **WHEN
    )


def test_a_pause_that_ends_is_the_managers_to_see_to() -> None:
    pair, without_a_date = make.pair(), make.pair()
    paused(pair, make.TODAY + dt.timedelta(days=9))
    paused(without_a_date, None)
    (ending,) = found("induction.pause_end")
    assert (ending.holder_ids, ending.due_on) == ((pair.manager.pk,), make.TODAY + dt.timedelta(days=9))
    assert ending.url == pair.plan.get_absolute_url()
    services.resume_plan(plan_id=pair.plan.pk, by=pair.manager, first_day_back=make.TODAY, **WHEN)
    assert found("induction.pause_end") == []


WEEK = dt.timedelta(days=7)


@pytest.mark.parametrize(
    ("ended", "left", "since"),
    [
        (make.TODAY + WEEK, None, make.TODAY + WEEK),
        (None, make.TODAY + WEEK, make.TODAY + WEEK),
        (make.TODAY + WEEK, make.TODAY, make.TODAY),
        # Already before the first day at work: since that day.
        (make.TODAY - WEEK, None, make.START),
    ],
)
def test_without_a_line_manager_since(ended: dt.date | None, left: dt.date | None, since: dt.date) -> None:
    pair, later = make.pair(), make.TODAY + 2 * WEEK
    assert found("induction.no_manager", today=later) == []
    pair.person.manager_lines.update(end_date=ended)
    if left:
        pair.manager.deactivated_at = dt.datetime.combine(left, dt.time(12), tzinfo=dt.UTC)
        pair.manager.save()
    (gap,) = found("induction.no_manager", today=later)
    assert (gap.due_on, gap.holder_ids, gap.is_with_learning) == (since, (), True)
    assert gap.url == f"/people/{pair.person.pk}/"
    pair.person.manager_lines.filter(end_date=None).update(end_date=later - WEEK)
    line(pair.person, PersonFactory(), start=later)
    assert found("induction.no_manager", today=later) == []


@pytest.mark.parametrize(("state", "count"), [("agreeing", 1), ("paused", 1), ("completed", 0), ("stopped", 0)])
def test_a_paused_plan_needs_a_line_manager_too(state: str, count: int) -> None:
    pair = make.pair()
    pair.person.manager_lines.all().delete()
    InductionPlan.objects.filter(pk=pair.plan.pk).update(state=state)
    assert len(found("induction.no_manager")) == count


def test_a_proposal_is_the_other_sides_to_answer() -> None:
    pair = make.pair()
    item = pair.item()
    services.propose_drop(checkpoint_id=item.pk, by=pair.person, version=item.version, reason="Done", **WHEN)
    (proposal,) = found("induction.drop_proposal")
    assert proposal.holder_ids == (pair.manager.pk,)


@pytest.mark.parametrize("agreed", [True, False])
def test_nothing_is_due_from_the_first_day_of_a_planned_pause(agreed: bool) -> None:
    pair = make.pair(agreed=agreed)
    first = make.TODAY + dt.timedelta(days=3)
    services.pause_plan(
        plan_id=pair.plan.pk, by=pair.manager, start_date=first, expected_end_date=None, reason="x", **WHEN
    )
    kinds = {kind for kind in BY_KIND if found(kind, today=first - dt.timedelta(days=1))}
    assert {"induction.item", "induction.shared_item", "induction.review"} <= kinds
    assert ("induction.agreement" in kinds) == (not agreed)
    assert not [kind for kind in BY_KIND if found(kind, today=first)]


@pytest.mark.parametrize("state", ["paused", "completed", "stopped"])
def test_nothing_is_due_while_the_clock_stands_still(state: str) -> None:
    pair = make.pair()
    InductionPlan.objects.filter(pk=pair.plan.pk).update(state=state)
    assert not any(found(kind) for kind in BY_KIND)


def test_leavers_drop_out() -> None:
    pair = make.pair()
    pair.person.deactivated_at = make.NOW
    pair.person.save()
    assert not any(found(kind) for kind in BY_KIND)


def test_every_rule_is_one_query_for_everyone(django_assert_num_queries) -> None:
    for _ in range(3):
        make.pair()
    for rule in due.RULES:
        with django_assert_num_queries(1):
            list(rule.find(today=make.TODAY).values())
    assert Checkpoint.objects.count() == 9
