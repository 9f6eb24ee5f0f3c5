"""Makes the plans of invented starters as production does, then writes what happened to them since."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models, transaction
from django.db.models import F

from audit import services as audit
from bexley_ld.demo import words
from bexley_ld.demo.acts import Act, Actor, Line
from bexley_ld.demo.staff import Member
from bexley_ld.demo.tales import Side, Tale
from induction import services
from induction.models import Checkpoint, Decision, InductionPlan, PlanExtension, PlanNote, PlanPause, Review
from notifications.models import OutgoingMail
from people.models import Cover, Person

BATCH = 250
HOURS = {0: (10, 15), 1: (15, 40)}
Progress = Callable[[str, int, int], None]
PLAN_FIELDS = (
    "end_date",
    "state",
    "buddy",
    "person_agreed_revision",
    "manager_agreed_revision",
    "agreed_date",
    "closed_date",
)
CHECKPOINT_FIELDS = (
    "due_date",
    "state",
    "waiting_on",
    "waiting_since",
    "answer_by",
    "was_handed_back",
    "drop_proposed_by",
    "first_signer",
    "ready_note",
    "round",
    "version",
)
REVIEW_FIELDS = (
    "due_date",
    "state",
    "waiting_on",
    "waiting_since",
    "answer_by",
    "held_date",
    "person_comment",
    "manager_comment",
    "next_steps",
    "outcome",
    "outcome_reason",
    "first_signer",
    "version",
)


def at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    """An instant in the council's working day."""
    return dt.datetime.combine(day, dt.time(hour, minute), tzinfo=ZoneInfo(settings.TIME_ZONE))


