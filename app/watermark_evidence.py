"""What on a photo is a watermark's writing, and what was only photographed.

A watermark is told from photographed writing by what stands together in one block (date, time,
weekday, address, coordinates, a camera's name), by where the block stands (watermarks keep to the
edges) and by words that belong to boards, screens and papers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import lru_cache
from statistics import median

from app.watermark_address import Address, is_address, levels, read_address, writing
from app.watermark_layout import (
    Row,
    Standing,
    blocks_of,
    flush,
    on_plate,
    rows_of,
    set_alike,
    stand_together,
    standing,
)
from app.watermark_moment import Moment, read_moment
from app.watermark_position import Coordinates, read_coordinates
from app.watermark_words import (
    awaits_code,
    beside_the_moment,
    has_weather,
    is_chatter,
    is_remark,
    labels,
    of_the_scene,
    only_a_moment,
    read_marks,
)
from forms.watermark import Line, Watermark

_STATED, _SURE = 4, 5
"""Points from which a block is a watermark, and a clear one (see `_points`)."""
_UPRIGHT = 0.9
"""Degrees: what tilts more was photographed."""
_WITNESS = frozenset({"day", "clock", "position"})
_NEAR = 1.5
"""Heights of a line within which a row stands with a block."""
_MARKED = 2
"""Points for a camera's name or code elsewhere on the photo."""


class Trust(IntEnum):
    """How far what a row says of date and time is its own.

    OWN where it says hardly anything else; TAGGED where a word stands beside, which may be whose
    time it is (例会9:00); GLUED where other writing runs into it, which states something only in a
    block that is a watermark anyway, and with doubt.
    """

    NONE = 0
    GLUED = 1
    TAGGED = 2
    OWN = 3


@dataclass(frozen=True, slots=True)
class Read:
    """A row and all that was read in it."""

    row: Row
    rest: str
    moment: Moment
    coordinates: Coordinates
    brand: str
    code: str
    scene: bool
    trust: Trust
    address: bool

    @property
    def clean(self) -> bool:
        """Whether its date or time speaks for a watermark."""
        return self.trust >= Trust.TAGGED

    @property
    def whole(self) -> bool:
        """Whether it has both, be they possible or not."""
        moment = self.moment
        return sum(map(bool, (moment.day, moment.clock is not None, moment.impossible))) > 1


@dataclass(frozen=True, slots=True)
class Block:
    """A block with its points; `only_moment` where it has nothing but date, time and weekday.

    `gathered` tells that it was put together of what seemed to be several.
    """

    reads: tuple[Read, ...]
    points: int
    only_moment: bool
    edge: int
    address: Address
    gathered: bool = False

    @property
    def sure(self) -> bool:
        """Whether it is a watermark beyond doubt."""
        return not self.gathered and (self.points >= _SURE or self.only_moment)

    @property
    def located(self) -> bool:
        """Whether it stands upright at an edge and has coordinates, which no notice or screen has.

        Then a watermark is in it, whatever else is.
        """
        axes = {one.axis for read in self.reads for one in read.coordinates.found}
        return len(axes) > 1 and self.edge > 0 and not _tilted(self.reads)

    @property
    def marked(self) -> bool:
        """Whether a camera's name or code stands in it, at an edge of the photo."""
        return self.edge > 0 and any(read.brand or read.code for read in self.reads)


def evidence(lines: Sequence[Line]) -> tuple[list[Block], list[Block]]:
    """All blocks of writing from the top, and those that are watermarks, the strongest first."""
    blocks = [part for rows in blocks_of(rows_of(lines)) for part in _parted(_block(rows))]
    marked = any(block.marked for block in blocks)

    def is_watermark(block: Block) -> bool:
        more = _MARKED * (marked and not block.marked)
        return block.located or (block.points > 0 and block.points + more >= _STATED)

    stated = [block for block in blocks if is_watermark(block)]
    if not stated:
        # Its date may have grown together with writing of the scene, and be lost to that.
        parts = [block for block in blocks if block.edge and block.address.address]
        gathered = [with_neighbours(block, blocks) for block in parts]
        stated = [block for block in gathered if is_watermark(block)]
    return blocks, sorted(stated, key=lambda block: -block.points)


