"""Who asks: the session with its account, its person, its roles and what its menu asks, in one query on every request.

Rights end with the next click, so nothing of this is kept from one request to the next.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user, load_backend
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.db.models import Aggregate, Exists, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.functional import SimpleLazyObject

from induction.models import InductionPlan
from pathways.models import CareerRole
from people import sessions
from people.models import SignedInSession, User
from people.prepared import Prepared
from people.querysets import at_work, covered_ids, direct_ids


class _Joined(Aggregate):
    """Texts of several rows, parted by spaces."""

    function = "string_agg"
    template = "%(function)s(%(expressions)s, ' ')"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="group_concat", **context)


def _facts(*, user: str, person: str, today: dt.date) -> dict[str, Any]:
    """What roles and menu follow from; `user` and `person` are the columns of the account and of its person."""
    groups: Any = User.groups.through.objects.filter(user_id=OuterRef(user)).order_by().values("user_id")
    names = groups.annotate(names=_Joined("group__name", output_field=TextField())).values("names")
    me = OuterRef(person)
    return {
        "role_names": Coalesce(Subquery(names), Value(""), output_field=TextField()),
        "has_pathways": Exists(CareerRole.objects.all()),
        "has_plan": Exists(InductionPlan.objects.filter(person_id=me)),
        # As people.reading.has_team; here the two apart, and within the one query about the account.
        "manages": Exists(at_work(direct_ids(me, today=today))),
        "covers": Exists(at_work(covered_ids(me, today=today))),
    }


def _account(*, user_id: int, today: dt.date) -> QuerySet[User]:
    accounts = User.objects.filter(pk=user_id).select_related("person")
    return accounts.annotate(**_facts(user="pk", person="person_id", today=today))


def _session(*, key: str, now: dt.datetime, today: dt.date) -> QuerySet[SignedInSession]:
    live = SignedInSession.objects.filter(session_key=key, expire_date__gt=now).select_related("user__person")
    return live.annotate(**_facts(user="user_id", person="user__person_id", today=today))


account_with_facts = Prepared(_account)
_session_with_account = Prepared(_session)
FACTS = ("role_names", "has_pathways", "has_plan", "manages", "covers")


class SessionStore(sessions.SessionStore):
    """Brings the account along; whoever asks for it must still ask whether the session is its own."""

    account: User | None = None

    def _get_session_from_db(self) -> SignedInSession | None:
        found = _session_with_account(key=self.session_key, now=timezone.now(), today=timezone.localdate())
        if not found:
            self._session_key = None
            return None
        row: SignedInSession = found[0]
        if row.user is not None:
            row.user.__dict__.update({name: getattr(row, name) for name in FACTS})
        self.account = row.user
        return row


class AccountMiddleware(AuthenticationMiddleware):
    """As Django's, without a query of its own while nothing about the session is out of the ordinary."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: _user_of(request))  # type: ignore[assignment]


def _user_of(request: Any) -> Any:
    if not hasattr(request, "_cached_user"):
        request._cached_user = _own_account(request.session) or get_user(request)
    return request._cached_user


def _own_account(session: Any) -> User | None:
    """The account that came with the session, by the checks of Django's `get_user`; None leaves all else to that."""
    key, backend_path = session.get(SESSION_KEY), session.get(BACKEND_SESSION_KEY)
    account: User | None = getattr(session, "account", None)
    if account is None or key != str(account.pk) or backend_path not in settings.AUTHENTICATION_BACKENDS:
        return None
    backend: Any = load_backend(backend_path)
    if not backend.user_can_authenticate(account):
        return None
    is_its = constant_time_compare(session.get(HASH_SESSION_KEY, ""), account.get_session_auth_hash())
    return account if is_its else None
