"""Guides and the words that lead to them, kept by Learning and Development."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import Truncator
from simple_history.admin import SimpleHistoryAdmin

from audit.admin_access import OfferedFiltersOnly
from content.models import MistakeReport, Page, PageSection, SearchEntry, SearchTerm
from content.querysets import guide_editors
from content.services import set_mistake_state
from people.models import Person

SOURCED = ("basis", "source", "source_date")


class ReviewFilter(admin.SimpleListFilter):
    """Whether the day of the review has passed."""

    title = "review"
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("past", "To be checked now"), ("nobody", "Nobody keeps it")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Page]) -> QuerySet[Page]:
        if self.value() == "past":
            return queryset.filter(review_by__lt=timezone.localdate())
        return queryset.exclude(owner__in=guide_editors()) if self.value() == "nobody" else queryset


class SectionInline(admin.StackedInline):
    model = PageSection
    extra = 0
    ordering = ("position", "pk")
    fields = (("position", "heading"), "text", ("link_title", "link_url"), SOURCED)


class PageForm(forms.ModelForm):
    """A guide that is kept by someone who can change it."""

    class Meta:
        model = Page
        fields = ("owner",)
        help_texts = {  # noqa: RUF012 - Django's own way
            "owner": "Who keeps it true: someone of Learning and Development, who can change guides. "
            "They are reminded before the day of its review."
        }

    def clean_owner(self) -> Person | None:
        owner: Person | None = self.cleaned_data["owner"]
        if owner and not guide_editors().filter(pk=owner.pk).exists():
            raise forms.ValidationError(
                f"{owner.full_name} cannot change guides. Choose someone of Learning and Development, or nobody: "
                "the guide then stands in the list under “Nobody keeps it”."
            )
        return owner


@admin.register(Page)
class PageAdmin(OfferedFiltersOnly, SimpleHistoryAdmin):
    """A guide with its sections; “View on site” shows it as staff read it."""

    form = PageForm
    list_display = ("title", "group", "is_shown", "owner", "review_by")
    list_filter = ("group", "is_shown", ReviewFilter)
    search_fields = ("title", "slug")
    ordering = ("group", "position", "title")
    prepopulated_fields = {"slug": ("title",)}  # noqa: RUF012 - Django's own way
    raw_id_fields = ("owner",)
    save_on_top = True
    actions = None
    inlines = (SectionInline,)
    fields = ("title", "slug", "summary", ("group", "position"), "is_shown", ("owner", "review_by"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Page]:
        return super().get_queryset(request).select_related("owner")

    def view_on_site(self, obj: Page) -> str:
        return obj.get_absolute_url() if obj.is_shown else ""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class TermForm(forms.ModelForm):
    """A term that leads somewhere."""

    class Meta:
        model = SearchTerm
        fields = ("term", "target")

    def clean_target(self) -> str:
        target: str = self.cleaned_data["target"]
        kind, _, name = target.partition(":")
        # A guide that was written a moment ago is not in the index yet.
        is_guide = kind == "page" and Page.objects.filter(slug=name).exists()
        if not is_guide and not SearchEntry.objects.filter(key=target).exists():
            raise forms.ValidationError(
                "There is no such page. Write page: and the last part of a guide’s address, "
                "or role: or route: and its code."
            )
        return target


@admin.register(SearchTerm)
class SearchTermAdmin(OfferedFiltersOnly, SimpleHistoryAdmin):
    """Which page is the answer to certain words."""

    form = TermForm
    list_display = ("term", "target")
    search_fields = ("term", "target")
    ordering = ("term",)
    actions = None


@admin.register(MistakeReport)
class MistakeReportAdmin(OfferedFiltersOnly, admin.ModelAdmin):
    """What readers found wrong; the state is set here, the guide is corrected in its own place."""

    list_display = ("page", "said_in_short", "person", "reported_at", "state")
    list_filter = ("state",)
    search_fields = ("page__title",)
    list_select_related = ("page", "person")
    ordering = ("-state", "reported_at")
    actions = None
    fields = ("page", "said", "person", "reported_at", "state", "dealt_with_at", "dealt_with_by")
    readonly_fields = ("page", "said", "person", "reported_at", "dealt_with_at", "dealt_with_by")

    @admin.display(description="what is wrong")
    def said_in_short(self, obj: MistakeReport) -> str:
        return Truncator(obj.said).chars(80)

    def save_model(self, request: HttpRequest, obj: MistakeReport, form: Any, change: bool) -> None:
        set_mistake_state(report_id=obj.pk, by=request.user.person, state=obj.state, now=timezone.now())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
