"""For L&D: reference data is edited here; people and what happened to them are looked at, never rewritten."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from simple_history.admin import SimpleHistoryAdmin

from audit.admin_access import OfferedFiltersOnly
from audit.admin_actions import ask_first, counted
from people import services
from people.models import (
    Cover,
    Directorate,
    JobRole,
    LineManagement,
    Person,
    Posting,
    Qualification,
    QualificationHeld,
    RegistrationHeld,
    RoleGrant,
    Team,
    User,
)
from people.roles import Role
from people.rules import Conflict, NotAllowed


class ReadOnly:
    """Looked at, never changed here."""

    actions = None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReferenceAdmin(OfferedFiltersOnly, SimpleHistoryAdmin):
    """Reference data with its history; what is no longer used gets an end date instead of being deleted."""

    actions = None
    save_on_top = True

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Directorate)
class DirectorateAdmin(ReferenceAdmin):
    list_display = ("name", "code", "basis")
    ordering = ("name",)


@admin.register(Team)
class TeamAdmin(ReferenceAdmin):
    list_display = ("name", "code", "directorate", "status", "basis", "end_date")
    list_filter = ("directorate", "status", "basis")
    list_select_related = ("directorate",)
    search_fields = ("name", "code")
    ordering = ("name", "pk")


@admin.register(JobRole)
class JobRoleAdmin(ReferenceAdmin):
    list_display = ("title", "code", "side", "stage", "is_practitioner", "needs_care_certificate", "basis", "end_date")
    list_filter = ("side", "stage", "basis")
    search_fields = ("title", "code")
    ordering = ("side", "ladder_order", "title", "pk")


@admin.register(Qualification)
class QualificationAdmin(ReferenceAdmin):
    list_display = ("title", "code", "rqf_level", "basis")
    search_fields = ("title", "code")
    ordering = ("title", "pk")


class DatedInline(ReadOnly, admin.TabularInline):
    """Dated rows of a person, newest first."""

    extra = 0
    can_delete = False
    ordering = ("-start_date", "-pk")


class PostingInline(DatedInline):
    model = Posting
    verbose_name_plural = "posts"
    fields = ("job_role", "team", "start_date", "end_date")


class LineInline(DatedInline):
    model = LineManagement
    fk_name = "person"
    fields = ("manager", "start_date", "end_date")
    verbose_name_plural = "line managers"


class CoverInline(DatedInline):
    model = Cover
    fk_name = "manager"
    fields = ("cover", "start_date", "end_date")


class RegistrationInline(DatedInline):
    model = RegistrationHeld
    fields = ("body", "number", "start_date", "end_date")


class QualificationHeldInline(admin.TabularInline):
    """L&D has seen the certificate."""

    model = QualificationHeld
    extra = 0
    ordering = ("qualification__title",)


class WorksHereFilter(admin.SimpleListFilter):
    """By whether the account is open."""

    title = "who works here"
    parameter_name = "works_here"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Works here"), ("no", "Has left")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Person]) -> QuerySet[Person]:
        if self.value() not in {"yes", "no"}:
            return queryset
        return queryset.filter(deactivated_at__isnull=self.value() == "yes")


class AccessRoleFilter(admin.SimpleListFilter):
    """By access role, in words."""

    title = "access role"
    parameter_name = "access_role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(value), str(label)) for value, label in Role.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        return queryset.filter(groups__name=self.value()) if self.value() in Role.values else queryset


@admin.register(Person)
class PersonAdmin(OfferedFiltersOnly, admin.ModelAdmin):
    """As HR's file says; only qualifications are kept here. Managers and cover are changed on the person's own page."""

    actions = None
    list_display = ("family_name", "given_name", "employee_number", "email", "start_date", "leaving_date")
    list_display_links = ("family_name", "given_name")
    list_filter = (WorksHereFilter,)
    search_fields = ("search_name", "employee_number", "email")
    ordering = ("family_name", "given_name", "pk")
    fields = readonly_fields = (
        "employee_number",
        "given_name",
        "family_name",
        "email",
        "start_date",
        "leaving_date",
        "fte",
        "deactivated_at",
    )
    inlines = (PostingInline, LineInline, CoverInline, RegistrationInline, QualificationHeldInline)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Person | None = None) -> bool:
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Person], search_term: str
    ) -> tuple[QuerySet[Person], bool]:
        return super().get_search_results(request, queryset, search_term.casefold())


@admin.register(User)
class UserAdmin(ReadOnly, OfferedFiltersOnly, admin.ModelAdmin):
    """Accounts: looked at here; roles are asked for and agreed to under "Role grants"."""

    list_display = ("email", "person", "is_active", "is_staff", "last_login")
    list_filter = (AccessRoleFilter, "is_active", "is_staff")
    list_select_related = ("person",)
    search_fields = ("email", "person__search_name")
    ordering = ("email",)
    fields = ("email", "person", "is_active", "is_staff", "superuser", "access_roles", "last_login", "date_joined")

    @admin.display(description="keeper of the administration (superuser)", boolean=True)
    def superuser(self, user: User) -> bool:
        return user.is_superuser

    @admin.display(description="access roles")
    def access_roles(self, user: User) -> str:
        names = dict(Role.choices)
        return ", ".join(names.get(name, name) for name in user.groups.values_list("name", flat=True)) or "none"


class GrantForm(forms.ModelForm):
    """Which role for whom, and why."""

    role = forms.ChoiceField(choices=Role.choices)

    class Meta:
        model = RoleGrant
        fields = ("user", "role", "reason")


@admin.register(RoleGrant)
class RoleGrantAdmin(OfferedFiltersOnly, admin.ModelAdmin):
    """One admin asks; for the roles that rule the portal a second one answers."""

    form = GrantForm
    list_display = ("user", "role", "requested_by", "requested_at", "answered_by", "is_approved")
    list_filter = ("role", "is_approved")
    list_select_related = ("user", "requested_by", "answered_by")
    # A box that searches as one types has no name for a screen reader here (Select2); this one has its label.
    raw_id_fields = ("user",)
    ordering = ("-requested_at", "-pk")
    actions = ("approve", "refuse", "take_away")

    def has_change_permission(self, request: HttpRequest, obj: RoleGrant | None = None) -> bool:
        """The actions need it on the list; a grant itself is never rewritten."""
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: RoleGrant | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: RoleGrant, form: GrantForm, change: bool) -> None:
        """The service asks, checks, writes and audits."""
        grant = services.grant_role(
            user=obj.user, role=obj.role, reason=obj.reason, by=request.user, now=timezone.now()
        )
        obj.pk = grant.pk

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().add_view(request, form_url, extra_context)
        except Conflict as refusal:
            raise NotAllowed(refusal.reason) from None

    @admin.action(description="Agree to these requests: the accounts get the role")
    def approve(self, request: HttpRequest, queryset: QuerySet[RoleGrant]) -> None:
        self._answer(request, queryset, approve=True)

    @admin.action(description="Do not agree to these requests")
    def refuse(self, request: HttpRequest, queryset: QuerySet[RoleGrant]) -> HttpResponse | None:
        asked = ask_first(
            self,
            request,
            queryset,
            question=f"Refuse {counted(queryset.count(), 'request')}?",
            what="An answer cannot be taken back: whoever still needs the role has to be asked for again.",
            button="Do not agree",
        )
        if asked is None:
            self._answer(request, queryset, approve=False)
        return asked

    @admin.action(description="Take these roles away: the accounts are signed out")
    def take_away(self, request: HttpRequest, queryset: QuerySet[RoleGrant]) -> HttpResponse | None:
        asked = ask_first(
            self,
            request,
            queryset,
            question=f"Take {counted(queryset.count(), 'role')} away?",
            what="Each account loses the role and is signed out at once. To give it back it has to be asked for again.",
            button="Take away and sign out",
        )
        if asked is not None:
            return asked

        def act(grant: RoleGrant) -> None:
            services.remove_role(user=grant.user, role=grant.role, by=request.user, now=timezone.now())

        self._each(request, queryset, act, "taken away, and the account signed out", "role")
        return None

    def _answer(self, request: HttpRequest, queryset: QuerySet[RoleGrant], *, approve: bool) -> None:
        def act(grant: RoleGrant) -> None:
            services.answer_grant(grant=grant, approve=approve, by=request.user, now=timezone.now())

        self._each(request, queryset, act, "agreed to" if approve else "refused", "request")

    def _each(
        self,
        request: HttpRequest,
        queryset: QuerySet[RoleGrant],
        act: Callable[[RoleGrant], None],
        done: str,
        noun: str,
    ) -> None:
        """One by one: each refusal with its reason, and how many were done."""
        count = 0
        for grant in queryset.select_related("user"):
            try:
                act(grant)
            except (NotAllowed, Conflict) as refusal:
                self.message_user(request, f"{grant}: {refusal.reason}", messages.ERROR)
            else:
                count += 1
        if count:
            self.message_user(request, f"{counted(count, noun)} {done}.", messages.SUCCESS)
