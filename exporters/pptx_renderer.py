"""Writing a deck as .pptx: titles for the outline, alternative texts, the same bytes each time.

The East-Asian face is named in the theme and in every run; a machine without it puts its own sans
there, which is as wide.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pptx
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml import parse_xml
from pptx.oxml.ns import nsdecls, qn
from pptx.util import Emu, Mm, Pt

from exporters.blocks import Picture, clean
from exporters.canvas import BAD, BLUE, FAINT, GREY, INK, RULE
from exporters.pictures import Loaded, load
from exporters.slides import (
    BODY_FOOT,
    BODY_TOP,
    CELL_X,
    CELL_Y,
    HEIGHT,
    INNER,
    MARGIN,
    MM,
    SPACING,
    TABLE,
    TITLE,
    WIDTH,
    Deck,
    Grid,
    Slide,
    Text,
    bullet_indent,
    cut,
    gap,
    paged,
    row_height,
    text_height,
    wrapped,
)

FACE = "微软雅黑"
_TITLE_ONLY = 5
#: The earliest time that a zip can hold; the real one stands in the core properties.
_TIME = (1980, 1, 1, 0, 0, 0)
#: What a property of the file may hold, in characters.
_PROPERTY = 255
_UNDATED = dt.datetime(1980, 1, 1)
_STORED = (".png", ".jpg", ".jpeg")
#: Tells a machine without the face what to take: a sans for Chinese.
_LIKE = 'panose="020B0503020204020204" pitchFamily="34" charset="-122"'


def render_pptx(deck: Deck, path: Path) -> None:
    """Write the deck; the same deck gives the same bytes."""
    show = pptx.Presentation()
    _widen(show)
    _name_faces(show)
    core = show.core_properties
    core.title, core.author = clean(deck.title)[:_PROPERTY], clean(deck.author)[:_PROPERTY]
    core.last_modified_by = ""
    core.created = core.modified = deck.created or _UNDATED
    core.language = "zh-CN"
    _cover(show, deck)
    pages = [page for slide in deck.slides for page in paged(slide)]
    for number, page in enumerate(pages, 2):
        _Page(show, deck, number).fill(page)
    held = io.BytesIO()
    show.save(held)
    _save(held, path)


def _save(held: io.BytesIO, path: Path) -> None:
    """The library stamps the members with the time of day; ours have none."""
    with zipfile.ZipFile(held) as made, zipfile.ZipFile(path, "w") as archive:
        for name in made.namelist():
            info = zipfile.ZipInfo(name, _TIME)
            stored = name.lower().endswith(_STORED)
            info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            archive.writestr(info, made.read(name))


def _widen(show: Any) -> None:
    """16:9; the template's own is 4:3, and its placeholders are moved along."""
    ratio = Mm(WIDTH) / show.slide_width
    tall = Mm(HEIGHT) / show.slide_height
    show.slide_width, show.slide_height = Mm(WIDTH), Mm(HEIGHT)
    master = show.slide_masters[0]
    for holder in (master, *master.slide_layouts):
        for shape in holder.placeholders:
            if shape._element.spPr.find(qn("a:xfrm")) is not None:
                shape.left, shape.width = (
                    Emu(int(shape.left * ratio)),
                    Emu(int(shape.width * ratio)),
                )
                shape.top, shape.height = Emu(int(shape.top * tall)), Emu(int(shape.height * tall))


def _name_faces(show: Any) -> None:
    theme = show.slide_masters[0].part.part_related_by(RT.THEME)
    blob = theme.blob.replace(b'<a:ea typeface=""/>', f'<a:ea typeface="{FACE}" {_LIKE}/>'.encode())
    theme._blob = blob.replace(
        b'<a:latin typeface="Calibri"/>', f'<a:latin typeface="{FACE}"/>'.encode()
    )


def _cover(show: Any, deck: Deck) -> None:
    page = _Page(show, deck, 1)
    page.band((0, 0, WIDTH, 7), BLUE)
    page.box((MARGIN, 34, INNER, 12), (Text(deck.head, 20, quiet=True),))
    page.title(deck.title, 48, top=50)
    page.band((MARGIN, 78, 40, 1.2), BLUE)
    lines = (replace(line, words=cut(line.words, INNER, line.size, 3)) for line in deck.lines)
    page.box((MARGIN, 90, INNER, 90), tuple(lines))


