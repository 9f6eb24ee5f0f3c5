"""A plan for everyone who starts: set-based and repeatable, so that each morning's run heals (ruling 2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from dateutil.relativedelta import relativedelta
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from audit import services as audit
from audit.transactions import all_or_nothing
from induction import emails, rules
from induction.models import Checkpoint, InductionPlan, ProgrammeVersion, Review
from induction.services.moving import copy_of, review_of
from people.models import Person, Posting

CHUNK = 500


@dataclass
class StartReport:
    """Whose plan was made, and who waits in L&D's exceptions and why."""

    started: list[int] = field(default_factory=list)
    no_programme: list[int] = field(default_factory=list)
    no_post: list[int] = field(default_factory=list)
    impossible: dict[int, str] = field(default_factory=dict)

    def add(self, other: StartReport) -> None:
        self.started += other.started
        self.no_programme += other.no_programme
        self.no_post += other.no_post
        self.impossible |= other.impossible


def published_versions() -> list[tuple[ProgrammeVersion, frozenset[int]]]:
    """Every published version with the ids of the job roles that its programme names."""
    versions = (
        ProgrammeVersion.objects.filter(state=ProgrammeVersion.State.PUBLISHED, programme__is_retired=False)
        .select_related("programme")
        .prefetch_related("programme__job_roles", "checkpoints", "reviews")
        .order_by("programme_id")
    )
    return [(version, frozenset(role.pk for role in version.programme.job_roles.all())) for version in versions]


def starters_without_plan(*, today: dt.date, months: int) -> QuerySet[Person]:
    """Active people who have no plan for this start and whose first months (the longest programme's) are not over."""
    # Someone who comes back has an old plan from another start; it does not stand for this one.
    of_this_start = InductionPlan.objects.filter(person=OuterRef("pk"), start_date=OuterRef("start_date"))
    live = InductionPlan.objects.live().filter(person=OuterRef("pk"))
    people = Person.objects.active().filter(start_date__gt=today - relativedelta(months=months))
    return people.filter(~Exists(of_this_start), ~Exists(live)).order_by("pk")


def start_missing_plans(*, today: dt.date, now: dt.datetime) -> StartReport:
    """Make the plan of every starter who has none; called after an import and by the daily sweep."""
    versions = published_versions()
    report = StartReport()
    people = list(starters_without_plan(today=today, months=_longest(versions)))
    for begin in range(0, len(people), CHUNK):
        report.add(_start_chunk(people[begin : begin + CHUNK], versions, today=today, now=now))
    return report


def _longest(versions: list[tuple[ProgrammeVersion, frozenset[int]]]) -> int:
    return max((version.months for version, _ in versions), default=6)


def foresee_missing_plans(*, today: dt.date, at_most: int | None) -> list[int]:
    """The plans that the sweep of a day would make first, for a look ahead that undoes its transaction: rows alone,
    neither mail nor history. Answers whose; without such a transaction it refuses."""
    if not connection.in_atomic_block:
        raise RuntimeError("A look ahead undoes what it makes: call this inside a transaction.")
    versions = published_versions()
    people = list(starters_without_plan(today=today, months=_longest(versions))[:at_most])
    new = _fitting(people, versions, today=today, report=StartReport())
    return [plan.person_id for plan in _make(new, today=today)]


def start_plans(
    people: Sequence[Person],
    *,
    today: dt.date,
    now: dt.datetime,
) -> StartReport:
    """The same for these people only, as on a day; the demonstration builds its past with it."""
    report = StartReport()
    versions = published_versions()
    for begin in range(0, len(people), CHUNK):
        report.add(_start_chunk(people[begin : begin + CHUNK], versions, today=today, now=now))
    return report


@all_or_nothing(durable=True)
def _start_chunk(
    people: Sequence[Person],
    versions: list[tuple[ProgrammeVersion, frozenset[int]]],
    *,
    today: dt.date,
    now: dt.datetime,
) -> StartReport:
    report = StartReport()
    ids = [person.pk for person in people]
    # Two runs at once: the second waits here, then finds the plans that the first made.
    locked = list(Person.objects.select_for_update().filter(pk__in=ids).order_by("pk"))
    new = _fitting(locked, versions, today=today, report=report)
    report.started = _write(new, today=today, now=now)
    return report


