"""Where writing stands on a photo: lines into rows, rows into blocks, and how near the edge.

Boxes are shares of the photo's width and height, whose ratio is not known here: what lies across
is measured in the row's own type size (`em`, a share of the width), what lies down in its height.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import median
from typing import TypeAlias

from app.watermark_spelling import ems, plain
from forms.watermark import Line

_SAME_ROW_GAP = 3.0
_LINE_GAP, _FLUSH_GAP = 1.5, 2.2
_EDGE = 0.085
_CLOCK = re.compile(r"\D{0,5}(?:\d\d?:\d\d(?::\d\d)?\d?|[012]\d[0-5]\d)")
"""A time with no more than a tag before it. Alone in large type, its colon may be lost, or a stroke
of what is below it added."""
_OVER = 0.25
_LEADING_CLOCK = re.compile(r"\D{0,5}(?:\d\d?:\d\d|[012]\d[0-5]\d$)")
_TAG = 4
"""Characters of a tag, which like a time may stand on a plate."""
_WRAPPED = re.compile(
    r"(?:经纬度|坐标|GPS|[北南]纬|[东西]经|[经纬]度?|(?<![^ ,;])(?<![\d\"'°] )[NE])[ :]{0,2}$",
    re.IGNORECASE,
)
"""The name of a number that went to the next line."""
_HALF = re.compile(
    r"(?:(?:经纬度|坐标|GPS)[ :]{0,2})?(?<![\d.])[-+]?\d{1,3}\.\d{2,8} ?[,;、]$", re.IGNORECASE
)
"""The first of two numbers, the second of which went to the next line."""
_NUMBER = re.compile(r"[: ]{0,2}[-+]?\d{1,3}[.°度]")
_TILT, _INK = 0.8, 60
"""Degrees, and levels of a colour, by which writing of one hand may seem to differ."""


Ink: TypeAlias = tuple[int, int, int] | None


@dataclass(frozen=True)
class Row:
    """Lines that stand side by side as one writing; `numbers` are theirs among all lines."""

    numbers: tuple[int, ...]
    text: str
    left: float
    top: float
    right: float
    bottom: float
    score: float
    ink: Ink = None
    tilt: float = 0.0

    @property
    def height(self) -> float:
        """The height of its box, a share of the photo's."""
        return self.bottom - self.top

    @cached_property
    def em(self) -> float:
        """The width of a Chinese character of this row, a share of the photo's."""
        return (self.right - self.left) / max(ems(self.text), 1.0)

    @property
    def middle(self) -> float:
        """Where its middle lies across the photo."""
        return (self.left + self.right) / 2


def rows_of(lines: Sequence[Line]) -> list[Row]:
    """The rows, from the top down. Lines without a place are a row each, in their order."""
    groups: list[list[int]] = []
    order = sorted(range(len(lines)), key=lambda number: (lines[number].box[1], number))
    for number in order:
        line = lines[number]
        for group in reversed(groups[-12:]):
            if any(_side_by_side(lines[other], line) for other in group):
                group.append(number)
                break
        else:
            groups.append([number])
    rows = [_row(lines, sorted(group, key=lambda n: (lines[n].box[0], n))) for group in groups]
    return sorted(rows, key=lambda row: (row.top, row.numbers))


def _side_by_side(one: Line, other: Line) -> bool:
    heights = one.box[3] - one.box[1], other.box[3] - other.box[1]
    low = min(heights)
    if low <= 0 or max(heights) > 1.6 * low or not alike(one, other):
        return False
    middles = (one.box[1] + one.box[3]) / 2, (other.box[1] + other.box[3]) / 2
    if abs(middles[0] - middles[1]) > 0.4 * low:
        return False
    em = median((line.box[2] - line.box[0]) / max(ems(line.text), 1.0) for line in (one, other))
    gap = max(one.box[0], other.box[0]) - min(one.box[2], other.box[2])
    return -em < gap < _SAME_ROW_GAP * em


def _row(lines: Sequence[Line], numbers: list[int]) -> Row:
    boxes = [lines[number].box for number in numbers]
    longest = max((lines[number] for number in numbers), key=lambda line: len(line.text))
    return Row(
        tuple(numbers),
        " ".join(lines[number].text for number in numbers),
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
        min(lines[number].score for number in numbers),
        longest.ink,
        longest.tilt,
    )


def alike(one: Line | Row, other: Line | Row) -> bool:
    """Whether two writings may be of one hand: neither ink nor tilt tells them apart."""
    return abs(one.tilt - other.tilt) <= _TILT and _may_be_one(one.ink, other.ink)


def _may_be_one(ink: Ink, other: Ink) -> bool:
    if ink is None or other is None:
        return True
    return max(abs(a - b) for a, b in zip(ink, other, strict=True)) <= _INK


def blocks_of(rows: Sequence[Row]) -> list[list[Row]]:
    """Rows that stand under or beside each other as one block, blocks and rows from the top."""
    if all(row.height <= 0 for row in rows):
        return [list(rows)] if rows else []
    parents = list(range(len(rows)))

    def root(number: int) -> int:
        while parents[number] != number:
            parents[number] = number = parents[parents[number]]
        return number

    inks = [None if len(row.text) <= _TAG or _is_clock(row) else row.ink for row in rows]
    for bound, number, later in _adjoining(rows):
        one, other = root(number), root(later)
        # What has no colour of its own does not make one block of writing in two colours.
        if one != other and (bound or _may_be_one(inks[one], inks[other])):
            parents[other] = one
            inks[one] = inks[one] or inks[other]
    blocks: dict[int, list[Row]] = {}
    for number, row in enumerate(rows):
        blocks.setdefault(root(number), []).append(row)
    return [_rewrapped(block) for block in blocks.values()]


