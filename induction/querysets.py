"""Whose plan may be seen by whom on a day, and the filters that pages, mail and reports share."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Case, Count, Exists, F, FilteredRelation, Min, OuterRef, Q, Subquery, When

from people.models import Cover, LineManagement, Person
from people.querysets import current, direct_ids, line_ids, own_and_held_ids
from people.roles import Role

if TYPE_CHECKING:
    from induction.models import Checkpoint, Decision, InductionPlan, PlanReading, Review  # noqa: F401 (read by mypy)
    from people.models import User


def _may_read(user: User) -> bool:
    return user.is_authenticated and user.is_active and user.person_id is not None


class PlanQuerySet(models.QuerySet["InductionPlan"]):
    def visible_to(self, user: User, *, today: dt.date) -> PlanQuerySet:
        """Read in full: the person, their line manager, the manager's cover (reliability-and-security.md §2)."""
        return self.readable_by(user.person_id, today=today) if _may_read(user) else self.none()  # type: ignore[arg-type]

    def readable_by(self, person_id: int, *, today: dt.date) -> PlanQuerySet:
        """The same for the person of an account that is known to be active."""
        return self.filter(person__in=own_and_held_ids(person_id, today=today))

    def state_visible_to(self, user: User, *, today: dt.date) -> PlanQuerySet:
        """State, dates and lateness only: the pair, everyone above them in the line, L&D."""
        if user.has_role(Role.LD_ADMIN):
            return self
        if not user.is_active or user.person_id is None:
            return self.none()
        own_line = line_ids(user.person_id, today=today)
        return self.filter(
            Q(pk__in=self.model.objects.visible_to(user, today=today).values("pk")) | Q(person_id__in=own_line)
        )

    def with_manager(self, *, today: dt.date) -> PlanQuerySet:
        """Adds manager_id, manager_given_name, manager_family_name as on the day."""
        return self.annotate(
            line=FilteredRelation("person__manager_lines", condition=current("person__manager_lines", today))
        ).annotate(
            manager_id=F("line__manager_id"),
            manager_given_name=F("line__manager__given_name"),
            manager_family_name=F("line__manager__family_name"),
        )

    def with_progress(self, *, today: dt.date) -> PlanQuerySet:
        """Adds total, signed, ready and next_due of each plan's checkpoints (dropped ones left out)."""
        opened = Q(checkpoints__state__in=["to_do", "ready"])
        return self.annotate(
            total=Count("checkpoints", filter=~Q(checkpoints__state="dropped")),
            signed=Count("checkpoints", filter=Q(checkpoints__state="signed_off")),
            ready=Count("checkpoints", filter=Q(checkpoints__state="ready")),
            next_due=Min("checkpoints__due_date", filter=opened & Q(checkpoints__due_date__gte=today)),
        )

    def live(self) -> PlanQuerySet:
        return self.filter(state__in=self.model.LIVE)

    def with_newest_version(self) -> PlanQuerySet:
        """Adds newest_version_id: what starters on the same programme get now."""
        versions = self.model._meta.get_field("version").related_model._default_manager
        newest = versions.filter(programme=OuterRef("version__programme"), state="published")
        return self.annotate(newest_version_id=Subquery(newest.values("pk")[:1]))

    def with_late(self, *, today: dt.date) -> PlanQuerySet:
        """Adds has_late: whether `rules.count_late` would count anything."""
        State = self.model.State
        late = Q(state=State.AGREEING, agree_by__lt=today)
        for name in ("checkpoints", "reviews"):
            field: Any = self.model._meta.get_field(name)
            rows = field.related_model._default_manager
            late |= Q(Exists(rows.late(today=today).filter(plan=OuterRef("pk"))))
        return self.annotate(
            has_late=Case(When(Q(state__in=[State.AGREEING, State.ACTIVE]) & late, then=True), default=False)
        )

    def with_team(self, *, today: dt.date) -> PlanQuerySet:
        """Adds team_name, directorate_name and job_role_title as on the day."""
        return self.annotate(
            post=FilteredRelation("person__postings", condition=current("person__postings", today))
        ).annotate(
            team_name=F("post__team__name"),
            directorate_name=F("post__team__directorate__name"),
            job_role_title=F("post__job_role__title"),
        )

    def without_manager(self, *, today: dt.date) -> PlanQuerySet:
        """Live plans whose starter has no line manager at work: Learning and Development has what waits on one."""
        lines = LineManagement.objects.on(today)
        managed = lines.filter(person=OuterRef("person_id"), manager__deactivated_at__isnull=True)
        return self.live().filter(~Exists(managed), person__deactivated_at__isnull=True)

    def in_state(self, state: str) -> PlanQuerySet:
        return self.filter(state=state)

    def late(self) -> PlanQuerySet:
        """Those with something late, after `with_late`."""
        return self.filter(Q(has_late=True))

    def late_first(self) -> PlanQuerySet:
        """Those with something late, then the soonest end, after `with_late`."""
        return self.order_by(F("has_late").desc(), "end_date", "pk")

    def with_read_date(self, reader_id: int | None) -> PlanQuerySet:
        """Adds read_date: the day on which this reader last opened the plan."""
        own = self.model._meta.get_field("readings").related_model._default_manager
        rows = own.filter(plan=OuterRef("pk"), reader=reader_id)
        return self.annotate(read_date=Subquery(rows.values("read_date")[:1]))

    def with_holders(self, *, today: dt.date) -> PlanQuerySet:
        """Adds has_manager (a line manager at work), manager_acts (they, or their cover, can sign in), is_person_gone.

        No account yet is no closed one: it comes with the first sign-in.
        """
        lines = LineManagement.objects.on(today).filter(
            person=OuterRef("person_id"), manager__deactivated_at__isnull=True
        )
        covers = Cover.objects.on(today).filter(manager=OuterRef("manager"), cover__deactivated_at__isnull=True)
        covered = Exists(covers.exclude(cover__user__is_active=False))
        is_gone = Q(person__deactivated_at__isnull=False) | Q(person__user__is_active=False)
        return self.annotate(
            has_manager=Exists(lines),
            manager_acts=Exists(lines.filter(covered | ~Q(manager__user__is_active=False))),
            is_person_gone=Case(When(is_gone, then=True), default=False),
        )

    def without_holder(self, *, today: dt.date) -> PlanQuerySet:
        """Live plans of which a side cannot act although dated rows name someone: who left, or whose account is closed.

        Leaving closes plans and ends lines, and an account closes with leaving. What is here slipped past that, by a
        hand in the admin or a duty that failed.
        """
        lost = Q(is_person_gone=True) | Q(has_manager=True, manager_acts=False)
        return self.live().with_holders(today=today).filter(lost)

    def helped_by(self, buddy: Person) -> PlanQuerySet:
        """Live plans in which this person is the buddy: titles and dates only."""
        return self.live().filter(buddy=buddy)


