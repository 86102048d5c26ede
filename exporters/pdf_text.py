"""Setting text for the .pdf: faces with fall-back glyphs, line breaking by Chinese rules, lines.

The project breaks lines itself instead of using reportlab's paragraphs: text of any content needs
no mark-up escaping, lines obey 避头尾, Latin words stay whole, and the fixed line spacing and
indents are exactly those that the .docx asks Word for, so that page numbers agree.
"""

import copy
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from reportlab.lib.colors import HexColor, black
from reportlab.pdfgen.canvas import Canvas

from exporters import pdf_fonts
from exporters.blocks import Run, clean
from exporters.style import DRAFT_COLOUR, Align, Face, Look

_NOT_FIRST = frozenset("，。、；：？！）》】」』〉〕”’…—％·,.;:?!)]}%‰℃°")
NOT_LAST = frozenset("（《【「『〈〔“‘([{￥$□☑")
"""What ends no line: a box stays with its words."""
_MARKED = HexColor(f"#{DRAFT_COLOUR}")
STAND_IN = "〓"
"""What printers set for a character that they do not have; □ would be taken for a box to tick."""
_BODILESS = ("Cc", "Cf", "Mn", "Me")
"""Unicode categories of controls, joiners and marks that sit on another character."""
_GAP = 0.25
"""Space in ems that Word puts between Chinese characters and Latin letters or digits."""
_FAUX_BOLD = 0.022
"""Stroke width, as a share of the size, that stands in for a bold serif."""


_SERIF, _KAI = "NotoSerifSC-Regular", "ZhengaiKai-Regular"
_SANS, _BOLD = "NotoSansSC-Regular", "NotoSansSC-Bold"
_CHAINS = {
    Face.FANG: (_SERIF, _SANS),
    Face.SONG: (_SERIF, _SANS),
    Face.KAI: (_KAI, _SERIF, _SANS),
    Face.HEI: (_SANS, _SERIF),
}
BUNDLED = {_SERIF: "仿宋、宋体", _KAI: "楷体", _SANS: "黑体", _BOLD: "黑体加粗"}
"""All of them, and the Chinese faces that each stands for."""
_BOLD_CHAINS = {Face.HEI: (_BOLD, _SANS, _SERIF)}
"""Other faces are drawn bold by a stroke around the glyphs."""


class Faces:
    """The bundled fonts; for each character, the first of the face's that has a glyph for it."""

    def __init__(self, folder: Path) -> None:
        """Look for the fonts of a folder; FileNotFoundError where one is missing.

        Each is read when the first character is asked of it.
        """
        self._paths = {name: (folder / f"{name}.ttf").resolve() for name in BUNDLED}
        for path in self._paths.values():
            if not path.is_file():
                raise FileNotFoundError(path)
        self._cache: dict[tuple[Face, bool, str], tuple[str, str, float]] = {}
        self._sets: dict[tuple[Face, bool, float, float, bool], dict[str, _Char]] = {}
        self._lacking: set[str] = set()
        self._missing: dict[str, None] = {}

    def of_one_document(self) -> "Faces":
        """Give the same fonts, without the characters that other documents missed."""
        mine = copy.copy(self)
        mine._missing = {}
        return mine

    @property
    def missing(self) -> tuple[str, ...]:
        """The characters for which STAND_IN was given, in the order of their occurrence."""
        return tuple(self._missing)

    def glyph(self, face: Face, bold: bool, char: str) -> tuple[str, str, float]:
        """Font name, character to draw and its width in ems.

        What no bundled font has is looked for among the system's. Where that is in vain, STAND_IN
        is drawn and the character noted in `missing`; for marks without a body of their own,
        nothing is.
        """
        key = (face, bold, char)
        found = self._cache.get(key)
        if found is None:
            found = self._cache[key] = self._find(face, bold, char)
        if char in self._lacking:
            self._missing[char] = None
        return found

    def measured(self, look: Look, bold: bool, marked: bool) -> "dict[str, _Char]":
        """The characters measured so far in a look: a report sets each some hundred times."""
        key = (look.face, bold, look.size, look.track, marked)
        return self._sets.setdefault(key, {})

    def _find(self, face: Face, bold: bool, char: str) -> tuple[str, str, float]:
        chain = _BOLD_CHAINS.get(face, _CHAINS[face]) if bold else _CHAINS[face]
        fonts = (pdf_fonts.bundled(self._paths[name]) for name in chain)
        font = next((font for font in fonts if ord(char) in font.glyphs), None)
        if font is None and unicodedata.category(char) in _BODILESS:
            return pdf_fonts.bundled(self._paths[chain[0]]).name, "", 0
        if font is None:
            font = pdf_fonts.borrowed(char)
        if font is None:
            self._lacking.add(char)
            return self._find(face, bold, STAND_IN)
        return font.name, char, font.width(char) / 1000


@dataclass(frozen=True, slots=True)
class _Char:
    text: str
    font: str
    width: float
    stroke: bool
    marked: bool
    script: int = 0
    gap: float = 0


@dataclass(frozen=True)
class Piece:
    """Characters of one font drawn in one go."""

    text: str
    font: str
    width: float
    stroke: bool
    marked: bool


@dataclass(frozen=True)
class Line:
    """A set line: its pieces, where it begins, and the space added after each character."""

    pieces: tuple[Piece, ...]
    x: float
    spread: float = 0


