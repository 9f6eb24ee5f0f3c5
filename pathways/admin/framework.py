"""Roles, steps and structures, edited by Learning and Development; a change that breaks the framework is refused."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q
from django.utils import timezone

from pathways.admin.base import SOURCED, ReferenceAdmin, RequirementFormSet, RequirementInline
from pathways.admin.changes import AsksBeforeSaving
from pathways.models import (
    Capability,
    CareerRole,
    CareerStep,
    CareerStructure,
    Gate,
    PanelDate,
    Profession,
    Requirement,
    VacancyPage,
)
from pathways.querysets import in_force
from pathways.rules.soundness import Asked, Step, automatic_cycle, impossible, needs_roles, orphans, unreachable


def other_steps(step: CareerStep | None = None) -> list[Step]:
    """The steps in force without this one, as the checks read them."""
    today = timezone.localdate()
    rows = CareerStep.objects.on(today).exclude(pk=step.pk if step else None)
    asked: dict[int, list[Asked]] = defaultdict(list)
    for row in Requirement.objects.filter(step__isnull=False, role__isnull=False):
        asked[row.step_id or 0].append(Asked(kind=row.kind, group=row.group, role=row.role_id))
    return [as_step(row, asked[row.pk]) for row in rows]


def as_step(step: CareerStep, asked: list[Asked]) -> Step:
    return Step(
        source=step.from_role_id,
        target=step.to_role_id,
        is_automatic=step.gate == Gate.AUTOMATIC,
        needs_roles=needs_roles(asked),
    )


def is_in_force(step: CareerStep) -> bool:
    today = timezone.localdate()
    return (step.start_date is None or step.start_date <= today) and (step.end_date is None or step.end_date >= today)


def titles(ids: Any) -> str:
    """The roles by name, in the order of the ids."""
    names = dict(CareerRole.objects.filter(pk__in=set(ids)).values_list("pk", "job_role__title"))
    return ", ".join(names[pk] for pk in ids if pk in names)


def alone_on_purpose() -> dict[int, bool]:
    roles = CareerRole.objects.filter(in_force(timezone.localdate(), "job_role__"))
    return dict(roles.values_list("pk", "stands_alone"))


class StepForm(forms.ModelForm):
    """A step that neither closes a ring of automatic steps nor leaves a role without any."""

    class Meta:
        model = CareerStep
        fields = (
            *("code", "from_role", "to_role", "gate", "gate_words", "builds", "is_open_above"),
            *("least_months", "most_months", "time_words", "start_date", "end_date", *SOURCED),
        )

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if self.errors or not data:
            return data
        others = other_steps(self.instance)
        changed = CareerStep(
            **{name: data[name] for name in ("from_role", "to_role", "gate", "start_date", "end_date")}
        )
        after = [*others, as_step(changed, [])] if is_in_force(changed) else others
        ring = automatic_cycle(after)
        if ring:
            self.add_error("gate", f"Automatic steps may not run in a ring: {titles(ring)}.")
        left = orphans(alone_on_purpose(), after) & {data["from_role"].pk, data["to_role"].pk, *self._before()}
        if left:
            self.add_error(
                None,
                f"This would leave a role without any step: {titles(sorted(left))}. Give it another step first, or "
                "tick “no step is described” on its page.",
            )
        return data

    def _before(self) -> set[int]:
        """The roles that the step linked until now."""
        row = CareerStep.objects.filter(pk=self.instance.pk).values_list("from_role", "to_role").first()
        return set(row or ())


class RoleForm(forms.ModelForm):
    """A role that has a step, or says that it has none."""

    class Meta:
        model = CareerRole
        fields = (
            *("job_role", "profession", "summary", "expectations", "who_to_ask", "is_health_joint", "stands_alone"),
            *SOURCED,
        )

    def clean(self) -> dict[str, Any] | None:
        data = super().clean()
        if data is not None and not data.get("stands_alone"):
            own = Q(from_role=self.instance.pk) | Q(to_role=self.instance.pk)
            if not self.instance.pk or not CareerStep.objects.on(timezone.localdate()).filter(own).exists():
                self.add_error(
                    "stands_alone", "No step leads here and none leads on. Tick this now, then add the steps."
                )
        return data


class OfRole(RequirementFormSet):
    def wrong(self, asked: list[Asked]) -> list[str]:
        return impossible(asked, target=self.instance.pk)


class OfStep(RequirementFormSet):
    def wrong(self, asked: list[Asked]) -> list[str]:
        """Also against the other steps: time in a role that can be reached only from beyond this step."""
        step = self.instance
        if step.from_role_id is None or step.to_role_id is None:
            return []
        found = impossible(asked, target=step.to_role_id)
        others = other_steps(step)
        if not found and is_in_force(step):
            closed = unreachable([*others, as_step(step, asked)]) - unreachable([*others, as_step(step, [])])
            if closed:
                found = [f"With this nobody could reach {titles(sorted(closed))}: the time asked for comes after it."]
        return found


class OfRoleInline(RequirementInline):
    formset = OfRole
    fk_name = "career_role"


class OfStepInline(RequirementInline):
    formset = OfStep
    fk_name = "step"


class CapabilityInline(admin.StackedInline):
    model = Capability
    extra = 0
    ordering = ("position", "pk")
    fields = (("position", "title"), "good_looks_like", SOURCED)


class PanelDateInline(admin.TabularInline):
    """Shown to staff on “My next step”; of panels that are over, nothing."""

    model = PanelDate
    extra = 0
    ordering = ("date",)
    fields = ("date", "send_by_date")


@admin.register(Profession)
class ProfessionAdmin(ReferenceAdmin):
    list_display = ("name", "code", "position", "framework", "basis")
    ordering = ("position",)


@admin.register(CareerRole)
class CareerRoleAdmin(AsksBeforeSaving, ReferenceAdmin):
    """Title, stage and place on the ladder stand with the job role."""

    form = RoleForm
    list_display = ("job_role", "profession", "who_to_ask", "stands_alone", "basis")
    list_filter = ("profession", "basis")
    list_select_related = ("job_role", "profession")
    search_fields = ("job_role__title", "job_role__code")
    ordering = ("job_role__code", "pk")
    inlines = (CapabilityInline, OfRoleInline)


@admin.register(CareerStep)
class CareerStepAdmin(AsksBeforeSaving, ReferenceAdmin):
    form = StepForm
    list_display = ("code", "from_role", "to_role", "gate", "time", "basis", "end_date")
    list_filter = ("gate", "basis")
    list_select_related = ("from_role__job_role", "to_role__job_role")
    search_fields = ("code", "from_role__job_role__title", "to_role__job_role__title")
    ordering = ("code",)
    inlines = (OfStepInline, PanelDateInline)

    def address_of(self, row: CareerStep) -> str:
        """The role from which the step leads on."""
        return row.from_role.get_absolute_url()


@admin.register(CareerStructure)
class CareerStructureAdmin(ReferenceAdmin):
    list_display = ("title", "directorate", "state", "start_date", "end_date", "basis")
    list_filter = ("directorate", "state")
    list_select_related = ("directorate",)
    ordering = ("title", "pk")


@admin.register(VacancyPage)
class VacancyPageAdmin(ReferenceAdmin):
    """A link, which may go."""

    list_display = ("title", "side", "is_internal", "url", "basis")
    list_filter = ("side",)
    ordering = ("title", "pk")

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        return super(ReferenceAdmin, self).has_delete_permission(request, obj)
