"""What is in force on a day, who may see a goal, and the state of a route as its dated events tell it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Coalesce

from people.prepared import Prepared

if TYPE_CHECKING:
    from pathways.models import (  # noqa: F401 (read by mypy)
        ApprovalStep,
        CareerGoal,
        CareerRole,
        CareerStep,
        CareerStructure,
        PublishedFigure,
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

    def around(self, role: CareerRole, *, today: dt.date) -> CareerStepQuerySet:
        """Steps that begin or end at the role, with the roles at both ends."""
        found = self.on(today).filter(Q(from_role=role) | Q(to_role=role))
        return found.select_related("from_role__job_role", "to_role__job_role")


class CareerStructureQuerySet(models.QuerySet["CareerStructure"]):
    def in_order(self) -> CareerStructureQuerySet:
        """What holds now first, then what is planned, then what was."""
        rank = models.Case(models.When(state="current", then=0), models.When(state="planned", then=1), default=2)
        return self.select_related("directorate").order_by(rank, "directorate__name", "-start_date", "pk")


class RequirementQuerySet(models.QuerySet["Requirement"]):
    def in_order(self) -> RequirementQuerySet:
        return self.select_related("qualification", "role__job_role").order_by("position", "pk")

    def of_roles_and_steps(self) -> RequirementQuerySet:
        """What roles and steps ask; routes ask for themselves."""
        return self.filter(route=None).in_order()

    def around(self, role: CareerRole, steps: Iterable[CareerStep]) -> RequirementQuerySet:
        """What the role itself and these steps ask."""
        return self.filter(Q(career_role=role) | Q(step__in=[step.pk for step in steps])).in_order()


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

    def around(self, role: CareerRole, next_ids: Iterable[int], *, today: dt.date) -> RouteQuerySet:
        """Routes that lead to the role (`is_here`), or on to one of the next roles; with their states."""
        leads = apps.get_model("pathways", "QualificationRoute").leads_to.through.objects.filter(
            qualificationroute=OuterRef("pk")
        )
        next_ids = list(next_ids)
        here = Exists(leads.filter(careerrole=role)) | Q(studied_as=role)
        onwards = Exists(leads.filter(careerrole__in=next_ids)) | Q(studied_as__in=next_ids)
        return self.with_state(today).annotate(is_here=here).filter(here | onwards).order_by("kind", "code")


class ApprovalStepQuerySet(models.QuerySet["ApprovalStep"]):
    def usual(self) -> ApprovalStepQuerySet:
        """What holds for every route without rows of its own, in order."""
        return self.filter(route=None).order_by("position")

    def of(self, route: QualificationRoute) -> list[ApprovalStep]:
        """Who says yes to the route, in order: its own rows, or the usual ones where it has none."""
        rows = list(self.filter(Q(route=route) | Q(route=None)).order_by("position"))
        return [row for row in rows if row.route_id] or rows


class PublishedFigureQuerySet(models.QuerySet["PublishedFigure"]):
    def counts_of_routes(self) -> PublishedFigureQuerySet:
        """How many routes pages said there were, the newest first."""
        return self.filter(route=None, what="routes").order_by("-pk")


class CareerGoalQuerySet(models.QuerySet["CareerGoal"]):
    def visible_to(self, user: User, *, today: dt.date) -> CareerGoalQuerySet:
        """A goal is its person's alone."""
        if not user.is_authenticated or not user.is_active or user.person_id is None:
            return self.none()
        return self.of_person(user.person_id)

    def of_person(self, person_id: int) -> CareerGoalQuerySet:
        """Somebody's own, while they work here."""
        return self.filter(person_id=person_id, person__deactivated_at__isnull=True)

    def place_of(self, user: User, *, today: dt.date) -> tuple[int | None, int | None]:
        """The career roles that the account's person holds on the day and would like to reach; one query."""
        rows = _places(person_id=user.person_id, today=today) if user.person_id else []
        return rows[0] if rows else (None, None)


