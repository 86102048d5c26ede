"""The proof that one document says the same on both papers: `same_text` writes and reads both.

The .docx is read in the order of its file, the .pdf page by page in the order of its drawing. What
paper adds is taken away: headers, page numbers, dots, white space, marks without a body. A table's
head is printed again on its next page, and a row that runs over a page's foot gives a part of each
cell to either page; all else must follow character by character.
"""

import ctypes
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import docx
import pypdfium2 as pdfium
from docx.oxml.ns import qn
from lxml import etree
from pypdfium2 import raw

from exporters.blocks import (
    Block,
    Document,
    Picture,
    PictureGrid,
    Placeholder,
    Table,
    Toc,
    cell_blocks,
    clean,
    texts,
)
from exporters.docx_renderer import render_docx
from exporters.pdf_renderer import render_pdf
from exporters.pictures import MISSING_PICTURE, load
from exporters.style import MM, STANDARD, StyleSheet
from tests.docx_check import faults

_BODILESS = {"Cc", "Cf", "Mn", "Me", "Zs", "Zl", "Zp"}
_WATERMARK_PT = 100


def same_text(document: Document, folder: Path, sheet: StyleSheet = STANDARD) -> None:
    """Write a document in both formats below a folder and compare; AssertionError says where."""
    render_docx(document, folder / "same.docx", sheet=sheet)
    render_pdf(document, folder / "same.pdf", sheet=sheet)
    same_files(document, folder / "same.docx", folder / "same.pdf", sheet)


def same_files(document: Document, word: Path, pdf: Path, sheet: StyleSheet = STANDARD) -> None:
    """Compare a document with its two files, and look for what Word would refuse in the first."""
    assert faults(word) == []
    units = list(_units(docx.Document(str(word)).element.body))
    written = "".join(unit.text for unit in units if unit.number is None)
    composed = squeezed("".join(_composed(document.blocks, document)))
    assert written == composed, _difference(composed, written)
    _Reading(list(_page_texts(pdf, sheet))).follow(units)


def squeezed(text: str) -> str:
    """Without white space, controls and marks that sit on other characters.

    Without hyphens too: the reader of the .pdf takes one at a line's end for a word's division.
    """
    return "".join(c for c in text if c != "-" and unicodedata.category(c) not in _BODILESS)


def _difference(wanted: str, found: str) -> str:
    pairs = enumerate(zip(wanted, found, strict=False))
    place = next((n for n, (a, b) in pairs if a != b), min(len(wanted), len(found)))
    near = slice(max(place - 20, 0), place + 30)
    return f"at character {place}: {wanted[near]!r} became {found[near]!r}"


def _composed(blocks: Iterable[Block], document: Document) -> Iterator[str]:
    """What the tree says, with its boxes for missing pictures and its contents' title."""
    for block in blocks:
        match block:
            case Toc():
                yield block.title
            case Placeholder():
                yield clean(block.text)
            case Picture() if load(block.source) is None:
                yield MISSING_PICTURE
            case Table():
                for row in block.rows:
                    for cell in row.cells:
                        yield from _composed(cell_blocks(cell), document)
            case PictureGrid():
                for item in block.items:
                    yield from _composed([item.picture], document)
                    yield from map(clean, item.lines)
            case _:
                yield from texts([block])


@dataclass
class _Cell:
    """What is still to be printed of a table's cell, which reaches from a row to before another."""

    text: str
    begin: int
    end: int


@dataclass(frozen=True)
class _Unit:
    """A paragraph, a table with the text of its head, or a line of the contents.

    `number` is a line's page number, None in all else.
    """

    text: str
    number: str | None = None
    cells: tuple[_Cell, ...] = ()
    head: str = ""


def _units(body: etree._Element) -> Iterator[_Unit]:
    for child in body:
        if child.tag == qn("w:p"):
            text, link = _written(child), child.find(qn("w:hyperlink"))
            if link is None:
                yield _Unit(text)
            else:
                runs = list(map(_written, link.findall(qn("w:r"))))
                yield _Unit(runs[0], number="".join(runs[1:]))
        elif child.tag == qn("w:tbl"):
            rows = child.findall(qn("w:tr"))
            head = qn("w:trPr"), qn("w:tblHeader")
            heads = "".join(_written(row) for row in rows if row.find("/".join(head)) is not None)
            yield _Unit(_written(child), cells=tuple(_table_cells(rows)), head=heads)


def _table_cells(rows: list[etree._Element]) -> Iterator[_Cell]:
    """The cells in reading order; what continues one from above lengthens it."""
    above: dict[int, _Cell] = {}
    made: list[_Cell] = []
    for number, row in enumerate(rows):
        column = 0
        for cell in row.findall(qn("w:tc")):
            properties = cell.find(qn("w:tcPr"))
            assert properties is not None
            span, merge = properties.find(qn("w:gridSpan")), properties.find(qn("w:vMerge"))
            if merge is not None and merge.get(qn("w:val")) == "continue":
                above[column].end = number + 1
            else:
                above[column] = _Cell(_written(cell), number, number + 1)
                made.append(above[column])
            column += 1 if span is None else int(span.get(qn("w:val"), "1"))
    yield from made


def _written(node: etree._Element) -> str:
    return squeezed("".join(found.text or "" for found in node.iter(qn("w:t"))))