def _fitting(
    people: Sequence[Person],
    versions: list[tuple[ProgrammeVersion, frozenset[int]]],
    *,
    today: dt.date,
    report: StartReport,
) -> list[tuple[InductionPlan, Posting]]:
    """The plans to make, not yet saved; whoever gets none is noted in the report with the reason."""
    ids = [person.pk for person in people]
    taken = set(InductionPlan.objects.filter(person_id__in=ids).values_list("person_id", "start_date"))
    posts: dict[int, Posting] = {}
    rows = Posting.objects.since(today).filter(person_id__in=ids).select_related("team", "job_role")
    for posting in rows.order_by("-start_date", "-pk"):
        posts[posting.person_id] = posting

    new: list[tuple[InductionPlan, Posting]] = []
    for person in people:
        pk = person.pk
        if (pk, person.start_date) in taken:
            continue
        problem = rules.impossible_dates(person.start_date, person.leaving_date, today=today)
        if problem:
            report.impossible[pk] = problem
            continue
        post = posts.get(pk)
        if post is None:
            report.no_post.append(pk)
            continue
        version = rules.fitting_version(versions, directorate_id=post.team.directorate_id, job_role_id=post.job_role_id)
        if version is None:
            report.no_programme.append(pk)
            continue
        end = rules.months_after(person.start_date, version.months)
        if end <= today:
            continue
        plan = InductionPlan(
            person=person,
            version=version,
            start_date=person.start_date,
            original_end_date=end,
            end_date=end,
            agree_by=max(person.start_date, today) + dt.timedelta(days=version.agree_days),
        )
        new.append((plan, post))
    return new


def _make(new: list[tuple[InductionPlan, Posting]], *, today: dt.date) -> list[InductionPlan]:
    """The plans with their items and reviews."""
    plans = InductionPlan.objects.bulk_create([plan for plan, _ in new])
    checkpoints: list[Checkpoint] = []
    reviews: list[Review] = []
    for plan, post in new:
        items = [item for item in plan.version.checkpoints.all() if rules.is_for(item.audience, post.job_role)]
        checkpoints += [copy_of(item, plan, today=today) for item in items]
        reviews += [review_of(review, plan, today=today) for review in plan.version.reviews.all()]
    Checkpoint.objects.bulk_create(checkpoints, batch_size=2000)
    Review.objects.bulk_create(reviews, batch_size=2000)
    return plans


def _write(new: list[tuple[InductionPlan, Posting]], *, today: dt.date, now: dt.datetime) -> list[int]:
    """The plans, a welcome to each starter, and the history; answers their ids."""
    plans = _make(new, today=today)
    emails.plans_started(plans, now=now)
    audit.record_many(
        [
            {
                "by": None,
                "verb": "induction.plan_started",
                "subject": plan,
                "chain": audit.chain_of(plan.person),
                "facts": {"version": plan.version_id, "end": plan.end_date.isoformat()},
            }
            for plan in plans
        ],
        now=now,
    )
    return [plan.pk for plan in plans]


@all_or_nothing(durable=True)
def stop_plans_of_leavers(*, today: dt.date, now: dt.datetime) -> int:
    """Close what someone who has left can no longer sign; the record stays as it was. Repeatable, for the sweep."""
    plans = list(
        InductionPlan.objects.live()
        .filter(person__deactivated_at__isnull=False)
        .select_related("person")
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    for plan in plans:
        plan.state = rules.next_plan_state(plan.state, "leave")
        plan.closed_date = min(plan.person.leaving_date or today, today)
    InductionPlan.objects.bulk_update(plans, ["state", "closed_date"], batch_size=500)
    audit.record_many(
        [
            {
                "by": None,
                "verb": "induction.plan_stopped_on_leaving",
                "subject": plan,
                "chain": audit.chain_of(plan.person),
                "facts": {"closed": plan.closed_date.isoformat() if plan.closed_date else ""},
            }
            for plan in plans
        ],
        now=now,
    )
    return len(plans)