def _parted(block: Block) -> list[Block]:
    """A block that is none, as the watermark within it and what of the scene touches it."""
    if block.points >= _STATED:
        return [block]
    for read in block.reads:
        if not (read.clean and (read.moment.day or read.moment.impossible)):
            continue
        own: list[Row] = []
        rest: list[Row] = []
        for other in block.reads:
            alike = set_alike(read.row, other.row) or on_plate(other.row, read.row)
            (own if alike or other is read else rest).append(other.row)
        part = _block(own)
        more = any(other.address or other.coordinates.found for other in part.reads)
        if rest and more and part.points >= _STATED:
            return [part, _block(rest)]
    return [block]


@lru_cache(maxsize=512)  # a row is looked at again wherever blocks are put together anew
def _read(row: Row) -> Read:
    marks = read_marks(row.text)
    coordinates = read_coordinates(marks.rest)
    moment = read_moment(coordinates.rest)
    address = is_address(writing(row, moment.rest))
    read = Read(
        row, moment.rest, moment, coordinates, marks.brand, marks.code, False, Trust.NONE, address
    )
    chatter = read.whole and is_chatter(moment.rest)
    scene = not chatter and of_the_scene(row.text)
    return replace(read, scene=scene, trust=_trust(read, scene, chatter))


def _trust(read: Read, scene: bool, chatter: bool) -> Trust:
    """How far the row's moment is its own."""
    moment = read.moment
    if moment.empty:
        return Trust.NONE
    if scene or moment.several or is_remark(read.row.text):
        return Trust.GLUED if read.whole else Trust.NONE
    if (
        read.address
        or chatter
        or moment.agrees
        or (read.whole and len(read.coordinates.found) == 2)
    ):
        return Trust.OWN
    if not only_a_moment(moment.rest, read.whole):
        return Trust.GLUED
    own = read.whole or beside_the_moment(moment.rest) <= 1
    return Trust.OWN if own else Trust.TAGGED


def _block(rows: Sequence[Row]) -> Block:
    reads = tuple(_read(row) for row in rows)
    only_moment = all(read.clean and not read.address for read in reads)
    edge = standing(rows).edge
    days = [r.row for r in reads if r.clean and (r.moment.day or r.moment.impossible)]
    said = days[:1] or [read.row for read in reads if read.clean]
    places = [(read.row, read.rest) for read in reads if read.address or not read.scene]
    address = read_address(places, said)
    if address.rows and not all(stand_together(address.rows[0], row) for row in days):
        # What is not set like the date may be of a notice that the block has grown together with.
        address = replace(address, doubtful=True)
    return Block(reads, _points(reads, edge), only_moment, edge, address)


def with_neighbours(block: Block, blocks: Sequence[Block]) -> Block:
    """The block and the rows right beside it, above or below that were not taken for its own.

    What lies under a watermark's row may change its colour, tilt and size, or grow together with
    it; so a row that stands with the block may be of it all the same.
    """
    box = standing([read.row for read in block.reads])
    line = median(read.row.height for read in block.reads)
    rows = [read.row for read in block.reads]
    near = [
        read.row
        for other in blocks
        if other is not block
        for read in other.reads
        if _is_near(read.row, box, line)
        and (read.trust is Trust.GLUED or any(flush(read.row, row) for row in rows))
    ]
    gathered = _block(sorted([*rows, *near], key=lambda row: (row.top, row.numbers)))
    return replace(gathered, gathered=True)


def _is_near(row: Row, box: Standing, line: float) -> bool:
    down = max(row.top - box.bottom, box.top - row.bottom)
    across = max(row.left, box.left) - min(row.right, box.right)
    return down < _NEAR * line and across < 0


def _points(reads: Sequence[Read], edge: int) -> int:
    """How much speaks for a watermark; without day, time or coordinates nothing does."""
    clean = [read.moment for read in reads if read.clean]
    day = any(moment.day or moment.impossible for moment in clean)
    clock = any(moment.clock for moment in clean)
    axes = {one.axis for read in reads for one in read.coordinates.found}
    position = len(axes) == 2
    whole = (day and clock) or any(read.clean and read.whole for read in reads)
    glued = any(read.trust and read.whole and not read.scene for read in reads)
    if not (day or clock or position or glued):
        return 0
    points = 3 * position + 2 * whole + (day and any(m.weekday is not None for m in clean))
    points += 3 * any(read.brand or read.code for read in reads)
    points += 2 * any(read.address for read in reads)
    points += min(2, sum(labels(read.row.text) for read in reads))
    points += any(has_weather(read.row.text) for read in reads)
    points += (-1, 1, 2)[edge]
    points -= not (day or clock or position)  # only in a sentence, as notices have them
    points -= min(4, 2 * sum(read.scene for read in reads))
    points -= 4 * _tilted(reads)
    days = {moment.day for moment in clean if moment.day}
    return points - 3 * (len(days) > 1)