def _page_texts(path: Path, sheet: StyleSheet) -> Iterator[str]:
    """The text between each page's head and foot margins, in the order of drawing.

    Drawn piece by piece: a reader's text of a whole page is sorted by place, and loses hyphens.
    """
    buffer = (ctypes.c_ushort * 8192)()
    document = pdfium.PdfDocument(path)
    for page in document:
        width, height = page.get_size()
        shape, view = sheet.page(width > height), page.get_textpage()
        found: list[str] = []
        for piece in page.get_objects([raw.FPDF_PAGEOBJ_TEXT], max_depth=1):
            _, foot, _, top = piece.get_bounds()
            middle = (foot + top) / 2
            inside = shape.bottom * MM - 3 <= middle <= height - shape.top * MM + 3
            if inside and top - foot < _WATERMARK_PT:
                size = raw.FPDFTextObj_GetText(piece, view, buffer, len(buffer))
                text = bytes(buffer)[: max(size - 2, 0)]
                found.append(text.decode("utf-16-le"))
        yield squeezed("".join(found))
    document.close()


class _Reading:
    """Reads the pages along the units of the .docx."""

    def __init__(self, pages: list[str]) -> None:
        self._pages = pages
        self._page = 0
        self._at = 0
        self._furthest = (0, "", "")

    def follow(self, units: list[_Unit]) -> None:
        """Find every unit, and nothing besides."""
        for unit in units:
            if unit.cells:
                self._table(unit)
            else:
                self._text(unit.text)
            if unit.number is not None:
                self._skip_dots()
                self._text(unit.number)
                self._skip_dots()
        self._turn()
        assert self._page == len(self._pages), f"besides: {self._rest()[:40]!r}"

    def _rest(self) -> str:
        return self._pages[self._page][self._at :] if self._page < len(self._pages) else ""

    def _turn(self) -> None:
        """Go on to the next page that has text, where this one is read to its end."""
        while self._page < len(self._pages) and not self._rest():
            self._page, self._at = self._page + 1, 0

    def _text(self, text: str) -> None:
        while text:
            self._turn()
            rest = self._rest()
            common = _common(text, rest)
            self._at += common
            text = text[common:]
            if text and common < len(rest):
                raise AssertionError(
                    f"page {self._page + 1}: {text[:40]!r} is printed as {rest[common:][:40]!r}"
                )
            assert rest, f"not printed: {text[:40]!r}"

    def _skip_dots(self) -> None:
        self._at += len(self._rest()) - len(self._rest().lstrip("."))

    def _table(self, unit: _Unit) -> None:
        pending = [replace(cell) for cell in unit.cells if cell.text]
        self._turn()
        found = self._cells(pending, unit.head, (self._page, self._at), begun=False)
        if found is None:
            page, text, rest = self._furthest
            raise AssertionError(f"page {page + 1}: cells {text[:60]!r} became {rest[:60]!r}")
        self._page, self._at = found

    def _cells(
        self, pending: list[_Cell], head: str, place: tuple[int, int], *, begun: bool
    ) -> tuple[int, int] | None:
        """Where the page is read to after the cells, which may have to be divided in other ways."""
        page, at = place
        if pending and page < len(self._pages) and at == len(self._pages[page]):
            page, at = page + 1, 0
        if not pending or page == len(self._pages):
            return None if pending else (page, at)
        if begun and self._pages[page][at:].startswith(head):
            at += len(head)
        rest, before = self._pages[page][at:], sum(len(cell.text) for cell in pending)
        self._furthest = max(
            self._furthest, (page, pending[0].text, rest), key=lambda found: found[0]
        )
        for left in _left(pending, rest):
            taken = before - sum(len(cell.text) for cell in left)
            if taken or not begun:
                found = self._cells(left, head, (page, at + taken), begun=True)
                if found is not None:
                    return found
        return None


def _left(pending: list[_Cell], rest: str) -> Iterator[list[_Cell]]:
    """What a page can leave of the cells that begin on it or above, by the row that it cuts."""
    if rest.startswith("".join(cell.text for cell in pending)):
        yield []
        return
    for cut in range(min(c.begin for c in pending), max(c.end for c in pending)):
        if sum(len(cell.text) for cell in pending if cell.end <= cut) > len(rest):
            return
        reached = [cell for cell in pending if cell.begin <= cut]
        for parts in _parts(reached, rest, cut):
            left = zip(pending, [*parts, *[0] * (len(pending) - len(parts))], strict=True)
            cells = [replace(cell, text=cell.text[taken:]) for cell, taken in left]
            yield [cell for cell in cells if cell.text]


def _parts(cells: list[_Cell], rest: str, cut: int) -> Iterator[list[int]]:
    """How much of each cell can make up the rest of a page: all above the cut row, else a part."""
    failed: set[tuple[int, int]] = set()

    def parts(index: int, place: int) -> Iterator[list[int]]:
        if index == len(cells):
            if place == len(rest):
                yield []
            return
        if (index, place) in failed:
            return
        text, common = cells[index].text, _common(cells[index].text, rest[place:])
        least = len(text) if cells[index].end <= cut else 0
        none = True
        for length in range(common, least - 1, -1):
            for following in parts(index + 1, place + length):
                none = False
                yield [length, *following]
        if none:
            failed.add((index, place))

    return parts(0, 0)


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    for number, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return number
    return min(len(one), len(other))
