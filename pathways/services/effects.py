"""What a change of the framework does to what is open to people: the same rules, asked of everybody before and after.

Nothing is written here. Whoever calls gives two versions of the framework and of what is on record of people, whose
codes and levels it keeps; the second may be one that is not kept.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pathways.models import CareerStep
from pathways.querysets import Record, records_of_staff
from pathways.rules import facts
from pathways.rules.eligibility import Outcome, outcome_of
from pathways.rules.framework import Framework, Step
from pathways.services.library import Library, library, library_of
from pathways.services.standing import standing_by
from pathways.services.steps import Rows


@dataclass(frozen=True)
class Seen:
    """The framework, and the records of everybody who works here in its words."""

    library: Library
    records: Mapping[int, Sequence[Record]]


@dataclass(frozen=True)
class Unsaved:
    """The same as the running transaction reads it: rows alone, so that it can end before they are thought about."""

    rows: Rows
    records: Mapping[int, Sequence[Record]]

    def seen(self) -> Seen:
        return Seen(library_of(self.rows), self.records)


def seen_now(today: dt.date) -> Seen:
    return Seen(library(today), records_of_staff())


def seen_unsaved(today: dt.date) -> Unsaved:
    return Unsaved(Rows.on(today), records_of_staff())


@dataclass(frozen=True)
class Effect:
    """How one step or route changes for some people. A step that there is not is "not yet" for everybody."""

    step: str
    before: Outcome
    after: Outcome
    people: tuple[int, ...]


def effects(then: Seen, later: Seen, *, today: dt.date) -> list[Effect]:
    """For everybody who works here; no query, and one question a person and step that the change touches.

    Of steps between roles only those are asked that lead on from where somebody stands, as on the page "My next step".
    """
    before, after = then.library, later.library
    old, new = _by_key(before.written), _by_key(after.written)
    keys = list(dict.fromkeys([*old, *new]))
    touched = [key for key in keys if old.get(key) != new.get(key)]
    names = _names(before) | _names(after)
    found: dict[tuple[str, Outcome, Outcome], list[int]] = {}
    for person_id, records in then.records.items():
        was, now_held = standing_by(records, before, today=today).person, later.records.get(person_id, ())
        is_alike = records == now_held and _reads_alike(was.role, before, after)
        now = was if is_alike else standing_by(now_held, after, today=today).person
        # What a role vouches for may change as well, and with it steps that nobody has touched.
        for key in touched if was == now else keys:
            outcomes = _of(before, was, old.get(key)), _of(after, now, new.get(key))
            if outcomes[0] != outcomes[1]:
                found.setdefault((key, *outcomes), []).append(person_id)
    rows = [Effect(names[key], was, now, tuple(people)) for (key, was, now), people in found.items()]
    return sorted(rows, key=lambda row: (row.step, row.before, row.after))


def people_touched(rows: Sequence[Effect]) -> int:
    return len({person for row in rows for person in row.people})


def _by_key(framework: Framework) -> dict[str, Step]:
    return {step.key: step for step in framework.steps}


def _names(library: Library) -> dict[str, str]:
    """What each step is called; with the role that it leads from, where others lead to the same."""
    steps = library.written.steps
    often = Counter(step.name for step in steps)
    return {
        step.key: f"{step.name}, from {library.rows.roles[row.from_role_id].job_role.title}"
        if often[step.name] > 1 and isinstance(row := library.sources.get(step.key), CareerStep)
        else step.name
        for step in steps
    }


def _reads_alike(role: str, before: Library, after: Library) -> bool:
    """Whether both versions read the records of somebody in the role alike."""
    alike = (before.levels, before.no_entry, before.working) == (after.levels, after.no_entry, after.working)
    return alike and before.asked_of.get(role) == after.asked_of.get(role)


def _of(library: Library, person: facts.Person, step: Step | None) -> Outcome:
    if step is None or not _leads_on(library, person, step):
        return Outcome.NOT_YET
    return outcome_of(library.written, person, step)


def _leads_on(library: Library, person: facts.Person, step: Step) -> bool:
    """Whether it is a route, which is for everybody, or begins where the person stands."""
    if step.key.startswith("route:") or not step.requires:
        return True
    return any(facts.is_met(need, person, library.written.stages) for need in step.requires[0].any_of)


__all__ = ["Effect", "Seen", "Unsaved", "effects", "people_touched", "seen_now", "seen_unsaved"]
