"""Writing a document as .docx: real heading styles, fields with cached results, whole tables."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import docx
from docx.document import Document as DocxDocument
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn

from exporters.blocks import (
    Block,
    Caption,
    Cell,
    CellBlock,
    Document,
    Heading,
    PageBreak,
    Paragraph,
    Picture,
    PictureGrid,
    Placeholder,
    Section,
    Table,
    Toc,
    cell_blocks,
    clean,
    keeps_with_next,
    outline,
)
from exporters.docx_package import save
from exporters.docx_sections import section_xml, write_frames
from exporters.docx_styles import apply_styles
from exporters.docx_xml import (
    NAMESPACES,
    bookmarked,
    caption_content,
    cell_xml,
    paragraph_xml,
    picture_run,
    row_properties,
    run,
    spacer,
    table_head,
    text_paragraph,
    toc_paragraphs,
)
from exporters.grid import (
    Placed,
    grid_table,
    inner_width_mm,
    place,
    placeholder_table,
    rows_that_may_split,
    widths_mm,
)
from exporters.pdf_renderer import page_numbers
from exporters.pdf_text import NOT_LAST
from exporters.pictures import MISSING_PICTURE, Loaded, fit_mm, load
from exporters.style import AFTER_TABLE_PT, HEADINGS, STANDARD, PageShape, Style, StyleSheet

_UNUSED = ("numbering", "thumbnail", "stylesWithEffects", "customXml")
"""Parts of python-docx's template that would only make the file larger."""


def render_docx(
    document: Document, path: Path, fonts: Path | None = None, sheet: StyleSheet = STANDARD
) -> None:
    """Write a document as .docx; the same document gives the same bytes.

    The page numbers in its table of contents are those of the .pdf, whose layout follows the same
    measures; Word works them out anew when the contents are updated.
    """
    package = docx.Document()
    _strip_template(package)
    apply_styles(package, document.language, sheet)
    numbers: dict[str, str] = {}
    if any(isinstance(block, Toc) for block in document.blocks):
        numbers = page_numbers(document, fonts, sheet)
    writer = _Writer(package, document, numbers, sheet)
    # Parsed in its place: to move a parsed body into another tree takes four times as long.
    body = f"<w:body>{writer.body()}</w:body>"
    package.part._element = parse_xml(f"<w:document {NAMESPACES}>{body}</w:document>")
    package = package.part.document
    write_frames(package, writer.sections, document, writer.drawn, sheet)
    _write_properties(package, document)
    save(package, path)


def _strip_template(package: DocxDocument) -> None:
    for rels in (package.part.rels, package.part.package.rels):
        for key in [key for key, rel in rels.items() if rel.reltype.endswith(_UNUSED)]:
            del rels[key]


def _write_properties(package: DocxDocument, document: Document) -> None:
    core = package.core_properties
    core.title = clean(document.title)[:255]
    core.author = core.last_modified_by = clean(document.author)[:255]
    core.comments = ""
    core.language = document.language
    if document.created is not None:
        core.created = core.modified = document.created
    else:
        element = core._element
        for name in ("dcterms:created", "dcterms:modified"):
            for child in element.findall(qn(name)):
                element.remove(child)
    theme_language = package.settings.element.find(qn("w:themeFontLang"))
    if theme_language is not None:
        theme_language.set(qn("w:eastAsia"), document.language)
    spacing = package.settings.element.find(qn("w:characterSpacingControl"))
    if spacing is not None:
        signs = OxmlElement("w:noLineBreaksAfter")
        signs.set(qn("w:lang"), document.language)
        signs.set(qn("w:val"), "".join(sorted(NOT_LAST)))
        spacing.addnext(signs)


