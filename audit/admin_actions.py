"""What is done to many rows at once in the admin: asked first where it cannot be undone."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

NAMED = 20


def ask_first(
    options: admin.ModelAdmin[Any], request: HttpRequest, rows: QuerySet[Any], *, question: str, what: str, button: str
) -> HttpResponse | None:
    """A page that says what follows and for which rows; None once it was answered with the button.

    `what` says what follows and that it cannot be undone. The rows are named, the first 20 of them.
    """
    if "confirmed" in request.POST:
        return None
    count = rows.count()
    context = {
        **options.admin_site.each_context(request),
        "opts": options.opts,
        "title": question,
        "what": what,
        "button": button,
        "names": [str(row) for row in rows[:NAMED]],
        "more": max(count - NAMED, 0),
        "action": request.POST.get("action", ""),
        "chosen": request.POST.getlist("_selected_action"),
        "select_across": request.POST.get("select_across", "0"),
    }
    return TemplateResponse(request, "admin/confirm_action.html", context)


def counted(count: int, one: str, many: str = "") -> str:
    """ "1 request", "3 requests"."""
    return f"{count} {one if count == 1 else many or one + 's'}"
