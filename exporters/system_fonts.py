"""Which of the system's fonts has a character that the bundled ones lack.

Only fonts with TrueType outlines count, which is what reportlab can embed. The files are anybody's:
each is read within bounds, and one that is broken, or that would keep its reader busy, is passed
over. Names and layouts of the tables are those of the OpenType specification (`cmap`, `ttcf`).
"""

from __future__ import annotations

import os
import struct
import sys
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO

_MOST_FILES, _MOST_BYTES, _MOST_CMAP = 4000, 128 * 2**20, 4 * 2**20
_MOST_FONTS_IN_FILE, _MOST_TABLES = 64, 64
_NEEDED = frozenset({b"cmap", b"glyf", b"loca", b"head", b"hhea", b"hmtx", b"maxp", b"name"})
_FIRST = ("simsun", "simsunb", "simsunextg", "songti", "uming", "simfang")
"""Files whose faces look like 宋体, by their names without ending; they are asked before others."""
_NOT_TO_READ = ("lastresort", "adobeblank", "notdef")
"""Fonts that claim every character and show a box, or nothing, for it."""
_A_CHINESE_CHARACTER = ord("一")


@dataclass(frozen=True)
class Chart:
    """One font of a file, and the code points that it maps, as ranges in ascending order."""

    path: Path
    index: int
    starts: array[int]
    ends: array[int]

    def holds(self, code: int) -> bool:
        """Whether the font maps the code point; a few map to an empty glyph all the same."""
        place = bisect_right(self.starts, code) - 1
        return place >= 0 and code <= self.ends[place]


def folders() -> tuple[Path, ...]:
    """Where this system keeps fonts, its own first."""
    home = Path.home()
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA", str(home / "AppData" / "Local"))
        windows = Path(os.environ.get("WINDIR", r"C:\Windows"))
        return windows / "Fonts", Path(local) / "Microsoft" / "Windows" / "Fonts"
    if sys.platform == "darwin":
        return Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library" / "Fonts"
    shared = Path("/usr/share/fonts"), Path("/usr/local/share/fonts")
    return *shared, home / ".local" / "share" / "fonts", home / ".fonts"


@lru_cache(maxsize=4)
def charts(below: tuple[Path, ...]) -> tuple[Chart, ...]:
    """Read which characters the fonts below some folders have, once a process.

    Those that look like 宋体 come first, then other Chinese ones, then the rest, by name.
    """
    found = [chart for path in _files(below) for chart in _charts_of(path)]
    return tuple(sorted(found, key=_rank))


def _rank(chart: Chart) -> tuple[int, bool, str, str, int]:
    stem = chart.path.stem.lower()
    rank = _FIRST.index(stem) if stem in _FIRST else len(_FIRST)
    return rank, not chart.holds(_A_CHINESE_CHARACTER), stem, str(chart.path), chart.index


def _files(below: tuple[Path, ...]) -> Iterator[Path]:
    count = 0
    for folder in below:
        for place, inner, names in os.walk(folder):
            inner.sort()
            for name in sorted(names):
                if not name.lower().endswith((".ttf", ".ttc")):
                    continue
                count += 1
                if count > _MOST_FILES:
                    return
                if not name.lower().startswith(_NOT_TO_READ):
                    yield Path(place, name)


def _charts_of(path: Path) -> list[Chart]:
    try:
        # A pipe with a font's name would wait for ever.
        if not path.is_file() or path.stat().st_size > _MOST_BYTES:
            return []
        with path.open("rb") as file:
            return list(_read(path, file))
    except (OSError, ValueError, struct.error):
        return []


def _read(path: Path, file: BinaryIO) -> Iterator[Chart]:
    offsets = [0]
    if file.read(4) == b"ttcf":
        _, count = struct.unpack(">LL", file.read(8))
        if count > _MOST_FONTS_IN_FILE:
            return
        offsets = list(struct.unpack(f">{count}L", file.read(4 * count)))
    seen: set[int] = set()
    for index, offset in enumerate(offsets):
        tables = _tables(file, offset)
        if not tables.keys() >= _NEEDED or not _may_be_embedded(file, tables):
            continue
        place, length = tables[b"cmap"]
        # The fonts of a collection mostly differ in a few widths and share their characters.
        if place in seen or length > _MOST_CMAP:
            continue
        seen.add(place)
        file.seek(place)
        ranges = _ranges(file.read(length))
        if ranges:
            yield Chart(path, index, *ranges)


def _tables(file: BinaryIO, offset: int) -> dict[bytes, tuple[int, int]]:
    """Place and length of each table of the font at an offset; none where it is no TrueType."""
    file.seek(offset)
    version, count = struct.unpack(">4sH6x", file.read(12))
    if version not in (b"\0\1\0\0", b"true") or count > _MOST_TABLES:
        return {}
    rows = struct.iter_unpack(">4s4xLL", file.read(16 * count))
    return {tag: (place, length) for tag, place, length in rows}


def _may_be_embedded(file: BinaryIO, tables: dict[bytes, tuple[int, int]]) -> bool:
    """Whether the font's maker lets documents carry a part of it (`OS/2`, `fsType`)."""
    if b"OS/2" not in tables:
        return True
    file.seek(tables[b"OS/2"][0] + 8)
    (allowed,) = struct.unpack(">H", file.read(2))
    return allowed & 0x0F != 0x02 and not allowed & 0x0300


def _ranges(cmap: bytes) -> tuple[array[int], array[int]] | None:
    """First and last code points of the ranges that a `cmap` maps; None where it is not Unicode's.

    It must be the very subtable that reportlab will read, and one through which it gets in
    reasonable time: from ranges that overlap or lie outside Unicode it would make billions of
    entries.
    """
    (count,) = struct.unpack_from(">2xH", cmap)
    chosen = None
    for number in range(count):
        platform, encoding, offset = struct.unpack_from(">HHL", cmap, 4 + 8 * number)
        if platform == 3 or (platform == 0 and encoding != 5):
            chosen = (platform, encoding, offset)
        elif (platform, encoding) == (1, 1):
            chosen = None
    if chosen is None or (chosen[0] == 3 and chosen[1] not in (1, 10)):
        return None
    table = cmap[chosen[2] :]
    (form,) = struct.unpack_from(">H", table)
    starts, ends = array("I"), array("I")
    if form == 12:
        (groups,) = struct.unpack_from(">12xL", table)
        for start, end in struct.iter_unpack(">LL4x", table[16 : 16 + 12 * groups]):
            starts.append(start)
            ends.append(end)
    elif form == 4:
        half = struct.unpack_from(">6xH", table)[0] // 2
        ends.extend(struct.unpack_from(f">{half}H", table, 14))
        starts.extend(struct.unpack_from(f">{half}H", table, 16 + 2 * half))
    bounds = [edge for pair in zip(starts, ends, strict=True) for edge in pair]
    ascending = all(a <= b for a, b in pairwise(bounds))
    overlap = any(a >= b for a, b in zip(ends, starts[1:], strict=False))
    if not bounds or not ascending or overlap or bounds[-1] > sys.maxunicode:
        return None
    return starts, ends