def _place(*, person_id: int, today: dt.date) -> models.QuerySet[Any, Any]:
    goal = apps.get_model("pathways", "CareerGoal").objects.of_person(person_id)
    return (
        apps.get_model("people", "Person")
        .objects.filter(pk=person_id)
        .with_post(today=today)
        .annotate(career_role=F("post__job_role__career_role"), goal=Subquery(goal.values("role")[:1]))
        .values_list("career_role", "goal")[:1]
    )


_places = Prepared(_place)


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


# Whatever the planner and the pages of roles read; each keeps a history, so that its last row and the number of rows
# tell a change.
VERSIONED = (
    "people.JobRole",
    "people.Qualification",
    "pathways.Profession",
    "pathways.CareerRole",
    "pathways.CareerStep",
    "pathways.QualificationRoute",
    "pathways.RouteEvent",
    "pathways.Requirement",
    "pathways.Capability",
    "pathways.VacancyPage",
)


def framework_version() -> tuple[object, ...]:
    """A stamp that changes whenever the framework is saved, in one query.

    What a route leads to and awards is saved with the route, whose history then gets a row.
    """
    return tuple(sorted(_version_rows()))


def _versions() -> models.QuerySet[Any, Any]:
    parts = []
    for position, name in enumerate(VERSIONED):
        model = apps.get_model(name)
        rows = model._default_manager.order_by().annotate(one=Value(1)).values("one").annotate(n=models.Count("pk"))
        last = model.history.model.objects.order_by("-history_id")
        parts.append(
            rows.values_list(
                Value(position, output_field=models.IntegerField()),
                "n",
                Subquery(last.values("history_id")[:1]),
                Subquery(last.values("history_date")[:1]),
            )
        )
    rows_of_all: models.QuerySet[Any, Any] = parts[0].union(*parts[1:], all=True)
    return rows_of_all


_version_rows = Prepared(_versions)


def links_of_routes() -> list[tuple[int, str, int, str, str, int | None]]:
    """What every route awards and leads to, in one query: route, kind of link, row, code, title, level."""
    route = apps.get_model("pathways", "QualificationRoute")
    none = Value(None, output_field=models.IntegerField())
    awards = route.objects.filter(awards__isnull=False).values_list(
        "pk", _word("award"), "awards", "awards__code", "awards__title", _number("awards__rqf_level")
    )
    roles = route.objects.filter(leads_to__isnull=False).values_list(
        "pk", _word("role"), "leads_to", "leads_to__job_role__code", "leads_to__job_role__title", none
    )
    return sorted(awards.union(roles, all=True), key=lambda row: row[:4])


class Record(NamedTuple):
    """A post, a qualification or a registration of somebody, with the days from and to which it holds."""

    kind: str
    code: str
    start: dt.date | None
    end: dt.date | None


def records_of(person_id: int) -> list[Record]:
    """What a person has worked as and holds, in one query. Only for the person's own pages."""
    return [Record(*row) for _, *row in _records_of(person_id=person_id)]


def records_of_staff() -> dict[int, list[Record]]:
    """The same of everybody who works here, by person, in one query: for counts, and for pages of L&D alone."""
    people = apps.get_model("people", "Person").objects.filter(deactivated_at__isnull=True)
    found: dict[int, list[Record]] = {}
    for person_id, *row in _records(people):
        found.setdefault(person_id, []).append(Record(*row))
    return found


def _own_records(*, person_id: int) -> models.QuerySet[Any, Any]:
    return _records(apps.get_model("people", "Person").objects.filter(pk=person_id))


_records_of = Prepared(_own_records)


def _records(people: models.QuerySet[Any]) -> models.QuerySet[Any, Any]:
    parts = [
        people.filter(**{f"{path}__isnull": False}).values_list(
            "pk", _word(kind), Cast(f"{path}__{code}", models.CharField()), f"{path}__{start}", f"{path}__{end}"
        )
        for kind, path, code, start, end in (
            ("post", "postings", "job_role__code", "start_date", "end_date"),
            ("award", "qualifications", "qualification__code", "awarded_date", "expires_date"),
            ("registration", "registrations", "body", "start_date", "end_date"),
        )
    ]
    return parts[0].union(*parts[1:], all=True)
