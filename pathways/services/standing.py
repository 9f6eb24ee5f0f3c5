"""Where somebody stands, as the planner reads it: their records, and what their role itself vouches for.

Records of qualifications are young and far from whole. Whoever is in a role is taken to hold what it asks for, and the
page says so: otherwise a Social Worker whose degree nobody has typed in would be sent to university.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pathways.querysets import Record, records_of
from pathways.rules import facts
from pathways.services.asked import ELSEWHERE, on_top
from pathways.services.library import Library

DAYS_A_MONTH = 365.25 / 12


@dataclass(frozen=True)
class Standing:
    """The person for the planner; in words, what is on record and what is taken as held."""

    person: facts.Person
    on_record: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()


def own_standing(person_id: int, library: Library, *, today: dt.date) -> Standing:
    """By the person's own posts, qualifications and registrations; one query."""
    return standing_by(records_of(person_id), library, today=today)


def standing_by(records: Sequence[Record], library: Library, *, today: dt.date) -> Standing:
    """By these records of one person, as they count on the day."""
    posts = [row for row in records if row.kind == "post" and row.start and row.start <= today]
    now = next((row.code for row in posts if row.end is None or row.end >= today), facts.NO_ROLE)
    months: dict[str, int] = {}
    for row in posts:
        months[row.code] = months.get(row.code, 0) + _months(row, today)
    awards = {row.code for row in records if row.kind == "award" and _holds(row, today)}
    bodies = [row for row in records if row.kind == "registration" and _holds(row, today)]
    levels = {
        facts.Qualification(code, level)
        for code in awards - library.no_entry
        if (level := library.levels.get(code)) is not None
    }
    held = facts.Facts(frozenset(levels), frozenset(row.code for row in bodies), frozenset(awards))
    since = max((_months(row, today) for row in bodies), default=0)
    role = now if now in library.roles else facts.NO_ROLE
    person = facts.Person(role, held, months, unknown=frozenset({facts.FactKind.PROGRAMME}))
    person = _at_least(person, facts.HasExperience(since, library.working["registered"]), library)
    said = [library.written.named(code) for code in sorted(awards)]
    said += [f"registration with {library.written.named(row.code)}" for row in bodies]
    return _vouched(Standing(person, tuple(said)), library)


def standing_in(role: str, library: Library) -> Standing:
    """Somebody in the role, of whom nothing else is known."""
    return _vouched(Standing(facts.Person(role)), library)


def _vouched(standing: Standing, library: Library) -> Standing:
    """With what the role asks for, where no record says it; of alternatives the first that the role names."""
    person, said = standing.person, list[str]()
    if person.role == facts.NO_ROLE:
        return standing
    if library.roles[person.role].job_role.is_added_role:
        person = person.having(facts.Facts(awards=frozenset({on_top(person.role)})))
    for requirement in facts.unmet(library.asked_of[person.role].requires, person, library.written.stages):
        need = requirement.any_of[0]
        if isinstance(need, facts.HasExperience):
            person = _at_least(person, need, library)
        elif not isinstance(need, facts.HasRole):
            person = person.having(library.holding(need))
        said.append(requirement.note if len(requirement.any_of) == 1 else f"one of: {requirement.note}")
    return Standing(person, standing.on_record, tuple(said))


def _at_least(person: facts.Person, need: facts.HasExperience, library: Library) -> facts.Person:
    """With so many months, those that no post here shows counted as worked elsewhere."""
    missing = need.months - facts.months_counted(need, person, library.written.stages)
    if missing <= 0:
        return person
    key = next((role for role in sorted(need.roles) if role.startswith(ELSEWHERE)), "")
    if not key:
        return person
    return replace(person, experience={**person.experience, key: person.experience.get(key, 0) + missing})


def _holds(row: Record, today: dt.date) -> bool:
    return (row.end is None or row.end >= today) and (row.start is None or row.start <= today)


def _months(row: Record, today: dt.date) -> int:
    """Whole months from the beginning to the end or to the day."""
    if row.start is None:
        return 0
    end = min(row.end, today) if row.end else today
    return max(0, int((end - row.start).days / DAYS_A_MONTH))
