"""A provider's style file: read within bounds, refused where it is hostile, followed by both."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from pypdf import PdfReader

from exporters import report
from exporters.blocks import Document, Section
from exporters.docx_renderer import render_docx
from exporters.pdf_layout import lay_out
from exporters.pdf_renderer import faces, render_pdf
from exporters.style import LANDSCAPE, LOOKS, PORTRAIT, STANDARD, Align, Face, Style
from exporters.style_file import read_style_file
from forms.errors import UserError
from tests.block_samples import sample
from tests.dossiers import source_of
from tests.rule_cases import case_of, dossier_of, good
from tests.same_text import same_text, squeezed
from tests.test_frames import _places, framed

DOCUMENT = "word/document.xml"


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A document of the program itself, as a provider would take one and change its styles."""
    path = tmp_path_factory.mktemp("ours") / "ours.docx"
    render_docx(sample(), path)
    return path.read_bytes()


@pytest.fixture(scope="module")
def theirs(ours: bytes) -> bytes:
    """The provider's own: 微软雅黑 headings, 楷体 body, other sizes and margins, a header."""
    package = docx.Document(io.BytesIO(ours))
    for name, font in (
        ("Heading 1", "微软雅黑"),
        ("Body Text", "华文楷体"),
        ("诊改 表格", "Arial"),
    ):
        fonts = package.styles[name].element.find(f".//{qn('w:rFonts')}")
        assert fonts is not None
        fonts.set(qn("w:eastAsia"), font)
    body = package.styles["Body Text"]
    body.font.size, body.paragraph_format.line_spacing = Pt(14), Pt(26)
    package.styles["诊改 表格"].font.size = Pt(30)
    head = package.styles["Heading 1"]
    head.font.size, head.font.bold = Pt(18), True
    head.paragraph_format.space_before = Pt(12)
    head.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    indent = head.element.find(f".//{qn('w:ind')}")
    assert indent is not None
    indent.getparent().remove(indent)
    first = package.sections[0]
    first.top_margin, first.left_margin, first.right_margin = Mm(30), Mm(25), Mm(25)
    first.header.paragraphs[0].text = "长春示例咨询有限公司"
    footer = first.footer.paragraphs[0]
    footer.text = "地址：长春市示例路1号　第"
    for kind, text in (("begin", ""), ("", "7"), ("end", "")):
        run = footer.add_run(text)
        if kind:
            run._element.append(
                run._element.makeelement(qn("w:fldChar"), {qn("w:fldCharType"): kind})
            )
    return _saved(package)


def _saved(package: docx.document.Document) -> bytes:
    held = io.BytesIO()
    package.save(held)
    return held.getvalue()


def test_a_document_of_ours_gives_the_standard_back(ours: bytes) -> None:
    sheet = read_style_file(ours)
    assert dict(sheet.looks) == dict(LOOKS)
    assert (sheet.portrait, sheet.landscape) == (PORTRAIT, LANDSCAPE)
    assert (sheet.header, sheet.footer, sheet.notes) == ("", "", ())


def test_the_standard_sheet_changes_nothing(ours: bytes, tmp_path: Path) -> None:
    for render, name in ((render_docx, "a.docx"), (render_pdf, "a.pdf")):
        render(sample(), tmp_path / name)
        plain = (tmp_path / name).read_bytes()
        render(sample(), tmp_path / name, sheet=read_style_file(ours))
        assert (tmp_path / name).read_bytes() == plain


