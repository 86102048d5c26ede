"""The .docx as Word would read it: styles, spans, fields, pictures, and every text of the tree."""

import io
import zipfile
from datetime import datetime
from pathlib import Path

import docx
import pytest
from docx.document import Document as DocxDocument
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table as DocxTable
from docx.text.paragraph import Paragraph as DocxParagraph
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from exporters.blocks import (
    Block,
    Caption,
    Cell,
    Document,
    GridItem,
    Heading,
    PageBreak,
    Paragraph,
    Picture,
    PictureGrid,
    Placeholder,
    Row,
    Run,
    Section,
    Table,
    Toc,
    outline,
    texts,
)
from exporters.docx_renderer import render_docx
from exporters.pdf_renderer import page_numbers
from exporters.pictures import MISSING_PICTURE
from exporters.style import PORTRAIT, Style
from tests.block_samples import PROSE, photo, sample, scene_table

_ANY_TEXT = st.text(st.characters(), max_size=60)


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> DocxDocument:
    path = tmp_path_factory.mktemp("docx") / "sample.docx"
    render_docx(sample(), path)
    return docx.Document(str(path))


def _written(blocks: tuple[Block, ...], folder: Path) -> DocxDocument:
    path = folder / "out.docx"
    render_docx(Document("题", blocks), path)
    return docx.Document(str(path))


def _texts(package: DocxDocument) -> list[str]:
    """Every paragraph's text in document order, those of tables included."""
    paragraphs = package.element.body.iter(qn("w:p"))
    found = [DocxParagraph(p, package) for p in paragraphs]
    return [p.text for p in found if p.text]


def _own(package: DocxDocument) -> list[str]:
    """The texts without the contents' lines and the boxes for missing pictures."""
    return [text for text in _texts(package) if "\t" not in text and "目　　录" not in text]


def test_every_text_of_the_tree_is_read_back_in_order(read: DocxDocument) -> None:
    wanted = [text for text in texts(sample().blocks) if text]
    assert [text for text in _own(read) if text != "请添加组织架构图"] == wanted


@given(
    paragraphs=st.lists(st.lists(_ANY_TEXT, max_size=3), max_size=3),
    cells=st.lists(_ANY_TEXT, min_size=1, max_size=4),
    heading=_ANY_TEXT,
)
@settings(max_examples=40, deadline=None)
def test_any_text_survives(
    paragraphs: list[list[str]],
    cells: list[str],
    heading: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    blocks: tuple[Block, ...] = (
        Heading(2, heading),
        *(Paragraph(tuple(Run(text) for text in runs)) for runs in paragraphs),
        Caption("表", 1, heading),
        Table((1,) * len(cells), (Row(tuple(map(Cell, cells))),)),
    )
    package = _written(blocks, tmp_path_factory.mktemp("any"))
    assert _texts(package) == [text for text in texts(blocks) if text]


def test_page_and_body_follow_the_official_layout(read: DocxDocument) -> None:
    section = read.sections[2]
    found = (
        section.page_width,
        section.top_margin,
        section.left_margin,
        section.right_margin,
        section.bottom_margin,
    )
    for length, wanted in zip(found, (210, 37, 28, 26, 35), strict=True):
        assert length is not None and abs(length - Mm(wanted)) < Mm(0.05)
    body = read.styles["Body Text"]
    assert body.font.size == Pt(16)
    assert body.paragraph_format.line_spacing == Pt(28.8)
    indent = body.element.find(f".//{qn('w:ind')}")
    assert indent is not None and indent.get(qn("w:firstLineChars")) == "200"
    turned = read.sections[3].page_width
    assert turned is not None and abs(turned - Mm(297)) < Mm(0.05)


def test_headings_are_words_own_styles_with_chinese_faces(read: DocxDocument) -> None:
    for level, face in ((1, "黑体"), (2, "楷体"), (3, "仿宋"), (4, "仿宋")):
        style = read.styles[f"Heading {level}"]
        fonts = style.element.find(f".//{qn('w:rFonts')}")
        assert fonts is not None and fonts.get(qn("w:eastAsia")) == face
        assert style.paragraph_format.keep_with_next
    used = {p.style.name for p in read.paragraphs if p.style is not None}
    assert {"Heading 1", "Heading 2", "Heading 3", "Heading 4"} <= used
    assert "Theme=" not in read.styles.element.xml


def test_contents_hold_real_entries_with_the_pdfs_page_numbers(read: DocxDocument) -> None:
    numbers = page_numbers(sample())
    wanted = [f"{entry.text}\t{numbers[entry.bookmark]}" for entry in outline(sample())]
    lines = [p for p in read.paragraphs if p.style is not None and "toc" in str(p.style.name)]
    assert [line.text for line in lines] == wanted
    body = read.element.body.xml
    for entry in outline(sample()):
        assert f'w:name="{entry.bookmark}"' in body and f'w:anchor="{entry.bookmark}"' in body
    kinds = [node.get(qn("w:fldCharType")) for node in read.element.body.iter(qn("w:fldChar"))]
    assert kinds.count("begin") == kinds.count("separate") == kinds.count("end")


def test_captions_are_fields_that_keep_their_number_when_updated(read: DocxDocument) -> None:
    fields = [node.text.strip() for node in read.element.body.iter(qn("w:instrText")) if node.text]
    captions = [field for field in fields if field.startswith("SEQ")]
    assert captions == [
        "SEQ 表 \\* ARABIC",
        "SEQ 图 \\* ARABIC",
        "SEQ 图 \\* ARABIC",
        "SEQ 表 \\* ARABIC \\r 8",
        "SEQ 表 \\* ARABIC \\r 2",
    ]


def test_merged_cells_span_as_composed(tmp_path: Path) -> None:
    table = _written((scene_table(),), tmp_path).tables[0]
    assert table.cell(0, 1)._tc is table.cell(1, 1)._tc
    assert table.cell(2, 0)._tc is table.cell(5, 0)._tc
    assert table.cell(6, 0).text == "生产执行数字化"
    assert table.cell(1, 2).text.startswith("一级的描述")


def test_head_rows_repeat_and_only_long_rows_may_split(tmp_path: Path) -> None:
    rows = (Row((Cell("表头"),)), Row((Cell("短"),)), Row((Cell(PROSE * 30),)))
    table = _written((Table((1,), rows, head_rows=1),), tmp_path).tables[0]
    repeated = [row._tr.find(f".//{qn('w:tblHeader')}") is not None for row in table.rows]
    whole = [row._tr.find(f".//{qn('w:cantSplit')}") is not None for row in table.rows]
    assert (repeated, whole) == ([True, False, False], [True, True, False])


def test_pictures_never_pass_the_margins(read: DocxDocument) -> None:
    widths = [shape.width for shape in read.inline_shapes]
    assert len(widths) == 11
    assert max(widths) <= Mm(PORTRAIT.text_width) + 1
    for paragraph in read.element.body.iter(qn("w:p")):
        if paragraph.find(f"./{qn('w:r')}/{qn('w:drawing')}") is not None:
            style = DocxParagraph(paragraph, read).style
            assert style is not None and style.name == Style.PICTURE
            assert style.paragraph_format.line_spacing == 1.0


def test_turned_damaged_and_odd_pictures(tmp_path: Path) -> None:
    turned = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (400, 200), "red").save(turned, "JPEG", exif=exif)
    pictures = [turned.getvalue(), photo(3, kind="BMP"), photo(4)[:40], b"", photo(5, (1, 3000))]
    blocks = (*(Picture(data) for data in pictures), Picture(tmp_path / "missing.jpg"))
    package = _written(blocks, tmp_path)
    shapes = [(shape.width, shape.height) for shape in package.inline_shapes]
    assert len(shapes) == 3 and shapes[0][1] > shapes[0][0]
    assert _texts(package) == [MISSING_PICTURE] * 3


