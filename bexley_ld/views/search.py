"""One search over everything that every colleague may read."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from content.services import search

PER_PAGE = 20


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """What answers the words, the best first; an empty page says what can be found."""
    query = request.GET.get("q", "").strip()
    page = Paginator(search(query), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "bexley_ld/search.html", {"query": query, "page_obj": page})
