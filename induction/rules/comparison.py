"""Two texts of a programme side by side, row by row."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from induction.models import Audience, Method, Owner, Section
from induction.rules.programme import HEAD_FIELDS, ProgrammeData, label
from people.models import Basis


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that says something else."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """What happened to one row from one version to the other."""

    kind: str  # added, removed, changed, moved, same
    key: str
    title: str
    changes: tuple[FieldChange, ...] = ()
    is_moved: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions side by side."""

    head: tuple[FieldChange, ...]
    reviews: tuple[RowChange, ...]
    checkpoints: tuple[RowChange, ...]

    @property
    def is_equal(self) -> bool:
        return not self.head and not self.changed_reviews and not self.changed_checkpoints

    @property
    def changed_reviews(self) -> tuple[RowChange, ...]:
        return tuple(row for row in self.reviews if row.kind != "same")

    @property
    def changed_checkpoints(self) -> tuple[RowChange, ...]:
        return tuple(row for row in self.checkpoints if row.kind != "same")

    @property
    def counts(self) -> dict[str, int]:
        """How many checkpoints were added, removed, changed or moved."""
        found = Counter(row.kind for row in self.checkpoints)
        return {kind: found[kind] for kind in ("added", "removed", "changed", "moved", "same")}


def compare(before: ProgrammeData, after: ProgrammeData) -> Comparison:
    """Row by row, in the order of the newer text; removed rows stand where they stood."""
    head = _changes(before, after, HEAD_FIELDS)
    return Comparison(
        head,
        _rows(
            [(str(row.month), row) for row in before.reviews],
            [(str(row.month), row) for row in after.reviews],
        ),
        _rows([(row.key, row) for row in before.checkpoints], [(row.key, row) for row in after.checkpoints]),
    )


def _rows(before: Sequence[tuple[str, Any]], after: Sequence[tuple[str, Any]]) -> tuple[RowChange, ...]:
    old, new = dict(before), dict(after)
    moved = _moved([key for key, _ in before if key in new], [key for key, _ in after if key in old])
    rows = []
    for key, row in after:
        if key not in old:
            rows.append(RowChange("added", key, row.title))
            continue
        changes = _changes(old[key], row, [field.name for field in fields(row)])
        kind = "changed" if changes else "moved" if key in moved else "same"
        rows.append(RowChange(kind, key, row.title, changes, key in moved))
    places = [key for key, _ in before]
    for key in (key for key in places if key not in new):
        ahead = set(places[: places.index(key)])
        place = max((number for number, row in enumerate(rows, start=1) if row.key in ahead), default=0)
        rows.insert(place, RowChange("removed", key, old[key].title))
    return tuple(rows)


def _moved(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """The fewest rows whose move explains the new order (all but a longest run that kept its order)."""
    place = {key: number for number, key in enumerate(before)}
    ends: list[int] = []
    runs: list[list[str]] = []
    for key in after:
        at = bisect_left(ends, place[key])
        run = [*(runs[at - 1] if at else ()), key]
        ends[at : at + 1] = [place[key]]
        runs[at : at + 1] = [run]
    return set(after) - set(runs[-1] if runs else ())


def _changes(before: Any, after: Any, names: Iterable[str]) -> tuple[FieldChange, ...]:
    return tuple(
        FieldChange(label(name), in_words(name, getattr(before, name)), in_words(name, getattr(after, name)))
        for name in names
        if getattr(before, name) != getattr(after, name)
    )


_WORDS: dict[str, dict[str, str]] = {
    "section": dict(Section.choices),
    "method": dict(Method.choices),
    "owner": dict(Owner.choices),
    "audience": dict(Audience.choices),
    "basis": dict(Basis.choices),
}


def in_words(name: str, value: Any) -> str:
    """A value as the comparison shows it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "\n".join(value)
    return _WORDS.get(name, {}).get(value, str(value))
