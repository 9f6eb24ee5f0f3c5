"""Before a role, a step or a route is saved: what that does to what is open to people, and how the page would look.

The form is saved as ever, inside a transaction that is then taken back: so the question is put to exactly what would be
kept, with every check, and nothing is written until it is confirmed. What follows for whom is worked out after it,
while nobody waits. The answer carries the version of the framework about which was asked; of another one it is asked
anew.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import resolve
from django.utils import timezone

from audit.admin_actions import counted
from pathways.rules.eligibility import Outcome
from pathways.services.effects import Effect, Unsaved, effects, people_touched, seen_now, seen_unsaved
from pathways.services.library import fingerprint, held_version
from people.models import Person
from people.roles import Role
from people.rules import Conflict
from people.rules.suppression import FEW, is_small

Show = Callable[[], HttpResponse]

NAMED = 50
WORDS = {Outcome.ELIGIBLE: "open to them", Outcome.ASK: "to be asked about", Outcome.NOT_YET: "not open to them yet"}
NOT_SAVED = "Nothing is saved yet. Change what you like, then save again."


class AsksBeforeSaving:
    """For the tables of which the rules of eligibility are made."""

    change_form_template = "admin/pathways/change_form.html"
    has_page = True
    """Whether a page of the portal shows the row, so that it can be previewed."""

    def address_of(self, row: Any) -> str:
        """The page of the portal that shows the row."""
        address: str = row.get_absolute_url()
        return address

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)  # type: ignore[misc]
        return type(form.__name__, (NotYet, form), {}) if "_back" in request.POST else form

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)  # type: ignore[misc]
        request.saved_row = form.instance

    def message_user(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Nothing is told of a save that is taken back."""
        if not getattr(request, "is_tried", False):
            super().message_user(request, *args, **kwargs)  # type: ignore[misc]

    def changeform_view(
        self, request: Any, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Tries it, tells, and saves what was confirmed or changes nothing for anybody."""
        context = {"has_page": self.has_page, **(extra_context or {})}
        show: Show = partial(super().changeform_view, request, object_id, form_url, context)  # type: ignore[misc]
        if request.method != "POST" or "_back" in request.POST:
            return show()
        is_answered = "_confirmed" in request.POST
        if is_answered and (answer := _saved_if_still(request.POST.get("_asked_of"), show)):
            return answer
        today = timezone.localdate()
        before = seen_now(today)
        answer, row, after = self._tried(request, show)
        if after is None:
            return answer
        found, asked_of = effects(before, after.seen(), today=today), fingerprint(before.library.version)
        if found:
            return self._ask(request, row, found, asked_of=asked_of, is_again=is_answered)
        messages.info(request, "What is open to people stays as it is: nobody is affected.")
        saved = _saved_if_still(asked_of, show)
        if saved is None:
            raise Conflict("Somebody else changed the framework at the same moment. Nothing was saved: try it again.")
        return saved

    def _tried(self, request: Any, show: Show) -> tuple[HttpResponse, Any, Unsaved | None]:
        """The page of a form that is refused, or of a preview; else the row, and what would be kept with it."""
        after: Unsaved | None = None
        request.is_tried = True
        with transaction.atomic():
            answer = show()
            row = getattr(request, "saved_row", None)
            if row is not None and self.has_page and "_preview" in request.POST:
                answer = self._preview(request, row)
            elif row is not None:
                after = seen_unsaved(timezone.localdate())
            transaction.set_rollback(True)
        request.is_tried = False
        return answer, row, after

    def _preview(self, request: Any, row: Any) -> HttpResponse:
        messages.info(request, "This is a preview: nothing is saved. Close it and go on in the administration.")
        page = resolve(self.address_of(row))
        looked_at = copy.copy(request)
        looked_at.method = "GET"
        answer: HttpResponse = page.func(looked_at, *page.args, **page.kwargs)
        return answer

    def _ask(self, request: Any, row: Any, found: list[Effect], *, asked_of: str, is_again: bool) -> HttpResponse:
        names_shown = request.user.has_role(Role.LD_ADMIN)
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            "opts": self.opts,  # type: ignore[attr-defined]
            "title": f"Save {row}?",
            "touched": _counted(people_touched(found), names_shown=names_shown),
            "rows": _told(found, names_shown=names_shown),
            "names_shown": names_shown,
            "asked_of": asked_of,
            "is_again": is_again,
            "typed": [(name, value) for name, values in request.POST.lists() for value in values if _is_typed(name)],
        }
        return TemplateResponse(request, "admin/pathways/confirm.html", context)


def _saved_if_still(asked_of: str | None, save: Show) -> HttpResponse | None:
    """Saves while the framework is the one that was asked about, and nobody can change it meanwhile; else nothing."""
    with transaction.atomic():
        return save() if held_version(timezone.localdate()) == asked_of else None


class NotYet:
    """A form to which somebody came back from the question: it is shown as it was typed, and not saved."""

    def clean(self) -> Any:
        super().clean()  # type: ignore[misc]
        raise ValidationError(NOT_SAVED)


def _is_typed(name: str) -> bool:
    return name not in {"csrfmiddlewaretoken", "_asked_of", "_confirmed", "_back", "_preview"}


def _counted(number: int, *, names_shown: bool) -> str:
    """Few are not counted out to whoever may not see who they are (the · a · of docs/roles.md)."""
    if is_small(number) and not names_shown:
        return f"{FEW} people"
    return counted(number, "person", "people")


def _told(found: list[Effect], *, names_shown: bool) -> list[dict[str, Any]]:
    """A row an effect; of the people the first 50 by name."""
    ids = {person for row in found for person in row.people} if names_shown else set()
    order = {pk: (place, name) for place, (pk, name) in enumerate(_names(ids))}
    told = []
    for row in found:
        known = sorted(order[pk] for pk in row.people if pk in order)
        told.append(
            {
                "step": row.step,
                "before": WORDS[row.before],
                "after": WORDS[row.after],
                "count": _counted(len(row.people), names_shown=names_shown),
                "names": [name for _, name in known[:NAMED]],
                "more": max(len(known) - NAMED, 0),
            }
        )
    return told


def _names(ids: set[int]) -> list[tuple[int, str]]:
    """Everybody who works here in one query, whoever is asked about kept: thousands of ids are too many to send."""
    people = Person.objects.filter(deactivated_at__isnull=True).order_by("family_name", "given_name", "pk")
    rows = people.values_list("pk", "given_name", "family_name") if ids else []
    return [(pk, f"{given} {family}") for pk, given, family in rows if pk in ids]
