"""What a photo's writing states as a watermark, and how surely.

Where too little speaks for a watermark nothing is stated (see `watermark_evidence`); where
something is left open the statement is `unsure`.
"""

from collections.abc import Iterable, Sequence
from datetime import date, time
from statistics import median

from app.watermark_evidence import Block, Read, Trust, evidence, with_neighbours
from app.watermark_layout import Row, alike, run_over
from app.watermark_moment import bare_clock
from app.watermark_position import Degrees, in_china
from app.watermark_words import awaits_code, beside_the_moment, has_moment_label, lone_code
from forms.watermark import LINE_CEILING, TEXT_CEILING, Line, Statement, Watermark

SURE_SCORE = 0.6
SURE_SCORES: dict[Statement, float] = {
    "clock": 0.9,
    **dict.fromkeys(("address", "place", "brand"), 0.92),
    "code": 0.98,
}
"""Scores of a row's weakest character from which it carries a sure statement. Among thousands of
Chinese characters the right one is often hardly likelier than the next; of a code any may be."""
_SMALL, _LARGE = 0.7, 1.3


def parse(lines: Sequence[Line]) -> Watermark:
    """What the lines state. Total: whatever the texts hold, an answer comes back, and quickly."""
    kept = tuple(lines[:LINE_CEILING])
    blocks, stated = evidence(kept)
    saying = _Saying()
    for block in stated:
        saying.hear(block)
    if len({_moment_of(block) for block in stated} - {None}) > 1:
        saying.unsure |= {"day", "clock"}
    for block in blocks:
        if block.marked or block in stated:
            saying.hear_marks(block)
        if stated and block.edge and _of_one_hand(block, stated[0]):
            saying.hear_address(block, sure=False)
    if stated:
        saying.hear(with_neighbours(stated[0], blocks))
    saying.doubt(_crowded(blocks))
    return saying.watermark(kept)


def _crowded(blocks: Sequence[Block]) -> set[int]:
    """The lines that run over others: writing over writing, where strokes get mixed up."""
    rows = [read.row for block in blocks for read in block.reads]
    return {
        number
        for row in rows
        if any(run_over(row, other) for other in rows if other is not row)
        for number in row.numbers
    }


def _of_one_hand(block: Block, main: Block) -> bool:
    """Whether a block's address may be the watermark's, set apart from its date and time."""
    if any(read.scene for read in block.reads):
        return False
    said = [read.row for read in main.reads if read.clean] or [main.reads[0].row]
    return all(alike(read.row, said[0]) for read in block.reads)


def _moment_of(block: Block) -> tuple[date, time] | None:
    """The day and minute of a block, where it has both."""
    days = [read.moment.day for read in block.reads if read.clean and read.moment.day]
    clocks = [read.moment.clock for read in block.reads if read.clean and read.moment.clock]
    return (days[0], clocks[0].replace(second=0)) if days and clocks else None