def test_same_pictures_are_stored_once_and_undeflated(tmp_path: Path) -> None:
    grid = PictureGrid(tuple(GridItem(Picture(photo(n % 2 * 90))) for n in range(6)))
    _written((grid,), tmp_path)
    with zipfile.ZipFile(tmp_path / "out.docx") as archive:
        media = [info for info in archive.infolist() if "media/" in info.filename]
    assert len(media) == 2
    assert all(info.compress_type == zipfile.ZIP_STORED for info in media)


def test_the_same_document_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "a.docx", tmp_path / "b.docx"
    render_docx(sample(), first)
    render_docx(sample(), second)
    assert first.read_bytes() == second.read_bytes()


def test_a_draft_is_marked_on_every_page_and_a_final_one_nowhere(tmp_path: Path) -> None:
    for draft in (True, False):
        path = tmp_path / f"{draft}.docx"
        render_docx(sample(draft), path)
        for section in docx.Document(str(path)).sections:
            for header in (section.header, section.even_page_header):
                assert ("草稿" in header.paragraphs[0].text) is draft
                marked = 'string="草稿"' in header._element.xml
                assert marked is draft


def test_pages_are_numbered_in_their_sections(read: DocxDocument) -> None:
    assert read.settings.odd_and_even_pages_header_footer
    found = [section.footer.paragraphs[0].text for section in read.sections]
    assert found == ["", "", "— 1 —", "— 1 —", "— 1 —"]
    start = read.sections[2]._sectPr.find(qn("w:pgNumType"))
    assert start is not None and start.get(qn("w:start")) == "1"


def test_properties_say_what_and_when(tmp_path: Path) -> None:
    path = tmp_path / "out.docx"
    made = datetime(2025, 6, 17, 9, 0)
    render_docx(Document("题<&\x00", (), author="张三", created=made), path)
    core = docx.Document(str(path)).core_properties
    assert (core.title, core.author, core.language) == ("题<&", "张三", "zh-CN")
    assert core.created is not None and core.created.replace(tzinfo=None) == made


def test_breaks_leave_no_empty_paragraphs(tmp_path: Path) -> None:
    blocks = (
        Paragraph("甲"),
        PageBreak(),
        PageBreak(),
        Paragraph("乙"),
        PageBreak(),
        Table((1,), ()),
    )
    package = _written(blocks, tmp_path)
    breaks = [p.paragraph_format.page_break_before for p in package.paragraphs]
    assert breaks[:2] == [None, True] and package.paragraphs[1].text == "乙"


def test_empty_and_odd_documents_open(tmp_path: Path) -> None:
    assert _texts(_written((), tmp_path)) == []
    blocks = (
        Toc(),
        Table((1, 1), ()),
        Table((1, 1), (Row(()),)),
        PictureGrid(()),
        Paragraph(""),
        Section(landscape=True),
        Section(),
        Placeholder("缺"),
    )
    package = _written(blocks, tmp_path)
    assert "缺" in _texts(package)
    tables = [DocxTable(t, package) for t in package.element.body.iter(qn("w:tbl"))]
    assert all(table.rows for table in tables)
