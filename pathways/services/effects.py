"""What a change of the framework does to what is open to people: the same rules, asked of everybody before and after.

Nothing is written here. Whoever calls gives two versions of the framework; the second may be one that is not kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from pathways.querysets import records_of_staff
from pathways.rules import facts
from pathways.rules.eligibility import Outcome, outcome_of
from pathways.rules.framework import Framework, Step
from pathways.services.library import Library
from pathways.services.standing import standing_by


@dataclass(frozen=True)
class Effect:
    """How one step or route changes for some people. A step that there is not is "not yet" for everybody."""

    step: str
    before: Outcome
    after: Outcome
    people: tuple[int, ...]


def effects(before: Library, after: Library, *, today: dt.date) -> list[Effect]:
    """For everybody who works here; one query, and one question a person and step that the change touches.

    Of steps between roles only those are asked that lead on from where somebody stands, as on the page "My next step".
    """
    old, new = _by_key(before.written), _by_key(after.written)
    keys = list(dict.fromkeys([*old, *new]))
    touched = [key for key in keys if old.get(key) != new.get(key)]
    names = {key: step.name for key, step in [*old.items(), *new.items()]}
    found: dict[tuple[str, Outcome, Outcome], list[int]] = {}
    for person_id, records in records_of_staff().items():
        was = standing_by(records, before, today=today).person
        now = was if _reads_alike(was.role, before, after) else standing_by(records, after, today=today).person
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


__all__ = ["Effect", "effects", "people_touched"]
