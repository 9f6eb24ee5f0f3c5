"""What is due in an induction, of whom, and when: each rule is one query over everyone (ladders: ruling 11)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import Concat

from induction.models import Checkpoint, InductionPlan, Review
from notifications.due import DueRule, LadderDefaults, Waiting, rows

# Nothing is due while a plan is paused or closed.
_CLOCK_RUNS = Q(plan__state__in=["agreeing", "active"])

_PERSONS_OWN = LadderDefaults(before=(5, 1), after=(2, 5), up_after=5, is_weekly=True)
_OF_BOTH = LadderDefaults(before=(10, 3), on_the_day=True, after=(2, 5), up_after=10, learning_after=15)
_OF_THE_MANAGER = LadderDefaults(before=(5, 1), on_the_day=True, after=(2, 5), up_after=10, learning_after=15)


def _items(*, today: dt.date) -> QuerySet[Any]:
    """Items that the starter still has to do."""
    open_items = Checkpoint.objects.filter(_CLOCK_RUNS, state=Checkpoint.State.TO_DO, waiting_on="person")
    return rows(
        open_items, today=today, person="plan__person", waiting_on="waiting_on", due_on="due_date",
        label="title", starts_on="plan__start_date",
    )  # fmt: skip


def _shared_items(*, today: dt.date) -> QuerySet[Any]:
    """Items that are for both together; either may sign first."""
    open_items = Checkpoint.objects.filter(_CLOCK_RUNS, state=Checkpoint.State.TO_DO, waiting_on="both")
    return rows(
        open_items, today=today, person="plan__person", waiting_on=Waiting.BOTH, due_on="due_date",
        label="title", starts_on="plan__start_date",
    )  # fmt: skip


def _managers_items(*, today: dt.date) -> QuerySet[Any]:
    """Items that are the line manager's to do."""
    open_items = Checkpoint.objects.filter(_CLOCK_RUNS, state=Checkpoint.State.TO_DO, waiting_on="manager")
    return rows(
        open_items, today=today, person="plan__person", waiting_on=Waiting.MANAGER, due_on="due_date",
        label="title", starts_on="plan__start_date",
    )  # fmt: skip


def _signatures(*, today: dt.date) -> QuerySet[Any]:
    """Items marked as ready that wait for the other signature."""
    ready = Checkpoint.objects.filter(_CLOCK_RUNS, state=Checkpoint.State.READY, answer_by__isnull=False)
    return rows(
        ready, today=today, person="plan__person", waiting_on="waiting_on", due_on="answer_by",
        label="title", starts_on="plan__start_date",
    )  # fmt: skip


def _drop_proposals(*, today: dt.date) -> QuerySet[Any]:
    """Proposals to leave an item out that the other side has not answered."""
    proposed = Checkpoint.objects.filter(_CLOCK_RUNS, answer_by__isnull=False).exclude(drop_proposed_by="")
    answerer = Case(
        When(drop_proposed_by="person", then=Value("manager")),
        default=Value("person"),
        output_field=CharField(),
    )
    return rows(
        proposed, today=today, person="plan__person", waiting_on=answerer, due_on="answer_by",
        label="title", starts_on="plan__start_date",
    )  # fmt: skip


def _reviews(*, today: dt.date) -> QuerySet[Any]:
    """Reviews to hold; the line manager arranges them."""
    planned = Review.objects.filter(_CLOCK_RUNS, state=Review.State.PLANNED)
    return rows(
        planned, today=today, person="plan__person", waiting_on=Waiting.MANAGER, due_on="due_date",
        label="title", starts_on="plan__start_date",
    )  # fmt: skip


def _review_signatures(*, today: dt.date) -> QuerySet[Any]:
    """Reviews that one has signed and the other has not."""
    held = Review.objects.filter(_CLOCK_RUNS, state=Review.State.HELD, answer_by__isnull=False)
    return rows(
        held, today=today, person="plan__person", waiting_on="waiting_on", due_on="answer_by",
        label="title", starts_on="plan__start_date",
    )  # fmt: skip


def _agreements(*, today: dt.date) -> QuerySet[Any]:
    """Plans that wait for one agreement or for both."""
    agreeing = InductionPlan.objects.filter(state=InductionPlan.State.AGREEING)
    missing = Case(
        When(person_agreed_revision=F("revision"), then=Value("manager")),
        When(manager_agreed_revision=F("revision"), then=Value("person")),
        default=Value("both"),
        output_field=CharField(),
    )
    return rows(
        agreeing, today=today, person="person", waiting_on=missing, due_on="agree_by",
        label=Concat(Value("Induction plan, version "), "version__number", output_field=CharField()),
        starts_on="start_date",
    )  # fmt: skip


RULES = (
    DueRule(
        kind="induction.item",
        title="Induction item",
        task="Do an induction item",
        subject_type="checkpoint",
        url_name="induction:checkpoint_detail",
        find=_items,
        ladder=_PERSONS_OWN,
    ),
    DueRule(
        kind="induction.shared_item",
        title="Induction item for both",
        task="Do an induction item together",
        subject_type="checkpoint",
        url_name="induction:checkpoint_detail",
        find=_shared_items,
        ladder=LadderDefaults(before=(5, 1), after=(2, 5), up_after=10, learning_after=15),
        line="{person}: {label}",
    ),
    DueRule(
        kind="induction.manager_item",
        title="Induction item of the line manager",
        task="Do an induction item for a starter",
        subject_type="checkpoint",
        url_name="induction:checkpoint_detail",
        find=_managers_items,
        ladder=_OF_THE_MANAGER,
        line="{person}: {label}",
    ),
    DueRule(
        kind="induction.signature",
        title="Induction item that waits for a signature",
        task="Sign off an induction item",
        subject_type="checkpoint",
        url_name="induction:checkpoint_detail",
        find=_signatures,
        ladder=_OF_THE_MANAGER,
        line="{person}: {label} – ready for your signature",
        must_send="Someone waits for your signature.",
    ),
    DueRule(
        kind="induction.drop_proposal",
        title="Proposal to leave an induction item out",
        task="Answer a proposal about an induction item",
        subject_type="checkpoint",
        url_name="induction:checkpoint_detail",
        find=_drop_proposals,
        ladder=LadderDefaults(before=(4,), on_the_day=True, after=(2, 5)),
        line="{person}: {label} – proposed to leave out",
        must_send="Someone waits for your answer.",
    ),
    DueRule(
        kind="induction.review",
        title="Induction review to hold",
        task="Hold an induction review",
        subject_type="review",
        url_name="induction:review_detail",
        find=_reviews,
        ladder=_OF_BOTH,
        line="{person}: {label}",
    ),
    DueRule(
        kind="induction.review_signature",
        title="Induction review that waits for a signature",
        task="Sign an induction review",
        subject_type="review",
        url_name="induction:review_detail",
        find=_review_signatures,
        ladder=_OF_THE_MANAGER,
        line="{person}: {label} – needs your signature",
        must_send="Someone waits for your signature.",
    ),
    DueRule(
        kind="induction.agreement",
        title="Induction plan to agree",
        task="Agree an induction plan",
        subject_type="plan",
        url_name="induction:plan_detail",
        find=_agreements,
        ladder=_OF_BOTH,
        line="{person}: {label}",
        must_send="The plan is not under way until both have agreed it.",
    ),
)

# What the daily sweep does besides reminding: whoever started gets a plan, whoever left no longer has an open one.
DAILY = ("induction.services.start_missing_plans", "induction.services.stop_plans_of_leavers")
