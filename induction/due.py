"""What is due in an induction, of whom, and when: each rule is one query over everyone (ladders: ruling 11)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Case, CharField, DateField, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat, Greatest, Least, TruncDate

from induction.models import Checkpoint, InductionPlan, PlanPause, Review
from induction.reading import has_plan
from notifications.due import DueRule, LadderDefaults, OnPage, Waiting, rows
from people.models import LineManagement
from people.reading import has_team, is_learning


def _clock_runs(*, today: dt.date, plan: str = "plan__") -> Q:
    """Nothing is due while a plan is paused or closed.

    Nor from the first day of a planned pause: the day's run may not have begun it yet, or may be asked what it
    would send on a day to come.
    """
    away = PlanPause.objects.to_begin(today).values("plan_id")
    return Q(**{f"{plan}state__in": ["agreeing", "active"]}) & ~Q(**{f"{plan}pk__in": away})


_PERSONS_OWN = LadderDefaults(before=(5, 1), after=(2, 5), up_after=5, is_weekly=True)
_OF_BOTH = LadderDefaults(before=(10, 3), on_the_day=True, after=(2, 5), up_after=10, learning_after=15)
_OF_THE_MANAGER = LadderDefaults(before=(5, 1), on_the_day=True, after=(2, 5), up_after=10, learning_after=15)
# Nobody stands above Learning and Development: told at once, reminded for a month, then it stops.
_OF_LEARNING = LadderDefaults(on_the_day=True, after=(2, 5, 10, 20))

_NEVER = Value(dt.date.max, output_field=DateField())


def _items(*, today: dt.date) -> QuerySet[Any]:
    """Items that the starter still has to do."""
    open_items = Checkpoint.objects.filter(_clock_runs(today=today), state=Checkpoint.State.TO_DO, waiting_on="person")
    return rows(
        open_items, today=today, person="plan__person", waiting_on=Waiting.PERSON, due_on="due_date",
        label="title", starts_on="plan__start_date", came_back="was_handed_back",
    )  # fmt: skip


def _shared_items(*, today: dt.date) -> QuerySet[Any]:
    """Items that are for both together; either may sign first."""
    # While the plan is to be agreed, that is asked for instead of the item which says so.
    open_items = Checkpoint.objects.filter(
        _clock_runs(today=today), state=Checkpoint.State.TO_DO, waiting_on="both"
    ).exclude(is_agreement=True, plan__state=InductionPlan.State.AGREEING)
    return rows(
        open_items, today=today, person="plan__person", waiting_on=Waiting.BOTH, due_on="due_date",
        label="title", starts_on="plan__start_date", came_back="was_handed_back",
    )  # fmt: skip


def _managers_items(*, today: dt.date) -> QuerySet[Any]:
    """Items that are the line manager's to do."""
    open_items = Checkpoint.objects.filter(_clock_runs(today=today), state=Checkpoint.State.TO_DO, waiting_on="manager")
    return rows(
        open_items, today=today, person="plan__person", waiting_on=Waiting.MANAGER, due_on="due_date",
        label="title", starts_on="plan__start_date", came_back="was_handed_back",
    )  # fmt: skip


def _signatures(*, today: dt.date) -> QuerySet[Any]:
    """Items marked as ready that wait for the other signature."""
    ready = Checkpoint.objects.filter(_clock_runs(today=today), state=Checkpoint.State.READY, answer_by__isnull=False)
    return rows(
        ready, today=today, person="plan__person", waiting_on="waiting_on", due_on="answer_by",
        label="title", starts_on="plan__start_date",
    )  # fmt: skip


def _drop_proposals(*, today: dt.date) -> QuerySet[Any]:
    """Proposals to leave an item out that the other side has not answered."""
    proposed = Checkpoint.objects.filter(_clock_runs(today=today), answer_by__isnull=False).exclude(drop_proposed_by="")
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
    """Reviews to hold; the line manager arranges them. The last one is a decision, below."""
    planned = Review.objects.filter(_clock_runs(today=today), state=Review.State.PLANNED, is_final=False)
    return rows(
        planned, today=today, person="plan__person", waiting_on=Waiting.MANAGER, due_on="due_date",
        label="title", starts_on="plan__start_date",
    )  # fmt: skip


def _final_decisions(*, today: dt.date) -> QuerySet[Any]:
    """Final reviews that neither has signed: how the induction ends, to be signed by both by its last day.

    The line manager proposes the outcome, so until then it waits on them alone. Once one has signed it is a review
    that waits for a signature.
    """
    planned = Review.objects.filter(_clock_runs(today=today), state=Review.State.PLANNED, is_final=True)
    to_sign = Case(
        When(Q(outcome="") | Q(held_date__isnull=True), then=Value("manager")),
        default=Value("both"),
        output_field=CharField(),
    )
    return rows(
        planned, today=today, person="plan__person", waiting_on=to_sign, due_on="due_date",
        label="title", starts_on="plan__start_date",
    )  # fmt: skip


def _review_signatures(*, today: dt.date) -> QuerySet[Any]:
    """Reviews that one has signed and the other has not."""
    held = Review.objects.filter(_clock_runs(today=today), state=Review.State.HELD, answer_by__isnull=False)
    return rows(
        held, today=today, person="plan__person", waiting_on="waiting_on", due_on="answer_by",
        label="title", starts_on="plan__start_date",
    )  # fmt: skip


