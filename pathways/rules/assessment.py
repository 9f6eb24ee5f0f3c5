"""Marks of capabilities: what has changed, what is missing for a role, and who may mark for the manager's side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from people.rules import NotAllowed

CONFIDENT = "confident"
# What is furthest away first; what nobody has marked is looked at after that.
ORDER = ("not_yet", "developing", "", CONFIDENT)

# What helps from here on, as people learn: in the work, from others, in a course (70:20:10).
NEXT = {
    "not_yet": "Ask in supervision for a piece of work in which you can try this beside someone who does it well.",
    "developing": "Ask for work in which you do this yourself, and for feedback from whoever sees you do it.",
    "": "Mark where you are first. If you are not sure, ask someone who has seen you work.",
    CONFIDENT: "Keep an example, with its date, for an appraisal or a panel.",
}


@dataclass(frozen=True)
class Marked:
    """What one side says of one capability; all empty means not marked."""

    level: str = ""
    note: str = ""
    seen_date: dt.date | None = None


@dataclass(frozen=True)
class Gap:
    """A capability of a role with the mark that each side gives it, and the marks before."""

    capability: Any
    own: Any = None
    view: Any = None
    earlier: tuple[Any, ...] = ()

    @property
    def level(self) -> str:
        return self.own.level if self.own else ""

    @property
    def is_met(self) -> bool:
        return self.level == CONFIDENT

    @property
    def page_state(self) -> str:
        return f"capability_{self.level or 'unmarked'}"

    @property
    def next(self) -> str:
        return NEXT[self.level]


@dataclass(frozen=True)
class GapView:
    """A role's capabilities as somebody stands to them."""

    missing: tuple[Gap, ...] = ()
    met: tuple[Gap, ...] = ()
    # Marks of capabilities that the framework has no more.
    gone: tuple[Any, ...] = field(default=())

    @property
    def total(self) -> int:
        return len(self.missing) + len(self.met)


def held(marks: Iterable[Any]) -> dict[tuple[int | None, str], Any]:
    """The mark that holds of each capability and side, of marks that come in order."""
    return {(mark.capability_id, mark.side): mark for mark in marks}


def gap_view(capabilities: Sequence[Any], marks: Sequence[Any]) -> GapView:
    """What is missing, the furthest first, and what is met. `marks` come in the order in which they were made."""
    now = held(marks)
    rows = []
    for capability in capabilities:
        own, view = now.get((capability.pk, "person")), now.get((capability.pk, "manager"))
        earlier = tuple(
            mark for mark in reversed(marks) if mark.capability_id == capability.pk and mark not in (own, view)
        )
        rows.append(Gap(capability, own, view, earlier))
    rows.sort(key=lambda gap: ORDER.index(gap.level))
    return GapView(
        tuple(gap for gap in rows if not gap.is_met),
        tuple(gap for gap in rows if gap.is_met),
        tuple(mark for mark in marks if mark.capability_id is None),
    )


def changed(before: Mapping[int, Marked], after: Mapping[int, Marked]) -> dict[int, Marked]:
    """The marks that say something new."""
    return {key: mark for key, mark in after.items() if mark != before.get(key, Marked())}


def instant_behind(
    now: dt.datetime, *, last: dt.datetime | None = None, past: dt.datetime | None = None
) -> dt.datetime:
    """When something is kept whose sheet is locked: not before the `last` that was kept, and after what is `past`.

    The clock is read before the lock, and two servers have two clocks; what the lock let through first stays first.
    """
    after = past + dt.timedelta(microseconds=1) if past else None
    return max(instant for instant in (now, last, after) if instant)


def check_can_share(*, owner_id: int, by_id: int) -> None:
    """The person alone."""
    if by_id != owner_id:
        raise NotAllowed("Only the person whose capabilities these are can share them, or stop sharing.")


def check_can_give_view(*, owner_id: int, by_id: int, line_ids: Collection[int], is_shared: bool) -> None:
    """The line manager of today or their cover, on what was shared; never of oneself."""
    if by_id == owner_id:
        raise NotAllowed("This is the manager’s part. Mark your own capabilities on your own page.")
    if by_id not in line_ids or not is_shared:
        raise NotAllowed("Only the line manager, or whoever covers, can add a view, once it is shared.")