class _Writer:
    """Writes the blocks in order, holding what counts up: sections, captions, pictures."""

    def __init__(
        self,
        package: DocxDocument,
        document: Document,
        numbers: dict[str, str],
        sheet: StyleSheet,
    ) -> None:
        self.sections = [Section()]
        self.drawn = 0
        self._package = package
        self._document = document
        self._sheet = sheet
        self._numbers = numbers
        self._bookmarks = {entry.place: entry.bookmark for entry in outline(document)}
        self._captions: dict[str, int] = {}
        self._relations: dict[bytes, str] = {}
        self._break = False

    @property
    def _shape(self) -> PageShape:
        return self._sheet.page(self.sections[-1].landscape)

    def body(self) -> str:
        """All blocks as XML, each section's properties behind its last paragraph."""
        made: list[str] = []
        blocks = self._document.blocks
        for index, block in enumerate(blocks):
            if isinstance(block, Section):
                if made:
                    made.append(_closing(made, self._section()))
                    self.sections.append(block)
                else:
                    self.sections[-1] = block
                self._break = False
            elif isinstance(block, PageBreak):
                self._break = bool(made)
            else:
                made += self._block(block, index, keeps_with_next(blocks, index))
        made.append(self._section())
        return "".join(made)

    def _section(self) -> str:
        return section_xml(self.sections[-1], self._shape, self._document.confidential)

    def _breaks(self) -> bool:
        """Whether the paragraph being written begins a page; asked once a paragraph."""
        asked, self._break = self._break, False
        return asked

    def _block(self, block: Block, index: int, keep: bool) -> list[str]:
        width = self._shape.text_width
        match block:
            case Heading():
                content = bookmarked(block.text, self._bookmarks[index], index)
                style = HEADINGS[block.level - 1]
                return [paragraph_xml(style, content, page_break=self._breaks())]
            case Caption():
                content = caption_content(block, self._captions.get(block.kind, 0) + 1)
                self._captions[block.kind] = block.number
                return [
                    paragraph_xml(Style.CAPTION, content, keep_next=keep, page_break=self._breaks())
                ]
            case Table():
                return [*self._broken(), self._table(block, width), spacer(self._after(index))]
            case Toc():
                title = paragraph_xml(Style.TOC_TITLE, run(block.title), page_break=self._breaks())
                entries = [e for e in outline(self._document) if e.level <= block.levels]
                return [title, *toc_paragraphs(entries, block.levels, self._numbers, width)]
            case Section() | PageBreak():
                return []
        return self._content(block, width, keep)

    def _after(self, index: int) -> float:
        """The space after a table in points; a page's last table may fill it to the foot."""
        following = self._document.blocks[index + 1 : index + 2]
        ends = not following or isinstance(following[0], Section | PageBreak)
        return 1 if ends else AFTER_TABLE_PT

    def _broken(self) -> list[str]:
        """A page break in front of a table, which has none of its own."""
        return (
            [spacer(1).replace("<w:pPr>", "<w:pPr><w:pageBreakBefore/>")] if self._breaks() else []
        )

    def _content(self, block: CellBlock, width: float, keep: bool) -> list[str]:
        """Write what may also stand in a cell of a width in millimetres."""
        match block:
            case Paragraph():
                look = self._sheet.looks[block.style]
                return [text_paragraph(block, look, self._breaks(), keep)]
            case Picture():
                loaded = load(block.source)
                if loaded is None:
                    return self._content(Placeholder(MISSING_PICTURE), width, keep)
                return [self._picture(block, loaded, width, keep)]
            case PictureGrid():
                if not block.items:
                    return []
                rows = grid_table(block).rows
                last = replace(rows[-1], keep_with_next=keep)
                table = replace(grid_table(block), rows=(*rows[:-1], last))
                return [*self._broken(), self._table(table, width), spacer(1, keep)]
            case Placeholder():
                box = self._table(placeholder_table(block), width, keep)
                return [*self._broken(), box, spacer(AFTER_TABLE_PT, keep)]
            case Table():
                return [*self._broken(), self._table(block, width, keep), spacer(1)]

    def _picture(self, picture: Picture, loaded: Loaded, width: float, keep: bool) -> str:
        size = fit_mm(picture, loaded, width, self._shape.text_height)
        self.drawn += 1
        content = picture_run(self._relation(loaded), self.drawn, size, picture.alt)
        return paragraph_xml(Style.PICTURE, content, keep_next=keep, page_break=self._breaks())

    def _relation(self, loaded: Loaded) -> str:
        """Add the picture once; python-docx would hash all earlier ones again each time."""
        digest = sha256(loaded.data).digest()
        if digest not in self._relations:
            name = PackURI(f"/word/media/image{len(self._relations) + 1}.{loaded.kind}")
            part = Part(name, f"image/{loaded.kind}", loaded.data, self._package.part.package)
            self._relations[digest] = self._package.part.relate_to(part, RT.IMAGE)
        return self._relations[digest]

    def _table(self, table: Table, width: float, keep: bool = False) -> str:
        if not table.rows:
            return ""
        placed = place(table)
        widths = widths_mm(table, width)
        long_rows = rows_that_may_split(table, placed, widths)
        by_row: dict[int, list[Placed]] = {}
        for item in placed:
            for number in range(item.row, item.row + item.cell.rowspan):
                by_row.setdefault(number, []).append(item)
        rows: list[str] = []
        for number, row in enumerate(table.rows):
            head = number < table.head_rows
            properties = row_properties(row.min_height_mm, head, number not in long_rows)
            # Word would leave a head alone at a page's foot and repeat it on the next page.
            kept = keep or row.keep_with_next or (head and number + 1 < len(table.rows))
            cells = "".join(
                self._cell(item, number, widths, table.style, kept)
                for item in sorted(by_row[number], key=lambda item: item.column)
            )
            rows.append(f"<w:tr>{properties}{cells}</w:tr>")
        return f"<w:tbl>{table_head(widths, table.border)}{''.join(rows)}</w:tbl>"

    def _cell(self, item: Placed, row: int, widths: list[float], style: Style, keep: bool) -> str:
        cell: Cell = item.cell
        outer = sum(widths[item.column : item.column + cell.colspan])
        merge = ""
        if cell.rowspan > 1:
            merge = "restart" if row == item.row else "continue"
        content: list[str] = []
        if merge != "continue":
            inner = inner_width_mm(item, widths)
            for block in cell_blocks(cell, style):
                content += self._content(block, inner, keep)
        if not content:
            content = [paragraph_xml(style, "", keep_next=keep)]
        return cell_xml(outer, cell.colspan, merge, cell.shaded, cell.top, "".join(content))


def _closing(made: list[str], properties: str) -> str:
    """Put a section's properties into its last paragraph, for one of their own adds a line."""
    last = made.pop()
    if last.startswith("<w:p><w:pPr>"):
        return last.replace("</w:pPr>", f"{properties}</w:pPr>", 1)
    return last + f"<w:p><w:pPr>{properties}</w:pPr></w:p>"
