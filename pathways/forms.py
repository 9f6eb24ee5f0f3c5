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
