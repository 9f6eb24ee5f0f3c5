"""Several items signed off at once: one page shows what is signed, one button signs it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from govuk.templatetags.govuk import plural
from induction import forms, services
from induction.models import Checkpoint, Decision, InductionPlan
from induction.views.sight import reader_of
from people.rules import seen_versions

AT_ONCE = 50


@require_http_methods(["GET", "POST"])
def checkpoints_sign_off(request: HttpRequest) -> HttpResponse:
    """The queue sends the ticked items here; the versions that are shown here are the ones that are signed."""
    today = timezone.localdate()
    reader = reader_of(request)
    request.is_of_team = True  # type: ignore[attr-defined]
    seen = seen_versions((request.POST or request.GET).getlist("item")[:AT_ONCE])
    if request.method == "GET" and "whose" in request.GET and "item" not in request.GET:
        return redirect(_back_to_queue(request))
    items = _ready(request, seen, today=today)
    form = forms.SignManyForm(request.POST or None)
    if request.method == "POST" and seen and form.is_valid():
        mine = Checkpoint.objects.visible_to(request.user, today=today).filter(pk__in=seen)
        result = services.sign_off_many(
            items=[(pk, seen[pk]) for pk in mine.values_list("pk", flat=True)],
            by=reader,
            comment=form.cleaned_data["comment"],
            form_key=form.cleaned_data["form_key"] or uuid.uuid4(),
            today=today,
            now=timezone.now(),
        )
        return _answer(request, result)
    context = {"form": form, "items": items, "gone": len(seen) - len(items), "at_once": AT_ONCE}
    return render(request, "induction/checkpoints_sign_off.html", context)


def _back_to_queue(request: HttpRequest) -> str:
    """Nothing was ticked: the same page of the same queue, which says so beside the list."""
    place = {name: request.GET[name] for name in ("whose", "page") if name in request.GET}
    return f"{reverse('team')}?{urlencode(place | {'ticked': 'none'})}#queue"


def _ready(request: HttpRequest, ids: Collection[int], *, today: dt.date) -> list[Checkpoint]:
    """Of the chosen items those that still wait for the reader's signature."""
    live = [InductionPlan.State.AGREEING, InductionPlan.State.ACTIVE]
    items = (
        Checkpoint.objects.visible_to(request.user, today=today)
        .filter(pk__in=ids, state=Checkpoint.State.READY, waiting_on="manager", plan__state__in=live)
        .exclude(plan__person_id=request.user.person_id)
    )
    disputes = Decision.objects.filter(kind=Decision.Kind.DISAGREED).select_related("by", "entry__free_text")
    said = Prefetch("decisions", queryset=disputes.order_by("at", "pk"), to_attr="disagreements")
    return list(items.select_related("plan__person").prefetch_related(said).order_by("waiting_since", "pk"))


def _answer(request: HttpRequest, result: services.BatchResult) -> HttpResponse:
    """What was signed; what was not, and why: a page only when something was not."""
    if result.signed:
        messages.success(request, f"{plural(len(result.signed), 'item,items')} signed off.")
    if not result.refused and not result.already:
        return redirect(reverse("team"))
    return render(request, "induction/checkpoints_signed.html", {"result": result})