def _agreements(*, today: dt.date) -> QuerySet[Any]:
    """Plans that wait for one agreement or for both."""
    agreeing = InductionPlan.objects.filter(_clock_runs(today=today, plan=""), state=InductionPlan.State.AGREEING)
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


def _pauses_that_end(*, today: dt.date) -> QuerySet[Any]:
    """Pauses with a return that is expected; whether the starter is back only the line manager knows."""
    opened = PlanPause.objects.filter(
        plan__state=InductionPlan.State.PAUSED, end_date__isnull=True, expected_end_date__isnull=False
    )
    return rows(
        opened, today=today, person="plan__person", waiting_on=Waiting.MANAGER, due_on="expected_end_date",
        label=Value("Paused induction", output_field=CharField()), url_pk="plan_id",
        starts_on="plan__start_date",
    )  # fmt: skip


def _without_manager(*, today: dt.date) -> QuerySet[Any]:
    """Starters whose line nobody manages today; due since the last day of whoever did, or since the plan began.

    A paused plan counts as well: someone has to start it again.
    """
    last_day = Least(Coalesce("end_date", _NEVER), Coalesce(TruncDate("manager__deactivated_at"), _NEVER))
    lines = LineManagement.objects.filter(person=OuterRef("person_id"), start_date__lte=today)
    managed_until = lines.order_by().annotate(until=last_day).order_by("-until").values("until")[:1]
    since = Greatest("start_date", Coalesce(Subquery(managed_until), "start_date"))
    return rows(
        InductionPlan.objects.without_manager(today=today), today=today, person="person",
        waiting_on=Waiting.LEARNING, due_on=since,
        label=Value("No line manager is recorded", output_field=CharField()), url_pk="person_id",
        starts_on="start_date",
    )  # fmt: skip


PAIR = (has_plan, has_team)
RULES = (
    DueRule(
        kind="induction.item",
        title="Induction item",
        task="Do an induction item",
        subject_type="checkpoint",
        url_name="induction:checkpoint_detail",
        find=_items,
        ladder=_PERSONS_OWN,
        on_page=OnPage(act="Mark as ready", anchor="#act"),
        concerns=PAIR,
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
        on_page=OnPage(act="Mark as ready", anchor="#act"),
        concerns=PAIR,
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
        on_page=OnPage(act="Mark as done", anchor="#act"),
        concerns=(has_team,),
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
        on_page=OnPage(act="Sign off", anchor="#act", state="ready", is_asked=True),
        concerns=PAIR,
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
        on_page=OnPage(act="Answer {given_name}’s proposal", anchor="#act", state="waiting", is_asked=True),
        concerns=PAIR,
    ),
    DueRule(
        kind="induction.review",
        title="Induction review to hold",
        task="Hold an induction review",
        subject_type="review",
        url_name="induction:review_detail",
        find=_reviews,
        ladder=_OF_BOTH,
        line="{person}: {label} – to hold",
        on_page=OnPage(act="Hold the review", anchor="#act", state="planned"),
        concerns=(has_team,),
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
        on_page=OnPage(act="Read and sign", anchor="#act", state="ready", is_asked=True),
        concerns=PAIR,
    ),
    DueRule(
        kind="induction.final_decision",
        title="Final decision of an induction",
        task="Decide how an induction ends",
        subject_type="review",
        url_name="induction:review_detail",
        find=_final_decisions,
        ladder=_OF_BOTH,
        line="{person}: {label} – decide how the induction ends, and both sign",
        on_page=OnPage(act="Hold the final review", anchor="#act", state="planned"),
        concerns=PAIR,
    ),
    DueRule(
        kind="induction.agreement",
        title="Induction plan to agree",
        task="Agree an induction plan",
        subject_type="plan",
        url_name="induction:plan_detail",
        find=_agreements,
        ladder=_OF_BOTH,
        line="{person}: {label} – needs your agreement",
        must_send="The plan is not under way until both have agreed it.",
        on_page=OnPage(
            act="Read and agree",
            anchor="#agreement",
            title="Agree the induction plan",
            state="agreeing",
            is_asked=True,
        ),
        concerns=PAIR,
    ),
    DueRule(
        kind="induction.pause_end",
        title="Paused induction whose end was expected",
        task="Resume a paused induction",
        subject_type="pause",
        url_name="induction:plan_detail",
        find=_pauses_that_end,
        ladder=_OF_THE_MANAGER,
        line="{person}: {label} – resume it from the first day back",
        on_page=OnPage(act="Resume the plan", state="paused"),
        concerns=(has_team,),
    ),
    DueRule(
        kind="induction.no_manager",
        title="Starter without a line manager",
        task="Name a line manager for a starter",
        subject_type="plan",
        url_name="people:person_detail",
        find=_without_manager,
        ladder=_OF_LEARNING,
        concerns=(has_plan, is_learning),
        stands_for_manager=True,
    ),
)

# What the daily sweep does besides reminding: whoever started gets a plan, whoever left no longer has an open one,
# a planned pause begins on its day, and then nothing may be open that nobody holds.
DAILY = (
    "induction.services.start_missing_plans",
    "induction.services.stop_plans_of_leavers",
    "induction.services.begin_planned_pauses",
    "induction.services.check_holders",
)
# What a look ahead makes first and undoes again, so that it shows the lines about plans that the morning itself makes.
FORESEEN = ("induction.services.foresee_missing_plans",)
