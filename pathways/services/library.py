"""The framework of the database in the planner's form, once for every version of it that a process meets."""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pathways.models import CareerRole, Register, Requirement
from pathways.querysets import framework_version
from pathways.rules import Answer, Planner, Wishes, facts
from pathways.rules import framework as plain
from pathways.rules.planner import LABELS
from pathways.services.asked import Asked, Reader, on_top
from pathways.services.steps import Maker, Rows, done

# So many answers stand until the framework changes; whatever is left out is looked for again.
ANSWERS = 500


@dataclass(frozen=True)
class Library:
    """One version of the framework: as it is written, and as ways are looked for in it."""

    version: tuple[Any, ...]
    rows: Rows
    written: plain.Framework
    planner: Planner
    part_time: Planner
    asked_of: Mapping[str, Asked]
    # By key of a step: the row of the database that it was made of.
    sources: Mapping[str, Any]
    # What no step gives, so that it is a condition of a way and no part of one.
    brought: frozenset[facts.Need]
    no_entry: frozenset[str]
    levels: Mapping[str, int | None]
    # The roles in which months count, by the kind of experience.
    working: Mapping[str, frozenset[str]]
    # What a need is called by the row that asks for it.
    words: Mapping[facts.Need, str]
    lock: threading.Lock = field(default_factory=threading.Lock)
    answers: dict[Hashable, Answer] = field(default_factory=dict)

    @property
    def roles(self) -> dict[str, CareerRole]:
        return {row.job_role.code: row for row in self.rows.roles.values()}

    def said(self, need: facts.Need) -> str:
        return self.words.get(need) or self.written.describe(need)

    def holding(self, need: facts.Held) -> facts.Facts:
        """The least that meets the need."""
        match need:
            case facts.HasQualification(level, subjects):
                return facts.Facts(frozenset({facts.Qualification(min(subjects, default=""), level)}))
            case facts.HasRegistration(bodies):
                return facts.Facts(registrations=frozenset({"SWE" if "SWE" in bodies else min(bodies)}))
            case facts.HasProgramme(programme):
                return facts.Facts(programmes=frozenset({programme}))
            case facts.HasAward(award):
                counted = None if award in self.no_entry else self.levels.get(award)
                levels = {facts.Qualification(award, counted)} if counted else set()
                return facts.Facts(frozenset(levels), awards=frozenset({award}))

    def goal(self, role: CareerRole) -> tuple[facts.Requirement, ...]:
        return (facts.asks(Reader(self.rows.roles).being_in(role)),)

    def plan(self, person: facts.Person, role: CareerRole, wishes: Wishes) -> Answer:
        """The ways to the role. A planner learns goals, so that one question is put to it at a time."""
        planner = self.part_time if wishes.part_time else self.planner
        # Who holds the same in the same role gets the same answer; that many stand there until the framework changes.
        asked = (person.key, role.pk, wishes)
        with self.lock:
            found = self.answers.get(asked)
            if found is None:
                found = planner.plan(person, self.goal(role), wishes, limit=LABELS)
                if len(self.answers) < ANSWERS:
                    self.answers[asked] = found
        return found


_lock = threading.Lock()
_last: Library | None = None


def library(today: dt.date) -> Library:
    """The framework in force on the day; made anew when a row of it has changed since, else one query."""
    global _last
    version = (today, *framework_version())
    with _lock:
        if _last is None or _last.version != version:
            _last = _made(version, Rows.on(today))
        return _last


def library_of(rows: Rows) -> Library:
    """The framework as rows tell it that were perhaps never kept, so that it is not remembered; asks no questions."""
    return _made((), rows)


def held_version(today: dt.date) -> str:
    """The version of the framework as nobody else changes it before the transaction ends."""
    hold_framework()
    return fingerprint((today, *framework_version()))


def hold_framework() -> None:
    """Whoever saves a part of the framework waits here for whoever saves another."""
    list(CareerRole.objects.select_for_update(of=("self",)).order_by("pk").values_list("pk"))


def fingerprint(version: tuple[Any, ...]) -> str:
    """A version in a form that a page can carry."""
    return hashlib.sha256(repr(version).encode()).hexdigest()


def _made(version: tuple[Any, ...], rows: Rows) -> Library:
    reader = Reader.of(rows.roles.values())
    asked = {owner: reader.asked(own) for owner, own in rows.requirements.items()}
    maker = Maker(rows, reader, asked)
    steps = list(maker.all())
    names = {"begin": "Begin", "flourish": "Flourish", "excel": "Excel"} | dict(Register.choices)
    names |= dict(Requirement.Programme.choices)
    gained = [award for own in rows.awards.values() for award in own]
    names |= {code: title for code, title, _ in gained}
    names |= {on_top(row.job_role.code): row.job_role.title for row in rows.roles.values()}
    names |= {done(route): route.title for route in rows.routes}
    needed = [row.qualification for own in rows.requirements.values() for row in own if row.qualification]
    names |= {row.code: row.title for row in needed}
    roles = tuple(plain.Role(r.job_role.code, r.job_role.title, r.job_role.stage) for r in rows.roles.values())
    brought = frozenset(
        need
        for step in steps
        for requirement in step.requires
        for need in requirement.any_of
        if isinstance(need, facts.HasAward) and not any(facts.is_held(need, other.gives) for other in steps)
    )
    planned = [_planned(step, brought) for step in steps]
    return Library(
        version=version,
        rows=rows,
        written=plain.Framework(roles, tuple(steps), names),
        planner=Planner(plain.Framework(roles, tuple(planned), names)),
        part_time=Planner(plain.Framework(roles, tuple(_longer(step) for step in planned), names)),
        asked_of={row.job_role.code: asked.get(("role", row.pk), Asked()) for row in rows.roles.values()},
        sources=maker.sources,
        brought=brought,
        no_entry=maker.no_entry,
        levels={row.code: row.rqf_level for row in needed} | {code: level for code, _, level in gained},
        working=reader.working,
        words={
            need: row.text
            for own in rows.requirements.values()
            for row in own
            if (need := reader.need(row)) is not None
        },
    )


def _planned(step: plain.Step, brought: frozenset[facts.Need]) -> plain.Step:
    """The step without what nothing here gives: a way names it as a condition instead of ending at it."""
    kept = tuple(row for row in step.requires if not brought.issuperset(row.any_of))
    said = tuple(row.note for row in step.requires if brought.issuperset(row.any_of))
    return replace(step, requires=kept, conditions=(*said, *step.conditions))


def _longer(step: plain.Step) -> plain.Step:
    """What is studied part-time takes at least as long as is published; how long at most nobody publishes."""
    if step.months is None or step.kind not in {plain.StepKind.QUALIFICATION, plain.StepKind.AWARD}:
        return step
    return (
        step
        if step.to_role or step.months.least == step.months.most == 0
        else replace(step, months=plain.Months(step.months.least, None))
    )
