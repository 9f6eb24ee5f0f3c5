"""What was typed into a form whose session had ended, shown again to the same person."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from people.services.kept_forms import kept_form as find

BUTTONS = frozenset({"act", "as", "confirm", "form_key", "frequency", "remove", "version"})
"""What a button or the page itself sends: it goes along, but nobody typed it."""
SHORT = 2
"""Values up to this length are keys and ticks, not something that was written."""


@require_safe
def kept_form(request: HttpRequest, token: str) -> HttpResponse:
    """One button sends it again to where it was going; nothing happens without it."""
    form = find(user=request.user, token=token, now=timezone.now())
    if form is None:
        raise Http404
    written = [
        (name.replace("_", " ").replace("-", " ").capitalize(), value)
        for name, value in form.fields
        if name not in BUTTONS and len(value) > SHORT
    ]
    return render(
        request,
        "people/kept_form.html",
        {"path": form.path, "fields": form.fields, "written": written, "token": token},
    )
