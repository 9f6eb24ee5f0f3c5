"""A person's own mail: what was sent, when and why."""

from __future__ import annotations

import uuid

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from notifications.models import OutgoingMail

PER_PAGE = 25
State = OutgoingMail.State
# The look of each state, by its nearest relative among the portal's states.
LOOKS = {
    State.QUEUED: "waiting",
    State.LEASED: "waiting",
    State.HELD: "waiting",
    State.SENT: "completed",
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
