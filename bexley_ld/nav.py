"""The service navigation: each item with its own "shown when" test, and no query of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from bexley_ld.accounts import PortalBackend
from govuk.addresses import fixed_address
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
        return fixed_address(self.url_name)


OVERVIEW = "/induction/overview/"

ITEMS = (
    Item("Home", "home", lambda facts: True),
    Item("Induction", "induction:plan_mine", lambda facts: facts.has_plan, section="/induction/"),
    Item("Pathways", "pathways:career_map", lambda facts: facts.has_pathways, section="/pathways/"),
    Item("My team", "team", lambda facts: facts.has_team, section="/team/"),
    Item("Guides", "content:page_list", lambda facts: True, section="/guides/"),
    Item("People", "people:person_search", lambda facts: facts.is_person, section="/people/"),
    Item("Overview", "induction:overview", lambda facts: facts.oversees, section=OVERVIEW),
    Item("Admin", "admin:index", lambda facts: facts.is_staff, section="/admin/"),
)


def facts_of(request: HttpRequest) -> Facts:
    """What the sign-in backend has brought along with the account."""
    user: Any = request.user
    if not user.is_authenticated or not user.is_active:
        return Facts()
    if not hasattr(user, "has_plan"):
        # Signed in by this very request: the account came from its password, not from its session.
        user = PortalBackend().get_user(user.pk) or user
    return Facts(
        has_plan=getattr(user, "has_plan", False),
        has_pathways=getattr(user, "has_pathways", False),
        manages=getattr(user, "manages", False),
        covers=getattr(user, "covers", False),
        is_learning=user.has_role(Role.LD_ADMIN),
        is_head=user.has_role(Role.HEAD_OF_SERVICE),
        is_staff=user.is_staff,
        is_person=user.person_id is not None,
    )


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context for every page: the menu, the account's name, where to search, and whether this is the demonstration."""
    context: dict[str, Any] = {"nav_items": [], "demo_mode": settings.DEMO_MODE}
    if not hasattr(request, "user") or not request.user.is_authenticated:
        return context
    facts = facts_of(request)
    shown = [item for item in ITEMS if item.shown_when(facts)]
    context["nav_items"] = [
        {"label": item.label, "url": item.url, "is_current": _is_current(item, _place_of(request))} for item in shown
    ]
    context["account_name"] = request.user.get_full_name()
    search_url = fixed_address("search")
    # The page of results has the box in its own place.
    context["search_url"] = "" if request.path == search_url else search_url
    return context


def _place_of(request: HttpRequest) -> str:
    """Where in the menu a page stands: the plan of someone whom the reader manages or covers for is of the team."""
    return fixed_address("team") if getattr(request, "is_of_team", False) else request.path


def _is_current(item: Item, path: str) -> bool:
    """The longest section that the path is in wins: the overview stands below the induction."""
    if item.section and path.startswith(item.section):
        return item.section == OVERVIEW or not path.startswith(OVERVIEW)
    return path == item.url
