"""From the block tree to pages: every block set to its width, then placed page by page.

The .docx renderer asks here too, for the page numbers of its table of contents.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from exporters.blocks import (
    Block,
    Caption,
    CellBlock,
    Document,
    Heading,
    PageBreak,
    Paragraph,
    Picture,
    PictureGrid,
    Placeholder,
    Run,
    Section,
    Table,
    Toc,
    caption_paragraph,
    cell_blocks,
    keeps_with_next,
    look_of,
    outline,
)
from exporters.grid import (
    grid_table,
    inner_width_mm,
    parted,
    place,
    placeholder_table,
    rows_that_may_split,
    widths_mm,
)
from exporters.pdf_items import Item, PictureItem, TextItem, TocItem
from exporters.pdf_table import BoxCell, TableItem
from exporters.pdf_text import Faces, set_lines
from exporters.pictures import MISSING_PICTURE, fit_mm, load
from exporters.style import (
    AFTER_TABLE_PT,
    HEADINGS,
    MM,
    STANDARD,
    TOC_LINES,
    Look,
    PageShape,
    Style,
    StyleSheet,
)

_TOC_NUMBER_EMS = 3


@dataclass
class Page:
    """A page with what stands on it; `number` is None where none is printed."""

    shape: PageShape
    number: int | None
    placed: list[tuple[float, float, Item]] = field(default_factory=list)


@dataclass
class Layout:
    """All pages, and the printed page number of each heading's bookmark."""

    pages: list[Page]
    numbers: dict[str, str]


def lay_out(document: Document, faces: Faces, sheet: StyleSheet = STANDARD) -> Layout:
    """Place a document's blocks on pages."""
    numbers: dict[str, str] = {}
    paginator = _Paginator(sheet)
    setter = _Setter(document, faces, numbers, sheet)
    for block_items in setter.runs():
        if isinstance(block_items, Section):
            paginator.begin_section(block_items)
        elif isinstance(block_items, PageBreak):
            paginator.break_page()
        else:
            paginator.add(block_items)
    pages = paginator.pages or [Page(sheet.portrait, None)]
    for page in pages:
        for _, _, item in page.placed:
            if item.anchor:
                numbers[item.anchor] = "" if page.number is None else str(page.number)
    return Layout(pages, numbers)


class _Setter:
    """Turns blocks into items, section by section."""

    def __init__(
        self, document: Document, faces: Faces, numbers: dict[str, str], sheet: StyleSheet
    ) -> None:
        self._document = document
        self._sheet = sheet
        self._faces = faces
        self._numbers = numbers
        self._bookmarks = {entry.place: entry.bookmark for entry in outline(document)}
        self._shape = sheet.portrait

    def runs(self) -> Iterator[list[Item] | Section | PageBreak]:
        """Yield the items between two breaks, and the breaks."""
        items: list[Item] = []
        blocks = self._document.blocks
        for index, block in enumerate(blocks):
            if isinstance(block, Section | PageBreak):
                yield items
                yield block
                items = []
                if isinstance(block, Section):
                    self._shape = self._sheet.page(block.landscape)
                continue
            kept = keeps_with_next(blocks, index)
            parts = parted(block) if kept and isinstance(block, PictureGrid) else [block]
            made = [item for part in parts for item in self._block(part, index)]
            if made and kept:
                made[-1] = made[-1].kept()
            items += made
        yield items

    def _block(self, block: Block, index: int) -> list[Item]:
        width = self._shape.text_width
        match block:
            case Heading():
                look = self._sheet.looks[HEADINGS[block.level - 1]]
                anchor = self._bookmarks[index]
                return [replace(self._text((Run(block.text),), look, width), anchor=anchor)]
            case Caption():
                look = look_of(caption_paragraph(block), self._sheet)
                return [self._text((Run(block.line),), look, width)]
            case Table():
                return [replace(self._table(block, width), after=AFTER_TABLE_PT)]
            case Toc():
                return self._toc(block, width)
            case Section() | PageBreak():
                return []
        return self._content(block, width)

    def _content(self, block: CellBlock, width: float) -> list[Item]:
        """Set what may also stand in a cell; the width is in millimetres."""
        match block:
            case Paragraph():
                return [self._text(block.runs, look_of(block, self._sheet), width)]
            case Picture():
                return [self._picture(block, width)]
            case PictureGrid():
                return [self._table(grid_table(block), width)] if block.items else []
            case Placeholder():
                table = self._table(placeholder_table(block), width)
                return [replace(table, after=AFTER_TABLE_PT)]
            case Table():
                return [self._table(block, width)]

    def _text(self, runs: tuple[Run, ...], look: Look, width: float) -> TextItem:
        lines = tuple(set_lines(runs, look, width * MM, self._faces))
        return TextItem(lines, look, before=look.before, after=look.after, keep_next=look.keep_next)

    def _picture(self, picture: Picture, width: float) -> Item:
        loaded = load(picture.source)
        if loaded is None:
            return self._table(placeholder_table(Placeholder(MISSING_PICTURE)), width)
        size = fit_mm(picture, loaded, width, self._shape.text_height)
        look = self._sheet.looks[Style.PICTURE]
        points = (size[0] * MM, size[1] * MM)
        return PictureItem(loaded, points, width * MM, before=look.before, after=look.after)

    def _table(self, table: Table, width: float) -> TableItem:
        placed = place(table)
        widths = widths_mm(table, width)
        cells = []
        for item in placed:
            cell, inner = item.cell, inner_width_mm(item, widths)
            content = tuple(
                made
                for block in cell_blocks(cell, table.style)
                for made in self._content(block, inner)
            )
            cells.append(
                BoxCell(
                    item.row,
                    item.column,
                    cell.rowspan,
                    cell.colspan,
                    content,
                    cell.shaded,
                    cell.top,
                )
            )
        return TableItem(
            tuple(value * MM for value in widths),
            tuple(cells),
            tuple(row.min_height_mm * MM for row in table.rows),
            frozenset(rows_that_may_split(table, placed, widths)),
            frozenset(n for n, row in enumerate(table.rows) if row.keep_with_next),
            table.head_rows,
            self._shape.text_height * MM,
            table.border,
        )

    def _toc(self, toc: Toc, width: float) -> list[Item]:
        looks = self._sheet.looks
        items: list[Item] = [self._text((Run(toc.title),), looks[Style.TOC_TITLE], width)]
        for entry in outline(self._document):
            if entry.level > toc.levels:
                continue
            look = looks[TOC_LINES[entry.level - 1]]
            room = width - _TOC_NUMBER_EMS * look.size / MM
            text = self._text((Run(entry.text),), look, room)
            font, _, _ = self._faces.glyph(look.face, False, "0")
            items.append(TocItem(text, entry.bookmark, width * MM, self._numbers, font))
        return items


