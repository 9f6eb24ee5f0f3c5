"""The desk of Learning and Development: intakes with their counts, who is interested, and one page an intake."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from govuk.templatetags.govuk import gov_date
from notifications.preferences import calendar
from notifications.working_days import add_working_days
from pathways.forms import BatchForm
from pathways.models import Application, Intake
from pathways.querysets.application import DESK_ORDER
from pathways.reading import (
    intake_ids,
    intake_with_counts,
    intakes_with_counts,
    interest_ids,
    interest_in_routes,
    interests_named,
)
from pathways.rules import application as rules
from pathways.services import deciding
from pathways.views.reader import reader_of
from people.models import Person
from people.roles import Role
from people.rules import NotAllowed, seen_versions

ON_PAGE = 25


def _check_is_learning(request: HttpRequest) -> None:
    reader_of(request)
    if not request.user.has_role(Role.LD_ADMIN):
        raise NotAllowed(
            "This page is for Learning and Development. Your own applications are under “My applications”."
        )


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """All intakes with what waits in each, who is interested in what, and how many progressions are open."""
    _check_is_learning(request)
    today = timezone.localdate()
    intakes = Paginator(intake_ids(), ON_PAGE).get_page(request.GET.get("page"))
    people = Paginator(interest_ids(), ON_PAGE).get_page(request.GET.get("interests"))
    progressions = Application.objects.visible_to(request.user, today=today).filter(step__isnull=False).live()
    context = {
        "intakes": intakes,
        "intake_rows": intakes_with_counts(ids=intakes.object_list) if intakes.object_list else [],
        "interests": interest_in_routes(),
        "people": people,
        "people_rows": interests_named(ids=people.object_list) if people.object_list else [],
        "progressions": progressions.exclude(state="draft").count(),
        "today": today,
    }
    return render(request, "pathways/desk.html", context)


@require_safe
def progressions(request: HttpRequest) -> HttpResponse:
    """Applications for a step to another role: what waits first."""
    _check_is_learning(request)
    today = timezone.localdate()
    found = Application.objects.visible_to(request.user, today=today).filter(step__isnull=False)
    rows = found.exclude(state="draft").with_target().in_desk_order()
    page = Paginator(rows, ON_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "rows": [{**_row(row, False), "who": row.target} for row in page]}
    return render(request, "pathways/progressions.html", context)


@require_safe
def intake_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One intake: places, counts by state, the list, who is next in line, and acts on several at once."""
    found = intake_with_counts(pk=pk)
    if not found:
        raise Http404
    intake = found[0]
    _check_is_learning(request)
    today = timezone.localdate()
    own = Application.objects.visible_to(request.user, today=today).filter(intake=intake).exclude(state="draft")
    counts: dict[str, int] = dict(own.values_list("state").annotate(n=Count("pk")).order_by())
    state = request.GET.get("state", "")
    shown = own.filter(state=state) if state in counts else own
    rows = shown.in_a_list().with_post(today=today).in_desk_order()
    page = Paginator(rows, ON_PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.intake = intake
    free = max(intake.places - intake.taken, 0)
    is_open = free and intake.start_date >= today
    moves = {row.pk: _moves_for(row, reader_of(request)) for row in page}
    context = {
        "intake": intake,
        "free": free,
        "switch": _states(intake, counts, state),
        "page_obj": page,
        "rows": [_row(row, bool(moves[row.pk])) for row in page],
        "next_in_line": own.in_a_list().in_line().first() if is_open else None,
        "moves": [move for move in rules.MOVES if any(move in own_moves for own_moves in moves.values())],
    }
    return render(request, "pathways/intake_detail.html", context)


def _states(intake: Intake, counts: dict[str, int], chosen: str) -> list[dict[str, object]]:
    """The list narrowed to one state, for every state that somebody is in."""
    url, labels = intake.get_absolute_url(), dict(Application.State.choices)
    order = sorted(counts, key=lambda state: (*DESK_ORDER, state).index(state))
    items = [("", "All", sum(counts.values()))] + [(state, labels[state], counts[state]) for state in order]
    return [
        {
            "label": label,
            "count": count,
            "url": f"{url}?state={state}" if state else url,
            "is_current": state == (chosen if chosen in counts else ""),
        }
        for state, label, count in items
    ]


def _moves_for(row: Application, reader: Person) -> list[rules.Move]:
    """What can be done with several at once and with this one; never with the reader's own."""
    sides = rules.sides_of(person_id=row.person_id, by_id=reader.pk, managers=(), is_learning=True)
    return [move for move in rules.allowed_moves(row, sides) if move.is_batch]


def _row(row: Application, can_pick: bool) -> dict[str, object]:
    """An application as a row of the queue: who, where it stands, by when."""
    words = rules.DATE_WORDS.get(Application.State(row.state), "")
    since = f"{words[:1].upper()}{words[1:]} {gov_date(row.answer_by)}" if words and row.answer_by else ""
    return {
        "who": getattr(row, "job_role_title", None) or "",
        "role": getattr(row, "team_name", None) or "",
        "title": row.person.full_name,
        "url": row.get_absolute_url(),
        "state": f"application_{row.state}",
        "since": f"Number {row.reserve_position} on the list" if row.state == "reserve" else since,
        "pick_value": f"{row.pk}:{row.version}" if can_pick else "",
    }


@require_POST
def intake_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The same act on several: first its words and dates, then the act; one that is refused stops no other."""
    intake = get_object_or_404(Intake.objects.select_related("route"), pk=pk)
    _check_is_learning(request)
    today = timezone.localdate()
    move = rules.BY_ACT.get(request.POST.get("act", ""))
    picked = _picked(request, intake)
    if move is None or not move.is_batch or not picked:
        messages.error(request, "Nothing was decided. Tick at least one application and choose what to do.")
        return redirect(intake)
    items = [(row, version) for row, version in picked if rules.is_in_place(move, row)]
    if not items:
        messages.error(request, f"“{move.button}” fits none of those that you ticked: look at the state of each.")
        return redirect(intake)
    is_confirmed = "confirm" in request.POST
    initial = {"act": move.act, "day": _likely_day(intake, move, today)}
    form = BatchForm(
        request.POST if is_confirmed else None, act=move.act, application=items[0][0], today=today, initial=initial
    )
    if is_confirmed and form.is_valid() and form.cleaned_data["form_key"]:
        result = deciding.act_on_many(
            name=move.act,
            items=[(row.pk, version) for row, version in items],
            by=reader_of(request),
            is_learning=True,
            data=form.data_for_service(),
            form_key=form.cleaned_data["form_key"],
            today=today,
            now=timezone.now(),
        )
        _say(request, move, result)
        return redirect(intake)
    context = {
        "intake": intake,
        "move": move,
        "items": items,
        "left_out": [row for row, version in picked if (row, version) not in items],
        "free": max(intake.places - intake.applications.with_a_place().count(), 0) if move.act == "offer" else None,
        "form": form,
    }
    return render(request, "pathways/intake_decide.html", context)


def _picked(request: HttpRequest, intake: Intake) -> list[tuple[Application, int]]:
    """Ticked applications with the version that the reader saw; what is no number, or elsewhere, is passed over."""
    seen = seen_versions(request.POST.getlist("item")[:ON_PAGE])
    rows = Application.objects.visible_to(request.user, today=timezone.localdate()).filter(intake=intake)
    found = rows.filter(pk__in=seen).with_target().in_desk_order()
    return [(row, seen[row.pk]) for row in found]


def _likely_day(intake: Intake, move: rules.Move, today: dt.date) -> dt.date | None:
    if move.act == "offer":
        return max(today, min(add_working_days(today, intake.answer_days, calendar()), intake.start_date))
    return intake.panel_date if move.act == "to_panel" else None


def _say(request: HttpRequest, move: rules.Move, result: Any) -> None:
    if result.done:
        messages.success(request, f"{move.done}: {', '.join(row.person.full_name for row in result.done)}.")
    for row, reason in result.refused:
        messages.warning(request, f"{row.person.full_name}: {reason}")