class History:
    """The past of the starters' plans, from the day each was made until yesterday."""

    def __init__(
        self,
        *,
        members: Sequence[Member],
        people: dict[int, Person],
        seed: int,
        today: dt.date,
        progress: Progress,
    ) -> None:
        self.starters = [member for member in members if member.story.is_starter]
        self.people = people
        self.seed = seed
        self.today = today
        self.progress = progress
        self.covers = {cover.manager_id: cover for cover in Cover.objects.select_related("cover")}
        self.acts: list[Act] = []
        self.told: Counter[str] = Counter()

    def write(self) -> None:
        self._start_plans()
        by_person = {self.people[member.number].pk: member for member in self.starters}
        plans = list(
            InductionPlan.objects.filter(person__in=by_person).select_related("person", "version").order_by("pk")
        )
        for number, batch in enumerate(_batches(plans), start=1):
            self._tell(batch, by_person)
            self.progress("plans", min(number * BATCH, len(plans)), len(plans))
        self._record()
        OutgoingMail.objects.filter(created_at__lt=at(self.today, 0), state=OutgoingMail.State.QUEUED).update(
            state=OutgoingMail.State.SENT, sent_at=F("due_at"), attempts=1
        )

    def _start_plans(self) -> None:
        """Week by week, each starter's plan is made on the day that HR's file named them."""
        weeks: dict[dt.date, list[Person]] = defaultdict(list)
        for member in self.starters:
            weeks[member.known_from].append(self.people[member.number])
        for number, day in enumerate(sorted(weeks), start=1):
            # Today's at midnight: whoever loads the demonstration early in the morning reads of nothing to come.
            now = at(day, 7, 30) if day < self.today else at(day, 0)
            services.start_plans(weeks[day], today=day, now=now)
            self.progress("plans made", number, len(weeks))

    @transaction.atomic
    def _tell(self, plans: Sequence[InductionPlan], by_person: dict[int, Member]) -> None:
        checkpoints, reviews = _rows(Checkpoint, plans), _rows(Review, plans)
        side = Side()
        for plan in plans:
            member = by_person[plan.person_id]
            ordinal = self.told[member.story.name]
            self.told[member.story.name] += 1
            rng = random.Random(f"{self.seed}/{member.number}")  # noqa: S311 invented people, no secret
            actor = Actor(plan, checkpoints[plan.pk], reviews[plan.pk], self._line(member), rng)
            tale = Tale(actor, ordinal=ordinal, made=member.known_from, today=self.today, at=at)
            self._name_buddy(actor, member)
            tale.tell(member.story.name)
            side.pauses += tale.added.pauses
            side.extensions += tale.added.extensions
            self.acts += actor.acts
        _update(InductionPlan, plans, PLAN_FIELDS)
        _update(Checkpoint, [row for rows in checkpoints.values() for row in rows], CHECKPOINT_FIELDS)
        _update(Review, [row for rows in reviews.values() for row in rows], REVIEW_FIELDS)
        PlanPause.objects.bulk_create(side.pauses)
        PlanExtension.objects.bulk_create(side.extensions)
        PlanNote.objects.bulk_create(self._notes(plans, by_person))

    def _line(self, member: Member) -> Line | None:
        if member.manager is None:
            return None
        manager, before = member.manager, member.manager.manager
        cover = self.covers.get(self.people[manager.number].pk)
        return Line(
            manager=self.people[manager.number],
            since=max(manager.known_from, member.known_from),
            before=self.people[before.number] if before else None,
            cover=cover.cover if cover else None,
            covered_since=cover.start_date if cover else dt.date.max,
        )

    def _name_buddy(self, actor: Actor, member: Member) -> None:
        """Most starters have a buddy: a colleague of the same team who has been here for long."""
        if member.manager is None:
            return
        colleagues = [
            other for other in member.manager.reports if not other.story.is_starter and not other.leaving_date
        ]
        named = [other for other in colleagues if other.account and other.account.name == "social.worker"]
        if not colleagues or (actor.rng.random() > 0.7 and not named):
            return
        buddy = self.people[actor.rng.choice(named or colleagues).number]
        actor.plan.buddy = buddy
        actor.note("buddy_named", "manager", member.known_from + dt.timedelta(days=1), {"buddy": buddy.pk})

    def _notes(self, plans: Iterable[InductionPlan], by_person: dict[int, Member]) -> Iterator[PlanNote]:
        """The demo accounts have notes: one shared, one for the author alone."""
        for plan in plans:
            if by_person[plan.person_id].account is None:
                continue
            for number, (text, is_shared) in enumerate(words.NOTES):
                day = plan.start_date + dt.timedelta(days=7 + number)
                yield PlanNote(plan=plan, author=plan.person, text=text, is_shared=is_shared, created_at=at(day, 12))

    def _record(self) -> None:
        """Decisions and audit entries in the order of time, a few statements for each half-day."""
        self.acts = [act for act in self.acts if act.day < self.today]
        self.acts.sort(key=lambda act: (act.day, act.slot))
        done = 0
        for (day, slot), group in itertools.groupby(self.acts, key=lambda act: (act.day, act.slot)):
            acts = list(group)
            self._record_half_day(acts, at(day, *HOURS[slot]))
            done += len(acts)
            self.progress("decisions", done, len(self.acts))

    @transaction.atomic
    def _record_half_day(self, acts: Sequence[Act], now: dt.datetime) -> None:
        entries = audit.record_many(
            [
                audit.NewEntry(
                    by=act.by,
                    acting_for=act.acting_for,
                    verb=f"induction.{act.verb}",
                    subject=act.subject,
                    chain=audit.chain_of(act.plan.person),
                    facts=act.facts,
                    text=act.text,
                    sealed=act.decision.sealed_facts() if act.decision else None,
                )
                for act in acts
            ],
            now=now,
        )
        decisions = []
        for act, entry in zip(acts, entries, strict=True):
            if act.decision:
                act.decision.entry, act.decision.at = entry, now
                decisions.append(act.decision)
        Decision.objects.bulk_create(decisions)


def _batches(plans: Sequence[InductionPlan]) -> Iterator[Sequence[InductionPlan]]:
    for start in range(0, len(plans), BATCH):
        yield plans[start : start + BATCH]


def _rows(model: type[models.Model], plans: Sequence[InductionPlan]) -> dict[int, list[models.Model]]:
    found: dict[int, list[models.Model]] = defaultdict(list)
    for row in model._default_manager.filter(plan__in=plans).order_by("pk"):
        found[row.plan_id].append(row)
    return found


def _update(model: type[models.Model], rows: Sequence[models.Model], fields: Sequence[str]) -> None:
    """All rows in few statements: an insert that becomes an update, for bulk_update is slow."""
    model._default_manager.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=fields)
