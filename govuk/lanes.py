"""Geometry of a map of lanes and columns: boxes in their places, lines between them. No domain words here.

Lanes run across, columns down. Inside a column, boxes stand further right the higher their order is; boxes without an
order are extras and fill up where there is room. Each line leaves and reaches a box at a place of its own.
"""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

WIDTH = 1200
TOP = 46  # room for the names of the columns
LANE_HEAD = 32  # room for the name of a lane
GAP = 28  # between boxes beside each other: what lines need to turn
ROW_GAP = 22
PAD = 14  # inside a lane
FRAME = 4  # from the edge of a box to the frame around it
LINE = 17  # from one line of text to the next
LETTER = 8.3  # a wide letter of the boxes' text, so that no system font runs over
MOST_TRACKS = 3  # side by side in one column
WIDEST = 190


@dataclass(frozen=True)
class Box:
    """Something on the map."""

    key: str
    lane: str
    column: str
    title: str
    url: str = ""
    order: int | None = None
    flag: str = ""  # words above the box, "You are here"
    flag_kind: str = ""


@dataclass(frozen=True)
class Line:
    """A way from one box to another; the kind is how it is drawn."""

    source: str
    target: str
    kind: str
    words: str = ""


@dataclass
class PlacedBox:
    """A box with its corner, its size and its title in lines."""

    box: Box
    x: int = 0
    y: int = 0
    width: int = 0
    height: int = 0
    track: int = 0
    lines: list[str] = field(default_factory=list)
    # Paths of the lines that begin or end here: they stand out while the box is pointed at or has the focus.
    traces: list[str] = field(default_factory=list)
    # Frames of the boxes at their other ends, which stand out with them.
    ends: list[str] = field(default_factory=list)

    @property
    def middle(self) -> int:
        return self.y + self.height // 2

    @property
    def centre(self) -> int:
        return self.x + self.width // 2

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def frame(self) -> str:
        """The path of a frame around the box, outside its edge."""
        width, height = self.width + 2 * FRAME, self.height + 2 * FRAME
        return f"M{self.x - FRAME} {self.y - FRAME}h{width}v{height}h-{width}z"

    @property
    def texts(self) -> list[tuple[int, str]]:
        """Each line of the title with its baseline."""
        first = self.middle - (len(self.lines) - 1) * LINE // 2 + 5
        return [(first + number * LINE, words) for number, words in enumerate(self.lines)]

    @property
    def flag_width(self) -> int:
        return round(len(self.box.flag) * LETTER) + 12

    @property
    def flag_x(self) -> int:
        return self.x + 10

    @property
    def flag_y(self) -> int:
        return self.y - 12

    @property
    def flag_text_x(self) -> int:
        return self.flag_x + self.flag_width // 2

    @property
    def flag_text_y(self) -> int:
        return self.flag_y + 15


@dataclass(frozen=True)
class PlacedLine:
    """A line as the path that draws it."""

    line: Line
    path: str


@dataclass(frozen=True)
class Band:
    """A lane or a column with its name and where it lies."""

    code: str
    label: str
    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> int:
        return self.x + self.width // 2

    @property
    def label_y(self) -> int:
        return self.y + 22


@dataclass(frozen=True)
class LaneMap:
    """Everything that a template draws."""

    width: int
    height: int
    lanes: list[Band]
    columns: list[Band]
    boxes: list[PlacedBox]
    lines: list[PlacedLine]

    @property
    def kinds(self) -> list[str]:
        return list(dict.fromkeys(placed.line.kind for placed in self.lines))


