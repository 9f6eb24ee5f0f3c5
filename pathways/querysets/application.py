"""Who may see an interest or an application on a day, which places of an intake are free, and who is next in line."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from people.querysets import held_ids
from people.roles import Role

if TYPE_CHECKING:
    from pathways.models import Application, Intake, Interest  # noqa: F401 (read by mypy)
    from people.models import User

# Whoever is in one of these states has a place; leaving before the start frees it again.
HAVE_A_PLACE = ("offered", "accepted", "enrolled", "on_break", "completed")
OVER = (
    *("not_supported", "declined", "offer_declined", "lapsed", "withdrawn", "left", "completed", "approved"),
)  # fmt: skip
# What Learning and Development has to decide, and what it has to move on: whoever accepted is enrolled at the start.
TO_DECIDE = ("with_learning", "considered", "with_panel", "recommended")
WITH_LEARNING = (*TO_DECIDE, "accepted")
# On the desk: what waits for it, what waits for others, who is on the route; everything else is over and comes last.
DESK_ORDER = (
    *("with_learning", "considered", "recommended", "with_panel", "reserve", "accepted"),
    *("offered", "returned", "with_manager", "enrolled", "on_break"),
)


def _may_read(user: User) -> bool:
    return user.is_authenticated and user.is_active and user.person_id is not None


class IntakeQuerySet(models.QuerySet["Intake"]):
    def in_order(self) -> IntakeQuerySet:
        return self.select_related("route").order_by("closes_date", "route__code", "pk")

    def open_on(self, today: dt.date) -> IntakeQuerySet:
        """Those that one may send an application to on the day."""
        return self.filter(opens_date__lte=today, closes_date__gte=today)

    def to_come(self, today: dt.date) -> IntakeQuerySet:
        """Open on the day or later: what is worth knowing before one applies."""
        return self.filter(closes_date__gte=today)

    def with_own(self, person_id: int | None) -> IntakeQuerySet:
        """Adds `own_id` and `own_state` of the person's application, unless it was taken back or not supported."""
        own = apps.get_model("pathways", "Application").objects.filter(intake=OuterRef("pk"), person=person_id)
        own = own.exclude(state__in=["withdrawn", "not_supported"]).order_by("pk")
        return self.annotate(own_id=Subquery(own.values("pk")[:1]), own_state=Subquery(own.values("state")[:1]))

    def with_counts(self) -> IntakeQuerySet:
        """Adds `sent`, `taken`, `waiting` and `reserved`: applications in all, with a place, to decide, in reserve."""
        sent = ~Q(applications__state="draft")
        return self.annotate(
            sent=Count("applications", filter=sent),
            taken=Count("applications", filter=Q(applications__place__isnull=False)),
            waiting=Count("applications", filter=Q(applications__state__in=TO_DECIDE)),
            reserved=Count("applications", filter=Q(applications__state="reserve")),
        )


class InterestQuerySet(models.QuerySet["Interest"]):
    def visible_to(self, user: User, *, today: dt.date) -> InterestQuerySet:
        """The person, and Learning and Development."""
        if not _may_read(user):
            return self.none()
        return self if user.has_role(Role.LD_ADMIN) else self.filter(person=user.person_id)

    def live(self) -> InterestQuerySet:
        """Not taken back, and of somebody who still works here."""
        return self.filter(withdrawn_at__isnull=True, person__deactivated_at__isnull=True)

    def waiting_for(self, intake: Intake) -> InterestQuerySet:
        """Said before the intake opened, by people who are here and have not begun to apply."""
        begun = apps.get_model("pathways", "Application").objects.filter(intake=intake, person=OuterRef("person"))
        found = self.live().filter(route=intake.route_id, expressed_at__date__lt=intake.opens_date)
        return found.filter(~Exists(begun), person__deactivated_at__isnull=True).order_by("pk")


def _own_or_sent(reader_id: int | None, *, path: str = "") -> Q:
    """What Learning and Development reads: a draft is its person's alone."""
    return Q(**{f"{path}person": reader_id}) | Q(**{f"{path}sent_at__isnull": False})


def _own_or_held(reader_id: int | None, *, today: dt.date, path: str = "") -> Q:
    """What everyone else reads: their own, and once sent those of whom they manage or cover for."""
    held = Q(**{f"{path}person": reader_id}) | Q(**{f"{path}person__in": held_ids(reader_id, today=today)})  # type: ignore[arg-type]
    return _own_or_sent(reader_id, path=path) & held


