"""Colleagues: find one, and see of them what one may see."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from people import services
from people.forms import ManagerForm, SearchForm
from people.models import Person, User
from people.panels import panels
from people.querysets import dated_facts
from people.reading import reports
from people.roles import Role
from people.rules import NotAllowed

A_PAGE = 25
FOUND_AT_MOST = 12


@require_safe
def person_search(request: HttpRequest) -> HttpResponse:
    """Colleagues by name, team, job role or work address."""
    today = timezone.localdate()
    form = SearchForm(request.GET)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    people = Person.objects.visible_to(request.user, today=today).active().with_post(today=today)
    page = Paginator(people.called(words).order_by("search_name", "pk"), A_PAGE).get_page(request.GET.get("page"))
    rows = [
        [
            {"text": person.full_name, "url": person.get_absolute_url()},
            person.job_role_title or "",  # type: ignore[attr-defined]
            person.team_name or "",  # type: ignore[attr-defined]
            person.email,
        ]
        for person in page
    ]
    columns = [{"label": "Name"}, {"label": "Job role"}, {"label": "Team"}, {"label": "Work address"}]
    return render(
        request,
        "people/person_search.html",
        {"form": form, "words": words, "page": page, "rows": rows, "columns": columns},
    )


@require_safe
def person_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A colleague: work contact for everyone, dates for their manager, everything that L&D may see for L&D."""
    today = timezone.localdate()
    user = request.user
    people = Person.objects.visible_to(user, today=today).with_post(today=today).with_manager_name()
    person = get_object_or_404(people, pk=pk)
    is_ld_admin = user.has_role(Role.LD_ADMIN)
    sees_dates = is_ld_admin or _holds(user, person, today=today)
    context: dict[str, object] = {"person": person, "is_ld_admin": is_ld_admin, "sees_dates": sees_dates}
    if sees_dates:
        context["facts"] = dated_facts(person.pk)
        context["panels"] = [panel for more in panels for panel in more(person, user, today)]
    if is_ld_admin:
        context["has_team"] = bool(reports(person_id=person.pk, today=today))
        account = User.objects.filter(person=person).prefetch_related("groups").first()
        context["account"] = account
        names = dict(Role.choices)
        context["roles"] = [names.get(group.name, group.name) for group in account.groups.all()] if account else []
    return render(request, "people/person_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def manager_change(request: HttpRequest, pk: int) -> HttpResponse:
    """L&D names a line manager between two of HR's files."""
    today = timezone.localdate()
    if request.user.person is None or not request.user.has_role(Role.LD_ADMIN):
        raise Http404
    person = get_object_or_404(Person.objects.active(), pk=pk)
    words = request.GET.get("q", "").strip()
    people = Person.objects.active().with_post(today=today).exclude(pk=person.pk)
    found = list(people.called(words).order_by("search_name", "pk")[:FOUND_AT_MOST]) if words else []
    form = ManagerForm(request.POST or None, found=found, today=today)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_manager(
                person=person,
                manager=form.chosen,
                from_date=form.cleaned_data["from_date"],
                by=request.user.person,
                today=today,
                now=timezone.now(),
            )
        except NotAllowed as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, f"{form.chosen.full_name} manages {person.full_name}.")
            return redirect(person)
    context = {"form": form, "person": person, "words": words, "found": found, "search": SearchForm({"q": words})}
    return render(request, "people/manager_change.html", context)


def _holds(user: User, person: Person, *, today: dt.date) -> bool:
    """The person, their line manager or whoever covers for that manager today."""
    if user.person_id is None:
        return False
    if user.person_id in {person.pk, person.manager_id}:  # type: ignore[attr-defined]
        return True
    return Person.objects.covered_by(user.person, today=today).filter(pk=person.pk).exists()  # type: ignore[arg-type]
