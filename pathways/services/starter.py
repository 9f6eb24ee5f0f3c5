"""The starter content of pathways: what is missing is added, what Learning and Development has changed stays.

A row is known by its code (a role by that of its job role). Its requirements, capabilities and events come with it
and only with it: whoever takes one of them out finds it gone for good.
"""

from __future__ import annotations

from typing import Any

from django.db import models

from audit.transactions import all_or_nothing
from pathways.models import (
    ApprovalStep,
    Capability,
    CareerRole,
    CareerStep,
    CareerStructure,
    Cohort,
    Profession,
    PublishedFigure,
    QualificationRoute,
    Requirement,
    RouteEvent,
    VacancyPage,
)
from people.models import Directorate, JobRole, Qualification

Row = dict[str, Any]


@all_or_nothing()
def load_framework(*, data: Row) -> list[str]:
    """Professions, qualifications, roles, steps, structures and vacancy pages; says what was done, a line each.

    Raises ValueError when a row names a column or code that does not exist.
    """
    return [
        _add(Profession, data["professions"]),
        _add(Qualification, data["qualifications"]),
        _add_roles(data["career_roles"]),
        _add_steps(data["steps"]),
        _add(CareerStructure, [_linked(row, directorate=Directorate) for row in data["structures"]]),
        _add(VacancyPage, data["vacancy_pages"], key="url"),
    ]


@all_or_nothing()
def load_routes(*, data: Row) -> list[str]:
    """Routes with what belongs to them, figures of no single route, and the usual approval; a line each.

    Raises ValueError when a row names a column or code that does not exist.
    """
    said = [_add_routes(data["routes"])]
    has_approval = ApprovalStep.objects.exists()
    for row in [] if has_approval else data["approval_steps"]:
        _new(ApprovalStep, row)
    has_figures = PublishedFigure.objects.filter(route=None).exists()
    for row in [] if has_figures else data["figures"]:
        _new(PublishedFigure, row)
    added = 0 if has_approval else len(data["approval_steps"])
    return [*said, f"Approval steps: {added} added, {len(data['approval_steps']) - added} there already."]


def _add_roles(rows: list[Row]) -> str:
    known = set(CareerRole.objects.values_list("job_role__code", flat=True))
    new = [row for row in rows if row["job_role"] not in known]
    made = []
    for row in new:
        own, parts = _parted(row, "capabilities", "requirements")
        made.append((_new(CareerRole, _linked(own, job_role=JobRole, profession=Profession)), parts))
    # Requirements may name any role: they follow when all roles are there.
    for role, parts in made:
        for part in parts["capabilities"]:
            _new(Capability, {**part, "role": role})
        _require(parts["requirements"], career_role=role)
    return _said(CareerRole, rows, new)


def _add_steps(rows: list[Row]) -> str:
    known = set(CareerStep.objects.values_list("code", flat=True))
    new = [row for row in rows if row["code"] not in known]
    for row in new:
        own, parts = _parted(row, "requirements")
        own |= {name: _role(own[name]) for name in ("from_role", "to_role")}
        _require(parts["requirements"], step=_new(CareerStep, own))
    return _said(CareerStep, rows, new)


def _add_routes(rows: list[Row]) -> str:
    known = set(QualificationRoute.objects.values_list("code", flat=True))
    new = [row for row in rows if row["code"] not in known]
    made = []
    for row in new:
        own, parts = _parted(row, "requirements", "events", "cohorts", "figures", "awards", "leads_to", "prepares_for")
        own |= {"studied_as": _role(own["studied_as"])} if own.get("studied_as") else {}
        made.append((_new(QualificationRoute, own), parts))
    for route, parts in made:
        for model, name in ((RouteEvent, "events"), (Cohort, "cohorts"), (PublishedFigure, "figures")):
            for part in parts[name]:
                _new(model, {**part, "route": route})
        _require(parts["requirements"], route=route)
        route.awards.set([_by_code(Qualification, code) for code in parts["awards"]])
        route.leads_to.set([_role(code) for code in parts["leads_to"]])
        route.prepares_for.set([_by_code(QualificationRoute, code) for code in parts["prepares_for"]])
    return _said(QualificationRoute, rows, new)


def _require(rows: list[Row], **owner: models.Model) -> None:
    for row in rows:
        more: Row = {"qualification": _by_code(Qualification, row["qualification"])} if "qualification" in row else {}
        more |= {"role": _role(row["role"])} if "role" in row else {}
        _new(Requirement, {**row, **more, **owner})


def _add(model: type[models.Model], rows: list[Row], key: str = "code") -> str:
    known = set(model._default_manager.values_list(key, flat=True))
    new = [row for row in rows if row[key] not in known]
    for row in new:
        _new(model, row)
    return _said(model, rows, new)


def _new(model: type[models.Model], row: Row) -> Any:
    unknown = set(row) - {field.name for field in model._meta.get_fields()}
    if unknown:
        raise ValueError(f'A {model._meta.verbose_name} has no "{sorted(unknown)[0]}".')
    made = model(**row)
    made.clean_fields(exclude={field.name for field in model._meta.fields if field.is_relation})
    made.save()
    return made


def _parted(row: Row, *names: str) -> tuple[Row, dict[str, list[Any]]]:
    """The row's own columns, and the lists that become rows of other tables."""
    return {k: v for k, v in row.items() if k not in names}, {name: row.get(name, []) for name in names}


def _linked(row: Row, **models_: type[models.Model]) -> Row:
    return {**row, **{name: _by_code(model, row[name]) for name, model in models_.items()}}


def _by_code(model: type[models.Model], code: str) -> Any:
    found = model._default_manager.filter(code=code).first()
    if found is None:
        raise ValueError(f'There is no {model._meta.verbose_name} "{code}".')
    return found


def _role(code: str) -> CareerRole:
    found = CareerRole.objects.filter(job_role__code=code).first()
    if found is None:
        raise ValueError(f'There is no career role "{code}".')
    return found


def _said(model: type[models.Model], rows: list[Row], new: list[Row]) -> str:
    noun = str(model._meta.verbose_name_plural).capitalize()
    return f"{noun}: {len(new)} added, {len(rows) - len(new)} there already."
