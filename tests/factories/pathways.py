"""A small framework for tests: a lane, roles, a step, a route."""

from __future__ import annotations

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from pathways.models import (
    Capability,
    CareerRole,
    CareerStep,
    Intake,
    Profession,
    QualificationRoute,
    Requirement,
    RouteEvent,
)
from pathways.services.expertise import OfferData
from tests.factories.people import JobRoleFactory


class ProfessionFactory(DjangoModelFactory[Profession]):
    class Meta:
        model = Profession
        django_get_or_create = ("code",)

    code = "social-work"
    name = factory.LazyAttribute(lambda o: o.code.replace("-", " ").capitalize())


class CareerRoleFactory(DjangoModelFactory[CareerRole]):
    class Meta:
        model = CareerRole

    job_role = factory.SubFactory(JobRoleFactory)
    profession = factory.SubFactory(ProfessionFactory)
    summary = "Helps people."
    who_to_ask = "Learning and Development"


class CapabilityFactory(DjangoModelFactory[Capability]):
    class Meta:
        model = Capability

    role = factory.SubFactory(CareerRoleFactory)
    title = factory.Sequence(lambda n: f"Capability {n}")
    good_looks_like = "Asks what matters first."


class CareerStepFactory(DjangoModelFactory[CareerStep]):
    class Meta:
        model = CareerStep

    code = factory.Sequence(lambda n: f"step-{n}")
    from_role = factory.SubFactory(CareerRoleFactory)
    to_role = factory.SubFactory(CareerRoleFactory)
    gate = "vacancy"


class RouteFactory(DjangoModelFactory[QualificationRoute]):
    class Meta:
        model = QualificationRoute

    code = factory.Sequence(lambda n: f"route-{n}")
    title = factory.Sequence(lambda n: f"Route {n}")
    kind = "care"
    summary = "A way to an award."


def require(*, text: str = "Something", kind: str = "judged", **columns: object) -> Requirement:
    """A requirement of the role, step or route among the columns."""
    return Requirement.objects.create(kind=kind, text=text, **columns)


def event(route: QualificationRoute, date: dt.date, state: str) -> RouteEvent:
    """From this day the route is in the state."""
    return RouteEvent.objects.create(route=route, date=date, state=state, what="Said in a test")


def offer_data(**changed: object) -> OfferData:
    """An hour for questions, for three, until the end of February 2027."""
    data = {
        "kind": "questions",
        "title": "An hour about the Care Act",
        "what": "Bring a question. Nobody keeps minutes.",
        "when_words": "The first Thursday of a month, 1pm",
        "how_to_reach": "Online; I send the link",
        "places": 3,
        "until_date": dt.date(2027, 2, 28),
    }
    return OfferData(**{**data, **changed})  # type: ignore[arg-type]


def intake_of(route: QualificationRoute, *, start: dt.date, today: dt.date, places: int = 2) -> Intake:
    """Open today and for a week."""
    return Intake.objects.create(
        route=route,
        opens_date=today - dt.timedelta(days=1),
        closes_date=today + dt.timedelta(days=7),
        decide_date=today + dt.timedelta(days=20),
        start_date=start,
        places=places,
    )