def set_lines(runs: tuple[Run, ...], look: Look, width: float, faces: Faces) -> list[Line]:
    """Break runs into lines for a width in points; an empty text is one empty line."""
    size = look.size
    left, right = look.left * size, look.right * size
    lines: list[Line] = []
    for paragraph in _characters(runs, look, faces):
        start, indent = 0, look.first * size
        while True:
            room = max(width - left - right - indent, size)
            end = _line_end(paragraph, start, room)
            last = end >= len(paragraph)
            lines.append(_line(paragraph[start:end], look, left + indent, room, last))
            start, indent = end, 0
            if last:
                break
    return lines


def _characters(runs: tuple[Run, ...], look: Look, faces: Faces) -> list[list[_Char]]:
    """Give each text line (divided by line feeds) its measured characters."""
    paragraphs: list[list[_Char]] = [[]]
    for run in runs:
        bold = run.bold or look.bold
        measured = faces.measured(look, bold, run.marked)
        for char in clean(run.text):
            if char == "\n":
                paragraphs.append([])
                continue
            here = measured.get(char)
            if here is None:
                here = _measure(char, look, bold, run.marked, faces)
                if here.text != STAND_IN:  # what no font has is to be told of each document
                    measured[char] = here
            if not here.text:
                continue
            chars = paragraphs[-1]
            if chars and here.script and 0 < chars[-1].script != here.script:
                chars[-1] = _with_gap(chars[-1], _GAP * look.size)
            chars.append(here)
    return paragraphs


def _measure(char: str, look: Look, bold: bool, marked: bool, faces: Faces) -> _Char:
    if char.isspace():
        char = "　" if char in "\t　" else " "
    font, shown, em = faces.glyph(look.face, bold, char)
    stroke = bold and look.face is not Face.HEI
    return _Char(shown, font, em * look.size + look.track, stroke, marked, _script(shown))


def _with_gap(c: _Char, gap: float) -> _Char:
    # Written out: dataclasses.replace takes five times as long, and a report has thousands.
    return _Char(c.text, c.font, c.width - c.gap + gap, c.stroke, c.marked, c.script, gap)


def _script(char: str) -> int:
    """1 for a Chinese character, 2 for a Latin letter or digit, 0 for all else."""
    if "\u3400" <= char <= "\u9fff" or char >= "\U00020000":
        return 1
    return 2 if char.isascii() and char.isalnum() else 0


def _line_end(chars: list[_Char], start: int, room: float) -> int:
    used = 0.0
    for index in range(start, len(chars)):
        char = chars[index]
        used += char.width
        if used - char.gap > room + 0.01 and not char.text.isspace():
            end = max(index, start + 1)
            # Go back to where a break is allowed, but not so far that the line looks torn.
            for place in range(end, max(start, end - 40), -1):
                if _may_break(chars[place - 1].text, chars[place].text):
                    return place
            return end
    return len(chars)


def _may_break(before: str, after: str) -> bool:
    if after in _NOT_FIRST or before in NOT_LAST:
        return False
    return before.isspace() or before in "-/" or not (_is_word(before) and _is_word(after))


def _is_word(char: str) -> bool:
    return "!" <= char <= "\u024f"


def _line(chars: list[_Char], look: Look, x: float, room: float, last: bool) -> Line:
    while chars and chars[-1].text.isspace() and not last:
        chars = chars[:-1]
    if chars and chars[-1].gap:
        chars = [*chars[:-1], _with_gap(chars[-1], 0)]
    slack = room - sum(char.width for char in chars)
    if look.align is Align.CENTRE:
        return Line(_pieces(chars), x + slack / 2)
    if look.align is Align.RIGHT:
        return Line(_pieces(chars), x + slack)
    # A line broken early by a long word is left ragged rather than torn apart.
    justify = look.align is Align.JUSTIFY and not last and len(chars) > 1
    spread = slack / (len(chars) - 1) if justify and slack < 6 * look.size else 0
    return Line(_pieces(chars), x, spread)


def _pieces(chars: list[_Char]) -> tuple[Piece, ...]:
    pieces: list[Piece] = []
    start = 0
    for index in range(1, len(chars) + 1):
        first = chars[start]
        if index < len(chars):
            char = chars[index]
            same = char.font == first.font and char.stroke == first.stroke
            if same and char.marked == first.marked and not chars[index - 1].gap:
                continue
        group = chars[start:index]
        text = "".join(char.text for char in group)
        width = sum(char.width for char in group)
        pieces.append(Piece(text, first.font, width, first.stroke, first.marked))
        start = index
    return tuple(pieces)


def draw_line(canvas: Canvas, line: Line, look: Look, x: float, top: float) -> None:
    """Draw a line whose box begins at `top`; the text stands in the middle of its leading."""
    baseline = top - (look.leading - look.size) / 2 - 0.86 * look.size
    x += line.x
    spread = line.spread + look.track
    for piece in line.pieces:
        special = piece.stroke or piece.marked
        if special:
            canvas.saveState()
            colour = _MARKED if piece.marked else black
            canvas.setFillColor(colour)
            canvas.setStrokeColor(colour)
            canvas.setLineWidth(look.size * _FAUX_BOLD)
        canvas.setFont(piece.font, look.size)
        canvas.drawString(
            x, baseline, piece.text, mode=2 if piece.stroke else None, charSpace=spread
        )
        if special:
            canvas.restoreState()
        x += piece.width + line.spread * len(piece.text)
