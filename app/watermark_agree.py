"""One answer out of several readings of the same photo.

Readings go wrong in different places when the cut or the size changes. What two of them state
alike is taken; what only one states, or another contradicts, is left to a person as unsure.
"""

import re
import unicodedata
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import get_args

from app.watermark_layout import overlap
from forms.watermark import LINE_CEILING, Line, Statement, Watermark

_STATEMENTS: tuple[Statement, ...] = get_args(Statement)
_FIELDS: dict[Statement, tuple[str, ...]] = {
    "clock": ("clock", "seconds"),
    "position": ("latitude", "longitude"),
}
_WORDS = frozenset({"address", "place", "brand", "code"})
_BETWEEN = re.compile(r"[\s,.·・、，。:：;-]+")


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of the photo; `wide` where the rows that matter were cut anew and wider."""

    mark: Watermark
    wide: bool


@dataclass(slots=True)
class _Claim:
    """What some of the readings state alike; `sure` of them without reserve."""

    best: Watermark
    count: int = 0
    sure: int = 0
    ways: set[bool] = field(default_factory=set)


def agree(heard: Sequence[Reading]) -> Watermark:
    """What the readings state together.

    A statement is sure where cuts of both widths have it, one of them without reserve, and no
    more than one reading that is sure of itself says otherwise, against at least three. Of words,
    whose misread characters are as sure as the right ones, none may say otherwise (an address,
    which is long, with reserve); of date and time no two, even with reserve. The lines are the
    last reading's, and those of others that a statement rests on.
    """
    readings = [reading.mark for reading in heard]
    if not any(reading.seen_in or reading.impossible for reading in readings):
        return readings[-1]
    values: dict[str, object] = {}
    unsure: set[Statement] = set()
    seen_in: dict[Statement, tuple[int, ...]] = {}
    lines = list(readings[-1].lines)
    for statement in _STATEMENTS:
        claims = _claims(heard, statement)
        if not claims:
            continue
        claim, *others = claims
        for name in _FIELDS.get(statement, (statement,)):
            values[name] = getattr(claim.best, name)
        told = [claim.best.lines[number] for number in claim.best.seen_in[statement]]
        seen_in[statement] = tuple(dict.fromkeys(_number(lines, line) for line in told))
        dissent = sum(other.sure for other in others)
        if len(claim.ways) < 2 or not claim.sure or claim.count < 2 + dissent or dissent > 1:
            unsure.add(statement)
        if statement in ("day", "clock") and any(other.count > 1 for other in others):
            unsure.add(statement)
        if statement in _WORDS and (dissent or (others and statement != "address")):
            unsure.add(statement)
    impossible = next((r.impossible for r in reversed(readings) if r.impossible), "")
    if impossible:
        unsure |= {"day", "clock"}
        if "day" not in seen_in or "clock" not in seen_in:
            values["impossible"] = impossible
    return _together(values, unsure, seen_in, lines)


def _together(
    values: dict[str, object],
    unsure: set[Statement],
    seen_in: dict[Statement, tuple[int, ...]],
    lines: Sequence[Line],
) -> Watermark:
    mark = Watermark.model_validate({**values, "lines": lines[:LINE_CEILING]})
    if mark.day and mark.weekday is not None and mark.day.weekday() != mark.weekday:
        unsure |= {"day", "weekday"}
    kept = {
        statement: within
        for statement, numbers in seen_in.items()
        if (within := tuple(number for number in numbers if number < LINE_CEILING))
    }
    return mark.model_copy(update={"unsure": frozenset(unsure & seen_in.keys()), "seen_in": kept})


def _claims(readings: Iterable[Reading], statement: Statement) -> list[_Claim]:
    """The different claims, the best supported first; of equals the latest."""
    claims: dict[Hashable, _Claim] = {}
    for reading in readings:
        mark = reading.mark
        if statement not in mark.seen_in:
            continue
        key = _key(mark, statement)
        claim = claims.pop(key, None) or _Claim(mark)
        claim.count += 1
        claim.ways.add(reading.wide)
        if statement not in mark.unsure:
            claim.sure += 1
            claim.best = mark
        claims[key] = claim
    latest_first = list(claims.values())
    latest_first.reverse()
    return sorted(latest_first, key=lambda claim: (-claim.count, -claim.sure))


def _key(reading: Watermark, statement: Statement) -> Hashable:
    """What must be alike for two readings to agree: a name without its spaces and marks."""
    if statement == "position":
        return reading.position
    if statement == "clock":
        return reading.clock, reading.seconds
    value = getattr(reading, statement)
    if isinstance(value, str):
        return _BETWEEN.sub("", unicodedata.normalize("NFKC", value))
    return value if isinstance(value, Hashable) else None


def _number(lines: list[Line], line: Line) -> int:
    """The line's number among the lines, where it is added if none stands in its place."""
    for number, other in enumerate(lines):
        if line == other or overlap(line, other):
            return number
    lines.append(line)
    return len(lines) - 1
