"""What is in force on a day, who may see a goal, and the state of a route as its dated events tell it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, NamedTuple

from django.apps import apps
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce

if TYPE_CHECKING:
    from pathways.models import (  # noqa: F401 (read by mypy)
        CareerGoal,
        CareerRole,
        CareerStep,
        CareerStructure,
        QualificationRoute,
        Requirement,
    )
    from people.models import User


def in_force(today: dt.date, path: str = "") -> Q:
    """Has begun and has not ended; no date means always."""
    start, end = f"{path}start_date", f"{path}end_date"
    begun = Q(**{f"{start}__isnull": True}) | Q(**{f"{start}__lte": today})
    return begun & (Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": today}))


class CareerRoleQuerySet(models.QuerySet["CareerRole"]):
    def on(self, today: dt.date) -> CareerRoleQuerySet:
        """Roles whose job role exists on the day, with job role and profession, in the order of the map."""
        return (
            self.filter(in_force(today, "job_role__"))
            .select_related("job_role", "profession")
            .order_by("profession__position", F("job_role__ladder_order").asc(nulls_last=True), "job_role__code", "pk")
        )


class CareerStepQuerySet(models.QuerySet["CareerStep"]):
    def on(self, today: dt.date) -> CareerStepQuerySet:
        """Steps in force on the day between roles that exist on it."""
        return self.filter(
            in_force(today), in_force(today, "from_role__job_role__"), in_force(today, "to_role__job_role__")
        ).order_by(F("from_role__job_role__ladder_order").asc(nulls_last=True), "code")


class CareerStructureQuerySet(models.QuerySet["CareerStructure"]):
    def in_order(self) -> CareerStructureQuerySet:
        """What holds now first, then what is planned, then what was."""
        rank = models.Case(models.When(state="current", then=0), models.When(state="planned", then=1), default=2)
        return self.select_related("directorate").order_by(rank, "directorate__name", "-start_date", "pk")


class RequirementQuerySet(models.QuerySet["Requirement"]):
    def in_order(self) -> RequirementQuerySet:
        return self.select_related("qualification", "role__job_role").order_by("position", "pk")


class RouteQuerySet(models.QuerySet["QualificationRoute"]):
    def with_state(self, today: dt.date) -> RouteQuerySet:
        """Adds `state`: that of the last dated event up to the day; a route without one is planned."""
        events = (
            apps.get_model("pathways", "RouteEvent")
            .objects.filter(route_id=OuterRef("pk"), date__lte=today)
            .exclude(state="")
            .order_by("-date", "-pk")
        )
        state = Coalesce(Subquery(events.values("state")[:1]), Value("route_planned"))
        return self.annotate(state=state)


class CareerGoalQuerySet(models.QuerySet["CareerGoal"]):
    def visible_to(self, user: User, *, today: dt.date) -> CareerGoalQuerySet:
        """A goal is its person's alone."""
        if not user.is_authenticated or not user.is_active or user.person_id is None:
            return self.none()
        return self.filter(person_id=user.person_id, person__deactivated_at__isnull=True)


class Link(NamedTuple):
    """Something that a route is connected with: an award, a role, another route."""

    kind: str
    pk: int
    title: str
    level: int | None


def route_links(route_id: int) -> dict[str, list[Link]]:
    """What a route awards, leads to, prepares for and is prepared by, in one query."""
    route = apps.get_model("pathways", "QualificationRoute")
    role = apps.get_model("pathways", "CareerRole")
    award = apps.get_model("people", "Qualification")
    none = Value(None, output_field=models.IntegerField())
    parts = [
        award.objects.filter(routes=route_id).values_list(_word("awards"), "pk", "title", _number("rqf_level")),
        role.objects.filter(routes_here=route_id).values_list(_word("leads_to"), "pk", "job_role__title", none),
        route.objects.filter(prepared_by=route_id).values_list(_word("prepares_for"), "pk", "title", none),
        route.objects.filter(prepares_for=route_id).values_list(_word("prepared_by"), "pk", "title", none),
    ]
    found: dict[str, list[Link]] = {"awards": [], "leads_to": [], "prepares_for": [], "prepared_by": []}
    for row in sorted(parts[0].union(*parts[1:], all=True), key=lambda row: row[2]):
        found[row[0]].append(Link(*row))
    return found


def _word(kind: str) -> Value:
    return Value(kind, output_field=models.CharField())


def _number(name: str) -> Cast:
    return Cast(name, models.IntegerField())
