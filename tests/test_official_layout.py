"""GB/T 9704-2012 on both papers: type by level, lines, page numbers, what keeps together."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import docx
import pytest
from docx.document import Document as DocxDocument
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph as DocxParagraph
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from exporters.blocks import (
    Block,
    Caption,
    Cell,
    Document,
    GridItem,
    Heading,
    Paragraph,
    Picture,
    PictureGrid,
    Placeholder,
    Row,
    Section,
    Table,
)
from exporters.docx_renderer import render_docx
from exporters.pdf_items import Item, PictureItem
from exporters.pdf_layout import lay_out
from exporters.pdf_renderer import faces, render_pdf
from exporters.pdf_table import TableItem
from exporters.style import MM, Style
from tests.block_samples import PROSE, photo, sample
from tests.docx_check import W
from tests.test_frames import _images, _places

#: Style, its face in the .docx, size in points, the .pdf's font.
TYPE = (
    ("Title", "宋体", 22, "Serif"),
    ("Heading 1", "黑体", 16, "Sans"),
    ("Heading 2", "楷体", 16, "Kai"),
    ("Heading 3", "仿宋", 16, "Serif"),
    ("Heading 4", "仿宋", 16, "Serif"),
    ("Body Text", "仿宋", 16, "Serif"),
    ("Caption", "黑体", 12, "Sans"),
    ("诊改 表格", "宋体", 10.5, "Serif"),
    ("诊改 表格小四", "宋体", 12, "Serif"),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("layout")
    render_docx(sample(), made / "sample.docx")
    render_pdf(sample(), made / "sample.pdf")
    return made


@pytest.fixture(scope="module")
def written(folder: Path) -> DocxDocument:
    return docx.Document(str(folder / "sample.docx"))


@pytest.fixture(scope="module")
def printed(folder: Path) -> PdfReader:
    return PdfReader(folder / "sample.pdf")


@pytest.mark.parametrize(("style", "face", "size", "_font"), TYPE, ids=[row[0] for row in TYPE])
def test_word_styles_have_the_levels_type(
    written: DocxDocument, style: str, face: str, size: float, _font: str
) -> None:
    found = written.styles[style]
    fonts = found.element.find(f".//{qn('w:rFonts')}")
    assert fonts is not None and fonts.get(qn("w:eastAsia")) == face
    assert found.font.size == Pt(size)


def test_the_pdf_sets_each_level_in_its_type(tmp_path: Path) -> None:
    blocks: tuple[Block, ...] = (
        Section(numbered=False),
        Paragraph("题", Style.TITLE),
        *(Heading(level, "层" * level) for level in (1, 2, 3, 4)),
        Paragraph("文"),
        Caption("表", 1, "清单"),
        Table((1,), (Row((Cell("格"),)),)),
        Table((1,), (Row((Cell("大"),)),), style=Style.CELL_LARGE),
    )
    render_pdf(Document("题", blocks), tmp_path / "type.pdf")
    found: list[tuple[str, float]] = []

    def visit(text: str, _cm: object, _tm: object, font: dict[str, str], size: float) -> None:
        if text.strip():
            found.append((font["/BaseFont"], size))

    PdfReader(tmp_path / "type.pdf").pages[0].extract_text(visitor_text=visit)
    # A caption is set in two pieces where Chinese meets a digit: one of each is enough.
    found = [pair for place, pair in enumerate(found) if place == 0 or pair != found[place - 1]]
    wanted: list[tuple[str, float]] = [
        ("Serif", 22),
        ("Sans", 16),
        ("Kai", 16),
        ("Serif", 16),
        ("Sans", 12),
    ]
    wanted += [("Serif", 10.5), ("Serif", 12)]
    assert len(found) == len(wanted)
    for (font, size), (name, points) in zip(found, wanted, strict=True):
        assert name in font and size == points


def test_lines_are_fixed_but_for_pictures(written: DocxDocument) -> None:
    for style in ("Body Text", "Heading 1", "Heading 2", "Heading 3", "Heading 4", "诊改 顶格"):
        spacing = written.styles[style].element.find(f".//{qn('w:spacing')}")
        assert spacing is not None and spacing.get(qn("w:lineRule")) == "exact"
        assert 28 <= int(spacing.get(qn("w:line"), "0")) / 20 <= 29
    picture = written.styles[Style.PICTURE.value].element.find(f".//{qn('w:spacing')}")
    assert picture is not None
    assert (picture.get(qn("w:line")), picture.get(qn("w:lineRule"))) == ("240", "auto")


def test_the_pdfs_page_has_22_lines_of_28_characters_the_first_indented(tmp_path: Path) -> None:
    text = "字" * (26 + 28 * 30)
    render_pdf(Document("题", (Section(numbered=False), Paragraph(text))), tmp_path / "lines.pdf")
    lines = _places(PdfReader(tmp_path / "lines.pdf").pages[0])
    assert [len(line[0]) for line in lines] == [26] + [28] * 21
    assert lines[0][2] == pytest.approx(28 + 2 * 16 / MM, abs=0.1)
    assert {round(line[2], 1) for line in lines[1:]} == {28.0}
    steps = {round((b[3] - a[3]) * MM, 1) for a, b in pairwise(lines)}
    assert len(steps) == 1 and 28 <= steps.pop() <= 29


def test_page_numbers_stand_outside_at_the_foot(written: DocxDocument, printed: PdfReader) -> None:
    for number, page in enumerate(printed.pages[2:], 1):
        (found,) = [p for p in _places(page) if p[0] == f"— {number} —"]
        _, size, x, y = found
        middle, height = float(page.mediabox.width) / MM / 2, float(page.mediabox.height) / MM
        assert size == 14 and (x > middle) is (number % 2 == 1)
        foot = 35 if height > middle * 2 else 26
        assert y == pytest.approx(height - foot + 7 + 14 / MM, abs=4)
    for section in written.sections[2:]:
        for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
            alignment = footer._element.find(f".//{qn('w:jc')}")
            assert alignment is not None and alignment.get(qn("w:val")) == side


HUGE = (
    Picture(photo(1, (60, 6000)), max_height_mm=5000),
    Picture(photo(2, (6000, 60)), width_mm=5000),
    Picture(photo(3, (900, 900)), width_mm=5000, max_height_mm=5000),
)


def _with_pictures() -> Document:
    cells = tuple(Cell((picture,)) for picture in HUGE)
    grid = PictureGrid(tuple(GridItem(picture, ("行",)) for picture in HUGE), columns=2)
    rows = (Row(cells), Row((Cell((grid,), colspan=3),)), Row((Cell("竖", rowspan=1), cells[0])))
    both: tuple[Block, ...] = (*HUGE, Table((1, 2, 5), rows, head_rows=0), grid)
    return Document("题", (*both, Section(landscape=True), *both))


def test_no_picture_passes_the_margins_in_the_pdf(tmp_path: Path) -> None:
    render_pdf(_with_pictures(), tmp_path / "pictures.pdf")
    pages = PdfReader(tmp_path / "pictures.pdf").pages
    count = 0
    for page in pages:
        upright = page.mediabox.height > page.mediabox.width
        left, top, right, bottom = (28, 37, 184, 262) if upright else (35, 28, 260, 184)
        for x, y, width, height in _images(page):
            assert left - 0.1 <= x and x + width <= right + 0.1
            assert top - 0.1 <= y and y + height <= bottom + 0.1
            count += 1
    assert count == 2 * (3 + 4 + 3 + 3)


def test_no_picture_is_wider_than_its_cell_in_the_docx(tmp_path: Path) -> None:
    render_docx(_with_pictures(), tmp_path / "pictures.docx")
    body = docx.Document(str(tmp_path / "pictures.docx")).element.body
    checked = 0
    for extent in body.iter(qn("wp:extent")):
        width, height = (int(extent.get(side, "0")) / 36000 for side in ("cx", "cy"))
        assert height <= 0.8 * 225 + 0.1
        cell = next(extent.iterancestors(qn("w:tc")), None)
        room = 225.0
        if cell is not None:
            held = cell.find(f"{qn('w:tcPr')}/{qn('w:tcW')}")
            assert held is not None
            room = int(held.get(qn("w:w"), "0")) / 20 / MM
            checked += 1
        assert width <= room
    assert checked > 10


def _kept(paragraph: object) -> bool:
    assert hasattr(paragraph, "find")
    return paragraph.find(f"{W}pPr/{W}keepNext") is not None


def test_the_docx_keeps_captions_with_what_they_name(tmp_path: Path) -> None:
    table = Table((1,), (Row((Cell("头"),)), Row((Cell("行"),)), Row((Cell("末"),))), head_rows=1)
    grid = PictureGrid(tuple(GridItem(Picture(photo(n)), (f"照{n}",)) for n in range(4)))
    blocks = (
        Caption("表", 1, "表题"),
        table,
        Picture(photo(7)),
        Caption("图", 1, "图题"),
        Placeholder("缺"),
        Caption("图", 2, "缺图"),
        grid,
        Caption("图", 3, "组图"),
        Paragraph("完"),
    )
    render_docx(Document("题", blocks), tmp_path / "kept.docx")
    package = docx.Document(str(tmp_path / "kept.docx"))
    kept = {
        DocxParagraph(p, package).text or f"空{number}": _kept(p)
        for number, p in enumerate(package.element.body.iter(qn("w:p")))
    }
    texts = {text: is_kept for text, is_kept in kept.items() if not text.startswith("空")}
    assert texts == {
        "表1 表题": True, "头": True, "行": False, "末": False, "图1 图题": False,
        "缺": True, "图2 缺图": False, "照0": False, "照1": False, "照2": True, "照3": True,
        "图3 组图": False, "完": False,
    }  # fmt: skip
    body = list(package.element.body)
    before = [body[n - 1] for n, p in enumerate(body) if "图" in "".join(p.itertext())[:1]]
    assert len(before) == 3 and all(map(_kept, before))


def _above(filler: int, *blocks: Block) -> list[list[Item]]:
    """The pages with so many lines above the blocks."""
    lines = (Paragraph("行", Style.PLAIN) for _ in range(filler))
    pages = lay_out(Document("题", (*lines, *blocks)), faces()).pages
    return [[item for _, _, item in page.placed] for page in pages]


@given(filler=st.integers(0, 23), kind=st.sampled_from(["picture", "box", "grid"]))
@settings(max_examples=30, deadline=None)
def test_a_caption_below_never_leaves_its_picture(filler: int, kind: str) -> None:
    items = tuple(GridItem(Picture(photo(n), max_height_mm=60), ("行",)) for n in range(7))
    held: Block = PictureGrid(items) if kind == "grid" else Picture(photo(9))
    held = Placeholder("缺") if kind == "box" else held
    pages = _above(filler, held, Caption("图", 1, "题"))
    assert len(pages[-1]) >= 2 and isinstance(pages[-1][-2], PictureItem | TableItem)


@given(filler=st.integers(0, 23))
@settings(max_examples=15, deadline=None)
def test_rows_that_fit_a_page_are_never_cut(filler: int) -> None:
    rows = tuple(Row((Cell(f"{n}"), Cell(PROSE * 4))) for n in range(12))
    pages = _above(filler, Table((1, 9), rows))
    tables = [item for page in pages for item in page if isinstance(item, TableItem)]
    assert sum(len(table.rows) for table in tables) == len(rows)


def test_turned_pages_are_turned_in_both(written: DocxDocument, printed: PdfReader) -> None:
    wide = [section for section in written.sections if (section.page_width or 0) > Pt(700)]
    assert len(wide) == 1 and wide[0].orientation == 1
    assert sum(page.mediabox.width > page.mediabox.height for page in printed.pages) == 1
    left, right = wide[0].left_margin, wide[0].right_margin
    assert left is not None and right is not None
    assert (wide[0].page_width or 0) - left - right == pytest.approx(225 * 36000, abs=2000)


def test_head_rows_that_are_all_of_a_table_keep_nothing(tmp_path: Path) -> None:
    table = Table((1,), (Row((Cell("头"),)),), head_rows=1)
    document = replace(sample(), blocks=(table, Paragraph("完")))
    render_docx(document, tmp_path / "head.docx")
    first = docx.Document(str(tmp_path / "head.docx")).element.body.find(f".//{qn('w:p')}")
    assert not _kept(first)


@given(filler=st.integers(0, 23))
@settings(max_examples=12, deadline=None)
def test_a_heading_stays_with_rows_that_fill_a_page(filler: int) -> None:
    rows = (
        Row((Cell("头"),)),
        Row((Cell("组"),), keep_with_next=True),
        Row((Cell(PROSE * 37),), keep_with_next=True),
        Row((Cell("末"),)),
    )
    pages = _above(filler, Heading(1, "一、"), Table((1,), rows, head_rows=1))
    assert not any(page[-1].keep_next for page in pages)
