"""The starter framework, loaded for those tests that look at pages."""

from __future__ import annotations

import datetime as dt
import html
import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from bexley_ld import starter
from pathways.models import CareerRole, QualificationRoute
from people.models import JobRole, Person
from people.roles import Role
from tests.factories.people import PersonFactory, TeamFactory, UserFactory, posting

SINCE = dt.date(2020, 1, 6)


def words_of(response: Any) -> str:
    """What a reader sees: no tags, single spaces."""
    text = re.sub(r"<title>.*?</title>", " ", response.content.decode(), flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


@dataclass
class Framework:
    """The whole starter framework, and someone in it."""

    def role(self, code: str) -> CareerRole:
        return CareerRole.objects.get(job_role__code=code)

    def route(self, code: str) -> QualificationRoute:
        return QualificationRoute.objects.get(code=code)

    def reader(self, code: str = "", *, roles: list[str] | None = None) -> tuple[Client, Person]:
        """A signed-in member of staff in the job role; none when there is no code."""
        person = PersonFactory()
        if code:
            posting(person, team=TeamFactory(), job_role=JobRole.objects.get(code=code), start=SINCE)
        client = Client()
        client.force_login(UserFactory(person=person, roles=roles or [], is_staff=Role.LD_ADMIN in (roles or [])))
        return client, person


@pytest.fixture
def framework(db: None) -> Framework:
    list(starter.load_organisation())
    list(starter.load_pathways())
    return Framework()
