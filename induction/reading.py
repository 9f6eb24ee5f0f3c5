"""What pages read of a plan on every request: queries that are written once (people/prepared.py).

Each starts from `readable_by`, so that nobody reads more here than elsewhere; `reader_id` is the person of an account
that the sign-in has found active on this request.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import OuterRef, QuerySet, Subquery

from induction.models import Checkpoint, InductionPlan, ProgrammeVersion, Review
from people.prepared import Prepared

HELPED_SHOWN = 8


def _plan(*, pk: int, reader_id: int, today: dt.date) -> QuerySet[InductionPlan]:
    newest = ProgrammeVersion.objects.filter(
        programme=OuterRef("version__programme"), state=ProgrammeVersion.State.PUBLISHED
    )
    return (
        InductionPlan.objects.readable_by(reader_id, today=today)
        .filter(pk=pk)
        .annotate(newest_version_id=Subquery(newest.values("pk")[:1]))
        .select_related("person", "buddy", "version__programme")
    )


def _checkpoint(*, pk: int, reader_id: int, today: dt.date) -> QuerySet[Checkpoint]:
    found = Checkpoint.objects.readable_by(reader_id, today=today).filter(pk=pk)
    return found.select_related("plan__person", "first_signer")


def _review(*, pk: int, reader_id: int, today: dt.date) -> QuerySet[Review]:
    found = Review.objects.readable_by(reader_id, today=today).filter(pk=pk)
    return found.select_related("plan__person", "first_signer")


def _own_plans(*, person_id: int, today: dt.date) -> QuerySet[InductionPlan]:
    plans = InductionPlan.objects.filter(person=person_id).with_progress(today=today)
    return plans.select_related("version").order_by("-start_date", "-pk")[:1]


def _open_items(*, plan_id: int) -> QuerySet[Checkpoint]:
    return Checkpoint.objects.open().filter(plan=plan_id).defer("why", "how", "note", "ready_note")


def _reviews(*, plan_id: int) -> QuerySet[Review]:
    return Review.objects.filter(plan=plan_id).defer("agenda").order_by("due_date", "pk")


def _items(*, plan_id: int) -> QuerySet[Checkpoint]:
    items = Checkpoint.objects.filter(plan=plan_id).defer("why", "how", "note", "ready_note")
    return items.order_by("due_date", "position", "pk")


def _helped(*, buddy_id: int) -> QuerySet[InductionPlan]:
    return InductionPlan.objects.live().filter(buddy=buddy_id).select_related("person").order_by("pk")[:HELPED_SHOWN]


plans_helped_by = Prepared(_helped)
newest_own_plan = Prepared(_own_plans)
open_items_of = Prepared(_open_items)
items_of = Prepared(_items)
reviews_of = Prepared(_reviews)
plan_read = Prepared(_plan)
checkpoint_read = Prepared(_checkpoint)
review_read = Prepared(_review)
