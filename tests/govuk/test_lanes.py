"""The map of lanes: everything has a place of its own, and lines begin and end at boxes."""

from __future__ import annotations

import re

import pytest

from govuk.lanes import WIDTH, Box, LaneMap, Line, build_lanes

LANES = [("top", "Top"), ("low", "Low"), ("empty", "Empty")]
COLUMNS = [("one", "One"), ("two", "Two"), ("three", "Three")]


def box(key: str, lane: str = "top", column: str = "one", order: int | None = 1, title: str = "") -> Box:
    return Box(key=key, lane=lane, column=column, title=title or f"Role {key}", order=order)


MANY = [
    box(f"{lane}{column}{number}", lane, column, order, "A rather long title of a role that wraps")
    for lane in ("top", "low")
    for column in ("one", "two")
    for number, order in enumerate((1, 2, 2, 3, 5, None, None))
]


def laid_out(boxes: list[Box], lines: list[Line] | None = None) -> LaneMap:
    return build_lanes(lanes=LANES, columns=COLUMNS, boxes=boxes, lines=lines or [])


def test_no_box_covers_another_and_all_lie_inside() -> None:
    placed = laid_out(MANY).boxes
    assert len(placed) == len(MANY)
    for number, one in enumerate(placed):
        assert one.x >= 0
        assert one.right <= WIDTH
        for other in placed[number + 1 :]:
            apart = one.right <= other.x or other.right <= one.x or one.bottom <= other.y or other.bottom <= one.y
            assert apart, (one.box.key, other.box.key)


def test_each_box_lies_in_its_lane_and_column() -> None:
    drawn = laid_out(MANY)
    lanes = {band.code: band for band in drawn.lanes}
    columns = {band.code: band for band in drawn.columns}
    for placed in drawn.boxes:
        lane, column = lanes[placed.box.lane], columns[placed.box.column]
        assert lane.y < placed.y < placed.bottom <= lane.y + lane.height
        assert column.x <= placed.x < placed.right <= column.x + column.width


def test_a_higher_order_stands_further_right() -> None:
    drawn = {placed.box.key: placed for placed in laid_out([box(str(n), order=n) for n in (1, 2, 3, 4, 5)]).boxes}
    xs = [drawn[str(n)].x for n in (1, 2, 3, 4, 5)]
    assert xs == sorted(xs)
    assert len(set(xs)) == 3


def test_what_is_empty_takes_no_room() -> None:
    drawn = laid_out([box("a")])
    assert [band.code for band in drawn.lanes] == ["top"]
    assert [band.code for band in drawn.columns] == ["one"]
    assert laid_out([]).boxes == []


def test_words_fit_their_box() -> None:
    for placed in laid_out(MANY).boxes:
        baselines = [y for y, _ in placed.texts]
        assert placed.y + 12 <= min(baselines)
        assert max(baselines) <= placed.bottom - 4
        assert " ".join(placed.lines) == placed.box.title


@pytest.mark.parametrize(
    ("source", "target"),
    [("a", "b"), ("b", "a"), ("a", "c"), ("c", "a"), ("a", "d"), ("d", "a"), ("a", "e")],
    ids=["on", "back", "down", "up", "another lane", "from another lane", "past one in the same column"],
)
def test_a_line_runs_from_edge_to_edge(source: str, target: str) -> None:
    boxes = [box("a"), box("b", column="two"), box("c"), box("e"), box("d", lane="low", column="two")]
    drawn = laid_out(boxes, [Line(source, target, "solid"), Line("gone", target, "solid")])
    assert len(drawn.lines) == 1
    numbers = [int(n) for n in re.findall(r"-?\d+", drawn.lines[0].path)]
    placed = {each.box.key: each for each in drawn.boxes}
    for (x, y), key in (((numbers[0], numbers[1]), source), ((numbers[-2], numbers[-1]), target)):
        edge = placed[key]
        assert edge.x - 8 <= x <= edge.right + 8
        assert edge.y - 8 <= y <= edge.bottom + 8


def test_lines_at_one_side_of_a_box_stand_apart() -> None:
    boxes = [box("a"), *[box(str(n), column="two", order=n) for n in range(1, 5)]]
    drawn = laid_out(boxes, [Line("a", str(n), "solid") for n in range(1, 5)])
    starts = {re.match(r"M(\d+) (\d+)", placed.path).groups() for placed in drawn.lines}  # type: ignore[union-attr]
    assert len(starts) == 4


def test_a_line_goes_round_what_stands_in_between() -> None:
    """Along gaps only: no point of the way lies in another box."""
    boxes = [box(str(n), order=n, lane=lane) for lane in ("top", "low") for n in (1, 2, 3)]
    boxes = [Box(**{**vars(each), "key": f"{each.lane}{each.key}"}) for each in boxes]
    drawn = laid_out(boxes, [Line("top1", "low3", "solid")])
    path = drawn.lines[0].path
    upright = [int(x) for x in re.findall(r"Q(\d+)", path)]
    level = int(re.findall(r"Q\d+ (\d+) \d+ \1", path)[0])
    for placed in drawn.boxes:
        assert not placed.y < level < placed.bottom
        assert not any(placed.x < x < placed.right for x in upright)


def test_each_box_carries_the_lines_that_begin_or_end_there() -> None:
    boxes = [Box(key=key, lane="a", column="one", title=key, order=number) for number, key in enumerate("xyz")]
    found = build_lanes(
        lanes=[("a", "A")], columns=[("one", "One")], boxes=boxes,
        lines=[Line("x", "y", "panel"), Line("y", "z", "panel"), Line("x", "elsewhere", "panel")],
    )  # fmt: skip
    paths = {(placed.line.source, placed.line.target): placed.path for placed in found.lines}
    assert {placed.box.key: placed.traces for placed in found.boxes} == {
        "x": [paths["x", "y"]],
        "y": [paths["x", "y"], paths["y", "z"]],
        "z": [paths["y", "z"]],
    }


def test_each_box_frames_once_those_to_which_its_lines_lead() -> None:
    boxes = [Box(key=key, lane="a", column="one", title=key, order=number) for number, key in enumerate("xyz")]
    found = build_lanes(
        lanes=[("a", "A")], columns=[("one", "One")], boxes=boxes,
        lines=[Line("x", "y", "panel"), Line("x", "y", "appraisal"), Line("y", "z", "panel")],
    )  # fmt: skip
    by_key = {placed.box.key: placed for placed in found.boxes}
    framed = {key: [by_key[other].frame for other in others] for key, others in (("x", "y"), ("y", "xz"), ("z", "y"))}
    assert {key: placed.ends for key, placed in by_key.items()} == framed
    box = by_key["x"]
    assert box.frame == f"M{box.x - 4} {box.y - 4}h{box.width + 8}v{box.height + 8}h-{box.width + 8}z"