def test_their_styles_are_taken(theirs: bytes) -> None:
    sheet = read_style_file(theirs)
    body, head, cell = (sheet.looks[s] for s in (Style.BODY, Style.HEADING_1, Style.CELL))
    assert (body.font_name, body.face, body.size, body.leading) == ("华文楷体", Face.KAI, 14, 26)
    assert body.first == 2 and body.track == 0
    assert (head.font_name, head.face, head.size, head.bold) == ("微软雅黑", Face.HEI, 18, True)
    assert (head.before, head.align, head.first) == (12, Align.CENTRE, 0)
    assert (cell.font_name, cell.face, cell.size) == ("Arial", Face.SONG, 10.5)
    # Of its own name there is a style for centred text in our file, so it stays.
    assert sheet.looks[Style.CENTRE] == LOOKS[Style.CENTRE]
    assert sheet.portrait == replace(PORTRAIT, top=30, left=25, right=25)
    assert sheet.landscape == replace(LANDSCAPE, top=25, right=30, bottom=25)
    assert sheet.header == "长春示例咨询有限公司"
    assert sheet.footer == "地址：长春市示例路1号"


def test_a_plain_word_file_gives_its_normal_text_to_all_body_styles() -> None:
    sheet = read_style_file(_saved(docx.Document()))
    body = sheet.looks[Style.BODY]
    assert (body.size, sheet.looks[Style.PLAIN].size, body.first) == (11, 11, 0)
    assert sheet.looks[Style.HEADING_1].bold and sheet.looks[Style.CELL] == LOOKS[Style.CELL]
    assert sheet.looks[Style.SIGNATURE].align is Align.RIGHT


def test_both_papers_follow_the_sheet_and_say_the_same(theirs: bytes, tmp_path: Path) -> None:
    sheet = read_style_file(theirs)
    document = replace(framed(), header="")
    same_text(document, tmp_path, sheet)
    styles = docx.Document(str(tmp_path / "same.docx")).styles
    fonts = styles["Body Text"].element.find(f".//{qn('w:rFonts')}")
    assert fonts is not None and fonts.get(qn("w:eastAsia")) == "华文楷体"
    page = PdfReader(tmp_path / "same.pdf").pages[3]
    assert {round(place[1], 1) for place in _places(page)} >= {14.0, 9.0}
    said = squeezed("".join(place[0] for place in _places(page)))
    assert "长春示例咨询有限公司" in said and "地址：长春市示例路1号" in said
    package = docx.Document(str(tmp_path / "same.docx"))
    assert package.sections[2].footer.paragraphs[0].text == "\t地址：长春市示例路1号\t— 1 —"
    assert package.sections[2].header.paragraphs[1].text == "长春示例咨询有限公司"
    assert package.sections[0].footer.paragraphs[0].text == ""
    width = package.sections[2].page_width
    assert width is not None and abs(width - Mm(210)) < Mm(0.05)


def test_a_first_section_that_lies_is_stood_up(ours: bytes) -> None:
    package = docx.Document(io.BytesIO(ours))
    first = package.sections[0]
    first.orientation, first.page_width, first.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
    first.top_margin, first.left_margin, first.right_margin, first.bottom_margin = (
        Mm(LANDSCAPE.top), Mm(LANDSCAPE.left), Mm(LANDSCAPE.right), Mm(LANDSCAPE.bottom),
    )  # fmt: skip
    assert read_style_file(_saved(package)).portrait == PORTRAIT


@pytest.mark.parametrize(
    ("top", "right", "bottom", "kept"),
    [
        (25.4, 31.8, 25.4, True),
        (25.4, 25.4, 25.4, False),
        (5, 31.8, 25, False),
        (30, 25, 160, False),
    ],
)
def test_margins_that_leave_no_room_are_the_standards(
    ours: bytes, top: float, right: float, bottom: float, kept: bool
) -> None:
    package = docx.Document(io.BytesIO(ours))
    first = package.sections[0]
    first.top_margin, first.right_margin, first.bottom_margin = Mm(top), Mm(right), Mm(bottom)
    first.left_margin = Mm(31.8)
    sheet = read_style_file(_saved(package))
    assert (sheet.portrait == PORTRAIT) is not kept
    assert bool(sheet.notes) is not kept
    assert all("标准版式" in note and note.endswith("。") for note in sheet.notes)


