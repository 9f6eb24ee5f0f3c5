"""Demonstration only: every mail of the invented staff in one place. These addresses do not exist in production."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from operator import itemgetter
from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_safe

from govuk.templatetags.govuk import plural
from notifications import links
from notifications.models import OutgoingMail
from notifications.registry import title_of
from notifications.shown import shut_in
from notifications.views import LOOKS

PER_PAGE = 25


class MailFilter(forms.Form):
    """Which kind of mail, and to whom."""

    kind = forms.ChoiceField(label="Kind of mail", required=False)
    who = forms.CharField(label="Name or address holds", required=False, max_length=80)

    def __init__(self, *args: Any, kinds: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        titles = sorted(((code, title_of(code)) for code in kinds), key=itemgetter(1))
        self.fields["kind"].choices = [("", "All kinds"), *titles]  # type: ignore[attr-defined]

    def narrow(self, mails: QuerySet[OutgoingMail]) -> QuerySet[OutgoingMail]:
        if not self.is_valid():
            return mails
        if kind := self.cleaned_data["kind"]:
            mails = mails.filter(kind=kind)
        if who := self.cleaned_data["who"]:
            by_address = Q(to_email__icontains=who) | Q(recipient__email__icontains=who)
            mails = mails.filter(by_address | Q(recipient__search_name__contains=who.lower()))
        return mails


def _demonstration_only() -> None:
    # The addresses are left out of urls.py too: two doors, because behind them stands everybody's mail.
    if not settings.DEMO_MODE:
        raise Http404


# Without a sign-in: whoever asked for a new password reads the answer here, and nobody here is real.
@login_not_required
@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    _demonstration_only()
    form = MailFilter(request.GET, kinds=OutgoingMail.objects.order_by().values_list("kind", flat=True).distinct())
    mails = form.narrow(OutgoingMail.objects.select_related("recipient").defer("text_body", "html_body"))
    page = Paginator(mails.order_by("-created_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(mail, LOOKS[OutgoingMail.State(mail.state)]) for mail in page]
    context = {"page": page, "rows": rows, "form": form, "found": plural(page.paginator.count, "mail,mails")}
    return render(request, "notifications/demo_mail_list.html", context)


@login_not_required
@csp_update({"frame-src": [SELF]})  # type: ignore[arg-type]  # the stub knows no views with arguments
@require_safe
def mail_detail(request: HttpRequest, mail_id: uuid.UUID) -> HttpResponse:
    _demonstration_only()
    mail = _mail(mail_id)
    context = {
        "mail": mail,
        "look": LOOKS[OutgoingMail.State(mail.state)],
        "text": links.bodies(mail)[0],
        "own_page": links.own_page(mail) if links.has_own_link(mail) else "",
    }
    return render(request, "notifications/demo_mail_detail.html", context)


@login_not_required
@shut_in
@require_safe
def mail_html(request: HttpRequest, mail_id: uuid.UUID) -> HttpResponse:
    """The HTML of a mail as a mail program shows it: its own styles, no scripts, nothing fetched."""
    _demonstration_only()
    return HttpResponse(links.bodies(_mail(mail_id))[1])


def _mail(mail_id: uuid.UUID) -> OutgoingMail:
    return get_object_or_404(OutgoingMail.objects.select_related("recipient__mailbox"), pk=mail_id)


urlpatterns = [
    path("demo/mail/", mail_list, name="demo_mail"),
    path("demo/mail/<uuid:mail_id>/", mail_detail, name="demo_mail_detail"),
    path("demo/mail/<uuid:mail_id>/html/", mail_html, name="demo_mail_html"),
]
