"""How people, lines and cover are looked up; rights come from dated rows, so every filter takes the day."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, NamedTuple

from django.apps import apps
from django.contrib.auth.base_user import BaseUserManager
from django.db import connection, models
from django.db.models import CharField, F, FilteredRelation, OuterRef, Q, Value

if TYPE_CHECKING:
    from people.models import Person, User


def current(relation: str, day: dt.date) -> Q:
    """A dated row behind this relation holds on the day (first and last day inside)."""
    return Q(**{f"{relation}__start_date__lte": day}) & (
        Q(**{f"{relation}__end_date__isnull": True}) | Q(**{f"{relation}__end_date__gte": day})
    )


class UserManager(BaseUserManager["User"]):
    """Accounts signed in to by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class DatedQuerySet(models.QuerySet[Any]):
    """Rows with a start and an end date; both days are inside the period, no end means open."""

    def on(self, day: dt.date) -> DatedQuerySet:
        return self.filter(Q(end_date__isnull=True) | Q(end_date__gte=day), start_date__lte=day)

    def since(self, day: dt.date) -> DatedQuerySet:
        """Current on the day or later."""
        return self.filter(Q(end_date__isnull=True) | Q(end_date__gte=day))


class PersonQuerySet(models.QuerySet["Person"]):
    """People, seen through who may see them."""

    def active(self) -> PersonQuerySet:
        return self.filter(deactivated_at__isnull=True)

    def visible_to(self, user: User, *, today: dt.date) -> PersonQuerySet:
        """Name, team and job role of every active colleague; leavers only to L&D.

        Whoever has not begun yet is seen by their line, its cover and L&D: others need not know before day one.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.has_role("ld_admin"):
            return self
        if user.person_id is None:
            return self.none()
        covered = current("manager__covered_by_rows", today) & Q(manager__covered_by_rows__cover=user.person_id)
        lines = apps.get_model("people", "LineManagement").objects.on(today).filter(covered)
        return self.active().filter(
            Q(start_date__lte=today)
            | Q(pk=user.person_id)
            | Q(pk__in=line_ids(user.person_id, today=today))
            | Q(pk__in=lines.values("person"))
        )

    def with_post(self, *, today: dt.date) -> PersonQuerySet:
        """Adds team_id, team_name, directorate_id, job_role_id, job_role_title, manager_id as on the day."""
        return self.annotate(
            post=FilteredRelation("postings", condition=current("postings", today)),
            line=FilteredRelation("manager_lines", condition=current("manager_lines", today)),
        ).annotate(
            team_id=F("post__team_id"),
            team_name=F("post__team__name"),
            directorate_id=F("post__team__directorate_id"),
            job_role_id=F("post__job_role_id"),
            job_role_title=F("post__job_role__title"),
            manager_id=F("line__manager_id"),
        )

    def with_manager_name(self) -> PersonQuerySet:
        """After `with_post`: the manager's names as well."""
        return self.annotate(
            manager_given_name=F("line__manager__given_name"),
            manager_family_name=F("line__manager__family_name"),
        )

    def called(self, words: str) -> PersonQuerySet:
        """Every word stands in the name, the team, the job role or the work address; after `with_post`."""
        found = self
        for word in words.replace("\0", "").casefold().split()[:6]:
            found = found.filter(
                Q(search_name__contains=word)
                | Q(post__team__name__icontains=word)
                | Q(post__job_role__title__icontains=word)
                | Q(email__icontains=word)
            )
        return found

    def reporting_to(self, manager: Person, *, today: dt.date) -> PersonQuerySet:
        """Direct reports on the day."""
        return self.active().filter(pk__in=direct_ids(manager.pk, today=today))

    def covered_by(self, person: Person, *, today: dt.date) -> PersonQuerySet:
        """Direct reports of the managers for whom this person acts on the day, never the person."""
        return self.active().filter(pk__in=covered_ids(person.pk, today=today))

    def held_by(self, person: Person, *, today: dt.date) -> PersonQuerySet:
        """Whom this person manages or covers for on the day: what waits on a manager about them waits on this one."""
        direct = self.reporting_to(person, today=today).values("pk")
        covered = self.covered_by(person, today=today).values("pk")
        return self.filter(Q(pk__in=direct) | Q(pk__in=covered)).exclude(pk=person.pk)

    def in_line_of(self, manager: Person, *, today: dt.date) -> PersonQuerySet:
        """Everyone below the manager, at any depth; a loop in the line ends the walk."""
        return self.active().filter(pk__in=line_ids(manager.pk, today=today))


