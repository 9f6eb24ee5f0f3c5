"""Guides: all of them by what they are about, and one with where its facts come from."""

from __future__ import annotations

from itertools import groupby

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from content.forms import MistakeForm
from content.models import Page
from content.rules import blocks
from content.services import report_mistake
from people.rules import NotAllowed
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


@require_http_methods(["GET", "POST"])
def mistake_report(request: HttpRequest, slug: str) -> HttpResponse:
    """A reader says what is wrong in a guide; whoever keeps it is told."""
    page = get_object_or_404(Page.objects.shown(), slug=slug)
    if request.user.person is None:
        raise NotAllowed("This account belongs to no member of staff, so nobody could ask you what you mean.")
    form = MistakeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        report_mistake(page_id=page.pk, by=request.user.person, now=timezone.now(), **form.cleaned_data)
        messages.success(request, "Thank you. Whoever keeps this guide has your report and will look at it.")
        return redirect(page)
    return render(request, "content/mistake_report.html", {"page": page, "form": form})
