"""What colleagues share: the list, one offer, making and changing one's own, asking for a place."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from govuk.typed import VersionField
from pathways.forms import HideForm, OfferFilter, OfferForm, PlaceForm
from pathways.models import Capability, ExpertiseOffer, PlaceRequest
from pathways.rules import expertise as rules
from pathways.services import expertise as services
from pathways.views.parts import switch
from pathways.views.reader import reader_of
from people.roles import Role

SHOWN = 20
GIVEN = Count("requests", filter=Q(requests__state="given"))
ASKED = Count("requests", filter=Q(requests__state="asked"))


def _capabilities() -> list[Capability]:
    rows = Capability.objects.select_related("role__job_role")
    return list(rows.order_by("role__job_role__title", "position", "pk"))


def _found(request: HttpRequest, pk: int, *, today: dt.date) -> ExpertiseOffer:
    """An offer that the reader may see, or 404."""
    rows = ExpertiseOffer.objects.visible_to(request.user, today=today).in_list(today=today)
    return get_object_or_404(rows, pk=pk)


def _actions(request: HttpRequest, offer: ExpertiseOffer, *, today: dt.date) -> list[str]:
    return rules.allowed_actions(
        offer.state,
        owner_id=offer.person_id,
        by_id=reader_of(request).pk,
        is_learning=request.user.has_role(Role.LD_ADMIN),
        has_expired=offer.has_expired(today),
    )


@require_safe
def expertise(request: HttpRequest) -> HttpResponse:
    """Everything that is on offer, narrowed as the reader likes; one's own stands above it."""
    today = timezone.localdate()
    capabilities = _capabilities()
    roles = {row.role_id: row.role for row in capabilities}
    form = OfferFilter(request.GET, roles=roles.values(), capabilities=capabilities)
    offers = ExpertiseOffer.objects.visible_to(request.user, today=today)
    shown = _narrowed(offers.on_offer(today), form, today=today)
    own = offers.filter(person=request.user.person_id).exclude(state="withdrawn").annotate(given=GIVEN, asked=ASKED)
    mine = _page(request, own.order_by("-until_date", "pk"), "mine")
    hidden = offers.filter(state="hidden") if request.user.has_role(Role.LD_ADMIN) else offers.none()
    context = {
        "switch": switch("expertise"),
        "form": form,
        "page_obj": _page(request, shown.in_list(today=today), "page"),
        "mine": mine,
        "mine_lines": [_own_line(offer, today) for offer in mine],
        "hidden": _page(request, hidden.in_list(today=today), "hidden"),
        "today": today,
    }
    return render(request, "pathways/expertise.html", context)


def _page(request: HttpRequest, offers: Any, parameter: str) -> Page[Any]:
    """One of the lists of the page, which turn each for itself."""
    return Paginator(offers, SHOWN).get_page(request.GET.get(parameter))


def _own_line(offer: ExpertiseOffer, today: dt.date) -> dict[str, Any]:
    return {"offer": offer, "state": _state(offer, today)}


def _narrowed(offers: Any, form: OfferFilter, *, today: dt.date) -> Any:
    """Only what fits every choice."""
    if kind := form.chosen("kind"):
        offers = offers.filter(kind=kind)
    if directorate := form.chosen("directorate"):
        offers = offers.in_directorate(directorate, today=today)
    if role := form.chosen("role"):
        offers = offers.for_role(int(role))
    if capability := form.chosen("capability"):
        offers = offers.filter(capabilities=int(capability))
    return offers


def _state(offer: ExpertiseOffer, today: dt.date) -> str:
    """The word of a page for it: what has expired says so, whatever it was."""
    if offer.state in {"open", "paused"} and offer.has_expired(today):
        return "offer_expired"
    return f"offer_{offer.state}"


