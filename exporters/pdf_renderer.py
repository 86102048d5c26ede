"""Writing a document as .pdf: pages with numbers, contents, bookmarks and the draft mark."""

import io
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

import reportlab.rl_config
from reportlab.lib.colors import HexColor
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from exporters.blocks import Document, Run, clean, outline
from exporters.paper_code import PRODUCER
from exporters.pdf_layout import Page, lay_out
from exporters.pdf_text import STAND_IN, Faces, draw_line, set_lines
from exporters.style import (
    CODE_MM,
    CODE_RIGHT_MM,
    CODE_TOP_MM,
    CONFIDENTIAL,
    CONFIDENTIAL_TEXT,
    DRAFT_TEXT,
    HEADER,
    MM,
    PAGE_NUMBER,
    STANDARD,
    Align,
    Look,
    Style,
    StyleSheet,
    header_look,
    header_text_look,
    resource_path,
)

# Pictures as plain bytes: the default writes them a quarter larger, as text.
reportlab.rl_config.useA85 = 0

_NAMED = 10
"""Missing characters that are named; of more only their number is told."""
_WATERMARK_COLOUR = "#F3DCDC"


@lru_cache(maxsize=4)
def faces(folder: Path | None = None) -> Faces:
    """Load the fonts of a folder, by default the bundled ones; FileNotFoundError if missing."""
    return Faces(folder or resource_path("fonts"))


def page_numbers(
    document: Document, fonts: Path | None = None, sheet: StyleSheet = STANDARD
) -> dict[str, str]:
    """Give the printed page number of each heading, by its bookmark in `outline(document)`."""
    return lay_out(document, faces(fonts), sheet).numbers


def render_pdf(
    document: Document,
    target: Path | BinaryIO,
    fonts: Path | None = None,
    sheet: StyleSheet = STANDARD,
) -> tuple[str, ...]:
    """Write a document as .pdf; the same document, and fonts, give the same bytes.

    What must not lie on the disk in clear is written into memory.
    Answers with the characters that no font had, for which STAND_IN is printed (`unprinted` says
    so in words).
    """
    loaded = faces(fonts).of_one_document()
    layout = lay_out(document, loaded, sheet)
    canvas = Canvas(
        str(target) if isinstance(target, Path) else target,
        invariant=1,
        pageCompression=1,
        lang=document.language,
        # Each page begins by naming a font: else Helvetica, which is not embedded.
        initialFontName=loaded.glyph(PAGE_NUMBER.face, False, "—")[0],  # type: ignore[arg-type]
    )
    canvas.setTitle(clean(document.title))
    canvas.setAuthor(clean(document.author))
    canvas.setProducer(PRODUCER)
    entries = {entry.bookmark: entry for entry in outline(document)}
    code = None if document.code is None else ImageReader(io.BytesIO(document.code))
    depth = -1
    for page in layout.pages:
        canvas.setPageSize((page.shape.width * MM, page.shape.height * MM))
        _draw_frame(canvas, page, document, loaded, sheet)
        if code is not None:
            _draw_code(canvas, page, code)
        for x, top, item in page.placed:
            if item.anchor:
                entry = entries[item.anchor]
                canvas.bookmarkHorizontal(item.anchor, 0, top)
                # A reader's outline may step down by one level only.
                depth = min(entry.level - 1, depth + 1)
                canvas.addOutlineEntry(entry.text, item.anchor, depth)
            item.draw(canvas, x, top)
        canvas.showPage()
    canvas.save()
    return loaded.missing


