"""Error pages in the portal's dress; an unseen record and a missing one give the same page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import REASON_NO_CSRF_COOKIE
from django.shortcuts import render
from django.template.loader import render_to_string

from bexley_ld.middleware import _back, typed_text


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponse(render_to_string("400.html"), status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The reason that a rule gave, in words for the reader, and what they had typed."""
    context = {"reason": str(exception), "kept_text": typed_text(request)}
    template = "bexley_ld/not_allowed.html" if context["kept_text"] else "403.html"
    return render(request, template, context, status=403)


def stale_page(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without today's token: what was typed stays on the page, and a link opens the form anew."""
    context = {
        "is_without_cookie": reason == REASON_NO_CSRF_COOKIE,
        "kept_text": typed_text(request),
        "back_url": _back(request),
    }
    return render(request, "403_csrf.html", context, status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What had been typed is not lost when the page went while it was open; why it went is not told."""
    return render(request, "404.html", {"kept_text": typed_text(request)}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Nothing is asked of the database here: it may be what failed."""
    return HttpResponse(render_to_string("500.html", {"request_id": getattr(request, "request_id", "")}), status=500)
