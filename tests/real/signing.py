"""Items that wait for a signature, and someone who signs them over HTTP."""

from __future__ import annotations

import datetime as dt
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections import Counter
from typing import Any

from django.test import Client

from induction import services
from induction.models import Checkpoint
from notifications.models import SendingLimits
from people.models import Person
from tests.factories import induction as make
from tests.factories.people import PersonFactory, UserFactory, cover

CSRF = "a" * 32


def ready_items(number: int, *, today: dt.date) -> tuple[make.Pair, Person, list[int]]:
    """A plan whose items all wait for the manager, who is covered today."""
    now = dt.datetime.combine(today, dt.time(9), tzinfo=dt.UTC)
    programme = make.version(owners=("person",) * number)
    pair = make.pair(programme=programme, start=today - dt.timedelta(days=60), today=today)
    deputy = PersonFactory()
    cover(pair.manager, deputy, today)
    # Every signature of one starter is to arrive as a mail of its own.
    SendingLimits.objects.update(weekly_cap=number + 100)
    ids = list(Checkpoint.objects.filter(plan=pair.plan).order_by("pk").values_list("pk", flat=True))
    for pk in ids:
        services.mark_ready(checkpoint_id=pk, by=pair.person, version=1, today=today, now=now)
    return pair, deputy, ids


class Signer:
    """Someone signed in, posting the sign-off form over HTTP to the portal at `url`."""

    def __init__(self, person: Person, url: str) -> None:
        client = Client()
        client.force_login(UserFactory(person=person))
        self.cookies = f"sessionid={client.cookies['sessionid'].value}; csrftoken={CSRF}"
        self.url = url
        self.answers: Counter[int] = Counter()
        self.is_kind = True
        self.slowest = 0.0

    def sign(self, checkpoint_id: int, *, form_key: uuid.UUID | None = None, patience: float = 30) -> int:
        """The answer's status; 302 says that it is signed."""
        form = {
            "csrfmiddlewaretoken": CSRF,
            "act": "sign_off",
            "version": 2,
            "form_key": form_key or uuid.uuid4(),
            "comment": "Well done",
        }
        data = urllib.parse.urlencode(form).encode()
        status, page = self._ask(f"/induction/checkpoints/{checkpoint_id}/", data, patience)
        self.is_kind = self.is_kind and (status != 409 or "already been signed off" in page)
        return status

    def read(self, path: str) -> int:
        """The status of a page."""
        return self._ask(path, None, 30)[0]

    def _ask(self, path: str, data: bytes | None, patience: float) -> tuple[int, str]:
        request = urllib.request.Request(  # noqa: S310 - our own loopback server
            f"{self.url}{path}", data=data, headers={"Cookie": self.cookies}
        )
        opener = urllib.request.build_opener(_NoRedirect)
        begun = time.monotonic()
        try:
            status, page = opener.open(request, timeout=patience).status, ""
        except urllib.error.HTTPError as answer:
            status, page = answer.code, answer.read().decode()
        self.slowest = max(self.slowest, time.monotonic() - begun)
        self.answers[status] += 1
        return status, page


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        return None
