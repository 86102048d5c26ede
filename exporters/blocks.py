"""The tree a document is composed as; both renderers and the word count read the same tree.

A block says what it is. How it looks stands in `exporters.style`, so that the .docx and the .pdf
cannot drift apart. All lengths are millimetres unless a name says points (`_pt`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from exporters.style import STANDARD, Align, Look, Style, StyleSheet

# What XML 1.0 cannot hold: control characters, lone surrogates, the two non-characters.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Drop what no document may hold; unify line ends to a line feed. Nothing else is lost."""
    return _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


@dataclass(frozen=True)
class Run:
    """A stretch of text of one look; `marked` shows a blank that is still to be filled in."""

    text: str
    bold: bool = False
    marked: bool = False


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; what is None comes from its style."""

    content: str | tuple[Run, ...]
    style: Style = Style.BODY
    align: Align | None = None
    bold: bool = False
    keep_with_next: bool = False
    before_pt: float | None = None
    after_pt: float | None = None

    @property
    def runs(self) -> tuple[Run, ...]:
        """The paragraph's runs, a plain string being one."""
        if isinstance(self.content, str):
            return (Run(self.content, bold=self.bold),)
        return self.content

    @property
    def text(self) -> str:
        """The cleaned text without looks."""
        return clean("".join(run.text for run in self.runs))


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 4; its number (一、（一）1.（1）) is part of the text."""

    level: int
    text: str

    def __post_init__(self) -> None:
        if not 1 <= self.level <= 4:
            raise ValueError(f"heading level {self.level}")


@dataclass(frozen=True)
class Caption:
    """表1 above its table, or 图1 below its picture."""

    kind: str
    number: int
    text: str

    @property
    def line(self) -> str:
        """The caption as printed."""
        return clean(f"{self.kind}{self.number} {self.text}")

    @property
    def above(self) -> bool:
        """Whether the caption stands above what it names (a table's does)."""
        return self.kind == "表"


@dataclass(frozen=True)
class Picture:
    """A picture from a file or from bytes, never wider than where it stands."""

    source: Path | bytes
    width_mm: float | None = None
    max_height_mm: float = 120
    alt: str = ""


@dataclass(frozen=True)
class Placeholder:
    """A bordered box that says which picture is missing; not counted as text."""

    text: str
    height_mm: float = 45


@dataclass(frozen=True)
class GridItem:
    """One picture (or the box that stands for it) with the lines printed under it."""

    picture: Picture | Placeholder
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class PictureGrid:
    """Pictures side by side with their lines; a picture and its lines stay on one page."""

    items: tuple[GridItem, ...]
    columns: int = 2


@dataclass(frozen=True)
class Cell:
    """A table cell; text may hold line feeds. `top` sets the content at the cell's top."""

    content: str | tuple[CellBlock, ...] = ""
    colspan: int = 1
    rowspan: int = 1
    align: Align = Align.LEFT
    bold: bool = False
    shaded: bool = False
    top: bool = False


@dataclass(frozen=True)
class Row:
    """A table row; columns covered from above are left out, missing cells at the end are empty.

    `keep_with_next` holds it on one page with the next row, as a head with what is under it.
    """

    cells: tuple[Cell, ...]
    min_height_mm: float = 0
    keep_with_next: bool = False


@dataclass(frozen=True)
class Table:
    """A table as wide as the text area; `columns` are relative widths.

    The first `head_rows` rows repeat on each page. `exporters.grid` raises ValueError when spans
    overlap or leave the grid, for that is a mistake of the composer.
    """

    columns: tuple[float, ...]
    rows: tuple[Row, ...]
    head_rows: int = 0
    style: Style = Style.CELL
    border: bool = True


CellBlock = Paragraph | Picture | PictureGrid | Placeholder | Table
"""What a cell may hold; a table in it, mostly without borders, sets things side by side."""


@dataclass(frozen=True)
class PageBreak:
    """What follows begins a new page."""


@dataclass(frozen=True)
class Section:
    """What follows begins a new page of this kind; `restart` counts its pages from 1 again."""

    landscape: bool = False
    numbered: bool = True
    restart: bool = False


@dataclass(frozen=True)
class Toc:
    """The table of contents, down to a heading level."""

    title: str = "目　　录"
    levels: int = 3


Block = (
    Paragraph
    | Heading
    | Caption
    | Picture
    | PictureGrid
    | Placeholder
    | Table
    | PageBreak
    | Section
    | Toc
)


@dataclass(frozen=True)
class Document:
    """A whole document; `header` stands small on numbered pages, `draft` marks every page.

    So does `confidential`, with 保密; `code` is a QR code as PNG for every page's upper corner.
    """

    title: str
    blocks: tuple[Block, ...]
    header: str = ""
    draft: bool = False
    confidential: bool = False
    code: bytes | None = None
    language: str = "zh-CN"
    author: str = ""
    created: datetime | None = None


class OutlineEntry(NamedTuple):
    """A heading with its bookmark and its place among the document's blocks."""

    level: int
    text: str
    bookmark: str
    place: int


class Chapter(NamedTuple):
    """The texts under one level-1 heading, the heading first; what precedes it has no heading."""

    heading: str
    texts: list[str]


def outline(document: Document) -> list[OutlineEntry]:
    """List the headings in order; a bookmark is made of the heading's position among them."""
    headings = [(i, b) for i, b in enumerate(document.blocks) if isinstance(b, Heading)]
    return [
        OutlineEntry(block.level, clean(block.text), f"_Toc{number:08d}", index)
        for number, (index, block) in enumerate(headings, start=1)
    ]


def texts(blocks: Iterable[Block]) -> Iterator[str]:
    """Yield every counted text in reading order: prose, headings, captions, cells, photo lines.

    The table of contents and placeholders are left out: neither is the author's text.
    """
    for block in blocks:
        match block:
            case Paragraph():
                yield block.text
            case Heading():
                yield clean(block.text)
            case Caption():
                yield block.line
            case Table():
                for row in block.rows:
                    for cell in row.cells:
                        yield from texts(cell_blocks(cell))
            case PictureGrid():
                for item in block.items:
                    yield from map(clean, item.lines)


def by_chapter(document: Document) -> list[Chapter]:
    """Divide the texts by level-1 heading; the first chapter, without heading, is what precedes."""
    chapters = [Chapter("", [])]
    for block in document.blocks:
        if isinstance(block, Heading) and block.level == 1:
            chapters.append(Chapter(clean(block.text), []))
        chapters[-1].texts.extend(texts([block]))
    return chapters


def caption_paragraph(caption: Caption) -> Paragraph:
    """A caption as a paragraph: a table's stays with the table below it."""
    return Paragraph(caption.line, Style.CAPTION, keep_with_next=caption.above)


def cell_blocks(cell: Cell, style: Style = Style.CELL) -> tuple[CellBlock, ...]:
    """Give a cell's content as blocks; each line of a plain text is a paragraph."""
    if not isinstance(cell.content, str):
        return cell.content
    return tuple(
        Paragraph(line, style, align=cell.align, bold=cell.bold)
        for line in clean(cell.content).split("\n")
    )


def look_of(paragraph: Paragraph, sheet: StyleSheet = STANDARD) -> Look:
    """A paragraph's look: its style's, with what the paragraph itself says."""
    look = sheet.looks[paragraph.style]
    return replace(
        look,
        align=paragraph.align or look.align,
        before=look.before if paragraph.before_pt is None else paragraph.before_pt,
        after=look.after if paragraph.after_pt is None else paragraph.after_pt,
        keep_next=look.keep_next or paragraph.keep_with_next,
    )


def keeps_with_next(blocks: Sequence[Block], index: int) -> bool:
    """Whether a block must stand on one page with the beginning of the next one."""
    block = blocks[index]
    following = blocks[index + 1] if index + 1 < len(blocks) else None
    match block:
        case Paragraph():
            return block.keep_with_next
        case Heading():
            return True
        case Caption():
            return block.above
        case Picture() | Placeholder() | PictureGrid():
            return isinstance(following, Caption) and not following.above
    return False


def check_boxes(options: Iterable[str], chosen: Iterable[str], gap: str = "　") -> str:
    """Print a choice as paper does: ☑ before what is chosen, □ before the rest."""
    marked = set(chosen)
    return gap.join(("☑" if option in marked else "□") + option for option in options)


def head_row(*labels: str) -> Row:
    """A row of column heads: bold, centred, shaded."""
    return Row(tuple(Cell(label, align=Align.CENTRE, bold=True, shaded=True) for label in labels))
