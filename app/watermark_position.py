"""Coordinates out of one row of a watermark's writing: decimals, or degrees, minutes, seconds.

An axis may be named by words (北纬, 经度), by letters before or after the number, or not at all;
a decimal point that is not there is not guessed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from app.watermark_moment import GAP
from app.watermark_spelling import plain

Axis = Literal["lat", "lon"]

#: Degrees between which China lies, by a margin: what lies beyond is a person's to look at.
CHINA_LATITUDES, CHINA_LONGITUDES = (3.0, 54.0), (73.0, 136.0)

_LETTERS: dict[str, tuple[Axis, int]] = {
    "N": ("lat", 1), "S": ("lat", -1), "E": ("lon", 1), "W": ("lon", -1),
    "北": ("lat", 1), "南": ("lat", -1), "东": ("lon", 1), "西": ("lon", -1),
}  # fmt: skip

_NUMBER = (
    r"(?P<sign>[+-])?(?:"
    r"(?P<d>\d{1,3}) ?[°度] ?(?P<m>\d\d?) ?['分] ?"
    r"(?:(?P<s>\d\d?(?:\.\d{1,5})?) ?(?:[\"']{1,2}|秒)?)?"
    r"|(?P<dm>\d{1,3}) ?[°度] ?(?P<mm>\d\d?\.\d{1,6}) ?['分]?(?! ?[\"秒])"
    r"|(?P<dec>\d{1,3}\.\d{1,9}) ?[°度]?"
    r"|(?P<bad_d>\d{1,3})(?P<bad>[°度'\"*oO。,]|0(?=\d\d['\"分])) ?(?P<bad_m>\d\d?) ?['\"分°] ?"
    r"(?:(?P<bad_s>\d\d?(?:\.\d{1,5})?) ?['\"秒°]{0,2})?"
    r"|(?P<run_d>\d{1,3}) ?[°度](?P<run_m>\d\d)[ ~*^,-]{0,2}"
    r"(?P<run_s>\d\d(?:\.\d{1,5})?) ?[\"'秒]{0,2}"
    r"|(?P<join_d>[1-9]\d|1\d\d)(?P<join_m>[0-5]\d) ?['分] ?"
    r"(?P<join_s>\d\d(?:\.\d{1,5})?) ?[\"'秒]{0,2}"
    r"|(?P<colon_d>\d{1,3})[:;·](?P<colon_f>\d{4,9}) ?[°度]?"
    r")(?![\d.])"
)
_WHOLE = ("d", "dm", "bad_d", "run_d", "join_d")
_MINUTES = ("m", "mm", "bad_m", "run_m", "join_m")
_SECONDS = ("s", "bad_s", "run_s", "join_s")
_WORD = r"(?P<word>[北南]纬|[东西]经|(?<!经)纬度?|经度?(?!纬)|lat(?:itude)?|lo?ng?(?:itude)?)"
_NAMED = re.compile(
    rf"(?:{_WORD}[ :=)]{{0,3}}(?P<letter>(?<![A-Za-z])[NSEW])?|(?<![A-Za-z])(?P<lead>[NSEW]))"
    rf"[ :.=]{{0,2}}(?P<number>{_NUMBER}) ?(?P<tail>[NSEW](?![A-Za-z\d:]))?",
    re.IGNORECASE,
)
_LETTERED = re.compile(rf"(?<![\d.])(?P<number>{_NUMBER}) ?(?P<tail>[NSEW](?![A-Za-z]))")
_BARE = re.compile(
    r"(?<![\d.A-Za-z])([+-]?\d{1,3}\.\d{4,9}) ?°? ?[,;/| ] ?([+-]?\d{1,3}\.\d{4,9})(?![\d.]) ?°?"
)
_DMS = r"\d{1,3} ?[°度] ?\d\d? ?['分] ?\d\d?(?:\.\d{1,5})? ?(?:[\"']{1,2}|秒)"
_BARE_DMS = re.compile(rf"({_DMS}) ?[,;/| ]? ?({_DMS})")
_PARTS = re.compile(r"\d+(?:\.\d+)?")
_GROUPED = re.compile(
    r"(?:经纬度?|坐标|GPS|定位|位置)[ :(\[]{0,3}([+-]?\d{1,3}\.\d{2,9}) ?[°度]? ?[,;/| ] ?"
    r"([+-]?\d{1,3}\.\d{2,9})(?![\d.])",
    re.IGNORECASE,
)
_REMAINS = re.compile(
    r"经纬|[北南]纬|[东西]经|[经纬]度|坐标|\d{2,3}[°度] ?\d|\d{2,3}\.\d{3,}"
    r"|\d{5,} ?°? ?[NE](?![A-Z])"
)


_DEGREES = re.compile(r"\d[°度'\"]|\d{5}")
_MARKED = re.compile(r"\d ?['\"]|\d ?[°度] ?\d")


@dataclass(frozen=True, slots=True)
class Degrees:
    """One coordinate as read: signed degrees; `doubtful` where marks had to be mended.

    `decimals` is how many of them a plain decimal number was written with, else 0. `dash` tells
    that a dash alone makes it negative.
    """

    axis: Axis
    degrees: float
    doubtful: bool = False
    decimals: int = 0
    dash: bool = False

    @property
    def undashed(self) -> "Degrees":
        """Without the dash, which may be a stroke of the ground before the number."""
        return replace(self, degrees=abs(self.degrees), doubtful=True) if self.dash else self


@dataclass(frozen=True, slots=True)
class Coordinates:
    """The coordinates of a row, and the plain row with them as GAPs.

    `named` tells that the row says which is which; `partial` that something is left which looks
    like the remains of coordinates.
    """

    rest: str
    found: tuple[Degrees, ...] = ()
    named: bool = False
    partial: bool = False


def read_coordinates(text: str) -> Coordinates:
    """The coordinates that one row states. Total: any text is answered."""
    rest = plain(text)
    if sum(char.isdigit() for char in rest) < 2 and "经" not in rest and "纬" not in rest:
        return Coordinates(rest)
    found, rest = _named_ones(rest)
    named = bool(found)
    if not found:
        for shape in (_GROUPED, _BARE_DMS, _BARE):
            match = shape.search(rest)
            pair = _pair(match[1], match[2]) if match else ()
            if match and pair:
                found, rest, named = list(pair), _taken(rest, *match.span()), shape is not _BARE
                break
    return Coordinates(rest, tuple(found), named, _is_partial(rest, found))


def _named_ones(rest: str) -> tuple[list[Degrees], str]:
    """The coordinates whose axis is written, and the rest.

    Letters stand before all numbers of a row or after all of them: between two numbers, whose a
    letter is can only be told from the first.
    """
    before, after = _NAMED.search(rest), _LETTERED.search(rest)
    if before and not after and _MARKED.search(rest[: before.start()]):
        return [], rest  # degrees whose marks are damaged, and the letter may be theirs
    leads = before and (not after or before.start() < after.start("number"))
    shape = _NAMED if leads else _LETTERED
    found, at = [], 0
    while match := shape.search(rest, at):
        at = match.end("number")
        number = _named(match)
        if number is not None:
            found.append(number)
            at = at if match.groupdict().get("lead") else match.end()
            rest = _taken(rest, match.start(), at)
    return found, rest


def may_be_degrees(text: str) -> bool:
    """Whether a row has marks of degrees, minutes or seconds, or seems to have lost some."""
    return _DEGREES.search(plain(text)) is not None


def in_china(latitude: float, longitude: float) -> bool:
    """Whether degrees lie in or near China."""
    return (
        CHINA_LATITUDES[0] <= latitude <= CHINA_LATITUDES[1]
        and CHINA_LONGITUDES[0] <= longitude <= CHINA_LONGITUDES[1]
    )


def _taken(rest: str, start: int, end: int) -> str:
    return rest[:start] + GAP * (end - start) + rest[end:]


def _is_partial(rest: str, found: list[Degrees]) -> bool:
    axes = {one.axis for one in found}
    return len(axes) == 1 or (not axes and _REMAINS.search(rest) is not None)


def _named(match: re.Match[str]) -> Degrees | None:
    """A coordinate whose axis is written; None where its parts do not fit together."""
    groups = match.groupdict()
    named = list(_axes(groups))
    axes = {axis for axis, _ in named}
    degrees = _degrees(groups)
    if len(axes) != 1 or degrees is None:
        return None
    axis = axes.pop()
    turned = {sign for _, sign in named} == {-1} or any(sign == -1 for _, sign in named)
    value = -abs(degrees) if turned or groups["sign"] == "-" else degrees
    if abs(value) > (90 if axis == "lat" else 180):
        return None
    return Degrees(
        axis,
        value,
        bool(groups["bad"] or groups["run_d"] or groups["join_d"] or groups["colon_d"]),
        _decimals(groups["dec"] or ""),
        dash=not turned and groups["sign"] == "-",
    )


def _axes(groups: dict[str, str | None]) -> Iterator[tuple[Axis, int]]:
    if word := groups.get("word"):
        sign = -1 if word[0] in "南西" else 1
        yield ("lat" if "纬" in word or word.lower().startswith("la") else "lon"), sign
    letter = groups.get("lead") or groups.get("letter")
    if letter:
        yield _LETTERS[letter.upper()]
    if (tail := groups.get("tail")) and not groups.get("lead"):
        yield _LETTERS[tail.upper()]


def _degrees(groups: dict[str, str | None]) -> float | None:
    if groups["dec"]:
        return float(groups["dec"])
    if groups["colon_d"]:
        return float(f"{groups['colon_d']}.{groups['colon_f']}")
    whole = next((groups[name] for name in _WHOLE if groups[name]), None) or "0"
    minutes = float(next((groups[name] for name in _MINUTES if groups[name]), None) or 0)
    seconds = float(next((groups[name] for name in _SECONDS if groups[name]), None) or 0)
    if minutes >= 60 or seconds >= 60:
        return None
    return int(whole) + minutes / 60 + seconds / 3600


def _pair(first: str, second: str) -> tuple[Degrees, Degrees] | tuple[()]:
    """Two numbers of which only one order can be meant, as in all of China; or nothing."""
    texts = (first, second), (second, first)
    fits = [
        (Degrees("lat", latitude, decimals=_decimals(north)),
         Degrees("lon", longitude, decimals=_decimals(east)))
        for north, east in texts
        if in_china(latitude := _plain_degrees(north), longitude := _plain_degrees(east))
    ]  # fmt: skip
    return fits[0] if len(fits) == 1 else ()


def _decimals(number: str) -> int:
    return len(number.partition(".")[2]) if "°" not in number and "度" not in number else 0


def _plain_degrees(text: str) -> float:
    """Decimal degrees, or degrees, minutes and seconds; far away where no angle is so written."""
    parts = [float(part) for part in _PARTS.findall(text)]
    if len(parts) == 1:
        return float(text)
    degrees, minutes, seconds = parts
    return degrees + minutes / 60 + seconds / 3600 if max(minutes, seconds) < 60 else 999.0
