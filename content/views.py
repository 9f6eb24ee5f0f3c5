"""Guides: all of them by what they are about, and one with where its facts come from."""

from __future__ import annotations

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from content.models import Page
from content.rules import blocks
from people.sourced import sources


@require_safe
def page_list(request: HttpRequest) -> HttpResponse:
    """Every guide under its heading."""
    pages = list(Page.objects.shown())
    order = [group for group, _ in Page.Group.choices]
    pages.sort(key=lambda page: (order.index(page.group), page.position, page.title))
    groups = [(Page.Group(group).label, list(own)) for group, own in groupby(pages, key=lambda page: page.group)]
    return render(request, "content/page_list.html", {"groups": groups})


@require_safe
def page_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One guide; each part that is neither Bexley's nor national says so."""
    pages = Page.objects.shown().select_related("owner")
    page = get_object_or_404(pages, slug=slug)
    sections = list(page.sections.order_by("position", "pk"))
    others = Page.objects.shown().filter(group=page.group).exclude(pk=page.pk).in_order()
    context = {
        "page": page,
        "sections": [(section, blocks(section.text)) for section in sections],
        "sources": sources(sections),
        "others": others,
        "is_past_review": page.review_by is not None and page.review_by < timezone.localdate(),
    }
    return render(request, "content/page_detail.html", context)
