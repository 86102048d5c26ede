"""Fonts as reportlab embeds them: the bundled ones, and for rare characters one of the system's."""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Set
from dataclasses import dataclass
from functools import cache, lru_cache
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from exporters import system_fonts

_MOST_BORROWED = 8
"""Fonts of the system that one process keeps, tens of megabytes each."""
_WIDEST = 4000
_LONG_CODE = re.compile("<([0-9A-F]{5,6})>")
_borrowed: list[TTFont] = []


@dataclass(frozen=True)
class Font:
    """A registered font: reportlab's name of it, what it has, advances in thousandths."""

    name: str
    glyphs: Set[int]
    widths: dict[int, float]
    default: float

    def width(self, char: str) -> float:
        """Advance in thousandths of the size."""
        return self.widths.get(ord(char), self.default)


class _Mapped:
    """A font's file as reportlab reads it, mapped: its megabytes are none of the program's own."""

    def __init__(self, path: Path) -> None:
        self.name, self._path = str(path), path

    def read(self) -> mmap:
        with self._path.open("rb") as file:
            return mmap(file.fileno(), 0, access=ACCESS_READ)


class _Embedded(TTFont):
    """A font whose characters beyond U+FFFF can be searched and copied, too, and that takes a
    third of the memory: it stays as long as the program.

    In the table from glyphs to text reportlab writes their code points, where PDF wants UTF-16
    (ISO 32000-1, 9.10.3).
    """

    def __init__(self, name: str, path: Path, subfontIndex: int = 0) -> None:
        super().__init__(name, _Mapped(path), subfontIndex=subfontIndex, shapable=False)
        face: Any = self.face
        face.glyphToChar.clear()  # only shaping asks for it
        face.glyphPos = array("L", face.glyphPos)
        widths: dict[float, float] = {}
        face.charWidths = {c: widths.setdefault(w, w) for c, w in face.charWidths.items()}
        metrics: dict[tuple[int, int], tuple[int, int]] = {}
        face.hmetrics = [metrics.setdefault(pair, pair) for pair in face.hmetrics]

    def addObjects(self, doc: Any) -> None:
        super().addObjects(doc)
        for key, stream in doc.idToObject.items():
            if key.startswith("toUnicodeCMap:"):
                stream.content = _LONG_CODE.sub(_utf_16, stream.content)


def _utf_16(found: re.Match[str]) -> str:
    return f"<{chr(int(found[1], 16)).encode('utf-16-be').hex().upper()}>"


@cache
def bundled(path: Path) -> Font:
    """Register a font of our own; reading it takes a tenth of a second, so once a process."""
    # Two folders may hold a font of one name, and reportlab's register is global.
    return _registered(_Embedded(f"{path.stem}-{len(pdfmetrics.getRegisteredFontNames())}", path))


def borrowed(char: str) -> Font | None:
    """Find and register a font of the system that has a character; None where there is none.

    Characters for private use are asked of none: they mean something else in each font.
    """
    if unicodedata.category(char) in ("Co", "Cs"):
        return None
    return _search(char, system_fonts.folders())


@lru_cache(maxsize=4096)
def _search(char: str, below: tuple[Path, ...]) -> Font | None:
    for chart in system_fonts.charts(below):
        if chart.holds(ord(char)):
            font = _borrow(chart.path, chart.index)
            if font is not None and _draws(font, char):
                return _registered(font)
    return None


@cache
def _borrow(path: Path, index: int) -> _Embedded | None:
    """Load a font of the system; None where it is broken, or one too many."""
    number = len(_borrowed) + 1
    if number > _MOST_BORROWED:
        return None
    try:
        font = _Embedded(f"{path.stem}-{index}-{number}", path, subfontIndex=index)
    except Exception:  # whatever a stranger's file makes the parser stumble over
        return None
    if getattr(font.face, "_full_font", False):
        return None
    # reportlab takes fonts of one name for one font, and so do readers of the PDF.
    font.face.name = type(font.face.name)(font.face.name + f"-{number}".encode())
    _borrowed.append(font)
    return font


def _draws(font: _Embedded, char: str) -> bool:
    """Whether the font shows something for the character, and can be embedded with it."""
    face, code = font.face, ord(char)
    try:
        glyph = face.charToGlyph[code]
        empty = face.glyphPos[glyph] >= face.glyphPos[glyph + 1]
        return bool(
            glyph and not empty and 0 < face.charWidths[code] <= _WIDEST and face.makeSubset([code])
        )
    except Exception:  # as above
        return False


@cache
def _registered(font: _Embedded) -> Font:
    pdfmetrics.registerFont(font)
    face = font.face
    return Font(font.fontName, face.charToGlyph.keys(), face.charWidths, face.defaultWidth)
