"""My own pages: what HR holds, who can see me, who changed my record, my sessions and my cover."""

from __future__ import annotations

import hashlib

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.models import AuditEntry
from audit.services import chain_of
from people import services
from people.forms import CoverForm, SearchForm
from people.models import Cover, Person, SignedInSession
from people.panels import Viewer, viewers, warnings
from people.reading import covers_about, own_details, registrations_of, reports, sessions_of
from people.roles import Role
from people.rules import NotAllowed
from people.rules.lines import check_has_team
from people.views.words import tell

FOUND_AT_MOST = 12
SESSIONS_SHOWN = 5


@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """Details as HR holds them, who can see me now, sessions, second factor, cover."""
    today = timezone.localdate()
    person = None
    sessions = _sessions(request)
    context: dict[str, object] = {
        "sessions": sessions[:SESSIONS_SHOWN],
        "more_sessions": len(sessions[SESSIONS_SHOWN:]),
        "today": today,
    }
    if request.user.person_id:
        person = own_details(person_id=request.user.person_id, today=today)[0]
        # Nobody has the number 0: who has no manager has no cover for one.
        covers = covers_about(person_id=person.pk, manager_id=person.manager_id or 0, today=today)
        context |= {
            "person": person,
            "warnings": [words for more in warnings for words in more(person)],
            "manager_name": _manager_name(person),
            "viewers": _viewers(person, covers, today),
            "covers": [cover for cover in covers if cover.manager_id == person.pk],
            "covering": [cover for cover in covers if cover.cover_id == person.pk],
            "has_team": bool(reports(person_id=person.pk, today=today)),
            "registrations": registrations_of(person_id=person.pk, today=today),
        }
    return render(request, "people/me.html", context)


@require_safe
def me_history(request: HttpRequest) -> HttpResponse:
    """Who did what to my record, newest first."""
    if request.user.person is None:
        raise Http404
    entries = AuditEntry.objects.filter(chain=chain_of(request.user.person)).order_by("-sequence")
    page = Paginator(entries, 25).get_page(request.GET.get("page"))
    events = [tell(entry, reader=request.user.person) for entry in page]
    return render(request, "people/me_history.html", {"page": page, "events": events})


@require_POST
def session_end(request: HttpRequest, key: str) -> HttpResponse:
    """Signs one of my sessions out; the address carries a fingerprint, never the key itself."""
    for session in SignedInSession.objects.filter(user=request.user):
        if fingerprint(session.session_key) == key:
            services.end_session(user=request.user, session_key=session.session_key, now=timezone.now())
    messages.success(request, "That session has ended.")
    return redirect("people:me")


@require_POST
def sessions_end(request: HttpRequest) -> HttpResponse:
    """Signs me out everywhere else."""
    services.end_sessions(user=request.user, keep=request.session.session_key or "")
    messages.success(request, "You are signed out everywhere else.")
    return redirect("people:me")


@require_http_methods(["GET", "HEAD", "POST"])
def cover_add(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Name someone who acts for me, or, for L&D, for a manager, between two days."""
    today = timezone.localdate()
    if request.user.person is None:
        raise Http404
    manager = request.user.person
    if pk is not None and pk != manager.pk:
        if not request.user.has_role(Role.LD_ADMIN):
            raise Http404
        manager = get_object_or_404(Person.objects.active(), pk=pk)
    check_has_team(by=request.user.person, manager=manager, manages=bool(reports(person_id=manager.pk, today=today)))
    words = request.GET.get("q", "").strip()
    people = Person.objects.visible_to(request.user, today=today).active().with_post(today=today).exclude(pk=manager.pk)
    found = list(people.called(words).order_by("search_name", "pk")[:FOUND_AT_MOST]) if words else []
    form = CoverForm(request.POST or None, found=found)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.name_cover(
                manager=manager,
                cover=form.chosen,
                start_date=data["start_date"],
                end_date=data["end_date"],
                reason=data["reason"],
                by=request.user.person,
                today=today,
                now=timezone.now(),
            )
        except NotAllowed as refusal:
            form.add_error(None, refusal.reason)
        else:
            messages.success(request, f"{form.chosen.full_name} covers from {data['start_date']:%-d %B %Y}.")
            return (
                redirect("people:me")
                if manager == request.user.person
                else redirect("people:person_detail", manager.pk)
            )
    return render(
        request,
        "people/cover_add.html",
        {
            "form": form,
            "manager": manager,
            "words": words,
            "found": found,
            "search": SearchForm({"q": words}),
            "crumbs": _crumbs(manager),
        },
    )


@require_POST
def cover_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End cover at once."""
    if request.user.person is None:
        raise Http404
    mine = Q(manager=request.user.person) | Q(cover=request.user.person)
    rows = Cover.objects.all() if request.user.has_role(Role.LD_ADMIN) else Cover.objects.filter(mine)
    cover = get_object_or_404(rows, pk=pk)
    services.end_cover(cover=cover, by=request.user.person, today=timezone.localdate(), now=timezone.now())
    messages.success(request, "The cover has ended.")
    return redirect("people:me")


def _crumbs(manager: Person) -> list[tuple[str, str]]:
    """The way back for L&D, who came from the manager's page."""
    people = reverse("people:person_search")
    return [("Home", reverse("home")), ("People", people), (manager.full_name, manager.get_absolute_url())]


def fingerprint(session_key: str) -> str:
    return hashlib.sha256(session_key.encode()).hexdigest()[:16]


def _sessions(request: HttpRequest) -> list[dict[str, object]]:
    """This one first, then those last seen first; who has just signed in there was seen last of all."""
    found: list[dict[str, object]] = [
        {
            "browser": row.browser or "Just signed in",
            "signed_in_at": row.signed_in_at,
            "seen_at": row.seen_at,
            "is_this": row.session_key == request.session.session_key,
            "key": fingerprint(row.session_key),
        }
        for row in sessions_of(user_id=request.user.pk, now=timezone.now())
    ]
    return sorted(found, key=lambda session: not session["is_this"])


def _manager_name(person: Person) -> str:
    given, family = person.manager_given_name, person.manager_family_name  # type: ignore[attr-defined]
    return f"{given} {family}" if given else ""


def _viewers(person: Person, covers: list[Cover], today: object) -> list[Viewer]:
    """Computed from the dated rows of today, exactly as the pages themselves decide it."""
    everyone = "Every colleague" if person.start_date <= today else "Every colleague, from your first day"  # type: ignore[operator]
    found = [Viewer(everyone, "Your name, team, job role and work contact")]
    name = _manager_name(person)
    if name:
        found.append(Viewer(f"{name}, your line manager", "Your details from HR and your records with them"))
        found.append(Viewer("Managers above them", "That your plan exists, its state and whether it is late"))
        found += [
            Viewer(
                f"{row.cover.full_name}, covering for {row.manager.full_name}",
                "What your line manager sees",
                row.end_date,
            )
            for row in covers
            if row.manager_id == person.manager_id and row.cover_id != person.pk and row.start_date <= today  # type: ignore[attr-defined,operator]
        ]
    for more in viewers:
        found += more(person, today)  # type: ignore[arg-type]
    found.append(Viewer("Learning and Development", "Your details from HR; of your plans the state and dates only"))
    found.append(Viewer("Heads of service", "Counts only, never your name"))
    return found
