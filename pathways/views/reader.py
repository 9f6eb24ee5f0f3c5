"""The member of staff behind an account."""

from __future__ import annotations

from django.http import Http404, HttpRequest

from people.models import Person


def reader_of(request: HttpRequest) -> Person:
    """The reader as a person; an account without one has no records here."""
    person: Person | None = request.user.person
    if person is None:
        raise Http404
    return person
