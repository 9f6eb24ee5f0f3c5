"""Geometry of the band of months: lanes, marks at their dates, today as a line. No domain words here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from govuk.states import STATES, State, state_of

WIDTH = 1000
GUTTER = 124  # room for the names of the lanes
TOP = 52  # room for the names of the months
STEP = 26  # a mark and the space around it: never under the 24 pixels of WCAG 2.5.8 at full width
LABEL = 72  # the name of a month and the air around it
STACK = 3  # marks on top of each other before they move along


class Mark(NamedTuple):
    """One thing that falls on a day."""

    date: date
    lane: str
    state: str
    title: str
    url: str = ""


class Span(NamedTuple):
    """Days on which nothing is due; without an end (the first day on which it goes on) they last."""

    start: date
    end: date | None
    words: str


class PlacedSpan(NamedTuple):
    """A span with its place in the drawing."""

    span: Span
    x: int
    width: int


class PlacedMark(NamedTuple):
    """A mark with its place in the drawing (centre) and its words."""

    mark: Mark
    x: int
    y: int

    @property
    def look(self) -> State:
        return state_of(self.mark.state)


@dataclass(frozen=True)
class Lane:
    """A row of marks of one kind."""

    code: str
    label: str
    y: int
    height: int
    marks: list[PlacedMark]

    @property
    def middle(self) -> int:
        return self.y + self.height // 2 + 5


@dataclass(frozen=True)
class Month:
    """One month of the band, with the same marks as words."""

    number: int
    starts: date
    ends: date
    x: int
    width: int
    is_current: bool
    marks: list[Mark]
    is_named: bool = True
    spans: tuple[Span, ...] = ()

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def words(self) -> str:
        return in_words(self.marks) or "nothing due"


@dataclass(frozen=True)
class Timeline:
    """Everything that `rows/timeline.html` draws."""

    start: date
    end: date
    height: int
    lanes: list[Lane]
    months: list[Month]
    today_x: int | None
    summary: str
    states: list[State]
    width: int = WIDTH
    top: int = TOP
    key: list[tuple[str, State]] = field(default_factory=list)
    spans: list[PlacedSpan] = field(default_factory=list)

    @property
    def bottom(self) -> int:
        return self.height - 2

    @property
    def today_label_x(self) -> int:
        return (self.today_x or 0) - 28


def in_words(marks: Iterable[Mark]) -> str:
    """How many marks stand in which state: "3 signed off, 1 ready"."""
    counts: dict[str, int] = {}
    for mark in marks:
        counts[mark.state] = counts.get(mark.state, 0) + 1
    order = {code: place for place, code in enumerate(STATES)}
    ranked = sorted(counts.items(), key=lambda item: order.get(item[0], len(order)))
    return ", ".join(f"{count} {state_of(code).word.lower()}" for code, count in ranked)


def _named(months: list[Month]) -> list[Month]:
    """Long plans have narrow months: each name that fits beside the one before it is drawn."""
    free = 0
    named = []
    for month in months:
        fits = month.middle - LABEL // 2 >= free and month.middle + LABEL // 2 <= WIDTH + STEP
        free = month.middle + LABEL // 2 if fits else free
        named.append(replace(month, is_named=fits))
    return named


def _months(*, start: date, end: date, today: date, marks: Sequence[Mark], spans: Sequence[Span] = ()) -> list[Month]:
    months: list[Month] = []
    number = 1
    while True:
        starts = start + relativedelta(months=number - 1)
        if starts >= end:
            return _named(months)
        ends = min(start + relativedelta(months=number), end)
        is_last = ends >= end
        x = _x(starts, start=start, end=end)
        months.append(
            Month(
                number=number,
                starts=starts,
                ends=ends if is_last else ends - timedelta(days=1),
                x=x,
                width=_x(ends, start=start, end=end) - x,
                is_current=starts <= today < ends,
                marks=[
                    mark for mark in marks if (starts <= mark.date or number == 1) and (mark.date < ends or is_last)
                ],
                spans=tuple(span for span in spans if span.start < ends and (span.end is None or span.end > starts)),
            )
        )
        number += 1


def _x(day: date, *, start: date, end: date) -> int:
    share = (day - start).days / max((end - start).days, 1)
    return GUTTER + round((WIDTH - GUTTER) * min(max(share, 0), 1))


def _place_spans(spans: Sequence[Span], *, start: date, end: date) -> list[PlacedSpan]:
    """Those that lie in the drawing; the shortest is still wide enough to be seen."""
    placed = []
    for span in spans:
        if span.start >= end or (span.end is not None and span.end <= start):
            continue
        x = _x(span.start, start=start, end=end)
        placed.append(PlacedSpan(span, x, max(_x(span.end or end, start=start, end=end) - x, 4)))
    return placed


def _place(marks: Sequence[Mark], *, y: int, start: date, end: date) -> tuple[list[PlacedMark], int]:
    """Put marks near their days without covering each other; the answer says how many rows that took."""
    free_from: list[int] = []
    placed: list[PlacedMark] = []
    left, right = GUTTER + STEP // 2, WIDTH - STEP // 2
    for mark in sorted(marks, key=lambda mark: (mark.date, mark.title)):
        x = min(max(_x(mark.date, start=start, end=end), left), right)
        row = next((row for row, free in enumerate(free_from) if free <= x), None)
        if row is None and len(free_from) < STACK:
            free_from.append(0)
            row = len(free_from) - 1
        if row is None:
            row = min(range(len(free_from)), key=free_from.__getitem__)
            x = free_from[row]
        if x > right:
            free_from.append(0)
            row, x = len(free_from) - 1, right
        free_from[row] = x + STEP
        placed.append(PlacedMark(mark=mark, x=x, y=y + STEP // 2 + 3 + row * STEP))
    return placed, max(len(free_from), 1)


def build_timeline(
    *,
    start: date,
    end: date,
    today: date,
    lanes: Sequence[tuple[str, str]],
    marks: Sequence[Mark],
    summary: str = "",
    spans: Sequence[Span] = (),
) -> Timeline:
    """Lay out marks and spans between two dates. `lanes` are (code, label) from the top; `end` is the last day."""
    months = _months(start=start, end=end, today=today, marks=marks, spans=spans)
    drawn: list[Lane] = []
    y = TOP
    for code, label in lanes:
        placed, rows = _place([mark for mark in marks if mark.lane == code], y=y, start=start, end=end)
        height = rows * STEP + 6
        drawn.append(Lane(code=code, label=label, y=y, height=height, marks=placed))
        y += height + 4
    used = {mark.state for mark in marks}
    key = [(code, state) for code, state in STATES.items() if code in used]
    if not summary:
        current = next((month.number for month in months if month.is_current), None)
        place = f"Month {current} of {len(months)}. " if current else ""
        summary = f"{place}{in_words(marks).capitalize() or 'Nothing is planned yet'}."
    return Timeline(
        start=start,
        end=end,
        height=y + 4,
        lanes=drawn,
        months=months,
        today_x=_x(today, start=start, end=end) if start <= today <= end else None,
        summary=summary,
        states=[state for _, state in key],
        key=key,
        spans=_place_spans(spans, start=start, end=end),
    )


@dataclass(frozen=True)
class Sparkline:
    """A small line of figures; the words beside it say the same."""

    points: str
    last_x: float
    last_y: float
    words: str


def build_sparkline(values: Sequence[int], *, unit: str = "") -> Sparkline:
    """A line 120 wide and 28 high through the values, from the oldest to the newest."""
    low, high = (min(values), max(values)) if values else (0, 0)
    span = max(high - low, 1)
    step = 112 / max(len(values) - 1, 1)
    points = [
        (round(4 + place * step, 1), round(24 - 20 * (value - low) / span, 1)) for place, value in enumerate(values)
    ]
    words = f"from {values[0]} to {values[-1]}{' ' + unit if unit else ''}" if values else "no figures yet"
    last_x, last_y = points[-1] if points else (4, 24)
    return Sparkline(points=" ".join(f"{x:g},{y:g}" for x, y in points), last_x=last_x, last_y=last_y, words=words)