def build_lanes(
    *,
    lanes: Sequence[tuple[str, str]],
    columns: Sequence[tuple[str, str]],
    boxes: Sequence[Box],
    lines: Iterable[Line],
) -> LaneMap:
    """Lay out boxes and lines. `lanes` from the top and `columns` from the left are (code, label); empty ones go."""
    lanes = [(code, label) for code, label in lanes if any(box.lane == code for box in boxes)]
    columns = [(code, label) for code, label in columns if any(box.column == code for box in boxes)]
    tracks = {code: _tracks([box for box in boxes if box.column == code]) for code, _ in columns}
    total = sum(len(found) for found in tracks.values()) or 1
    step = min(WIDTH // total, WIDEST + GAP)
    placed: dict[str, PlacedBox] = {}
    drawn_lanes, y = [], TOP
    for code, label in lanes:
        height = _fill_lane([box for box in boxes if box.lane == code], columns, tracks, step, y, placed)
        drawn_lanes.append(Band(code=code, label=label, x=0, y=y, width=step * total, height=height))
        y += height + 10
    drawn_columns, x = [], 0
    for code, label in columns:
        width = len(tracks[code]) * step
        drawn_columns.append(Band(code=code, label=label, x=x, y=0, width=width, height=y))
        x += width
    drawn = _draw([line for line in lines if line.source in placed and line.target in placed], placed)
    for one in drawn:
        source, target = placed[one.line.source], placed[one.line.target]
        for end, other in ((source, target), (target, source)):
            end.traces.append(one.path)
            if other.frame not in end.ends:
                end.ends.append(other.frame)
    return LaneMap(
        width=step * total,
        height=y,
        lanes=drawn_lanes,
        columns=drawn_columns,
        boxes=list(placed.values()),
        lines=drawn,
    )


def _tracks(boxes: Sequence[Box]) -> list[set[int]]:
    """The orders that stand in each track of a column: evenly many, the later tracks take what is left over."""
    orders = sorted({box.order for box in boxes if box.order is not None})
    count = min(max(len(orders), 1), MOST_TRACKS)
    base, more = divmod(len(orders), count)
    found, start = [], 0
    for number in range(count):
        end = start + base + (number >= count - more)
        found.append(set(orders[start:end]))
        start = end
    return found


def _fill_lane(
    boxes: Sequence[Box],
    columns: Sequence[tuple[str, str]],
    tracks: dict[str, list[set[int]]],
    step: int,
    y: int,
    placed: dict[str, PlacedBox],
) -> int:
    """Put the boxes of a lane in rows; the answer is the height of the lane."""
    stacks: dict[int, list[Box]] = defaultdict(list)
    first = 0
    for code, _ in columns:
        own = [box for box in boxes if box.column == code]
        for box in sorted(own, key=lambda box: (box.order is None, box.order or 0)):
            numbers = range(first, first + len(tracks[code]))
            if box.order is None:
                track = min(numbers, key=lambda number: (len(stacks[number]), number))
            else:
                track = next(n for n in numbers if box.order in tracks[code][n - first])
            stacks[track].append(box)
        first += len(tracks[code])
    width = step - GAP
    top = y + LANE_HEAD + PAD
    for row in range(max((len(stack) for stack in stacks.values()), default=0)):
        here = [(track, stack[row]) for track, stack in sorted(stacks.items()) if len(stack) > row]
        letters = max(int((width - 12) / LETTER), 8)
        wrapped = {box.key: textwrap.wrap(box.title, letters, break_long_words=False) for _, box in here}
        height = max(len(lines) for lines in wrapped.values()) * LINE + 22
        for track, box in here:
            placed[box.key] = PlacedBox(
                box=box,
                x=track * step + GAP // 2,
                y=top,
                width=width,
                height=height,
                track=track,
                lines=wrapped[box.key],
            )
        top += height + ROW_GAP
    return top - y - ROW_GAP + PAD


def _sides(line: Line, placed: dict[str, PlacedBox]) -> tuple[str, str]:
    """At which side a line leaves its box, and at which it arrives."""
    source, target = placed[line.source], placed[line.target]
    if target.track > source.track:
        return "right", "left"
    if target.track < source.track:
        return "left", "right"
    near = abs(target.y - source.y) <= max(source.height, target.height) + ROW_GAP + 4
    if near:
        return ("bottom", "top") if target.y > source.y else ("top", "bottom")
    return "right", "right"


def _draw(lines: Sequence[Line], placed: dict[str, PlacedBox]) -> list[PlacedLine]:
    sides = [_sides(line, placed) for line in lines]
    ports: dict[tuple[str, str], list[tuple[int, int, int]]] = defaultdict(list)
    for number, (line, (out, into)) in enumerate(zip(lines, sides, strict=True)):
        ports[(line.source, out)].append((placed[line.target].middle, number, 0))
        ports[(line.target, into)].append((placed[line.source].middle, number, 1))
    places: dict[tuple[int, int], tuple[int, int]] = {}
    for (key, side), ends in ports.items():
        for rank, (_, number, end) in enumerate(sorted(ends)):
            places[(number, end)] = _port(placed[key], side, rank, len(ends))
    return [
        PlacedLine(line=line, path=_way(line, places[(number, 0)], places[(number, 1)], sides[number], placed))
        for number, line in enumerate(lines)
    ]


def _way(
    line: Line, start: tuple[int, int], end: tuple[int, int], sides: tuple[str, str], placed: dict[str, PlacedBox]
) -> str:
    """A curve; where boxes stand in between, along the gaps around them."""
    source, target = placed[line.source], placed[line.target]
    near, far = sorted((source.track, target.track))
    top, bottom = sorted((start[1], end[1]))
    if sides == ("right", "left") and any(
        near < box.track < far and box.y < bottom + 4 and box.bottom > top - 4 for box in placed.values()
    ):
        return _round_corners(start, end, target.y - ROW_GAP // 2)
    return _path(start, end, sides)


def _round_corners(start: tuple[int, int], end: tuple[int, int], channel: int) -> str:
    """Down or up in the gap behind the source, along the channel, and in the gap before the target into it."""
    (x1, y1), (x2, y2) = start, end
    out, into, bend = x1 + GAP // 2, x2 - GAP // 2 - 2, 6
    turn = bend if channel > y1 else -bend
    return (
        f"M{x1} {y1}Q{out} {y1} {out} {y1 + turn}V{channel - turn}Q{out} {channel} {out + bend} {channel}"
        f"H{into - bend}Q{into} {channel} {into} {channel + bend}V{y2 - bend}Q{into} {y2} {x2 - 7} {y2}"
    )


def _port(box: PlacedBox, side: str, rank: int, count: int) -> tuple[int, int]:
    """Where the line of this rank touches the box: lines at one side stand apart, the outermost near the corners."""
    room = (box.height if side in {"left", "right"} else box.width) - 20
    spread = min(12, room // max(count - 1, 1))
    shift = round((rank - (count - 1) / 2) * spread)
    if side in {"left", "right"}:
        return (box.x if side == "left" else box.right), box.middle + shift
    return box.centre + shift, (box.y if side == "top" else box.bottom)


def _path(start: tuple[int, int], end: tuple[int, int], sides: tuple[str, str]) -> str:
    """A curve that leaves and arrives squarely; the arrowhead needs its last pixels."""
    (x1, y1), (x2, y2) = start, end
    if sides[0] in {"top", "bottom"}:
        return f"M{x1} {y1}L{x2} {y2 + (-7 if sides[1] == 'top' else 7)}"
    if sides == ("right", "right"):
        turn = max(x1, x2) + GAP // 2 - 3
        return f"M{x1} {y1}C{turn} {y1} {turn} {y1} {turn} {(y1 + y2) // 2}S{turn} {y2} {x2 + 7} {y2}"
    way = 1 if sides[0] == "right" else -1
    stop = x2 - 7 * way
    bend = max(abs(stop - x1) // 2, GAP // 2) if abs(stop - x1) < 3 * GAP else abs(stop - x1) // 3
    return f"M{x1} {y1}C{x1 + bend * way} {y1} {stop - bend * way} {y2} {stop} {y2}"