@require_http_methods(["GET", "POST"])
def offer_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One offer; its owner answers requests here, everyone else asks for a place."""
    today = timezone.localdate()
    me, offer = reader_of(request), _found(request, pk, today=today)
    requests = list(
        PlaceRequest.objects.visible_to(request.user, today=today)
        .filter(offer=offer)
        .select_related("person")
        .order_by("state", "asked_at", "pk")
    )
    form = PlaceForm(request.POST or None)
    if request.method == "POST" and (form.is_valid() or offer.person_id == me.pk):
        message = form.cleaned_data.get("message", "")
        services.ask_for_place(offer_id=pk, by=me, message=message, today=today, now=timezone.now())
        messages.success(request, f"Asked. {offer.person.full_name} is told, and the answer comes by e-mail.")
        return redirect(offer)
    given = offer.requests.filter(state="given").count()
    context = {
        "offer": offer,
        "state": _state(offer, today),
        "is_own": offer.person_id == me.pk,
        "requests": requests,
        "own_request": next((row for row in requests if row.person_id == me.pk), None),
        "left": max(offer.places - given, 0),
        "given": given,
        "actions": (actions := _actions(request, offer, today=today)),
        "moves": _moves(offer, actions),
        "capabilities": offer.capabilities.select_related("role__job_role").order_by("title", "pk"),
        "form": form,
    }
    return render(request, "pathways/offer_detail.html", context)


MOVES = {"pause": "Pause it", "resume": "Put it back on offer", "withdraw": "Withdraw it", "show": "Show it again"}


def _moves(offer: ExpertiseOffer, actions: list[str]) -> list[tuple[str, str, str]]:
    """Buttons for what changes its state at once."""
    return [
        (action, text, reverse(f"pathways:offer_{action}", args=[offer.pk]))
        for action, text in MOVES.items()
        if action in actions
    ]


@require_http_methods(["GET", "POST"])
def offer_add(request: HttpRequest) -> HttpResponse:
    """Anyone offers something of their own."""
    me, today = reader_of(request), timezone.localdate()
    form = OfferForm(request.POST or None, capabilities=_capabilities(), today=today)
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["form_key"]
        offer = services.make_offer(by=me, data=form.data_for_service(), form_key=key, now=timezone.now())
        messages.success(request, f"“{offer.title}” is on offer. Any colleague can find it now.")
        return redirect(offer)
    return render(request, "pathways/offer_form.html", {"form": form})


@require_http_methods(["GET", "POST"])
def offer_change(request: HttpRequest, pk: int) -> HttpResponse:
    """The owner changes an offer, also to keep it beyond its last day."""
    me, today = reader_of(request), timezone.localdate()
    offer = _found(request, pk, today=today)
    rules.check_can_act("change", owner_id=offer.person_id, by_id=me.pk, is_learning=False)
    form = OfferForm.of(offer, request.POST or None, capabilities=_capabilities(), today=today)
    if request.method == "POST" and form.is_valid():
        services.change_offer(
            offer_id=pk,
            by=me,
            version=form.cleaned_data["version"],
            data=form.data_for_service(),
            today=today,
            now=timezone.now(),
        )
        messages.success(request, "The offer is changed.")
        return redirect(offer)
    rules.next_state(offer.state, "change")
    return render(request, "pathways/offer_form.html", {"form": form, "offer": offer})


SAID = {
    "pause": "Paused. Nobody finds it until you put it back on offer.",
    "resume": "It is on offer again.",
    "withdraw": "Withdrawn. Those who have a place or asked for one are told.",
    "show": "It is no longer hidden, and its owner is told.",
}


@require_POST
def offer_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """A button of the page: pause, resume, withdraw, show again."""
    me, today = reader_of(request), timezone.localdate()
    offer = _found(request, pk, today=today)
    services.move_offer(
        offer_id=pk,
        by=me,
        action=action,
        version=VersionField().clean(request.POST.get("version")),
        is_learning=request.user.has_role(Role.LD_ADMIN),
        today=today,
        now=timezone.now(),
    )
    messages.success(request, SAID[action])
    return redirect("pathways:expertise" if action == "withdraw" else offer)


@require_http_methods(["GET", "POST"])
def offer_hide(request: HttpRequest, pk: int) -> HttpResponse:
    """Learning and Development takes an offer from the list, with a reason that its owner reads."""
    me, today = reader_of(request), timezone.localdate()
    offer = _found(request, pk, today=today)
    is_learning = request.user.has_role(Role.LD_ADMIN)
    rules.check_can_act("hide", owner_id=offer.person_id, by_id=me.pk, is_learning=is_learning)
    form = HideForm(request.POST or None, initial={"version": offer.version})
    if request.method == "POST" and form.is_valid():
        services.hide_offer(
            offer_id=pk, by=me, is_learning=is_learning, today=today, now=timezone.now(), **form.cleaned_data
        )
        messages.success(request, f"Hidden. {offer.person.full_name} is told, and reads the reason.")
        return redirect(offer)
    rules.next_state(offer.state, "hide")
    return render(request, "pathways/offer_hide.html", {"form": form, "offer": offer})


@require_POST
def place_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The owner gives a place or says that there is none."""
    me, today = reader_of(request), timezone.localdate()
    asked = get_object_or_404(PlaceRequest.objects.visible_to(request.user, today=today), pk=pk)
    if request.POST.get("answer") not in {"given", "declined"}:
        return redirect(asked.offer)
    is_given = request.POST["answer"] == "given"
    asked = services.answer_place(request_id=pk, by=me, is_given=is_given, now=timezone.now())
    words = "has a place" if is_given else "is told that there is no place this time"
    messages.success(request, f"{asked.person.full_name} {words}.")
    return redirect(asked.offer)
