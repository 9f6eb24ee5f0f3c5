"""The service navigation: each item with its own "shown when" test; one query a page for all of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from induction.models import InductionPlan
from pathways.models import CareerRole
from people.models import Cover, LineManagement, User
from people.roles import Role


@dataclass(frozen=True)
class Facts:
    """What the menu and the first page ask about an account."""

    has_plan: bool = False
    has_pathways: bool = False
    manages: bool = False
    covers: bool = False
    is_learning: bool = False
    is_head: bool = False
    is_staff: bool = False
    is_person: bool = False

    @property
    def has_team(self) -> bool:
        return self.manages or self.covers

    @property
    def oversees(self) -> bool:
        return self.is_learning or self.is_head


@dataclass(frozen=True)
class Item:
    label: str
    url_name: str
    shown_when: Callable[[Facts], bool]
    section: str = ""

    @property
    def url(self) -> str:
        return reverse(self.url_name)


OVERVIEW = "/induction/overview/"

ITEMS = (
    Item("Home", "home", lambda facts: True),
    Item("Induction", "induction:plan_mine", lambda facts: facts.has_plan, section="/induction/"),
    Item("Pathways", "pathways:career_map", lambda facts: facts.has_pathways, section="/pathways/"),
    Item("My team", "team", lambda facts: facts.has_team, section="/team/"),
    Item("People", "people:person_search", lambda facts: facts.is_person, section="/people/"),
    Item("Overview", "induction:overview", lambda facts: facts.oversees, section=OVERVIEW),
    Item("Admin", "admin:index", lambda facts: facts.is_staff, section="/admin/"),
)


def facts_of(request: HttpRequest) -> Facts:
    """Asked once a request, of the account, its dated rows and its groups."""
    user = request.user
    if not user.is_authenticated or not user.is_active:
        return Facts()
    if not hasattr(request, "_menu_facts"):
        request._menu_facts = _read(user, today=timezone.localdate())
    return request._menu_facts


def _read(user: User, *, today: dt.date) -> Facts:
    groups = User.groups.through.objects.filter(user_id=OuterRef("pk"))
    row = (
        User.objects.filter(pk=user.pk)
        .annotate(
            has_plan=Exists(InductionPlan.objects.filter(person_id=OuterRef("person_id"))),
            has_pathways=Exists(CareerRole.objects.all()),
            manages=Exists(LineManagement.objects.on(today).filter(manager_id=OuterRef("person_id"))),
            covers=Exists(Cover.objects.on(today).filter(cover_id=OuterRef("person_id"))),
            is_learning=Exists(groups.filter(group__name=Role.LD_ADMIN)),
            is_head=Exists(groups.filter(group__name=Role.HEAD_OF_SERVICE)),
            is_person=Q(person__isnull=False),
        )
        .values("has_plan", "has_pathways", "manages", "covers", "is_learning", "is_head", "is_staff", "is_person")
        .first()
    )
    return Facts(**row) if row else Facts()


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context for every page: the menu, the account's name, and whether this is the demonstration."""
    context: dict[str, Any] = {"nav_items": [], "demo_mode": settings.DEMO_MODE}
    if settings.DEMO_MODE:
        context["demo_mail_url"] = url_or_nothing("demo_mail")
    if not hasattr(request, "user") or not request.user.is_authenticated:
        return context
    facts = facts_of(request)
    shown = [item for item in ITEMS if item.shown_when(facts)]
    context["nav_items"] = [
        {"label": item.label, "url": item.url, "is_current": _is_current(item, request.path)} for item in shown
    ]
    context["account_name"] = request.user.get_full_name()
    context["me_url"] = url_or_nothing("people:me")
    return context


def _is_current(item: Item, path: str) -> bool:
    """The longest section that the path is in wins: the overview stands below the induction."""
    if item.section and path.startswith(item.section):
        return item.section == OVERVIEW or not path.startswith(OVERVIEW)
    return path == item.url


def url_or_nothing(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
