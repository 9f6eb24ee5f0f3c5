"""Guides for tests."""

from __future__ import annotations

import factory
from factory.django import DjangoModelFactory

from content.models import Page, PageSection


class PageFactory(DjangoModelFactory[Page]):
    class Meta:
        model = Page

    slug = factory.Sequence(lambda n: f"guide-{n}")
    title = factory.Sequence(lambda n: f"Guide {n}")
    summary = "What to know."
    group = "working"
    is_shown = True


class SectionFactory(DjangoModelFactory[PageSection]):
    class Meta:
        model = PageSection

    page = factory.SubFactory(PageFactory)
    heading = "A part"
    text = "Some words."
