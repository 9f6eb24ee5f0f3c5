"""What the search covers: everything that every colleague may read, told by the apps that hold it. No personal data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, IntegerField, Max, QuerySet, Value
from django.urls import reverse

from content.models import Page, PageSection, SearchTerm
from content.services import Found, Source
from induction.models import ProgrammeVersion
from pathways.models import CareerRole, QualificationRoute
from pathways.querysets import framework_version
from people.models import Team

# Key, title, address, and what stands there.
LISTS = (
    ("careers", "Career map", "pathways:career_map", "All roles by stage, and the steps between them."),
    ("framework", "The whole career framework", "pathways:framework", "Every role, requirement and step, to print."),
    ("planner", "Route planner", "pathways:planner", "The ways from one role to another, with time and money."),
    ("routes", "Qualification routes", "pathways:route_list", "Every route to a qualification or award."),
)


def _guides(today: dt.date) -> Iterator[Found]:
    for page in Page.objects.shown().prefetch_related("sections"):
        words = " ".join(f"{section.heading} {section.text} {section.link_title}" for section in page.sections.all())
        yield Found(f"page:{page.slug}", page.title, page.get_absolute_url(), page.summary, words)


def _lists(today: dt.date) -> Iterator[Found]:
    for key, title, name, summary in LISTS:
        yield Found(key, title, reverse(name), summary)
    yield Found(
        key="teams",
        title="Teams and structures",
        url=reverse("pathways:teams"),
        summary="Teams of both directorates, and how posts are arranged.",
        words=" ".join(f"{team.name} {team.purpose}" for team in Team.objects.order_by("name")),
    )


def _roles(today: dt.date) -> Iterator[Found]:
    for role in CareerRole.objects.on(today).prefetch_related("capabilities"):
        can = " ".join(f"{capability.title} {capability.good_looks_like}" for capability in role.capabilities.all())
        title, url = role.job_role.title, role.get_absolute_url()
        yield Found(f"role:{role.job_role.code}", title, url, role.summary, can)


def _routes(today: dt.date) -> Iterator[Found]:
    for route in QualificationRoute.objects.prefetch_related("awards"):
        said = [route.provider, route.mode, route.entry_words, route.funding, route.commitment, route.state_words]
        said += [award.title for award in route.awards.all()]
        said += [f"Level {route.level}"] if route.level else []
        url = route.get_absolute_url()
        yield Found(f"route:{route.code}", route.title, url, route.summary, " ".join(said))


def _published() -> QuerySet[ProgrammeVersion]:
    """What new plans are made from; a version that is published never changes."""
    return ProgrammeVersion.objects.filter(state=ProgrammeVersion.State.PUBLISHED, programme__is_retired=False)


def _programmes(today: dt.date) -> Iterator[Found]:
    for version in _published().select_related("programme").prefetch_related("checkpoints"):
        titles = " ".join(item.title for item in version.checkpoints.all())
        programme = version.programme
        url = _address_of(programme.code)
        yield Found(f"programme:{programme.code}", programme.title, url, version.summary, titles)


def _address_of(code: str) -> str:
    return reverse("induction:programme_detail", args=[code])


def _programmes_stamp() -> object:
    """Another version, another title, another programme or one fewer, or another address."""
    rows = _published().order_by("pk").values_list("pk", "programme__code", "programme__title")
    return [(pk, title, _address_of(code)) for pk, code, title in rows]


def _stamp() -> object:
    """Changes whenever one of these tables is saved; one query."""
    tables: tuple[Any, ...] = (Page, PageSection, SearchTerm, Team)
    rows: list[QuerySet[Any, Any]] = [
        model.history.model.objects.order_by()
        .annotate(place=Value(place, output_field=IntegerField()))
        .values("place")
        .annotate(last=Max("history_id"), rows=Count("history_id"))
        .values_list("place", "last", "rows")
        for place, model in enumerate(tables)
    ]
    return sorted(rows[0].union(*rows[1:], all=True))


SOURCES = (
    Source("Guide", _stamp, _guides),
    Source("Page", framework_version, _lists),
    Source("Role", lambda: "", _roles),
    Source("Qualification route", lambda: "", _routes),
    Source("Induction programme", _programmes_stamp, _programmes),
)