class _Saying:
    """The statements as they are gathered, the strongest block first."""

    def __init__(self) -> None:
        self.values: dict[str, object] = {}
        self.unsure: set[Statement] = set()
        self.seen_in: dict[Statement, tuple[int, ...]] = {}

    def state(
        self, statement: Statement, values: dict[str, object], rows: Iterable[Row], sure: bool
    ) -> None:
        """Keep a statement where there is none yet."""
        rows = tuple(rows)
        if statement in self.seen_in:
            return
        self.values |= values
        self.seen_in[statement] = tuple(number for row in rows for number in row.numbers)
        least = SURE_SCORES.get(statement, SURE_SCORE)
        if not sure or any(row.score < least for row in rows):
            self.unsure.add(statement)

    def hear(self, block: Block) -> None:
        """A block that is a watermark."""
        self._hear_moment(block)
        self._hear_position(block)
        self.hear_address(block, block.sure)

    def _hear_moment(self, block: Block) -> None:
        reads = sorted((read for read in block.reads if read.trust), key=_rank)
        if impossible := next((r for r in reads if r.moment.impossible), None):
            self.values.setdefault("impossible", impossible.moment.impossible)
        days = _trusted([read for read in reads if read.moment.day])
        clocks = [read for read in reads if read.moment.clock is not None]
        weekdays = _trusted([read for read in reads if read.moment.weekday is not None])
        agree: bool | None = None
        if days and weekdays:
            day, weekday = days[0].moment.day, weekdays[0].moment.weekday
            agree = day is not None and day.weekday() == weekday
        if days:
            first = days[0]
            settled = "day" not in first.moment.doubts or (
                agree is True and "weekday" not in weekdays[0].moment.doubts
            )
            one = len({read.moment.day for read in days}) == 1
            certain = block.sure and first.trust is Trust.OWN and settled and one
            certain = certain and agree is not False and not _small(first, block)
            self.state("day", {"day": first.moment.day}, [first.row], certain)
        if clocks:
            self._state_clock(clocks, block)
        elif days:
            self._guess_clock(block)
        if weekdays:
            first = weekdays[0]
            certain = block.sure and first.clean and "weekday" not in first.moment.doubts
            certain = certain and agree is not False
            self.state("weekday", {"weekday": first.moment.weekday}, [first.row], certain)

    def _state_clock(self, found: Sequence[Read], block: Block) -> None:
        """The time; of a time to the minute and the same to the second, the latter.

        A time that does not stand with its date is not sure where the block names another.
        """
        clocks = _trusted(found)
        minutes = {_to_minute(read.moment.clock) for read in clocks}
        best = max(clocks, key=lambda read: read.moment.seconds) if len(minutes) == 1 else clocks[0]
        if not best.whole:
            minutes |= {_to_minute(read.moment.clock) for read in found}
        sure = block.sure and best.trust is Trust.OWN and len(minutes) == 1
        sure = sure and "clock" not in best.moment.doubts and not _small(best, block)
        values: dict[str, object] = {"clock": best.moment.clock, "seconds": best.moment.seconds}
        self.state("clock", values, [best.row], sure)

    def _guess_clock(self, block: Block) -> None:
        """A time in large type whose colon was lost, where the block has a day and no time."""
        size = median(read.row.height for read in block.reads)
        for read in block.reads:
            clock = bare_clock(read.row.text) if read.row.height > _LARGE * size else None
            if clock is not None:
                values: dict[str, object] = {"clock": clock, "seconds": False}
                self.state("clock", values, [read.row], sure=False)

    def _hear_position(self, block: Block) -> None:
        found = [(one, read.row) for read in block.reads for one in read.coordinates.found]
        latitudes = [(one, row) for one, row in found if one.axis == "lat"]
        longitudes = [(one, row) for one, row in found if one.axis == "lon"]
        if not latitudes or not longitudes:
            return
        (north, above), (east, below) = latitudes[0], longitudes[0]
        if in_china(north.undashed.degrees, east.undashed.degrees):
            north, east = north.undashed, east.undashed
        if north.degrees == 0 and east.degrees == 0:
            return  # what devices write that have no position yet
        sure = block.sure and _fit(north, east) and _one(latitudes) and _one(longitudes)
        values: dict[str, object] = {"latitude": north.degrees, "longitude": east.degrees}
        rows = [above] if above is below else [above, below]
        self.state("position", values, rows, sure)

    def hear_address(self, block: Block, sure: bool) -> None:
        """The address and place of a block, which may stand apart from date and time."""
        found = block.address
        if found.address:
            values: dict[str, object] = {"address": found.address[:TEXT_CEILING]}
            self.state("address", values, found.rows, sure and not found.doubtful)
        if found.place:
            self.state("place", {"place": found.place[:TEXT_CEILING]}, found.place_rows, sure)

    def hear_marks(self, block: Block) -> None:
        """The camera's name and its code, which often stand in a corner of their own."""
        for read, below in zip(block.reads, (*block.reads[1:], None), strict=True):
            if read.brand:
                self.state("brand", {"brand": read.brand[:TEXT_CEILING]}, [read.row], True)
            code, rows = read.code, [read.row]
            if not code and below is not None and awaits_code(read.row.text):
                code, rows = lone_code(below.row.text), [read.row, below.row]
            if code:
                self.state("code", {"code": code[:TEXT_CEILING]}, rows, True)

    def doubt(self, lines: set[int]) -> None:
        """Leave to a person what was read in these lines."""
        self.unsure |= {name for name, seen in self.seen_in.items() if lines & set(seen)}

    def watermark(self, lines: tuple[Line, ...]) -> Watermark:
        """All that was stated."""
        return Watermark.model_validate(
            {
                **self.values,
                "lines": lines,
                "unsure": self.unsure & self.seen_in.keys(),
                "seen_in": self.seen_in,
            }
        )


def _rank(read: Read) -> tuple[bool, bool, bool, int]:
    """Rows that call themselves the photo's time first, then date and time together, then bare.

    What other writing runs into comes after all that does not.
    """
    label = has_moment_label(read.row.text)
    return not read.clean, not label, not read.whole, beside_the_moment(read.rest)


def _trusted(reads: Sequence[Read]) -> Sequence[Read]:
    """Those that no other writing runs into, or all where there are none."""
    return [read for read in reads if read.clean] or reads


def _small(read: Read, block: Block) -> bool:
    """Whether a row is much smaller than its block's, as a screen's clock under a watermark is."""
    return read.row.height < _SMALL * median(other.row.height for other in block.reads)


def _to_minute(clock: time | None) -> time | None:
    return clock.replace(second=0) if clock else None


def _fit(north: Degrees, east: Degrees) -> bool:
    """Whether two degrees are whole and in China; much shorter decimals lost some at the end."""
    return (
        in_china(north.degrees, east.degrees)
        and not (north.doubtful or east.doubtful)
        and abs(north.decimals - east.decimals) <= 1
    )


def _one(found: Sequence[tuple[Degrees, Row]]) -> bool:
    """Whether all readings of one axis say the same, to ten metres."""
    return all(abs(one.degrees - found[0][0].degrees) < 1e-4 for one, _ in found)
