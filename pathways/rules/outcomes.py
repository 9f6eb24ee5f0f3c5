"""What became of those who applied for a route, counted by route and year of application; small numbers left out.

A year's row follows the same people: those who sent an application in it, once a route however often they did, and
once in the row of small routes however many of these they applied for. "Still here" asks only those whose first,
second or third year after qualifying is over.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from people.rules.suppression import FEW, SMALLEST_GROUP, is_small

YEARS_AFTER = (1, 2, 3)
NOT_SHOWN = "not shown"
STAGES = ("applied", "supported", "offered", "enrolled", "qualified")


@dataclass(frozen=True)
class Course:
    """One application: how far it came, when it was completed, when its person left the council."""

    person_id: int
    route: str
    year: int
    reached: str
    completed_date: dt.date | None = None
    leaving_date: dt.date | None = None

    def still_here(self, years: int, *, today: dt.date) -> bool | None:
        """Whether the person was here so many years after completing; None while that day is still to come."""
        if self.completed_date is None:
            return None
        day = anniversary(self.completed_date, years)
        if day > today:
            return None
        return self.leaving_date is None or self.leaving_date >= day


def anniversary(day: dt.date, years: int) -> dt.date:
    """The same day so many years on; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 3, 1)


@dataclass(frozen=True)
class YearCount:
    """A route's applicants of one year, as whole numbers; never shown as they stand here."""

    route: str
    year: int
    reached: dict[str, int] = field(default_factory=dict)
    # By years after: of how many that day has come, and how many of those were here on it.
    asked: dict[int, int] = field(default_factory=dict)
    here: dict[int, int] = field(default_factory=dict)
    is_folded: bool = False
    # Each person's application, the one that came furthest.
    of: tuple[Course, ...] = ()

    @property
    def applied(self) -> int:
        return self.reached["applied"]

    @property
    def cells(self) -> list[str]:
        """The numbers as they may be shown, from applied to still here after three years."""
        if self.applied < SMALLEST_GROUP:
            return [FEW] + [NOT_SHOWN] * (len(STAGES) - 1 + len(YEARS_AFTER))
        words, shown = list[str](), list[int]()
        for stage in STAGES:
            words.append(stage_words(self.reached[stage], shown))
            if words[-1].isdigit():
                shown.append(self.reached[stage])
        return words + [self._still_here(years, shown) for years in YEARS_AFTER]

    def _still_here(self, years: int, shown: Sequence[int]) -> str:
        asked = self.asked[years]
        if self.applied < SMALLEST_GROUP or is_small(asked):
            return NOT_SHOWN
        return stage_words(self.here[years], [*shown, asked]) if asked else "not yet known"


def stage_words(count: int, shown: Sequence[int]) -> str:
    """A number, unless it, or what is left of a number shown before it, would single somebody out."""
    if is_small(count):
        return FEW
    if any(is_small(before - count) for before in shown):
        return f"{SMALLEST_GROUP} or more" if count else FEW
    return str(count)


def counted(courses: Iterable[Course], *, today: dt.date) -> list[YearCount]:
    """By route and year, the latest year first; of several applications of a person the one that came furthest."""
    groups: dict[tuple[int, str], list[Course]] = {}
    for course in courses:
        groups.setdefault((-course.year, course.route), []).append(course)
    return [_count(route, -year, rows, today=today) for (year, route), rows in sorted(groups.items())]


def _rank(course: Course) -> int:
    return STAGES.index(course.reached)


def _count(route: str, year: int, found: Iterable[Course], *, today: dt.date, is_folded: bool = False) -> YearCount:
    """Of people: each once, with the application that came furthest."""
    furthest: dict[int, Course] = {}
    for course in found:
        before = furthest.get(course.person_id)
        if before is None or _rank(course) > _rank(before):
            furthest[course.person_id] = course
    rows = tuple(furthest.values())
    reached = {stage: sum(_rank(row) >= number for row in rows) for number, stage in enumerate(STAGES)}
    answers = {years: [row.still_here(years, today=today) for row in rows] for years in YEARS_AFTER}
    return YearCount(
        route,
        year,
        reached,
        {years: sum(one is not None for one in said) for years, said in answers.items()},
        {years: sum(one is True for one in said) for years, said in answers.items()},
        is_folded,
        rows,
    )


def suppressed(counts: Iterable[YearCount], *, today: dt.date) -> list[YearCount]:
    """Routes with fewer than five applicants in a year are one row of that year, which tells of five people or of
    nothing."""
    shown, small = list[YearCount](), dict[int, list[YearCount]]()
    for row in counts:
        if row.applied >= SMALLEST_GROUP:
            shown.append(row)
        else:
            small.setdefault(row.year, []).append(row)
    for year, rows in small.items():
        shown.append(_together(year, rows, today=today))
    return sorted(shown, key=lambda row: (-row.year, row.is_folded, row.route))


def _together(year: int, rows: Sequence[YearCount], *, today: dt.date) -> YearCount:
    """Counted anew: somebody who applied for five small routes is one person, not five."""
    title = f"Routes with fewer than {SMALLEST_GROUP} applicants, together"
    return _count(title, year, (course for row in rows for course in row.of), today=today, is_folded=True)