class _Page:
    """One slide being filled."""

    def __init__(self, show: Any, deck: Deck, number: int) -> None:
        self.slide = show.slides.add_slide(show.slide_layouts[_TITLE_ONLY])
        if deck.mark:
            self._mark(deck.mark)
        if number > 1:
            self._foot(deck.footer)

    def fill(self, page: Slide) -> None:
        """Title, then picture, table and texts from the top down."""
        self.title(page.title, TITLE)
        self.band((MARGIN, 35.5, INNER, 0.5), BLUE)
        y = BODY_TOP
        tall = sum(text_height(text, INNER) for text in page.texts)
        loaded = load(page.picture.source) if page.picture is not None else None
        if page.picture is not None and loaded is not None:
            y += self._picture(page.picture, loaded, y, BODY_FOOT - y - tall) + 4
        if page.grid is not None:
            y += self._grid(page.grid, y) + 4
        if page.texts:
            self.box((MARGIN, y, INNER, BODY_FOOT - y), page.texts)
        if page.notes:
            self.slide.notes_slide.notes_text_frame.text = clean(page.notes)

    def title(self, words: str, size: float, top: float = 10) -> None:
        """The slide's own title, which outline and screen readers go by; two lines at most."""
        room = WIDTH - 2 * MARGIN - (34 if top < 20 else 0)
        if len(wrapped(words, room, size, bold=True)) > 1:
            size *= 0.75
        words = cut(words, room, size, 2, bold=True)
        shape = self.slide.shapes.title
        shape.left, shape.top, shape.width, shape.height = map(Mm, (MARGIN, top, room, 24))
        _write(shape.text_frame, (Text(words, size, bold=True),), MSO_ANCHOR.MIDDLE)

    def band(self, place: tuple[float, float, float, float], colour: str) -> None:
        """A filled strip; left, top, width, height."""
        shape = self.slide.shapes.add_shape(1, *map(Mm, place))
        shape.fill.solid()
        shape.fill.fore_color.rgb = _rgb(colour)
        shape.line.fill.background()
        shape.shadow.inherit = False

    def box(self, place: tuple[float, float, float, float], texts: tuple[Text, ...]) -> None:
        """Paragraphs in a box; left, top, width, height."""
        if texts:
            _write(self.slide.shapes.add_textbox(*map(Mm, place)).text_frame, texts)

    def _mark(self, words: str) -> None:
        shape = self.slide.shapes.add_textbox(Mm(WIDTH - MARGIN - 26), Mm(10), Mm(26), Mm(9))
        shape.line.color.rgb = _rgb(BAD)
        shape.line.width = Pt(1)
        _write(shape.text_frame, (Text(words, 14, bold=True, marked=True),), MSO_ANCHOR.MIDDLE)
        shape.text_frame.paragraphs[0].alignment = PP_ALIGN.CENTER

    def _foot(self, words: str) -> None:
        place = (MARGIN, 178, INNER - 20, 7)
        self.box(place, (Text(cut(words, INNER - 20, 12, 1), 12, quiet=True),))
        shape = self.slide.shapes.add_textbox(Mm(WIDTH - MARGIN - 18), Mm(178), Mm(18), Mm(7))
        _write(shape.text_frame, (Text("", 12, quiet=True),))
        paragraph = shape.text_frame.paragraphs[0]
        paragraph.alignment = PP_ALIGN.RIGHT
        number = (
            f'<a:fld {nsdecls("a")} id="{{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}}" type="slidenum">'
            f'<a:rPr lang="zh-CN" sz="1200"/><a:t>‹#›</a:t></a:fld>'
        )
        paragraph._p.insert(1, parse_xml(number))

    def _picture(self, picture: Picture, loaded: Loaded, y: float, room: float) -> float:
        """As large as fits, centred; answers with its height."""
        wide = min(INNER, room * loaded.width / loaded.height)
        tall = wide * loaded.height / loaded.width
        place = map(Mm, ((WIDTH - wide) / 2, y, wide, tall))
        shape = self.slide.shapes.add_picture(io.BytesIO(loaded.data), *place)
        shape._element.nvPicPr.cNvPr.set("descr", clean(picture.alt))
        return tall

    def _grid(self, grid: Grid, y: float) -> float:
        """A ruled table; answers with its height."""
        rows = (grid.heads, *grid.rows)
        heights = [row_height(row, grid.widths) for row in rows]
        place = (MARGIN, y, sum(grid.widths), sum(heights))
        shape = self.slide.shapes.add_table(len(rows), len(grid.heads), *map(Mm, place))
        table = shape.table
        table.horz_banding = False
        for column, width in zip(table.columns, grid.widths, strict=True):
            column.width = Mm(width)
        for number, (row, words) in enumerate(zip(table.rows, rows, strict=True)):
            row.height = Mm(heights[number])
            for cell, text in zip(row.cells, words, strict=True):
                _fill_cell(cell, text, head=not number)
        if grid.grouped:
            _join(table, [row[0] for row in rows])
        return sum(heights)


