"""How requirement rows read together: all of them hold, rows of one group are alternatives."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar


class Grouped(Protocol):
    """A requirement, seen from the rule."""

    @property
    def group(self) -> int | None: ...


AnyRow = TypeVar("AnyRow", bound=Grouped)


def all_of(rows: Iterable[AnyRow]) -> list[list[AnyRow]]:
    """What has to hold, in order: each part is a list of which one row is enough."""
    parts: list[list[AnyRow]] = []
    groups: dict[int, list[AnyRow]] = {}
    for row in rows:
        if row.group is None:
            parts.append([row])
        elif row.group in groups:
            groups[row.group].append(row)
        else:
            groups[row.group] = [row]
            parts.append(groups[row.group])
    return parts