def unprinted(name: str, missing: Sequence[str]) -> str:
    """Say which characters of a document, by its file's name, its .pdf shows a stand-in for.

    >>> unprinted("核验单.pdf", ["𱁬"])
    '“核验单.pdf”中的“𱁬”（U+3106C）在本机没有字体可以印出，已印作“〓”，档案中的原字未变，请安装含有此字的字体后重新导出。'
    """
    shown = [
        # A character for private use, or of no meaning, shows as nothing or as a box.
        code if unicodedata.category(char) in ("Co", "Cn") else f"“{char}”（{code}）"
        for char in missing[:_NAMED]
        for code in [f"U+{ord(char):04X}"]
    ]
    more = f"等 {len(missing)} 个字" if len(missing) > 1 else ""
    return (
        f"“{name}”中的{'、'.join(shown)}{more}在本机没有字体可以印出，已印作“{STAND_IN}”，"
        f"档案中的原字未变，请安装含有{'这些字' if more else '此字'}的字体后重新导出。"
    )


def _draw_frame(
    canvas: Canvas, page: Page, document: Document, loaded: Faces, sheet: StyleSheet
) -> None:
    """Draw what surrounds the text: the marks, the header, the page number."""
    shape = page.shape
    left, width = shape.left * MM, shape.text_width * MM
    top = (shape.height - shape.header_mm(document.confidential)) * MM
    if document.confidential:
        mark = (Run(CONFIDENTIAL_TEXT),)
        _draw_text(canvas, mark, CONFIDENTIAL, (left, top, width), loaded)
    look = header_look(document.confidential)
    if document.draft:
        _draw_watermark(canvas, page, loaded)
        mark = (Run(DRAFT_TEXT, bold=True, marked=True),)
        centred = replace(HEADER, leading=look.leading)
        _draw_text(canvas, mark, centred, (left, top, width), loaded)
    if page.number is None:
        return
    header = document.header or sheet.header
    if header:
        run = (Run(clean(header).replace("\n", " ")),)
        place = (left, top - look.leading, width)
        _draw_text(canvas, run, header_text_look(document.code is not None), place, loaded)
    # GB/T 9704-2012, 7.5: odd pages at the right, even ones at the left, one character in.
    odd = page.number % 2 == 1
    look = Look(
        face=PAGE_NUMBER.face,
        size=PAGE_NUMBER.size,
        leading=PAGE_NUMBER.leading,
        align=Align.RIGHT if odd else Align.LEFT,
        left=1,
        right=1,
    )
    top = (shape.footer_mm) * MM + PAGE_NUMBER.leading
    if sheet.footer:
        beside = replace(HEADER, leading=PAGE_NUMBER.leading)
        _draw_text(canvas, (Run(clean(sheet.footer)),), beside, (left, top, width), loaded)
    _draw_text(canvas, (Run(f"— {page.number} —"),), look, (left, top, width), loaded)


def _draw_text(
    canvas: Canvas,
    runs: tuple[Run, ...],
    look: Look,
    place: tuple[float, float, float],
    loaded: Faces,
) -> None:
    """Draw lines downwards; `place` is left edge, top and width in points."""
    x, top, width = place
    for line in set_lines(runs, look, width, loaded):
        draw_line(canvas, line, look, x, top)
        top -= look.leading


def _draw_code(canvas: Canvas, page: Page, code: ImageReader) -> None:
    left = (page.shape.width - CODE_RIGHT_MM - CODE_MM) * MM
    foot = (page.shape.height - CODE_TOP_MM - CODE_MM) * MM
    canvas.drawImage(code, left, foot, CODE_MM * MM, CODE_MM * MM)


def _draw_watermark(canvas: Canvas, page: Page, loaded: Faces) -> None:
    size = 150
    font, _, _ = loaded.glyph(STANDARD.looks[Style.HEADING_1].face, True, DRAFT_TEXT[0])
    canvas.saveState()
    canvas.translate(page.shape.width * MM / 2, page.shape.height * MM / 2)
    canvas.rotate(45)
    canvas.setFillColor(HexColor(_WATERMARK_COLOUR))
    canvas.setFont(font, size)
    canvas.drawCentredString(0, -size / 3, DRAFT_TEXT)
    canvas.restoreState()
