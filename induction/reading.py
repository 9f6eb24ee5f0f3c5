"""What pages read of a plan on every request: queries that are written once (people/prepared.py).

Each starts from `readable_by`, so that nobody reads more here than elsewhere; `reader_id` is the person of an account
that the sign-in has found active on this request.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Case, CharField, DateField, F, Min, OuterRef, Q, QuerySet, Subquery, Value, When

from induction.models import Checkpoint, Decision, InductionPlan, PlanExtension, PlanPause, Review
from people.prepared import Prepared

HELPED_SHOWN = 8
DECISIONS_SHOWN = 5
TRAIL_AT_MOST = 60


def _plan(*, pk: int, reader_id: int, today: dt.date) -> QuerySet[InductionPlan]:
    return (
        InductionPlan.objects.readable_by(reader_id, today=today)
        .filter(pk=pk)
        .with_newest_version()
        .with_read_date(reader_id)
        .select_related("person", "buddy", "version__programme")
    )


def _checkpoint(*, pk: int, reader_id: int, today: dt.date) -> QuerySet[Checkpoint]:
    found = Checkpoint.objects.readable_by(reader_id, today=today).filter(pk=pk)
    return found.select_related("plan__person", "first_signer")


def _review(*, pk: int, reader_id: int, today: dt.date) -> QuerySet[Review]:
    found = Review.objects.readable_by(reader_id, today=today).filter(pk=pk)
    return found.select_related("plan__person", "first_signer")


def _own_and_helped(*, person_id: int, today: dt.date) -> QuerySet[InductionPlan]:
    own, helped = Q(person=person_id), Q(buddy=person_id, state__in=InductionPlan.LIVE)
    plans = InductionPlan.objects.filter(own | helped).with_progress(today=today)
    # The newest of the reader's own comes first.
    place = Case(When(own, then=0), default=1)
    return plans.select_related("person").order_by(place, "-start_date", "-pk")[: 1 + HELPED_SHOWN]


def _open_items(*, plan_id: int) -> QuerySet[Checkpoint]:
    return Checkpoint.objects.open().filter(plan=plan_id).defer("why", "how", "note", "ready_note")


def _reviews(*, plan_id: int) -> QuerySet[Review]:
    return Review.objects.filter(plan=plan_id).defer("agenda").order_by("due_date", "pk")


def _items(*, plan_id: int) -> QuerySet[Checkpoint]:
    items = Checkpoint.objects.filter(plan=plan_id).defer("why", "how", "note", "ready_note")
    return items.order_by("due_date", "position", "pk")


own_and_helped_plans = Prepared(_own_and_helped)


def _live_plans_of(*, people: tuple[int, ...]) -> QuerySet[Any, Any]:
    plans = InductionPlan.objects.live().filter(person__in=people)
    return plans.order_by("end_date", "pk").values_list("pk", flat=True)


def _plans_at_a_glance(*, ids: tuple[int, ...], reader_id: int, today: dt.date) -> QuerySet[InductionPlan]:
    reviews = Review.objects.filter(plan=OuterRef("pk"), state=Review.State.PLANNED).order_by()
    plans = InductionPlan.objects.filter(pk__in=ids).with_team(today=today).with_progress(today=today)
    plans = plans.with_read_date(reader_id)
    pauses = PlanPause.objects.filter(plan=OuterRef("pk"), end_date__isnull=True).order_by("-is_planned")
    return (
        plans.select_related("person")
        .annotate(
            next_review=Subquery(reviews.values("plan").annotate(first=Min("due_date")).values("first")),
            pause_from=Subquery(pauses.values("start_date")[:1]),
            pause_until=Subquery(pauses.values("expected_end_date")[:1]),
        )
        .order_by("end_date", "pk")
    )


def _decisions(*, plan_id: int) -> QuerySet[Decision]:
    decisions = Decision.objects.filter(plan=plan_id)
    names = [f"{one}__{name}" for one in ("by", "acting_for") for name in ("given_name", "family_name")]
    related = decisions.select_related("by", "acting_for", "checkpoint", "review").only(
        "plan",
        "kind",
        "at",
        "round",
        "checkpoint__title",
        "checkpoint__owner",
        "review__title",
        "review__round",
        *names,
    )
    return related.order_by("-at", "-pk")[:DECISIONS_SHOWN]


def _changes_of_dates(*, plan_id: int) -> QuerySet[Any, dict[str, Any]]:
    no_date = Value(None, output_field=DateField())
    kind = Case(When(is_planned=True, then=Value("planned")), default=Value("pause"), output_field=CharField())
    pauses = PlanPause.objects.filter(plan=plan_id).annotate(
        kind_=kind, until=F("end_date"), expected=F("expected_end_date")
    )
    extensions = PlanExtension.objects.filter(plan=plan_id).annotate(
        kind_=F("kind"), until=F("to_date"), expected=no_date
    )
    names = ("kind_", "until", "expected", "reason")
    rows = pauses.values(*names, begin=F("start_date")).union(extensions.values(*names, begin=F("from_date")), all=True)
    return rows.order_by("begin")


def _decisions_on_item(*, checkpoint_id: int) -> QuerySet[Decision]:
    decisions = Decision.objects.filter(checkpoint=checkpoint_id).select_related("by", "acting_for", "entry__free_text")
    return decisions.order_by("-at", "-pk")[:TRAIL_AT_MOST]


def _decisions_on_review(*, review_id: int) -> QuerySet[Decision]:
    decisions = Decision.objects.filter(review=review_id).select_related("by", "acting_for", "entry__free_text")
    return decisions.order_by("-at", "-pk")[:TRAIL_AT_MOST]


# Newest first, as many as a trail shows.
decisions_on_item = Prepared(_decisions_on_item)
decisions_on_review = Prepared(_decisions_on_review)
newest_decisions_of = Prepared(_decisions)
# Pauses and later end dates, oldest first.
changes_of_dates = Prepared(_changes_of_dates)


def _plans_of_everyone(*, ids: tuple[int, ...], today: dt.date) -> QuerySet[InductionPlan]:
    plans = InductionPlan.objects.filter(pk__in=ids).with_team(today=today).with_late(today=today)
    return plans.select_related("person").late_first()


def _plans_with_holders(*, ids: tuple[int, ...], today: dt.date) -> QuerySet[InductionPlan]:
    plans = InductionPlan.objects.filter(pk__in=ids).with_holders(today=today).with_team(today=today)
    return plans.select_related("person").order_by("start_date", "pk")


plans_with_holders = Prepared(_plans_with_holders)
plans_of_everyone = Prepared(_plans_of_everyone)
live_plan_ids_of = Prepared(_live_plans_of)
plans_at_a_glance = Prepared(_plans_at_a_glance)
open_items_of = Prepared(_open_items)
items_of = Prepared(_items)
reviews_of = Prepared(_reviews)
plan_read = Prepared(_plan)
checkpoint_read = Prepared(_checkpoint)
review_read = Prepared(_review)


def has_plan(*, person_id: int, today: dt.date) -> QuerySet[InductionPlan]:
    """The person's induction that is not closed."""
    return InductionPlan.objects.live().filter(person=person_id)