def direct_ids(manager_id: int | OuterRef, *, today: dt.date) -> models.QuerySet[Any, Any]:
    """Ids of the direct reports on the day, as a query."""
    lines = apps.get_model("people", "LineManagement").objects.on(today)
    return lines.filter(manager=manager_id).order_by().values("person")


def covered_ids(cover_id: int | OuterRef, *, today: dt.date) -> models.QuerySet[Any, Any]:
    """Ids of the direct reports of those for whom this person acts on the day, never the person; as a query.

    A manager who has left has no part in which anyone could act: it is with Learning and Development.
    """
    lines = apps.get_model("people", "LineManagement").objects.on(today)
    acting = current("manager__covered_by_rows", today) & Q(manager__covered_by_rows__cover=cover_id)
    here = Q(manager__deactivated_at__isnull=True)
    return lines.filter(acting, here).exclude(person=cover_id).order_by().values("person")


def held_ids(person_id: int, *, today: dt.date) -> models.QuerySet[Any, Any]:
    """Ids of whom this person manages or covers for on the day; as a query."""
    return direct_ids(person_id, today=today).union(covered_ids(person_id, today=today))


def at_work(lines: models.QuerySet[Any, Any]) -> models.QuerySet[Any, Any]:
    """Of ids such as these, those of people who work here: whoever has one of them has a team."""
    return lines.filter(person__deactivated_at__isnull=True)


def own_and_held_ids(person_id: int, *, today: dt.date) -> models.QuerySet[Any, Any]:
    """The person and whom they manage or cover for. One subquery: the planner starts from these few."""
    own = apps.get_model("people", "Person").objects.filter(pk=person_id).order_by().values("pk")
    return own.union(direct_ids(person_id, today=today), covered_ids(person_id, today=today))


def line_ids(manager_id: int, *, today: dt.date) -> list[int]:
    """Ids of everyone below a manager in one query; UNION (not ALL) makes a loop in HR's data harmless."""
    sql = """
        WITH RECURSIVE below(person_id) AS (
            SELECT person_id FROM people_linemanagement
             WHERE manager_id = %s AND start_date <= %s AND (end_date IS NULL OR end_date >= %s)
            UNION
            SELECT line.person_id FROM people_linemanagement line
              JOIN below ON line.manager_id = below.person_id
             WHERE line.start_date <= %s AND (line.end_date IS NULL OR line.end_date >= %s)
        ) SELECT person_id FROM below WHERE person_id <> %s
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [manager_id, today, today, today, today, manager_id])
        return [row[0] for row in cursor.fetchall()]


class Fact(NamedTuple):
    """A dated row about a person, of whatever kind."""

    kind: str
    start_date: dt.date | None
    end_date: dt.date | None
    what: str
    more: str


def dated_facts(person_id: int) -> list[Fact]:
    """Posts, managers, cover, registrations and qualifications of a person in one query, newest first."""
    sources = (
        ("post", "Posting", "person", "job_role__title", "team__name"),
        ("manager", "LineManagement", "person", "manager__given_name", "manager__family_name"),
        ("cover", "Cover", "manager", "cover__given_name", "cover__family_name"),
        ("registration", "RegistrationHeld", "person", "body", "number"),
    )
    parts = [
        apps.get_model("people", model)
        .objects.filter(**{who: person_id})
        .values_list(Value(kind, output_field=CharField()), "start_date", "end_date", what, more)
        for kind, model, who, what, more in sources
    ]
    parts.append(
        apps.get_model("people", "QualificationHeld")
        .objects.filter(person=person_id)
        .values_list(
            Value("qualification", output_field=CharField()),
            "awarded_date",
            "expires_date",
            "qualification__title",
            "qualification__code",
        )
    )
    facts = [Fact(*row) for row in parts[0].union(*parts[1:], all=True)]
    return sorted(facts, key=lambda fact: (fact.kind, fact.start_date or dt.date.min), reverse=True)
