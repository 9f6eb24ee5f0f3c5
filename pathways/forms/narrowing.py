"""What narrows the map and the list of routes; nothing is saved here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from pathways.models import CareerRole, Profession, QualificationRoute, RouteState
from people.models import JobRole

DIRECTORATES = [("adults", "Adults’ Social Care"), ("childrens", "Children’s Social Care")]


class MapFilter(forms.Form):
    """Directorate, profession, stage; what does not fit is passed over."""

    directorate = forms.ChoiceField(label="Directorate", required=False, choices=[("", "Both"), *DIRECTORATES])
    profession = forms.ChoiceField(label="Profession", required=False)
    stage = forms.ChoiceField(label="Stage", required=False, choices=[("", "All stages"), *JobRole.Stage.choices])

    def __init__(self, *args: Any, professions: Iterable[Profession], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["profession"].choices = [("", "All professions"), *((row.code, row.name) for row in professions)]

    def chosen(self, name: str) -> str:
        """What was chosen, or nothing when the choice is not on offer."""
        self.is_valid()
        return self.cleaned_data.get(name, "")

    @property
    def narrows(self) -> bool:
        return any(self.chosen(name) for name in self.fields)

    def narrow(self, roles: Iterable[CareerRole]) -> list[CareerRole]:
        sides = {self.chosen("directorate"), JobRole.Side.BOTH}
        return [
            role
            for role in roles
            if (not self.chosen("directorate") or role.job_role.side in sides)
            and self.chosen("profession") in {"", role.profession.code}
            and self.chosen("stage") in {"", role.job_role.stage}
        ]


class RouteFilter(forms.Form):
    """What a route leads to, and whether it is open."""

    kind = forms.ChoiceField(
        label="What for", required=False, choices=[("", "Everything"), *QualificationRoute.Kind.choices]
    )
    state = forms.ChoiceField(label="State", required=False, choices=[("", "All states"), *RouteState.choices])

    def narrow(self, routes: Iterable[Any]) -> list[Any]:
        self.is_valid()
        kind, state = (self.cleaned_data.get(name, "") for name in ("kind", "state"))
        return [route for route in routes if kind in {"", route.kind} and state in {"", route.state}]


class PlannerForm(forms.Form):
    """From where, to where, and what if. Roles come from the framework in force; `me` is the reader's own place."""

    start = forms.ChoiceField(label="From", required=False)
    goal = forms.ChoiceField(label="To", required=False)
    level_3 = forms.BooleanField(label="What if I had a Level 3 qualification?", required=False)
    part_time = forms.BooleanField(label="What if I worked part-time?", required=False)
    no_degree = forms.BooleanField(label="What if I wanted no degree?", required=False)

    def __init__(self, *args: Any, roles: Iterable[CareerRole], mine: str, **kwargs: Any) -> None:
        """`mine` is the title of the reader's own role; empty where they have none in the framework."""
        super().__init__(*args, **kwargs)
        groups: dict[str, list[tuple[str, str]]] = {}
        for role in roles:
            groups.setdefault(role.profession.name, []).append((role.job_role.code, role.job_role.title))
        outside = ("outside", "Outside the council, holding nothing yet")
        own = [("me", f"My role and what I hold ({mine})")] if mine else []
        self.fields["start"].choices = [*own, outside, *groups.items()]
        self.fields["goal"].choices = [("", "Choose a role"), *groups.items()]
