"""How rows of the framework become steps of the planner.

- A step between roles asks what it asks itself and what the role asks. Its usual time is time in the role before, so
  that months already worked count; by a qualification takes no time of its own, since the qualification takes it.
- A role on top of a job is gained like an award: the job stays.
- A programme that an automatic step asks for is completed in the role before it, in the step's time.
- A post that no step leads to is open to people from outside, and to those in a role that no step joins. Whoever has
  qualified beside another job applies for a first post where their route leads.
- A route that is not on Bexley's pages is uncertain: whether Bexley takes part is to be asked.
- Registering follows the qualifications of the routes that open the register; how long it takes nobody publishes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pathways.models import CareerRole, CareerStep, Gate, QualificationRoute, Register, Requirement
from pathways.querysets import links_of_routes
from pathways.rules import facts
from pathways.rules import framework as plain
from pathways.rules.ladder import is_further_up
from pathways.services.asked import Asked, Reader, on_top
from people.models import JobRole

QUALIFYING = frozenset({QualificationRoute.Kind.SOCIAL_WORK, QualificationRoute.Kind.OCCUPATIONAL_THERAPY})
# Entry rules that ask for a level mean general and care education, not an award on top of a job or a management course.
GENERAL = QUALIFYING | {QualificationRoute.Kind.CARE}
DEGREE_LEVEL = 6
STATES = {
    "route_planned": plain.State.PLANNED,
    "route_open": plain.State.OPEN,
    "route_closed": plain.State.CLOSED,
    "route_ended": plain.State.ENDED,
}
GATES = {
    Gate.AUTOMATIC: plain.Gate.AUTOMATIC,
    Gate.QUALIFICATION: plain.Gate.AUTOMATIC,
    Gate.APPRAISAL: plain.Gate.APPRAISAL,
    Gate.PANEL: plain.Gate.PANEL,
    Gate.VACANCY: plain.Gate.VACANCY,
}

# For one of two steps between the same roles.
BY_GATE = {
    Gate.AUTOMATIC: "by completing what it asks",
    Gate.QUALIFICATION: "by a qualification",
    Gate.APPRAISAL: "by appraisal or assessment",
    Gate.PANEL: "by a panel",
    Gate.VACANCY: "when a post comes up",
}


@dataclass
class Rows:
    """What the database holds on a day; four queries."""

    roles: dict[int, CareerRole]
    steps: list[CareerStep]
    routes: list[Any]
    requirements: dict[tuple[str, int], list[Requirement]] = field(default_factory=dict)
    # By route: codes and levels of its awards, and the roles that it leads to.
    awards: dict[int, list[tuple[str, str, int | None]]] = field(default_factory=dict)
    leads_to: dict[int, list[int]] = field(default_factory=dict)

    @classmethod
    def on(cls, today: dt.date) -> Rows:
        roles = {row.pk: row for row in CareerRole.objects.on(today)}
        rows = cls(
            roles,
            list(CareerStep.objects.on(today)),
            list(QualificationRoute.objects.with_state(today).order_by("code")),
        )
        for row in Requirement.objects.in_order():
            owner = ("role", row.career_role_id) if row.career_role_id else ("step", row.step_id)
            owner = ("route", row.route_id) if row.route_id else owner
            rows.requirements.setdefault((owner[0], owner[1] or 0), []).append(row)
        for route, kind, pk, code, title, level in links_of_routes():
            if kind == "award":
                rows.awards.setdefault(route, []).append((code, title, level))
            elif pk in roles:
                rows.leads_to.setdefault(route, []).append(pk)
        return rows


def done(route: QualificationRoute) -> str:
    """The award that stands for having completed the route."""
    return f"route:{route.code}"


def _length(row: CareerStep | QualificationRoute) -> plain.Months | None:
    if row.least_months is None and row.most_months is None:
        return None
    return plain.Months(row.least_months or 0, row.most_months)


class Maker:
    """Makes the steps of one version."""

    def __init__(self, rows: Rows, reader: Reader, asked: Mapping[tuple[str, int], Asked]) -> None:
        self.rows, self.reader, self.asked = rows, reader, asked
        self.sources: dict[str, Any] = {}
        ordinary = {route.pk for route in rows.routes if route.kind in GENERAL and not self._is_on_top(route.pk)}
        codes = {code for own in rows.awards.values() for code, _, _ in own}
        self.no_entry = frozenset(
            codes - {code for pk, own in rows.awards.items() if pk in ordinary for code, _, _ in own}
        )

    def all(self) -> Iterator[plain.Step]:
        for step in self.rows.steps:
            yield from self._moves(step)
        yield from self._first_posts()
        for route in self.rows.routes:
            yield from self._courses(route)
        yield from self._registrations()

    def _is_on_top(self, route: int) -> bool:
        return any(self.rows.roles[pk].job_role.is_added_role for pk in self.rows.leads_to.get(route, []))

    def _noted(self, step: plain.Step, row: Any) -> plain.Step:
        self.sources[step.key] = row
        return step

    def _moves(self, row: CareerStep) -> Iterator[plain.Step]:
        start, end = self.rows.roles[row.from_role_id], self.rows.roles[row.to_role_id]
        basis, length = facts.Basis(row.basis), _length(row)
        own = self.asked.get(("step", row.pk), Asked())
        total = own | self.asked.get(("role", end.pk), Asked())
        requires = [self._from(row, start), *total.requires]
        months = plain.Months(0, 0) if row.gate == Gate.QUALIFICATION else length
        if row.gate == Gate.QUALIFICATION:
            requires += self._courses_before(row, total)
        elif row.gate != Gate.QUALIFICATION and length is not None:
            time = facts.HasExperience(max(length.least, 1), frozenset({start.job_role.code}))
            programmes = frozenset(
                need.programme for part in own.requires for need in part.any_of if isinstance(need, facts.HasProgramme)
            )
            waited = facts.asks(time, basis=basis, note=f"{row.time} as {start.job_role.title}")
            rest = plain.Months(0, None if length.most is None else length.most - length.least)
            if programmes and row.gate == Gate.AUTOMATIC:
                yield self._programmes(row, start, programmes, waited, rest)
                months = plain.Months(0, 0)
            else:
                requires.append(waited)
                months = rest
        is_added = end.job_role.is_added_role
        code = end.job_role.code
        yield self._noted(
            plain.Step(
                key=f"step:{row.code}",
                kind=plain.StepKind.AWARD if is_added else plain.StepKind.ROLE,
                name=self._name(row),
                requires=tuple(requires),
                gives=facts.Facts(awards=frozenset({on_top(code)})) if is_added else facts.Facts(),
                to_role=None if is_added else code,
                months=months,
                gate=GATES[Gate(row.gate)],
                conditions=total.conditions,
                basis=basis,
            ),
            row,
        )

    def _name(self, row: CareerStep) -> str:
        """What it leads to; and by which gate, where another step leads from the same role to it."""
        end = self.rows.roles[row.to_role_id].job_role
        name = f"{'Take on the role' if end.is_added_role else 'Become'}: {end.title}"
        ends = (row.from_role_id, row.to_role_id)
        is_alone = sum((other.from_role_id, other.to_role_id) == ends for other in self.rows.steps) == 1
        return name if is_alone else f"{name}, {BY_GATE[Gate(row.gate)]}"

    def _courses_before(self, row: CareerStep, total: Asked) -> list[facts.Requirement]:
        """An apprentice qualifies by the apprenticeship; where no award is named, by what leads to the role."""
        courses = [route for route in self.rows.routes if route.studied_as_id == row.from_role_id]
        if not courses and not any(isinstance(need, facts.HasAward) for part in total.requires for need in part.any_of):
            courses = [route for route in self.rows.routes if row.to_role_id in self.rows.leads_to.get(route.pk, [])]
        if not courses:
            return []
        needs = [facts.HasAward(done(route)) for route in courses]
        note = " or ".join(route.title for route in courses)
        return [facts.asks(*needs, basis=facts.Basis(row.basis), note=f"You have completed {note}")]

    def _from(self, row: CareerStep, start: CareerRole) -> facts.Requirement:
        """To be in the role before; where the step is open from further up, or in one of those of its profession."""
        need, job = self.reader.being_in(start), start.job_role
        note = f"You are in the role of {job.title}"
        if row.is_open_above and isinstance(need, facts.HasRole) and job.ladder_order is not None:
            above = {other.job_role.code for other in self.rows.roles.values() if is_further_up(other, start)}
            need, note = facts.HasRole(need.roles | above), f"{note}, or further up in the profession"
        return facts.asks(need, basis=facts.Basis(row.basis), note=note)

    def _programmes(
        self, row: CareerStep, start: CareerRole, codes: frozenset[str], waited: facts.Requirement, rest: plain.Months
    ) -> plain.Step:
        here = facts.asks(facts.HasRole(frozenset({start.job_role.code})), basis=facts.Basis(row.basis))
        names = " and ".join(str(label) for code, label in Requirement.Programme.choices if code in codes)
        return self._noted(
            plain.Step(
                key=f"programme:{row.code}",
                kind=plain.StepKind.PROGRAMME,
                name=f"Complete: {names}",
                requires=(here, waited),
                gives=facts.Facts(programmes=codes),
                months=rest,
                basis=facts.Basis(row.basis),
            ),
            row,
        )

    def _first_posts(self) -> Iterator[plain.Step]:
        """Where people come in: from outside or from a role that no step joins, and once qualified by a route."""
        reached = {step.to_role_id for step in self.rows.steps}
        outside = {facts.NO_ROLE} | {r.job_role.code for r in self.rows.roles.values() if r.stands_alone}
        apprentices = {route.studied_as_id for route in self.rows.routes}
        helping = {
            row.job_role.code
            for row in self.rows.roles.values()
            if row.job_role.stage == JobRole.Stage.BEGIN
            and not row.job_role.is_registered
            and row.pk not in apprentices
        }
        for role in self.rows.roles.values():
            routes = [route for route in self.rows.routes if self._qualifies_for(route, role)]
            if role.job_role.is_added_role or (role.pk in reached and not routes):
                continue
            starts = facts.HasRole(frozenset(outside | helping if routes else outside))
            asked = self.asked.get(("role", role.pk), Asked())
            yield self._noted(
                plain.Step(
                    key=f"post:{role.job_role.code}",
                    kind=plain.StepKind.ROLE,
                    name=f"Apply for a post: {role.job_role.title}",
                    requires=(facts.asks(starts, basis=facts.Basis(role.basis)), *asked.requires),
                    to_role=role.job_role.code,
                    months=None,
                    gate=plain.Gate.VACANCY,
                    conditions=asked.conditions,
                    basis=facts.Basis(role.basis),
                ),
                role,
            )

    def _qualifies_for(self, route: QualificationRoute, role: CareerRole) -> bool:
        """Whether the route qualifies for a post that is applied for, not for one that an apprenticeship ends in."""
        leads = role.pk in self.rows.leads_to.get(route.pk, [])
        return leads and route.kind in QUALIFYING and route.studied_as_id is None

    def _courses(self, route: Any) -> Iterator[plain.Step]:
        """The route; where its awards are at different levels one takes one of them, and each is a step of its own."""
        asked = self.asked.get(("route", route.pk), Asked())
        requires = asked.requires
        if route.studied_as_id in self.rows.roles:
            role = self.rows.roles[route.studied_as_id]
            note = f"You are in the role of {role.job_role.title}"
            requires = (facts.asks(self.reader.being_in(role), basis=facts.Basis(route.basis), note=note), *requires)
        awards = self.rows.awards.get(route.pk, [])
        parts = [[award] for award in awards] if len({level for _, _, level in awards}) > 1 else [awards]
        state = STATES[route.state]
        if state is plain.State.OPEN and route.bexley == QualificationRoute.Bexley.ADDED:
            state = plain.State.UNCERTAIN
        for part in parts:
            yield self._noted(
                plain.Step(
                    key=f"route:{route.code}" + (f":{part[0][0]}" if len(parts) > 1 else ""),
                    kind=plain.StepKind.AWARD if self._is_on_top(route.pk) else plain.StepKind.QUALIFICATION,
                    name=part[0][1] if len(parts) > 1 else route.title,
                    requires=requires,
                    gives=self._gained(route, part),
                    months=_length(route),
                    is_degree=route.kind in QUALIFYING and (route.level or 0) >= DEGREE_LEVEL,
                    state=state,
                    funding=route.funding,
                    conditions=asked.conditions,
                    basis=facts.Basis(route.basis),
                ),
                route,
            )

    def _gained(self, route: QualificationRoute, awards: list[tuple[str, str, int | None]]) -> facts.Facts:
        """The awards, and that the route is done. A level too: but nobody is sent to university for an entry level."""
        counts = route.kind not in QUALIFYING
        levels = {
            facts.Qualification(c, level) for c, _, level in awards if counts and level and c not in self.no_entry
        }
        return facts.Facts(frozenset(levels), awards=frozenset({done(route), *(code for code, _, _ in awards)}))

    def _registrations(self) -> Iterator[plain.Step]:
        for body, name in Register.choices:
            opening = [route for route in self.rows.routes if route.opens_registration == body]
            codes = {code for route in opening for code, _, _ in self.rows.awards.get(route.pk, [])}
            # What a role takes in place of one of these opens the register too, such as a degree from elsewhere.
            groups = [
                {need.award for need in part.any_of if isinstance(need, facts.HasAward)}
                for (kind, _), asked in self.asked.items()
                for part in asked.requires
                if kind == "role"
            ]
            for group in groups:
                codes |= group if group & codes else set()
            if codes:
                yield plain.Step(
                    key=f"register:{body}",
                    kind=plain.StepKind.REGISTRATION,
                    name=f"Register with {name}",
                    requires=(
                        facts.asks(
                            *map(facts.HasAward, sorted(codes)),
                            basis=facts.Basis.NATIONAL,
                            note=f"A qualification that {name} approves",
                        ),
                    ),
                    gives=facts.Facts(registrations=frozenset({body})),
                    months=plain.Months(0, None),
                    basis=facts.Basis.NATIONAL,
                )