def _tilted(reads: Sequence[Read]) -> bool:
    return abs(median(read.row.tilt for read in reads)) > _UPRIGHT


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the photo, in shares of its sides; the height of a line in it, 0 if unknown."""

    left: float
    top: float
    right: float
    bottom: float
    line: float


def rows_that_matter(mark: Watermark) -> list[Row]:
    """The rows that state something, and those that seem to in a block that is a watermark."""
    seen = {number for numbers in mark.seen_in.values() for number in numbers}
    _, stated = evidence(mark.lines)
    return [
        read.row
        for block in stated
        for read in block.reads
        if seen & set(read.row.numbers) or read.moment.partial or read.coordinates.partial
    ]


def open_region(mark: Watermark, *, again: bool = False) -> Region | None:
    """Where to look more closely: around what is unsure, incomplete, or only a trace.

    None where all is said that a closer look mends, or there is not even a trace: on 116 photos
    without writing it found none, and none of three watermarks either. `again`, after a first
    one, only time and position are worth another.
    """
    blocks, stated = evidence(mark.lines)
    unsure = set(mark.unsure) & ({"day", "clock", "position", "address"} if not again else _WITNESS)
    if mark.day and mark.weekday is not None and mark.day.weekday() != mark.weekday:
        unsure.discard("day")  # a contradiction, which is told
    complete = mark.day is not None and mark.clock is not None
    half = not again and any(_half_read(block) for block in stated)
    if complete and not unsure and not half:
        return None
    candidates = stated or [block for block in blocks if _traces(block)]
    if not candidates:
        return None
    block = max(candidates, key=lambda block: (block.points, _partial(block), len(block.reads)))
    return _around(block)


def _around(block: Block) -> Region:
    """The block with room for lines that were not found: above, below, and where it may go on."""
    rows = [read.row for read in block.reads]
    where = standing(rows)
    line = median(row.height for row in rows)
    em = median(row.em for row in rows)
    left, right = where.left - 3 * em, where.right + 3 * em
    if where.left < 1 - where.right:
        right = max(right, where.left + 28 * em)
    else:
        left = min(left, where.right - 28 * em)
    top, bottom = where.top - 7 * line, where.bottom + 7 * line
    return Region(max(0.0, left), max(0.0, top), min(1.0, right), min(1.0, bottom), line)


def _partial(block: Block) -> bool:
    return any(read.moment.partial or read.coordinates.partial for read in block.reads)


def _half_read(block: Block) -> bool:
    """Whether coordinates or an address were read in part, or a row's room is empty in between."""
    axes = {one.axis for read in block.reads for one in read.coordinates.found}
    partial = any(read.coordinates.partial for read in block.reads)
    if len(axes) == 1 or (partial and not axes):
        return True
    if not block.address.address and any(levels(read.rest) for read in block.reads):
        return True
    rows = [read.row for read in block.reads]
    return any(
        below.top - max(row.bottom for row in rows[: number + 1])
        > 1.5 * max(below.height, rows[number].height)
        > 0
        for number, below in enumerate(rows[1:])
    )


def _traces(block: Block) -> bool:
    """Whether a block at an edge may be what was read of a watermark, and not of the scene."""
    if not block.edge or any(read.scene for read in block.reads):
        return False
    return any(_is_trace(read) for read in block.reads)


def _is_trace(read: Read) -> bool:
    text = read.row.text
    return (
        read.clean
        or read.moment.partial
        or bool(read.coordinates.found)
        or read.coordinates.partial
        or bool(read.brand or read.code)
        or awaits_code(text)
        or labels(text) > 0
        or has_weather(text)
        or levels(text) > 1
    )