class PlanRowQuerySet(models.QuerySet[Any]):
    """Rows of a plan: seen by whoever reads the plan."""

    path = "plan__person"

    def visible_to(self, user: User, *, today: dt.date) -> PlanRowQuerySet:
        return self.readable_by(user.person_id, today=today) if _may_read(user) else self.none()  # type: ignore[arg-type]

    def readable_by(self, person_id: int, *, today: dt.date) -> PlanRowQuerySet:
        """The same for the person of an account that is known to be active."""
        return self.filter(**{f"{self.path}__in": own_and_held_ids(person_id, today=today)})


class NoteQuerySet(PlanRowQuerySet):
    """Notes on a plan: their author's alone until shared."""

    def visible_to(self, user: User, *, today: dt.date) -> NoteQuerySet:
        readable = PlanRowQuerySet.visible_to(self, user, today=today)
        return self.filter(Q(author_id=user.person_id) | Q(is_shared=True), pk__in=readable.values("pk"))


class ReasonQuerySet(PlanRowQuerySet):
    """Pauses and extensions carry a reason that only the two may read: not even whoever covers."""

    def visible_to(self, user: User, *, today: dt.date) -> ReasonQuerySet:
        if not _may_read(user):
            return self.none()
        return self.filter(
            Q(**{self.path: user.person_id}) | Q(**{f"{self.path}__in": direct_ids(user.person_id, today=today)})  # type: ignore[arg-type]
        )


class PauseQuerySet(ReasonQuerySet):
    def planned(self) -> PauseQuerySet:
        """Pauses that have not begun; a plan has at most one."""
        return self.filter(is_planned=True)

    def running(self) -> PauseQuerySet:
        """The pause in which a plan is now; at most one a plan."""
        return self.filter(is_planned=False, end_date__isnull=True)

    def to_begin(self, today: dt.date) -> PauseQuerySet:
        """Planned pauses whose first day has come, however long ago."""
        return self.planned().filter(start_date__lte=today)


class ReadingQuerySet(models.QuerySet["PlanReading"]):
    def visible_to(self, user: User, *, today: dt.date) -> ReadingQuerySet:
        """When someone opened a plan is for that reader alone."""
        return self.filter(reader=user.person_id) if _may_read(user) else self.none()


class CheckpointQuerySet(PlanRowQuerySet, models.QuerySet["Checkpoint"]):
    def open(self) -> CheckpointQuerySet:
        State = self.model.State
        return self.filter(state__in=[State.TO_DO, State.READY])

    def late(self, *, today: dt.date) -> CheckpointQuerySet:
        """Past the day of whoever has them now, while the clock of their plan runs: `rules.day_of` as a filter."""
        State = self.model.State
        to_do = Q(state=State.TO_DO, due_date__lt=today) & ~Q(is_agreement=True, plan__state="agreeing")
        asked = Q(state=State.READY) | Q(drop_proposed_by="person")
        return self.open().filter(to_do | asked & Q(answer_by__lt=today))


class ReviewQuerySet(PlanRowQuerySet, models.QuerySet["Review"]):
    def open(self) -> ReviewQuerySet:
        State = self.model.State
        return self.filter(state__in=[State.PLANNED, State.HELD])

    def late(self, *, today: dt.date) -> ReviewQuerySet:
        """Past the day of whoever has them now: `rules.day_of` as a filter."""
        State = self.model.State
        return self.filter(Q(state=State.PLANNED, due_date__lt=today) | Q(state=State.HELD, answer_by__lt=today))


class DecisionQuerySet(PlanRowQuerySet, models.QuerySet["Decision"]):
    """Decisions are read through their plan."""