def _rewrapped(block: Sequence[Row]) -> list[Row]:
    """The rows, a number's name at a row's end put before the number in the next one, and so the
    first of two coordinates before the second."""
    rows = list(block)
    for number, below in enumerate(rows[1:], 1):
        above = rows[number - 1]
        found = _WRAPPED.search(plain(above.text)) or _HALF.search(plain(above.text))
        if found and _NUMBER.match(plain(below.text)):
            label = above.text[found.start() :]
            rows[number - 1] = replace(above, text=above.text[: found.start()])
            rows[number] = replace(below, text=label + below.text)
    return rows


def set_alike(one: Row, other: Row) -> bool:
    """Whether two rows are of one size, and begin, end or centre at the same place."""
    low, high = sorted((one.height, other.height))
    return high <= 1.25 * low and _flush(one, other, min(one.em, other.em))


def flush(one: Row, other: Row) -> bool:
    """Whether two rows begin, end or centre at the same place."""
    return _flush(one, other, min(one.em, other.em))


def stand_together(one: Row, other: Row) -> bool:
    """Whether two rows begin, end or centre near the same place, but for an icon's width."""
    return _flush(one, other, 4 * max(one.em, other.em))


def _adjoining(rows: Sequence[Row]) -> list[tuple[bool, int, int]]:
    """The pairs of rows that adjoin, and whether they do so whatever their colours.

    Those do that are flush, and a time in large type and what stands below it; they come first.
    """
    tallest = max(row.height for row in rows)
    found = []
    for number, row in enumerate(rows):
        for later in range(number + 1, len(rows)):
            below = rows[later]
            if below.top - row.bottom > _FLUSH_GAP * tallest:
                break
            if _adjoin(row, below):
                plate, flush = on_plate(row, below), _flush(row, below, min(row.em, below.em))
                found.append((not plate, not flush, below.top - row.bottom, number, later))
    found.sort()
    return [(not (bare and apart), number, later) for bare, apart, _, number, later in found]


def _adjoin(above: Row, below: Row) -> bool:
    low, high = sorted((above.height, below.height))
    if low <= 0 or high > 4.5 * low:
        return False
    gap = below.top - above.bottom
    across = max(above.left, below.left) - min(above.right, below.right)
    em = min(above.em, below.em)
    flush = _flush(above, below, em)
    if on_plate(above, below):
        return True
    plate = high > 1.3 * low and _is_clock(above if above.height == high else below)
    # On restless ground colours are often mistaken, so lines set alike are one all the same.
    excused = abs(above.tilt - below.tilt) <= _TILT and (plate or (flush and high <= 1.25 * low))
    if not excused and not alike(above, below):
        return False
    if high > 1.6 * low and not plate and not flush:
        return False  # a heading
    if (above.ink is None) != (below.ink is None) and not flush and high > 1.25 * low:
        return False
    if gap < -0.5 * low:  # beside each other: a large time and two lines right of it
        return across < _SAME_ROW_GAP * em
    if high <= 1.2 * low and flush:
        return gap <= _FLUSH_GAP * low  # of lines set alike one may be missing in between
    return gap <= max(_LINE_GAP * low, 0.9 * high) and across < em


def on_plate(above: Row, below: Row) -> bool:
    """Whether a time in large type stands over a row, on a plate and in a colour of its own."""
    gap = below.top - above.bottom
    return (
        above.height > 1.3 * below.height > 0
        and -0.5 * below.height <= gap <= 1.3 * above.height
        and max(above.left, below.left) - min(above.right, below.right) < below.em
        and abs(above.tilt - below.tilt) <= 2 * _TILT
        and _LEADING_CLOCK.match(plain(above.text)) is not None
    )


def _is_clock(row: Row) -> bool:
    return _CLOCK.fullmatch(plain(row.text)) is not None


def run_over(one: Row, other: Row) -> bool:
    """Whether two rows share some of their place on the photo."""
    across = min(one.right, other.right) - max(one.left, other.left)
    down = min(one.bottom, other.bottom) - max(one.top, other.top)
    return across > 0 and down > _OVER * min(one.height, other.height)


def _flush(one: Row, other: Row, em: float) -> bool:
    """Whether two rows begin, end or centre at the same place."""
    return (
        abs(one.left - other.left) < 0.6 * em
        or abs(one.right - other.right) < 0.6 * em
        or abs(one.middle - other.middle) < 0.3 * em
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """How a block stands: `edge` 2 in a corner or middle of a long edge, 1 at an edge, else 0."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def edge(self) -> int:
        """Watermarks stand at the edges; writing that was photographed stands anywhere."""
        if self.right <= self.left or self.bottom <= self.top:
            return 1  # nothing is known of where it stands
        beside = min(self.left, 1 - self.right) < _EDGE
        over = min(self.top, 1 - self.bottom) < _EDGE
        centred = abs(self.left + self.right - 1) < 0.06
        return 2 if over and (beside or centred) else int(over or beside)


def standing(block: Sequence[Row]) -> Standing:
    """The block's surrounding box."""
    return Standing(
        min(row.left for row in block),
        min(row.top for row in block),
        max(row.right for row in block),
        max(row.bottom for row in block),
    )


def overlap(one: Line, other: Line) -> bool:
    """Whether two lines are readings of the same place, or one of a part of the other's."""
    across = min(one.box[2], other.box[2]) - max(one.box[0], other.box[0])
    down = min(one.box[3], other.box[3]) - max(one.box[1], other.box[1])
    widths = one.box[2] - one.box[0], other.box[2] - other.box[0]
    heights = one.box[3] - one.box[1], other.box[3] - other.box[1]
    return across > 0.5 * min(widths) and down > 0.5 * min(heights)
