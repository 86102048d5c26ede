"""Holding a reading of a watermark against what was drawn."""

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from benchmarks.watermark_photos import Truth
from forms.watermark import Watermark

DEGREES = 1e-4
"""How far a coordinate may be from the one written; the cameras' fourth decimal."""
FAR_ADDRESS = 0.1
"""From this share of wrong characters on, or by one wrong digit, an address is another one."""

Outcome: TypeAlias = Literal["right", "unsure", "missed"]
"""Right as stated; right, but marked as unsure; wrong or not read."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One photo's reading, judged. `time` and `position` are None where there was none to read."""

    truth: Truth
    time: Outcome | None = None
    position: Outcome | None = None
    address_errors: int = 0
    address_length: int = 0
    slips: bool = False
    """Whether an address with wrong characters was stated as certain, be it ever so near."""
    invented: tuple[str, ...] = ()
    """What was stated of a photo without a watermark."""
    wrong: tuple[str, ...] = ()
    """Wrong values stated as certain, with what was read."""
    misses: tuple[str, ...] = ()
    """Each miss in words: what was drawn, what was read."""


def judge(truth: Truth, reading: Watermark) -> Verdict:
    """Hold one reading against its truth."""
    if not truth.with_watermark:
        invented = tuple(_stated(reading))
        return Verdict(truth, invented=invented, misses=invented)
    time, position = _time(truth, reading), _position(truth, reading)
    errors, length = _address(truth, reading)
    wrong = tuple(_wrong(truth, reading, errors, length))
    misses = []
    if time == "missed":
        misses.append(f"time {_drawn_time(truth)}, read {_read_time(reading)}")
    if position == "missed":
        drawn = f"{truth.latitude}, {truth.longitude}"
        misses.append(f"position {drawn}, read {reading.position}")
    if errors:
        drawn = " / ".join(part for part in (truth.address, truth.place) if part)
        misses.append(f"address {drawn}, read {reading.address} / {reading.place} ({errors})")
    misses += [f"stated as certain: {text}" for text in wrong]
    slips = bool(errors and reading.address and "address" not in reading.unsure)
    return Verdict(
        truth, time, position, errors, length, slips=slips, wrong=wrong, misses=tuple(misses)
    )


def _time(truth: Truth, reading: Watermark) -> Outcome:
    """Date and time together; of a contradiction, that it is told and not mended."""
    if truth.contradiction == "weekday":
        return "right" if reading.day is None or "day" in reading.unsure else "missed"
    if truth.contradiction:
        value = reading.day if truth.contradiction == "impossible day" else reading.clock
        name = "day" if truth.contradiction == "impossible day" else "clock"
        told = bool(reading.impossible) and value is None
        return "right" if told or name in reading.unsure else "missed"
    if reading.day != truth.day or reading.clock != truth.clock:
        return "missed"
    return "unsure" if reading.unsure & {"day", "clock"} else "right"


def _clock_off(truth: Truth, reading: Watermark) -> bool:
    """Whether the clock says what was not drawn; without seconds it speaks of the minute alone."""
    if reading.clock is None or truth.clock is None:
        return reading.clock is not None
    drawn = truth.clock if reading.seconds else truth.clock.replace(second=0)
    return reading.clock != drawn


def _position(truth: Truth, reading: Watermark) -> Outcome | None:
    if truth.latitude is None or truth.longitude is None:
        return None
    if not _near(truth, reading):
        return "missed"
    return "unsure" if "position" in reading.unsure else "right"


def _near(truth: Truth, reading: Watermark) -> bool:
    if reading.position is None or truth.latitude is None or truth.longitude is None:
        return False
    latitude, longitude = reading.position
    return abs(latitude - truth.latitude) <= DEGREES and abs(longitude - truth.longitude) <= DEGREES


def _address(truth: Truth, reading: Watermark) -> tuple[int, int]:
    """Wrong characters of the address, and its length; (0, 0) where none was drawn.

    Whether a place's name after the address belongs to it is a matter of taste, so of address
    alone and address with place the nearer counts.
    """
    if not truth.address:
        return 0, 0
    drawn = [_letters(truth.address), _letters(truth.address + truth.place)]
    read = [_letters(reading.address), _letters(reading.address + reading.place)]
    return min(
        ((distance(a, b), len(a)) for a in drawn for b in read),
        key=lambda pair: pair[0] / pair[1],
    )


def _wrong(truth: Truth, reading: Watermark, errors: int, length: int) -> Iterable[str]:
    """Values that are certain to the reader and not what was drawn."""
    sure = {"day", "clock", "weekday", "position", "address", "brand", "code"} - reading.unsure
    if "day" in sure and reading.day is not None and _wrong_day(truth, reading):
        yield f"day {reading.day}"
    if "clock" in sure and _clock_off(truth, reading):
        yield f"clock {reading.clock}"
    if "weekday" in sure and reading.weekday not in (None, truth.weekday):
        yield f"weekday {reading.weekday}, drawn {truth.weekday}"
    if "position" in sure and reading.position is not None and not _near(truth, reading):
        yield f"position {reading.position}"
    if "address" in sure and reading.address and _elsewhere(truth, reading, errors, length):
        yield f"address {reading.address}"
    if "code" in sure and reading.code and _letters(reading.code) != _letters(truth.code):
        yield f"code {reading.code}, drawn {truth.code}"
    if "brand" in sure and reading.brand and not _akin(reading.brand, truth.brand):
        yield f"brand {reading.brand}, drawn {truth.brand}"


def _wrong_day(truth: Truth, reading: Watermark) -> bool:
    # Stated as certain beside a weekday that says otherwise, even the day as drawn is a guess.
    return reading.day != truth.day or truth.contradiction == "weekday"


def _elsewhere(truth: Truth, reading: Watermark, errors: int, length: int) -> bool:
    if not truth.address:
        return not _akin(reading.address, truth.place)
    if errors > FAR_ADDRESS * length:
        return True
    drawn, read = _digits(truth.address + truth.place), _digits(reading.address + reading.place)
    return errors > 0 and drawn != read


def _akin(read: str, drawn: str) -> bool:
    """Whether one contains the other, so that a slogan read along is no error."""
    one, other = _letters(read), _letters(drawn)
    return bool(one and other) and (one in other or other in one)


def _stated(reading: Watermark) -> Iterable[str]:
    """What the reading claims to be a watermark's, each as text."""
    for name in ("day", "clock", "position", "address", "brand", "code", "impossible"):
        value = getattr(reading, name)
        if value:
            yield f"{name} {value}{' (unsure)' if name in reading.unsure else ''}"


def _drawn_time(truth: Truth) -> str:
    return f"{truth.day} {truth.clock} {truth.contradiction}".rstrip()


def _read_time(reading: Watermark) -> str:
    told = f", impossible {reading.impossible}" if reading.impossible else ""
    return f"{reading.day} {reading.clock}{told}, unsure {sorted(reading.unsure)}"


def _letters(text: str) -> str:
    """Without blanks and separators, full-width forms as their half-width ones."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(letter for letter in plain if not letter.isspace() and letter not in "・·•.,|")


def _digits(text: str) -> Counter[str]:
    return Counter(letter for letter in text if letter.isdigit())


def distance(one: str, other: str) -> int:
    """The Levenshtein distance of two texts."""
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        diagonal, row[0] = row[0], i
        for j, against in enumerate(other, 1):
            change = diagonal + (letter != against)
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, change)
    return row[-1]
