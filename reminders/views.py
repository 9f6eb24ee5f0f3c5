"""A person's calendar: the page on which they make, renew and end its secret address, and the file behind it."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotFound
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.models import Person
from reminders import services
from reminders.models import CalendarLink

# The same words whether an address never was, has been ended or has expired.
NOTHING_HERE = "There is no calendar at this address. Sign in to the portal to make a new one.\n"
KEPT_FOR = dt.timedelta(minutes=15)


@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """My calendar. The address is shown in the answer to the form that makes it, and never again."""
    me, today = _me(request), timezone.localdate()
    address = ""
    if request.method == "POST":
        token = services.make_calendar_link(by=me, now=timezone.now(), today=today)
        address = f"{settings.SITE_URL}{reverse('reminders:calendar_feed', args=[token])}"
    link = CalendarLink.objects.visible_to(request.user, today=today).first()
    context = {
        "link": link,
        "has_expired": link is not None and link.expires_on < today,
        "address": address,
        "subscribe_url": f"webcal://{address.partition('://')[2]}" if address else "",
    }
    return render(request, "reminders/calendar.html", context)


@require_POST
def calendar_end(request: HttpRequest) -> HttpResponse:
    services.end_calendar_link(by=_me(request), now=timezone.now())
    messages.success(request, "Your calendar link is switched off. It opens nothing any more.")
    return redirect("reminders:calendar")


@login_not_required
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """What is due to one person, for their calendar program, which cannot sign in; the address itself is the key."""
    feed = services.read_calendar(token=token, today=timezone.localdate(), now=timezone.now())
    if feed is None:
        return HttpResponseNotFound(NOTHING_HERE, content_type="text/plain; charset=utf-8")
    changed_at = int(feed.changed_at.timestamp())
    response = HttpResponse(
        feed.content,
        content_type="text/calendar; charset=utf-8",
        headers={
            "Cache-Control": f"private, max-age={int(KEPT_FOR.total_seconds())}",
            "ETag": feed.etag,
            "Last-Modified": http_date(changed_at),
            "Content-Disposition": 'inline; filename="learning-and-development.ics"',
        },
    )
    return get_conditional_response(request, etag=feed.etag, last_modified=changed_at, response=response) or response


def _me(request: HttpRequest) -> Person:
    person: Person | None = request.user.person
    if person is None:
        raise Http404
    return person