def _join(table: Any, names: list[str]) -> None:
    """Make one cell of those in the first column that say the same."""
    first = 0
    for place in range(1, len(names) + 1):
        if place < len(names) and names[place] == names[first]:
            table.cell(place, 0).text_frame.clear()
            continue
        if place - first > 1:
            table.cell(first, 0).merge(table.cell(place - 1, 0))
        first = place


def _fill_cell(cell: Any, words: str, *, head: bool) -> None:
    cell.margin_left = cell.margin_right = Mm(CELL_X)
    cell.margin_top = cell.margin_bottom = Mm(CELL_Y)
    cell.fill.solid()
    cell.fill.fore_color.rgb = _rgb(FAINT if head else "#FFFFFF")
    _write(cell.text_frame, (Text(words, TABLE, bold=head),), inset=False)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    properties = cell._tc.get_or_add_tcPr()
    for place, edge in enumerate(("a:lnL", "a:lnR", "a:lnT", "a:lnB")):
        line = (
            f'<{edge} {nsdecls("a")} w="9525"><a:solidFill><a:srgbClr val="{RULE[1:]}"/>'
            f"</a:solidFill></{edge}>"
        )
        properties.insert(place, parse_xml(line))


def _write(
    frame: Any, texts: tuple[Text, ...], anchor: Any = MSO_ANCHOR.TOP, *, inset: bool = True
) -> None:
    """Paragraphs at fixed line spacing, so that they stand as they were measured."""
    frame.word_wrap = True
    if inset:
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        frame.vertical_anchor = anchor
    for place, text in enumerate(texts):
        paragraph = frame.paragraphs[0] if not place else frame.add_paragraph()
        paragraph.alignment = PP_ALIGN.LEFT
        paragraph.line_spacing = Pt(round(text.size * SPACING, 1))
        paragraph.space_after = Pt(gap(text) / MM) if len(texts) > 1 else Pt(0)
        paragraph.space_before = Pt(0)
        if text.bullet:
            _bullet(paragraph, bullet_indent(text.size))
        _run(paragraph, text)


def _run(paragraph: Any, text: Text) -> None:
    run = paragraph.add_run()
    run.text = clean(text.words)
    run.font.size, run.font.bold = Pt(text.size), text.bold
    run.font.color.rgb = _rgb(BAD if text.marked else GREY if text.quiet else INK)
    properties = run._r.get_or_add_rPr()
    properties.set("lang", "zh-CN")
    properties.set("altLang", "en-US")
    for tag in ("a:latin", "a:ea"):
        properties.append(parse_xml(f'<{tag} {nsdecls("a")} typeface="{FACE}" {_LIKE}/>'))


def _bullet(paragraph: Any, indent: float) -> None:
    properties = paragraph._p.get_or_add_pPr()
    properties.set("marL", str(Mm(indent)))
    properties.set("indent", str(-Mm(indent)))
    properties.append(parse_xml(f'<a:buChar {nsdecls("a")} char="•"/>'))


def _rgb(colour: str) -> RGBColor:
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return RGBColor(*parts)  # type: ignore[no-untyped-call]
