"""Programmes and plans for tests, made through the services that production uses."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import factory
from factory.django import DjangoModelFactory

from induction import services
from induction.models import (
    Checkpoint,
    InductionPlan,
    InductionProgramme,
    ProgrammeCheckpoint,
    ProgrammeReview,
    ProgrammeVersion,
    Review,
)
from people.models import Person
from tests.factories.people import DirectorateFactory, PersonFactory, TeamFactory, line, posting

START = dt.date(2026, 9, 1)
TODAY = dt.date(2026, 9, 1)
NOW = dt.datetime(2026, 9, 1, 9, 0, tzinfo=dt.UTC)


class ProgrammeFactory(DjangoModelFactory[InductionProgramme]):
    class Meta:
        model = InductionProgramme

    code = factory.Sequence(lambda n: f"programme-{n}")
    title = factory.Sequence(lambda n: f"Programme {n}")
    directorate = factory.SubFactory(DirectorateFactory)


class VersionFactory(DjangoModelFactory[ProgrammeVersion]):
    class Meta:
        model = ProgrammeVersion

    programme = factory.SubFactory(ProgrammeFactory)
    number = 1
    state = ProgrammeVersion.State.PUBLISHED
    summary = "What you need to know, understand and do."


class ItemFactory(DjangoModelFactory[ProgrammeCheckpoint]):
    class Meta:
        model = ProgrammeCheckpoint

    version = factory.SubFactory(VersionFactory)
    key = factory.Sequence(lambda n: f"item-{n}")
    position = factory.Sequence(lambda n: n)
    section = "do"
    method = "shadowing"
    title = factory.Sequence(lambda n: f"Shadow visit {n}")
    why = "So that you see how it is done."
    how = "Ask a colleague."
    owner = "person"
    offset_number = 4
    offset_unit = "weeks"


def version(*, owners: tuple[str, ...] = ("person", "manager", "both"), mandatory: bool = False) -> ProgrammeVersion:
    """A published version with an item for each owner and reviews at months 1, 3 and 6."""
    made = VersionFactory()
    for owner in owners:
        ItemFactory(version=made, owner=owner, is_mandatory=mandatory)
    for month in (1, 3, 6):
        ProgrammeReview.objects.create(
            version=made,
            month=month,
            title=f"Month {month} review",
            agenda="How it goes",
            is_final=month == 6,
        )
    return made


@dataclass
class Pair:
    """A plan with the two who own it."""

    plan: InductionPlan
    person: Person
    manager: Person

    def item(self, owner: str = "person") -> Checkpoint:
        return self.plan.checkpoints.filter(owner=owner).order_by("pk")[0]

    def review(self, month: int = 1) -> Review:
        return self.plan.reviews.get(month=month)


def pair(
    *,
    programme: ProgrammeVersion | None = None,
    agreed: bool = True,
    start: dt.date = START,
    manager: Person | None = None,
    today: dt.date | None = None,
) -> Pair:
    """A starter with a line manager and a plan, agreed by both unless told otherwise."""
    programme = programme or version()
    manager = manager or PersonFactory()
    person = PersonFactory(start_date=start)
    posting(person, team=TeamFactory(directorate=programme.programme.directorate), start=start)
    line(person, manager)
    today = today or start
    services.start_plans([person], today=today, now=NOW)
    plan = InductionPlan.objects.get(person=person)
    if agreed:
        for by in (person, manager):
            services.agree_plan(plan_id=plan.pk, by=by, revision=plan.revision, today=today, now=NOW)
        plan.refresh_from_db()
    return Pair(plan=plan, person=person, manager=manager)
