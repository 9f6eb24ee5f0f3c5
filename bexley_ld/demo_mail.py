"""Demonstration only: every mail of the invented staff in one place. These addresses do not exist in production."""

from __future__ import annotations

import uuid

from csp.constants import SELF
from csp.decorators import csp_update
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_safe

from notifications.models import OutgoingMail
from notifications.shown import shut_in
from notifications.views import LOOKS

PER_PAGE = 25


def _demonstration_only() -> None:
    # The addresses are left out of urls.py too: two doors, because behind them stands everybody's mail.
    if not settings.DEMO_MODE:
        raise Http404


@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    _demonstration_only()
    mails = OutgoingMail.objects.select_related("recipient").defer("text_body", "html_body")
    page = Paginator(mails.order_by("-created_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(mail, LOOKS[OutgoingMail.State(mail.state)]) for mail in page]
    return render(request, "notifications/demo_mail_list.html", {"page": page, "rows": rows})


@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # the stub knows no views with arguments
@require_safe
def mail_detail(request: HttpRequest, mail_id: uuid.UUID) -> HttpResponse:
    _demonstration_only()
    mail = get_object_or_404(OutgoingMail.objects.select_related("recipient"), pk=mail_id)
    look = LOOKS[OutgoingMail.State(mail.state)]
    return render(request, "notifications/demo_mail_detail.html", {"mail": mail, "look": look})


@shut_in
@require_safe
def mail_html(request: HttpRequest, mail_id: uuid.UUID) -> HttpResponse:
    """The HTML of a mail as a mail program shows it: its own styles, no scripts, nothing fetched."""
    _demonstration_only()
    return HttpResponse(get_object_or_404(OutgoingMail, pk=mail_id).html_body)


urlpatterns = [
    path("demo/mail/", mail_list, name="demo_mail"),
    path("demo/mail/<uuid:mail_id>/", mail_detail, name="demo_mail_detail"),
    path("demo/mail/<uuid:mail_id>/html/", mail_html, name="demo_mail_html"),
]
