"""Browsers for the pages of a plan: one a persona, on a day in the third week."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client

from people.models import Person
from people.roles import Role
from tests.factories.induction import Pair, pair
from tests.factories.people import PersonFactory, UserFactory, cover, line

DAY = dt.date(2026, 9, 21)


@dataclass
class Scene:
    """A plan and everyone who might come near it, each with a browser."""

    pair: Pair
    people: dict[str, Person]
    clients: dict[str, Client] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)

    @property
    def plan(self) -> Any:
        return self.pair.plan

    def at(self, who: str) -> Client:
        """The browser of a persona, signed in when first asked for."""
        if who not in self.clients:
            roles = [self.roles[who]] if who in self.roles else []
            self.clients[who] = browser_of(self.people.get(who), *roles)
        return self.clients[who]


def browser_of(person: Person | None, *roles: str) -> Client:
    client = Client()
    client.force_login(UserFactory(person=person, roles=roles), backend="bexley_ld.accounts.PortalBackend")
    return client


@pytest.fixture
def scene(db: None, on_date: Callable[[dt.date], None]) -> Scene:
    on_date(DAY)
    return build()


def build() -> Scene:
    """A plan that began three weeks ago; nobody has signed in yet."""
    two = pair()
    names = ("cover", "buddy", "upper", "former", "colleague", "other_manager")
    people = {name: PersonFactory(given_name=name.title()) for name in names}
    people |= {"starter": two.person, "manager": two.manager}
    cover(two.manager, people["cover"], dt.date(2026, 9, 14), dt.date(2026, 10, 2))
    line(two.manager, people["upper"])
    line(PersonFactory(), people["other_manager"])
    # Former: managed the starter in an earlier job, until the day before this one began.
    two.person.manager_lines.update(start_date=two.plan.start_date)
    line(two.person, people["former"], dt.date(2025, 1, 1), two.plan.start_date - dt.timedelta(days=1))
    two.plan.buddy = people["buddy"]
    two.plan.save()
    roles = {"ld_admin": Role.LD_ADMIN, "head_of_service": Role.HEAD_OF_SERVICE}
    people |= {name: PersonFactory() for name in roles}
    line(people["upper"], people["head_of_service"])
    return Scene(pair=two, people=people, clients={"anonymous": Client()}, roles=dict(roles))


def words_of(response: Any) -> str:
    return response.content.decode()


def key() -> str:
    return str(uuid.uuid4())
