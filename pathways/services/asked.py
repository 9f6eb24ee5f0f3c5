"""Requirement rows as the planner and the eligibility rules read them: what is checked, and what people decide.

- All rows of an owner have to hold; rows of one group are alternatives, and one of them is enough.
- What people judge or support can be met by no record: it becomes a condition in words. So does a group with such a
  row in it, since somebody may say yes without the other rows.
- What is usual but not fixed is a condition too, unless it is time: months that are usually asked for are planned for,
  so that nobody is promised a shorter way than most have had.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pathways.models import CareerRole, Requirement
from pathways.rules import facts
from pathways.rules.asked import all_of
from people.models import JobRole

STAGES = [stage.value for stage in JobRole.Stage]
# Months of work that belong to no role here, by the kind of experience that they count for.
ELSEWHERE = "elsewhere:"


def on_top(code: str) -> str:
    """The award that stands for a role which is held on top of a job: whoever takes it on keeps their own role."""
    return f"role:{code}"


@dataclass(frozen=True)
class Asked:
    """What an owner asks: what records can answer, and what is for people to decide."""

    requires: tuple[facts.Requirement, ...] = ()
    conditions: tuple[str, ...] = ()

    def __or__(self, other: Asked) -> Asked:
        """Both together, each thing once."""
        known = {requirement.any_of for requirement in self.requires}
        more = tuple(requirement for requirement in other.requires if requirement.any_of not in known)
        said = tuple(words for words in other.conditions if words not in self.conditions)
        return Asked((*self.requires, *more), (*self.conditions, *said))


@dataclass(frozen=True)
class Reader:
    """Reads rows against the roles that there are on the day."""

    roles: Mapping[int, CareerRole]
    working: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, roles: Iterable[CareerRole]) -> Reader:
        rows = list(roles)

        def keys(*flags: str) -> frozenset[str]:
            return frozenset(row.job_role.code for row in rows if any(getattr(row.job_role, flag) for flag in flags))

        working = {
            "direct": keys("gives_direct_care", "is_practitioner"),
            "registered": keys("is_registered"),
            "managing": keys("manages_people"),
        }
        return cls({row.pk: row for row in rows}, {k: v | {ELSEWHERE + k} for k, v in working.items()})

    def asked(self, rows: Sequence[Requirement]) -> Asked:
        requires, conditions = list[facts.Requirement](), list[str]()
        for part in all_of(rows):
            needs = [self.need(row) for row in part]
            words = ", or ".join(row.text for row in part)
            is_usual = all(row.is_usual_only for row in part)
            if None in needs or (is_usual and not all(isinstance(need, facts.HasExperience) for need in needs)):
                conditions.append(f"{words} (usual, not fixed)" if is_usual else words)
                continue
            # The least certain row decides how far the whole can be relied on.
            basis = max((facts.Basis(row.basis) for row in part), key="BNPUA".index)
            requires.append(facts.Requirement(tuple(need for need in needs if need), basis, words))
        return Asked(tuple(requires), tuple(conditions))

    def need(self, row: Requirement) -> facts.Need | None:
        """The row as something that records can answer; nothing where only people can."""
        match row.kind:
            case "qualification" if row.qualification:
                return facts.HasAward(row.qualification.code)
            case "level" if row.level:
                return facts.HasQualification(row.level)
            case "registration":
                return facts.HasRegistration(frozenset({row.body}))
            case "programme":
                return facts.HasProgramme(row.programme)
            case "role" if row.role_id is not None and row.role_id in self.roles:
                return self.being_in(self.roles[row.role_id])
            case "experience" if row.months:
                return self._experience(row, row.months)
        return None

    def being_in(self, role: CareerRole) -> facts.HasRole | facts.HasAward:
        """To hold the role: as the job, or on top of one."""
        code = role.job_role.code
        return facts.HasAward(on_top(code)) if role.job_role.is_added_role else facts.HasRole(frozenset({code}))

    def _experience(self, row: Requirement, months: int) -> facts.HasExperience | None:
        if row.experience_of == Requirement.Experience.ROLE:
            role = self.roles.get(row.role_id or 0)
            return facts.HasExperience(months, frozenset({role.job_role.code})) if role else None
        if row.experience_of == Requirement.Experience.STAGE:
            return facts.HasExperience(months, stages=frozenset(STAGES[STAGES.index(row.stage) :]))
        return facts.HasExperience(months, self.working[row.experience_of])