class _Paginator:
    """Places items from top to bottom and opens pages."""

    def __init__(self, sheet: StyleSheet) -> None:
        self.pages: list[Page] = []
        self._sheet = sheet
        self._section = Section()
        self._next_number = 1
        self._fresh = True
        self._requested = True
        self._room = 0.0

    def begin_section(self, section: Section) -> None:
        """What follows stands on new pages of another kind."""
        self._section = section
        if section.restart:
            self._next_number = 1
        self._fresh = True

    def break_page(self) -> None:
        """What follows stands on a new page."""
        self._fresh = True

    def _open(self, requested: bool = False) -> None:
        shape = self._sheet.page(self._section.landscape)
        number = self._next_number if self._section.numbered else None
        self._next_number += 1
        self.pages.append(Page(shape, number))
        self._room = shape.text_height * MM
        # Space before a paragraph stands at a page's head only where the page was asked for.
        self._requested = requested

    def add(self, items: list[Item]) -> None:
        """Place the items that stand between two breaks."""
        for index, item in enumerate(items):
            if self._fresh:
                self._open(requested=True)
                self._fresh = False
            elif self._room < self._chain(items, index) and not self._only_kept():
                self._open()
            self._put(item)

    def _only_kept(self) -> bool:
        """Whether the page has nothing yet but what must stand with the next item."""
        return all(item.keep_next for _, _, item in self.pages[-1].placed)

    def _chain(self, items: list[Item], index: int) -> float:
        """Room that an item needs at once, with what it must stand together with."""
        full = self._sheet.page(self._section.landscape).text_height * MM
        need, first = 0.0, index
        while items[index].keep_next and index + 1 < len(items):
            item, following = items[index], items[index + 1]
            need += item.before + item.height + item.after
            if index > first and need + following.before + following.start() > full:
                # More than a page holds cannot be kept together: the chain ends here.
                return need
            index += 1
        return need + items[index].before + items[index].start()

    def _put(self, item: Item) -> None:
        while True:
            page = self.pages[-1]
            if page.placed or self._requested:
                self._room -= item.before
            if item.height <= self._room + 0.01:
                self._place(item)
                return
            pieces = item.split(self._room)
            if pieces is None and page.placed:
                self._open()
            elif pieces is None:
                # Nothing can be cut and the page is empty: it overhangs rather than be lost.
                self._place(item)
                return
            else:
                self._place(pieces[0])
                self._open()
                item = pieces[1]

    def _place(self, item: Item) -> None:
        page = self.pages[-1]
        shape = page.shape
        top = shape.bottom * MM + self._room
        page.placed.append((shape.left * MM, top, item))
        self._room -= item.height + item.after
