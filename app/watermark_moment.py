"""Date, clock time and weekday out of one row of a watermark's writing.

A row is read as it stands first, and with look-alikes taken for digits only where that found
nothing. What needed such mending, or could be read in two ways, is named in `doubts`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from itertools import product
from typing import TypeAlias

from app.watermark_spelling import looser, plain
from forms.watermark import Statement

CAMERA_YEARS = range(2000, 2101)

GAP = "\0"
"""Stands in `rest` for each character that was understood."""

#: Beside a digit these may be one more of them, and what they touch is not read as it stands.
_LIKE = "OoQDlI!iZzSsB"
_DATE = re.compile(
    rf"(20\d\d) ?([-./年:]) ?(\d\d?) ?([-./月:]) ?(\d+)(?:( ?[日号])|(?![\d{_LIKE}]))"
)
_COMPACT = re.compile(r"(?<![0-9A-Za-z])(20\d\d)(0[1-9]|1[0-2])(\d\d)(?=[ T_-]?\d\d:\d\d)")
_HALF_SPLIT = re.compile(r"(?<![0-9A-Za-z-])(20\d\d)(?:[-./](\d\d)|(\d\d)[-./])(\d\d)(?!\d)")
_ALONE = rf"(?<![\d+])(?<!\d[.×÷±*])(?<![\d{_LIKE}]:)"
_CLOCK = re.compile(
    rf"{_ALONE}(?<![{_LIKE}])(\d\d?) ?([:;]) ?(\d\d)"
    r"(?: ?[:;] ?(\d\d)(?:\.\d{1,3})?)?(?![×÷±*]\d)"
    r"(?=$|[^\d:;]|\d{1,2} ?(?:℃|°)|\d{1,4}\.\d ?[米m])"
)
_CLOCK_CUT = re.compile(rf"{_ALONE}(\d\d?) ?([:;]) ?(\d\d)() ?[:;] ?\d?(?![\d:;])")
_HOUR, _SIXTY = r"([01]\d|2[0-3])", r"([0-5]\d)"
_CLOCKS_DAMAGED = tuple(
    re.compile(_ALONE + shape)
    for shape in (
        # One colon of two blurred, then one of two lost, then digits of something else behind.
        rf"{_HOUR}([:;]){_SIXTY}[×÷±*]{_SIXTY}(?![\d:;])",
        rf"{_HOUR}([×÷±*]){_SIXTY}[:;]{_SIXTY}(?![\d:;])",
        rf"{_HOUR} ?([:;]) ?{_SIXTY}{_SIXTY}(?![\d:;])",
        rf"{_HOUR}(){_SIXTY}[:;]{_SIXTY}(?![\d:;])",
        rf"{_HOUR} ?([:;]) ?{_SIXTY}(?: ?[:;] ?{_SIXTY})?(?=\d)",
    )
)
_CLOCK_WORDS = re.compile(r"(?<!\d)(\d\d?) ?([时点]) ?(\d\d?) ?分(?: ?(\d\d?) ?秒)?")
_CLOCK_DOTS = re.compile(r"\0[ |,T_-]{0,3}(\d\d)([.])(\d\d)(?:\.(\d\d))?(?![\d.])")
_CLOCK_END = re.compile(rf"{_ALONE}(\d\d?):(\d\d)(?::(\d\d))?$")
_FOUR = re.compile(r"\D{0,5}([01]\d|2[0-3])([0-5]\d)")
_GROWN = re.compile(
    r"(?<=[\d:-])(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d (?=20\d\d([-/.])[01]\d\1[0-3]\d$)"
)
_LEADING = re.compile(r"\D{0,5}\d\d?:\d\d(?::\d\d)?")
_ANY_CLOCK = r"\d\d? ?: ?\d\d(?: ?: ?\d\d)?"
_RANGE = re.compile(rf"{_ANY_CLOCK} ?(?:[-~至到]|--) ?{_ANY_CLOCK}")

_MORNING = "凌晨|清晨|早上|早晨|上午|AM|A\\.M\\."
_EVENING = "下午|傍晚|晚上|夜里|PM|P\\.M\\."
_HALF_BEFORE = re.compile(rf"(?:({_MORNING})|(中午)|({_EVENING}))[ :]?$", re.IGNORECASE)
_HALF_AFTER = re.compile(rf"^ ?(?:({_MORNING})|(中午)|({_EVENING}))(?![A-Za-z])", re.IGNORECASE)

_DAYS = {char: number % 7 for number, char in enumerate("一二三四五六日")} | {"天": 6}
_WEEKDAY = re.compile(
    r"(?<![每本上下隔])(?:(星期|礼拜|周)|(期)) ?([一二三四五六日天])"
    r"(?! ?[至到~-] ?[周星一二三四五六日天])"
)
_WEEKDAYS = re.compile(r"(?:期|拜|周) ?[一二三四五六日天-]")
_WEEKDAY_DASH = re.compile(r"(?:星期|周) ?[-_](?![A-Za-z_-])")
_WEEKDAY_CUT = re.compile(r"星期|周(?=\W|$)")
_ENGLISH = re.compile(
    r"(?<![A-Za-z])(Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:day|sday|nesday|rsday|urday)?(?![a-z])", re.I
)
_ENGLISH_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_MAY_STATE = re.compile(r"\d|[期拜周]|(?:mon|tue|wed|thu|fri|sat|sun)", re.IGNORECASE)
_REMAINS = re.compile(r"(?<!\d)20\d\d(?!\d)|\d\d?月\d|\d[-/.]\d\d?[-/. ]\d|\d ?:|: ?\d\d")


_Span: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Moment:
    """What a row says of a moment; `rest` is the plain row with what was understood as GAPs.

    `impossible` is a date or time that no calendar has. `several` tells that the row names more
    than one date or time, as tables and opening hours do; `partial` that digits are left which
    look like the remains of one.
    """

    rest: str
    day: date | None = None
    clock: time | None = None
    seconds: bool = False
    weekday: int | None = None
    impossible: str = ""
    several: bool = False
    partial: bool = False
    doubts: frozenset[Statement] = frozenset()

    @property
    def agrees(self) -> bool:
        """Whether there are date and weekday, and the date is a day of that name."""
        return (
            self.day is not None
            and self.weekday == self.day.weekday()
            and "weekday" not in self.doubts
        )

    @property
    def empty(self) -> bool:
        """Whether nothing of a moment was found."""
        return (
            self.day is None and self.clock is None and self.weekday is None and not self.impossible
        )


@dataclass(slots=True)
class _Row:
    """A row on its way: what is left of it, and what was found."""

    rest: str
    written: str
    weekday: int | None = None
    doubts: set[Statement] = field(default_factory=set)
    impossible: str = ""
    several: bool = False
    taken: _Span = (0, 0)
    """The span that was understood last."""

    def take(self, start: int, end: int) -> None:
        self.rest = self.rest[:start] + GAP * (end - start) + self.rest[end:]
        self.taken = start, end


def read_moment(text: str) -> Moment:
    """The moment that one row states. Total: any text is answered."""
    written = plain(text)
    if not _MAY_STATE.search(written):
        return Moment(written)
    row = _Row(written, written)
    if grown := _GROWN.search(written):
        # Over the beginning of the row stands something else, which is not read along.
        row.take(0, grown.start())
        row.doubts |= {"day", "clock"}
    _read_weekday(row)
    days, clocks = _read_day(row), _read_clock(row)
    day, clock = _nearest(row.rest, days, clocks)
    if row.weekday is None and _WEEKDAY_CUT.search(row.rest):
        row.doubts.add("day")  # the row is damaged, and its date may be
    moment = Moment(
        row.rest,
        day,
        clock[0] if clock else None,
        clock[1] if clock else False,
        row.weekday,
        row.impossible,
        row.several,
        bool(_REMAINS.search(row.rest)) and (day is None or clock is None),
        frozenset(row.doubts),
    )
    return _without_doubt_that_the_weekday_settles(moment)


def _nearest(
    rest: str, days: Sequence[tuple[date, _Span]], clocks: Sequence[tuple[tuple[time, bool], _Span]]
) -> tuple[date | None, tuple[time, bool] | None]:
    """Of several dates and times of a row those two that stand together, else the first ones.

    Of two times beside one date it is the one behind it.
    """
    if not days or not clocks:
        return days[0][0] if days else None, clocks[0][0] if clocks else None
    spans = [span for _, span in days] + [span for _, span in clocks]

    def apart(pair: tuple[tuple[date, _Span], tuple[object, _Span]]) -> tuple[int, int, bool]:
        (_, one), (_, other) = pair
        start, end = min(one[1], other[1]), max(one[0], other[0])
        left = len(rest[start:end].replace(GAP, "").replace(" ", ""))
        return left, sum(start <= a and b <= end for a, b in spans), other < one

    (day, _), (clock, _) = min(product(days, clocks), key=apart)
    return day, clock


def bare_clock(text: str) -> time | None:
    """The time a row begins with, its colon lost or writing of the scene grown into its end."""
    spelled = plain(text).strip()
    if found := _FOUR.fullmatch(spelled):
        return time(int(found[1]), int(found[2]))
    leading = _LEADING.match(spelled)
    return read_moment(leading[0]).clock if leading else None


def _without_doubt_that_the_weekday_settles(moment: Moment) -> Moment:
    if moment.day is None or moment.weekday is None:
        return moment
    agrees = moment.day.weekday() == moment.weekday
    if agrees and not {"day", "weekday"} <= moment.doubts:
        return replace(moment, doubts=moment.doubts - {"day", "weekday"})
    if not agrees:
        return replace(moment, doubts=moment.doubts | {"day", "weekday"})
    return moment


def _read_weekday(row: _Row) -> None:
    if found := _WEEKDAY.search(row.rest):
        if len(_WEEKDAYS.findall(row.rest)) > 1:
            row.several = True  # opening hours
            return
        row.weekday = _DAYS[found[3]]
        if found[2]:
            row.doubts.add("weekday")
    elif found := _WEEKDAY_DASH.search(row.rest):
        # The first weekday's character is one stroke, and is often read as a dash.
        row.weekday = 0
        row.doubts.add("weekday")
    elif found := _ENGLISH.search(row.rest):
        row.weekday = _ENGLISH_DAYS.index(found[1].lower())
    else:
        return
    row.take(*found.span())


def _read_day(row: _Row) -> list[tuple[date, _Span]]:
    """The dates of the row, and where they stand."""
    found = [(day, row.taken) for day in _days(row, row.rest)]
    if not found and not row.impossible:
        for loose in looser(row.rest):
            found = [(day, row.taken) for day in _days(row, loose)]
            if found or row.impossible:
                row.doubts.add("day")
                break
    if not found and not row.impossible:
        found = [(day, row.taken) for day in _days(row, row.rest, glued=True)]
    row.several |= len({day for day, _ in found}) > 1
    return found


def _days(row: _Row, spelled: str, *, glued: bool = False) -> Iterator[date]:
    """The dates in the row; their spans, and what they leave doubtful, are noted in it.

    `glued` dates too follow digits of something else.
    """
    for found in _DATE.finditer(spelled):
        before = spelled[: found.start()]
        touched = before[-1:].isdigit() and not _CLOCK_END.search(before)
        if touched or before[-1:] in ("-", "/", "."):
            if (found[2] != "年" or found[4] != "月") and not (touched and glued):
                continue
            row.doubts.add("day")  # written over something else
        if before[-1:].isascii() and before[-1:].isalpha() and before[-1:] != "T":
            row.doubts.add("day")
        yield from _day(row, spelled, found)
    for shape, groups in ((_COMPACT, (1, 2, 3)), (_HALF_SPLIT, (1, 2, 4))):
        for found in shape.finditer(row.rest if spelled == row.rest else spelled):
            if GAP in row.rest[found.start() : found.end()]:
                continue
            month = found[2] or found[3] if shape is _HALF_SPLIT else found[groups[1]]
            try:
                day = date(int(found[1]), int(month), int(found[groups[2]]))
            except ValueError:
                continue
            row.doubts.add("day")
            row.take(*found.span())
            yield day


def _day(row: _Row, spelled: str, found: re.Match[str]) -> Iterator[date]:
    year, month, digits = int(found[1]), int(found[3]), found[5]
    after = spelled[found.end() :]
    if found[2] != found[4] and (found[2], found[4]) != ("年", "月"):
        row.doubts.add("day")
    lengths: tuple[int, ...] = (len(digits),)
    if not found[6] and re.match(r" ?:", after):
        # The space before the time got lost: 2025-06-2209:29.
        lengths = tuple(n for n in (2, 1) if len(digits) - n in (1, 2))
    elif len(digits) > 2 and not found[6]:
        lengths = (2,)
        row.doubts.add("day")
    elif not found[6] and re.match(r"[-./]\d", after) and not re.match(r"[-./]\d\d?:\d\d", after):
        return  # a version or an address of a network
    possible = [n for n in lengths if _is_day(year, month, digits[:n], digits[n:])]
    if not possible and len(digits) > 2 and not found[6] and re.match(r" ?:", after):
        return (yield from _run_together(row, found))
    if row.weekday is not None:
        told = [n for n in possible if _date(year, month, digits[:n]).weekday() == row.weekday]
        possible = told or possible
    if not possible:
        if len(digits) <= 2:
            row.impossible = row.written[found.start() : found.end()].strip()
            row.take(*found.span())
        return
    taken = possible[0]
    if len(possible) > 1:
        row.doubts |= {"day", "clock"}
    if taken == 1 and (found[3].startswith("0") or (not found[6] and after.startswith("|"))):
        row.doubts.add("day")  # a month of two digits, a bar that may be a one: a digit is lost
    row.take(found.start(), found.start(5) + taken if not found[6] else found.end())
    yield _date(year, month, digits[:taken])


def _run_together(row: _Row, found: re.Match[str]) -> Iterator[date]:
    """The day of a date that goes on into a time, where one of both is on no calendar or clock.

    Between them may stand a digit that was none.
    """
    digits = found[5]
    end = found.start(5) + 2
    if not _is_day(int(found[1]), int(found[3]), digits[:2], ""):
        row.impossible = row.written[found.start() : end].strip()
        row.take(found.start(), end)
        return
    row.doubts |= {"day", "clock"}
    row.take(found.start(), max(end, found.end(5) - 2))
    yield _date(int(found[1]), int(found[3]), digits[:2])


def _is_day(year: int, month: int, day: str, hour: str) -> bool:
    try:
        _date(year, month, day)
    except ValueError:
        return False
    return year in CAMERA_YEARS and int(hour or 0) < 24


def _date(year: int, month: int, day: str) -> date:
    return date(year, month, int(day))


def _read_clock(row: _Row) -> list[tuple[tuple[time, bool], _Span]]:
    """The times of the row, whether with seconds, and where they stand."""
    for opening in _RANGE.finditer(row.rest):
        row.several = True
        row.take(*opening.span())
    found = [(clock, row.taken) for clock in _clocks(row, row.rest, (_CLOCK, _CLOCK_WORDS))]
    if not found and not row.impossible:
        loose = product(looser(row.rest), ((_CLOCK,),))
        damaged = (_CLOCK_CUT, _CLOCK_DOTS, *_CLOCKS_DAMAGED)
        cut = product((row.rest,), ((shape,) for shape in damaged))
        for spelled, shapes in (*loose, *cut):
            if found := [(clock, row.taken) for clock in _clocks(row, spelled, shapes)]:
                row.doubts.add("clock")
                break
    row.several |= len({clock for clock, _ in found}) > 1
    return found


def _clocks(
    row: _Row, spelled: str, shapes: tuple[re.Pattern[str], ...]
) -> Iterator[tuple[time, bool]]:
    for shape in shapes:
        for found in shape.finditer(spelled):
            clock = _clock(row, spelled, found)
            if clock is not None:
                yield clock


def _clock(row: _Row, spelled: str, found: re.Match[str]) -> tuple[time, bool] | None:
    start, end = found.start(1), found.end()
    if ";" in found[0] or (len(found[1]) == 1 and spelled[:start].endswith("|")):
        row.doubts.add("clock")
    hour, minute, second = int(found[1]), int(found[3]), int(found[4] or 0)
    before, after = _HALF_BEFORE.search(spelled[:start]), _HALF_AFTER.match(spelled[end:])
    half = before or after
    if before:
        start = before.start()
    elif after:
        end += after.end()
    if half and hour <= 12:
        hour = _hour(hour, half)
    elif half and half[1]:
        row.doubts.add("clock")  # a morning does not have that hour
    try:
        clock = time(hour, minute, second)
    except ValueError:
        row.impossible = row.impossible or row.written[start:end].strip()
        row.take(start, end)
        return None
    row.take(start, end)
    return clock, found[4] is not None and found[4] != ""


def _hour(hour: int, half: re.Match[str]) -> int:
    if half[1]:
        return hour % 12
    if half[2]:
        return hour if hour >= 11 else hour + 12
    return hour % 12 + 12
