"""People for tests: the fewest fields; names are plainly invented."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import factory
from django.contrib.auth.models import Group
from factory.django import DjangoModelFactory

from people.models import Cover, Directorate, JobRole, LineManagement, Person, Posting, Team, User
from people.rules import search_name

PASSWORD = "a-long-invented-passphrase"
LONG_AGO = dt.date(2020, 1, 6)


class DirectorateFactory(DjangoModelFactory[Directorate]):
    class Meta:
        model = Directorate
        django_get_or_create = ("code",)

    code = "adults"
    name = factory.LazyAttribute(
        lambda o: {"adults": "Adults' Social Care", "childrens": "Children's Social Care"}.get(o.code, o.code)
    )


class TeamFactory(DjangoModelFactory[Team]):
    class Meta:
        model = Team

    code = factory.Sequence(lambda n: f"T-{n}")
    name = factory.Sequence(lambda n: f"Team {n}")
    directorate = factory.SubFactory(DirectorateFactory)


class JobRoleFactory(DjangoModelFactory[JobRole]):
    class Meta:
        model = JobRole

    code = factory.Sequence(lambda n: f"JR{n}")
    title = factory.Sequence(lambda n: f"Job role {n}")
    side = JobRole.Side.BOTH
    stage = JobRole.Stage.BEGIN


class PersonFactory(DjangoModelFactory[Person]):
    class Meta:
        model = Person

    employee_number = factory.Sequence(lambda n: f"E{n:05}")
    given_name = factory.Sequence(lambda n: f"Given{n}")
    family_name = "Test-Sample"
    email = factory.LazyAttribute(lambda o: f"{o.employee_number.lower()}@people.example")
    search_name = factory.LazyAttribute(lambda o: search_name(o.given_name, o.family_name))
    start_date = LONG_AGO


class UserFactory(DjangoModelFactory[User]):
    """An account with its person; `roles=[Role.LD_ADMIN]` adds groups, `person=None` makes one of nobody."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    person = factory.SubFactory(PersonFactory)
    email = factory.LazyAttributeSequence(
        lambda o, n: o.person.email.lower() if o.person else f"user{n}@people.example"
    )
    # Hashing is slow: tests that sign in by form call set_password themselves.
    password = "!"

    @factory.post_generation
    def roles(self, create: bool, extracted: Iterable[str] | None, **kwargs: object) -> None:
        for role in extracted or ():
            self.groups.add(Group.objects.get_or_create(name=str(role))[0])


def posting(
    person: Person,
    *,
    team: Team | None = None,
    job_role: JobRole | None = None,
    start: dt.date | None = None,
    end: dt.date | None = None,
) -> Posting:
    """The person's post; a team and a job role are made when none is given."""
    return Posting.objects.create(
        person=person,
        team=team or TeamFactory(),
        job_role=job_role or JobRoleFactory(),
        start_date=start or person.start_date,
        end_date=end,
    )


def line(person: Person, manager: Person, start: dt.date = LONG_AGO, end: dt.date | None = None) -> LineManagement:
    """The manager manages the person from `start`."""
    return LineManagement.objects.create(person=person, manager=manager, start_date=start, end_date=end)


def cover(manager: Person, by: Person, start: dt.date, end: dt.date | None = None, reason: str = "") -> Cover:
    """`by` acts for the manager from `start` to `end`."""
    return Cover.objects.create(manager=manager, cover=by, start_date=start, end_date=end, reason=reason)
