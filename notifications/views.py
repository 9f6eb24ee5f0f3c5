"""A person's own mail: what was sent, when and why, and what they choose to get."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from notifications import links, registry
from notifications import preferences as choices
from notifications.forms import PreferencesForm
from notifications.kinds import DIGEST, Frequency, MessageKind, Pace
from notifications.models import OutgoingMail
from people.models import Person

PER_PAGE = 25
State = OutgoingMail.State
# The look of each state, by its nearest relative among the portal's states.
LOOKS = {
    State.QUEUED: "waiting",
    State.LEASED: "waiting",
    State.HELD: "waiting",
    State.SENT: "completed",
    State.JOINED: "waiting",
    State.DROPPED: "dropped",
    State.FAILED: "overdue",
}


@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    mails = OutgoingMail.objects.visible_to(request.user, today=timezone.localdate())
    listed = mails.defer("text_body", "html_body").order_by("-created_at", "-pk")
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    rows = [(mail, LOOKS[State(mail.state)]) for mail in page]
    context = {"page": page, "rows": rows, "now": timezone.now()}
    return render(request, "notifications/mail_list.html", context)


@require_safe
def mail_detail(request: HttpRequest, mail_id: uuid.UUID) -> HttpResponse:
    mails = OutgoingMail.objects.visible_to(request.user, today=timezone.localdate())
    mail = get_object_or_404(mails, pk=mail_id)
    context = {"mail": mail, "look": LOOKS[State(mail.state)], "now": timezone.now()}
    return render(request, "notifications/mail_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """How often each kind of message comes, and a pause of them all."""
    person = _own(request)
    today, now = timezone.localdate(), timezone.now()
    mine = [kind for kind in registry.kinds().values() if kind.is_personal and _concerns(request, kind)]
    reaching = choices.reaching(mine, person=person, today=today)
    chosen = choices.of_person(person)
    form = PreferencesForm(request.POST or None, kinds=mine, reaching=reaching, chosen=chosen, today=today)
    if request.method == "POST" and form.is_valid():
        choices.choose(person=person, chosen=form.chosen, by=person, now=now)
        choices.pause(person=person, until=form.cleaned_data["paused_until"], by=person, now=now)
        messages.success(request, "Your choices are kept. They hold for what is sent from now on.")
        return redirect("notifications:preferences")
    locked = [kind for kind in mine if not kind.choices]
    context = {
        "form": form,
        "locked": [kind for kind in locked if kind.code in reaching],
        "locked_for_others": [kind for kind in locked if kind.code not in reaching],
        "limits": choices.limits(),
        "address": person.email,
    }
    return render(request, "notifications/preferences.html", context)


@require_POST
def links_revoke(request: HttpRequest) -> HttpResponse:
    """The links in mails that were sent so far stop working."""
    person = _own(request)
    choices.revoke_links(person=person, by=person, now=timezone.now())
    messages.success(request, "The links in the e-mails that you have had no longer work. New e-mails carry new ones.")
    return redirect("notifications:preferences")


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a mail, without a sign-in: looking changes nothing, a button does."""
    linked = _linked(token)
    if linked is None:
        return _link_gone(request)
    reader, kind = linked
    if request.method == "POST":
        chosen = request.POST.get("frequency", "")
        if chosen not in kind.choices:
            return HttpResponseBadRequest("Choose one of the answers on the page.")
        choices.choose(person=reader, chosen={kind.code: chosen}, by=None, now=timezone.now())
        return redirect("notifications:unsubscribe", token)
    now_chosen = choices.of_person(reader).frequency(kind)
    others = [one for one in kind.choices if one is not now_chosen and one is not Frequency.OFF]
    still = [one for one in registry.kinds().values() if one.pace is Pace.LINE and one.must_send and not one.for_role]
    context = {"kind": kind, "now_chosen": now_chosen, "others": others, "still": still if kind.code == DIGEST else []}
    return render(request, "notifications/unsubscribe.html", {**context, "is_off": now_chosen is Frequency.OFF})


@csrf_exempt
@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe_one_click(request: HttpRequest, token: str) -> HttpResponse:
    """The button of a mail program (RFC 8058): nothing but its own words is taken without our form's token."""
    linked = _linked(token)
    if linked is None:
        return _link_gone(request)
    reader, kind = linked
    if request.method != "POST":
        return redirect("notifications:unsubscribe", token)
    if request.POST.get("List-Unsubscribe") != "One-Click":
        return HttpResponseBadRequest("Only List-Unsubscribe=One-Click is understood here.")
    choices.choose(person=reader, chosen={kind.code: Frequency.OFF}, by=None, now=timezone.now())
    return HttpResponse("Unsubscribed.", content_type="text/plain")


def _own(request: HttpRequest) -> Person:
    """Whose page it is; an account without a person gets no mail to choose about."""
    if request.user.person is None:
        raise Http404
    person: Person = request.user.person
    return person


def _concerns(request: HttpRequest, kind: MessageKind) -> bool:
    return not kind.for_role or request.user.has_role(kind.for_role)


def _linked(token: str) -> tuple[Person, MessageKind] | None:
    """Whom and what a link speaks for; nothing for forged, revoked and unknown ones, which look the same."""
    reader = links.read(token)
    kind = registry.kinds().get(reader.kind) if reader else None
    if reader is None or kind is None or not kind.choices:
        return None
    return reader.person, kind


def _link_gone(request: HttpRequest) -> HttpResponse:
    """What to do instead; why the link does not work is not told, since it may be somebody else's."""
    return render(request, "notifications/link_gone.html", status=404)
