"""A short deck as data, and how it is laid out: nothing runs over, the rest goes on.

Measures are millimetres on a 16:9 page, type in points. Texts are measured in the bundled sans,
whose full-width characters are as wide as those of the face that a machine will put in its place.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from exporters.blocks import Picture, clean
from exporters.canvas import text_width

WIDTH, HEIGHT, MARGIN = 338.67, 190.5, 16.0
BODY_TOP, BODY_FOOT = 42.0, 173.0
INNER = WIDTH - 2 * MARGIN
TITLE, BODY, TABLE = 30.0, 20.0, 16.0
SPACING = 1.35
"""Lines are so many times their type apart, whatever a face's own spacing is."""
CELL_X, CELL_Y = 2.4, 1.6

_SAFE = 0.96
_CLOSING = frozenset("，。、；：！？）」』”’》〉】％%*")
"""What never begins a line; it hangs over its end, into the margin that _SAFE leaves."""
_PIECE = re.compile(r"[!-~]+|.", re.DOTALL)
MM = 25.4 / 72


@dataclass(frozen=True)
class Text:
    """A paragraph; `bullet` puts a point before it, `marked` is what only a draft shows."""

    words: str
    size: float = BODY
    bold: bool = False
    quiet: bool = False
    bullet: bool = False
    marked: bool = False


@dataclass(frozen=True)
class Grid:
    """A table: its heads, the columns' widths in millimetres, its rows' texts.

    `grouped` joins the first column's cells that say the same one below another.
    """

    heads: tuple[str, ...]
    widths: tuple[float, ...]
    rows: tuple[tuple[str, ...], ...]
    grouped: bool = False


@dataclass(frozen=True)
class Slide:
    """One idea: its title, then picture, texts and table below one another; notes to speak from."""

    title: str
    texts: tuple[Text, ...] = ()
    picture: Picture | None = None
    grid: Grid | None = None
    notes: str = ""


@dataclass(frozen=True)
class Deck:
    """All slides behind the cover; `lines` stand on the cover below the title, `mark` on each page.

    `created` goes into the file's properties; the same deck gives the same bytes.
    """

    title: str
    head: str
    lines: tuple[Text, ...]
    slides: tuple[Slide, ...]
    footer: str = ""
    author: str = ""
    mark: str = ""
    created: dt.datetime | None = None


def line_height(size: float) -> float:
    """The height of a line in millimetres."""
    return size * SPACING * MM


def wrapped(words: str, width: float, size: float, *, bold: bool = False) -> list[str]:
    """The lines of a text at most `width` millimetres wide; a run of Latin stays whole."""
    room, found, used = width * _SAFE, [""], 0.0
    for piece in _PIECE.findall(words):
        if piece == "\n":
            found.append("")
            used = 0.0
            continue
        for part in [piece] if _wide(piece, size, bold) <= room else piece:
            wide = _wide(part, size, bold)
            if found[-1] and used + wide > room and part not in _CLOSING:
                found.append("")
                used = 0.0
            found[-1] += part
            used += wide
    return found


@lru_cache(maxsize=8192)
def _wide(piece: str, size: float, bold: bool) -> float:
    """A piece's width; measuring each line anew would take most of the time of a deck."""
    return text_width(piece, size, bold=bold)


def cut(words: str, width: float, size: float, most: int, *, bold: bool = False) -> str:
    """As much of a text as fills `most` lines, with … for the rest."""
    words = clean(words).strip()
    lines = wrapped(words, width, size, bold=bold)
    if len(lines) <= most:
        return words
    last = lines[most - 1]
    while last and text_width(last + "…", size, bold=bold) > width * _SAFE:
        last = last[:-1]
    return "".join([*lines[: most - 1], last]) + "…"


def text_height(text: Text, width: float) -> float:
    """How tall a paragraph stands, with the gap below it."""
    room = width - (bullet_indent(text.size) if text.bullet else 0)
    lines = wrapped(text.words, room, text.size, bold=text.bold)
    return len(lines) * line_height(text.size) + gap(text)


def bullet_indent(size: float) -> float:
    """How far a paragraph with a point is set in."""
    return size * MM * 1.1


def gap(text: Text) -> float:
    """The space below a paragraph in millimetres."""
    return text.size * MM * 0.5


def row_height(row: Sequence[str], widths: Sequence[float]) -> float:
    """How tall a table's row stands."""
    pairs = zip(row, widths, strict=True)
    most = max(len(wrapped(words, width - 2 * CELL_X, TABLE)) for words, width in pairs)
    return most * line_height(TABLE) + 2 * CELL_Y


def paged(slide: Slide) -> Iterator[Slide]:
    """The slide, or several of the same title where its texts or rows do not fit on one.

    A single paragraph or row that is taller than a page is cut; the notes hold the whole.
    """
    if slide.picture is not None:
        yield slide
    elif slide.grid is not None:
        yield from _paged_rows(slide, slide.grid)
    else:
        yield from _paged_texts(slide)


def _paged_texts(slide: Slide) -> Iterator[Slide]:
    room = BODY_FOOT - BODY_TOP
    page: list[Text] = []
    left, pages = room, 0
    for text in slide.texts:
        most = int((room - gap(text)) / line_height(text.size))
        width = INNER - (bullet_indent(text.size) if text.bullet else 0)
        text = replace(text, words=cut(text.words, width, text.size, most, bold=text.bold))
        tall = text_height(text, INNER)
        if page and tall > left:
            yield _part(slide, pages, texts=tuple(page))
            page, left, pages = [], room, pages + 1
        page.append(text)
        left -= tall
    yield _part(slide, pages, texts=tuple(page))


def _paged_rows(slide: Slide, grid: Grid) -> Iterator[Slide]:
    """The texts stand under the last rows, for they sum them up."""
    below = sum(text_height(text, INNER) for text in slide.texts)
    room = BODY_FOOT - BODY_TOP - row_height(grid.heads, grid.widths) - below
    most = int((room - 2 * CELL_Y) / line_height(TABLE))
    pages: list[list[tuple[str, ...]]] = [[]]
    left = room
    for row in grid.rows:
        pairs = zip(row, grid.widths, strict=True)
        row = tuple(cut(words, width - 2 * CELL_X, TABLE, most) for words, width in pairs)
        tall = row_height(row, grid.widths)
        if pages[-1] and tall > left:
            pages.append([])
            left = room
        pages[-1].append(row)
        left -= tall
    _even(pages, grid.widths)
    for number, page in enumerate(pages):
        texts = slide.texts if number + 1 == len(pages) else ()
        yield _part(slide, number, grid=replace(grid, rows=tuple(page)), texts=texts)


def _even(pages: list[list[tuple[str, ...]]], widths: Sequence[float]) -> None:
    """Rows of the last page but one go to the last, which would else hold one row alone."""
    if len(pages) < 2:
        return
    before, last = ([row_height(row, widths) for row in page] for page in pages[-2:])
    while sum(before) - before[-1] >= sum(last) + before[-1]:
        last.insert(0, before.pop())
        pages[-1].insert(0, pages[-2].pop())


def _part(slide: Slide, number: int, **parts: object) -> Slide:
    """One page of a slide; the notes belong to the first."""
    if not number:
        return replace(slide, **parts)  # type: ignore[arg-type]
    return replace(slide, title=f"{slide.title}（续）", notes="", **parts)  # type: ignore[arg-type]