def test_absurd_measures_are_the_standards_and_named(ours: bytes) -> None:
    for old, new in (
        ('w:val="32"', 'w:val="3200"'),
        ('w:firstLineChars="200"', 'w:firstLineChars="9e9"'),
    ):
        sheet = read_style_file(_altered(ours, "word/styles.xml", old, new))
        assert sheet.looks[Style.BODY].size == 16 and sheet.looks[Style.BODY].first == 2
        assert any("Body Text" in note for note in sheet.notes)


def _altered(data: bytes, part: str, old: str, new: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(held, "w") as made:
        for name in archive.namelist():
            content = archive.read(name)
            if name == part:
                assert old in content.decode()
                content = content.decode().replace(old, new).encode()
            made.writestr(name, content, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def _without(data: bytes, part: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(held, "w") as made:
        for name in archive.namelist():
            if name != part:
                made.writestr(name, archive.read(name))
    return held.getvalue()


def _packed(count: int = 0, size: int = 0) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for number in range(count):
            made.writestr(f"{number}.xml", b"")
        if size:
            made.writestr(DOCUMENT, b" " * size)
    return held.getvalue()


_BOMB = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><w:document '
_FILE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:document '


@pytest.mark.parametrize(
    ("make", "wanted"),
    [
        (lambda data: b"", "不是完好的"),
        (lambda data: b"\xd0\xcf\x11\xe0" * 500, "不是完好的"),
        (lambda data: data[:4000], "不是完好的"),
        (lambda data: data.replace(b"\x08\x00", b"\x63\x00"), "不是完好的"),
        (lambda data: _without(data, DOCUMENT), "不是 Word 文档"),
        (lambda data: _without(data, "word/styles.xml"), "不是 Word 文档"),
        (lambda data: _altered(data, DOCUMENT, "<w:body>", "<w:body"), "不是完好的"),
        (lambda data: _altered(data, DOCUMENT, "<w:document ", _BOMB), "文档类型声明"),
        (lambda data: _altered(data, DOCUMENT, "<w:document ", _FILE), "文档类型声明"),
        (lambda data: _packed(count=2100), "太多"),
        (lambda data: _packed(size=9 << 20), "过大"),
        (lambda data: bytes(21 << 20), "超过 20 MB"),
    ],
)  # fmt: skip
def test_hostile_files_are_refused_in_a_sentence(ours: bytes, make, wanted: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UserError, match=wanted) as refused:
        read_style_file(make(ours))
    assert "原来的版式未变" in str(refused.value) and str(refused.value).endswith("。")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.docx", tmp_path):
        with pytest.raises(UserError, match="读不出来"):
            read_style_file(path)


def test_styles_that_stand_on_one_another_in_a_ring_end(ours: bytes) -> None:
    old = '<w:name w:val="Body Text"/><w:basedOn w:val="Normal"/>'
    ring = old.replace("Normal", "BodyText")
    assert read_style_file(_altered(ours, "word/styles.xml", old, ring)).looks == STANDARD.looks


@pytest.mark.parametrize("grown", [1.0, 1.25])
def test_the_reports_cover_stays_one_page_in_larger_type(grown: float) -> None:
    """With names of forty characters, and on a page with wider margins."""
    name = "示例・长春净月高新技术产业开发区轨道交通高端装备智能制造（集团）有限责任公司"
    case = dict(good())
    case["enterprise"] = case["enterprise"] | {"name": name}
    case["provider"] = case["provider"] | {"name": name}
    looks = {
        style: replace(look, size=look.size * grown, leading=look.leading * grown)
        for style, look in LOOKS.items()
    }
    narrow = replace(PORTRAIT, top=46, bottom=46) if grown > 1 else PORTRAIT
    sheet = replace(STANDARD, looks=looks, portrait=narrow)
    source = replace(source_of(case_of(dossier_of(case))), style=sheet)
    blocks = report.compose(source).blocks
    second = [n for n, block in enumerate(blocks) if isinstance(block, Section)][1]
    cover = lay_out(Document("封面", blocks[:second]), faces(), sheet)
    assert len(cover.pages) == 1