def _readable(user: User, *, today: dt.date, path: str) -> Q:
    if user.has_role(Role.LD_ADMIN):
        return _own_or_sent(user.person_id, path=path)
    return _own_or_held(user.person_id, today=today, path=path)


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, user: User, *, today: dt.date) -> ApplicationQuerySet:
        return self.filter(_readable(user, today=today, path="")) if _may_read(user) else self.none()

    def readable_by(self, reader_id: int, *, today: dt.date) -> ApplicationQuerySet:
        """What `visible_to` is for an active account without a role."""
        return self.filter(_own_or_held(reader_id, today=today))

    def readable_by_learning(self, reader_id: int) -> ApplicationQuerySet:
        """What `visible_to` is for an active account of Learning and Development."""
        return self.filter(_own_or_sent(reader_id))

    def with_target(self) -> ApplicationQuerySet:
        """With what is applied for, and by whom."""
        return self.select_related("person", "intake__route", "step__to_role__job_role", "step__from_role__job_role")

    def in_a_list(self) -> ApplicationQuerySet:
        """With the applicant, without what they wrote."""
        return self.select_related("person").defer("statement", "evidence")

    def of(self, person_id: int) -> ApplicationQuerySet:
        return self.filter(person=person_id)

    def live(self) -> ApplicationQuerySet:
        return self.exclude(state__in=OVER)

    def to_decide(self) -> ApplicationQuerySet:
        """What waits for a decision of Learning and Development."""
        return self.filter(state__in=TO_DECIDE)

    def with_a_place(self) -> ApplicationQuerySet:
        return self.filter(place__isnull=False)

    def in_line(self) -> ApplicationQuerySet:
        """The reserve list, the next one first."""
        return self.filter(state="reserve").order_by("reserve_position", "pk")

    def lapsed(self, today: dt.date) -> ApplicationQuerySet:
        """Offers whose last day to answer has passed."""
        return self.filter(state="offered", answer_by__lt=today)

    def waiting_too_long(self, today: dt.date) -> ApplicationQuerySet:
        """On the reserve list of a course that has begun, in its order."""
        return self.filter(state="reserve", intake__start_date__lt=today).order_by("intake", "reserve_position", "pk")

    def next_in_line(self, today: dt.date) -> ApplicationQuerySet:
        """The first of each reserve list that has a free place, before the course has begun."""
        own = self.model._default_manager.filter(intake=OuterRef("intake"))
        taken = own.filter(place__isnull=False).order_by().values("intake").annotate(n=Count("pk")).values("n")
        ahead = own.filter(state="reserve", reserve_position__lt=OuterRef("reserve_position"))
        return self.filter(
            ~Exists(ahead),
            state="reserve",
            intake__start_date__gte=today,
            intake__places__gt=Coalesce(Subquery(taken), Value(0)),
        )

    def with_post(self, *, today: dt.date) -> ApplicationQuerySet:
        """Adds job_role_title and team_name of the applicant as on the day."""
        posts = apps.get_model("people", "Posting").objects.on(today).filter(person=OuterRef("person"))
        return self.annotate(
            job_role_title=Subquery(posts.values("job_role__title")[:1]),
            team_name=Subquery(posts.values("team__name")[:1]),
        )

    def in_desk_order(self) -> ApplicationQuerySet:
        place = Case(*(When(state=state, then=n) for n, state in enumerate(DESK_ORDER)), default=len(DESK_ORDER))
        return self.order_by(place, "state", F("reserve_position").asc(nulls_last=True), "sent_at", "pk")


class ApplicationRowQuerySet(models.QuerySet[Any]):
    """Rows of an application: seen by whoever reads it."""

    def visible_to(self, user: User, *, today: dt.date) -> ApplicationRowQuerySet:
        if not _may_read(user):
            return self.none()
        return self.filter(_readable(user, today=today, path="application__"))


class ApplicationDecisionQuerySet(ApplicationRowQuerySet):
    """Decisions are read through their application."""

    def told(self) -> ApplicationDecisionQuerySet:
        """With who decided and what they wrote, the oldest first."""
        return self.select_related("by", "acting_for", "entry__free_text").order_by("pk")


class ApplicationFileQuerySet(ApplicationRowQuerySet):
    """Files are read through their application, by others from when they were sent with it, and once found clean."""

    def visible_to(self, user: User, *, today: dt.date) -> ApplicationFileQuerySet:
        if not _may_read(user):
            return self.none()
        own = Q(application__person=user.person_id)
        handed_over = Q(sent_at__isnull=False, state="clean")
        return self.filter(_readable(user, today=today, path="application__")).filter(own | handed_over)

    def sent_with(self, application: Application) -> list[str]:
        """What the files of an application are, as SHA-256, for the decision that they go with."""
        return sorted(self.filter(application=application).values_list("sha256", flat=True))

    def in_order(self) -> ApplicationFileQuerySet:
        return self.order_by("uploaded_at", "pk")
