"""What surrounds the text on every page: 保密, 草稿, the header, the QR code; and seals' places."""

import io
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from docx.document import Document as DocxDocument
from docx.oxml.ns import qn
from PIL import Image
from pypdf import PageObject, PdfReader
from pypdf.generic import StreamObject

from exporters.blocks import Cell, Document, Paragraph, Row, Table, texts
from exporters.docx_renderer import render_docx
from exporters.pdf_renderer import render_pdf
from exporters.seal import seal_place
from exporters.style import MM
from tests.block_samples import sample

HEADER = "长春" + "很长的企业名称" * 5 + "有限公司咨询诊断报告"


def code() -> bytes:
    """Black and white squares, as a QR code has them."""
    image = Image.new("1", (29, 29), 1)
    for place in range(0, 29 * 29, 2):
        image.putpixel((place % 29, place // 29), 0)
    held = io.BytesIO()
    image.save(held, "PNG")
    return held.getvalue()


def framed() -> Document:
    """The sample with all that can surround a page, upright pages and turned ones."""
    return replace(sample(draft=True), header=HEADER, confidential=True, code=code())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("frames")
    render_docx(framed(), made / "framed.docx")
    render_pdf(framed(), made / "framed.pdf")
    return made


@pytest.fixture(scope="module")
def written(folder: Path) -> DocxDocument:
    return docx.Document(str(folder / "framed.docx"))


def _places(page: PageObject) -> list[tuple[str, float, float, float]]:
    """Each text of a page with its size and its place in millimetres from the upper left corner."""
    found: list[tuple[str, float, float, float]] = []
    height = float(page.mediabox.height)

    def visit(text: str, cm: list[float], tm: list[float], _font: object, size: float) -> None:
        if text.strip():
            found.append((text.strip(), size, tm[4] / MM, (height - tm[5]) / MM))

    page.extract_text(visitor_text=visit)
    return found


def _images(page: PageObject) -> list[tuple[float, ...]]:
    """Left, top, width and height of a page's pictures in millimetres from its upper left."""
    height = float(page.mediabox.height)
    found: list[tuple[float, ...]] = []

    def visit(operator: bytes, _args: object, cm: list[float], _tm: object) -> None:
        if operator == b"Do":
            found.append((cm[4] / MM, (height - cm[5] - cm[3]) / MM, cm[0] / MM, cm[3] / MM))

    page.extract_text(visitor_operand_before=visit)
    return found


def test_the_code_stands_in_the_corner_of_every_pdf_page(folder: Path) -> None:
    for page in PdfReader(folder / "framed.pdf").pages:
        across = float(page.mediabox.width) / MM - 14 - 16
        wanted = pytest.approx((across, 12, 16, 16), abs=0.01)
        assert sum(place == wanted for place in _images(page)) == 1


def test_the_pdf_holds_the_code_once_and_as_it_was(folder: Path) -> None:
    pages = PdfReader(folder / "framed.pdf").pages
    kept = {
        image.indirect_reference.idnum: image
        for page in pages
        for image in page.images
        if image.image is not None and image.image.size == (29, 29) and image.indirect_reference
    }
    assert len(kept) == 1
    (image,) = kept.values()
    assert image.image is not None
    was = Image.open(io.BytesIO(code())).convert("RGB")
    assert image.image.convert("RGB").tobytes() == was.tobytes()
    assert image.indirect_reference is not None
    held = image.indirect_reference.get_object()
    assert isinstance(held, StreamObject) and "/Interpolate" not in held


def test_every_docx_header_anchors_the_code_to_the_page(written: DocxDocument) -> None:
    numbers = [node.get("id") for node in written.element.body.iter(qn("wp:docPr"))]
    for section in written.sections:
        for header in (section.header, section.even_page_header):
            (anchor,) = header._element.iter(qn("wp:anchor"))
            places = [int(node.text) / 36000 for node in anchor.iter(qn("wp:posOffset"))]
            assert section.page_width is not None
            assert places == pytest.approx([section.page_width / 36000 - 30, 12], abs=0.02)
            assert {node.get("relativeFrom") for node in anchor[1:3]} == {"page"}
            (blip,) = anchor.iter(qn("a:blip"))
            assert header.part.rels[blip.get(qn("r:embed"))].target_part.blob == code()
            numbers += [node.get("id") for node in anchor.iter(qn("wp:docPr"))]
    assert len(numbers) == len(set(numbers))


def test_confidential_stands_at_the_left_of_every_page(folder: Path, written: DocxDocument) -> None:
    for page in PdfReader(folder / "framed.pdf").pages:
        (found,) = [place for place in _places(page) if place[0] == "保密"]
        left = 28 if page.mediabox.height > page.mediabox.width else 35
        assert found[1] == 16 and found[2] == pytest.approx(left, abs=0.1)
    for section in written.sections:
        for header in (section.header, section.even_page_header):
            mark = header.paragraphs[0]
            assert mark.text.split("\t") == ["保密", "草稿"]
            fonts = mark.runs[0]._element.find(f".//{qn('w:rFonts')}")
            assert fonts is not None and fonts.get(qn("w:eastAsia")) == "黑体"
            assert mark.runs[0].font.size == 16 * 12700


def test_a_long_header_is_printed_whole_above_the_text_and_beside_the_code(folder: Path) -> None:
    page = PdfReader(folder / "framed.pdf").pages[2]
    lines = [place for place in _places(page) if place[1] == 9 and place[0] != "草稿"]
    assert "".join(text for text, *_ in lines) == HEADER
    assert len(lines) == 2
    for text, size, x, y in lines:
        assert y < 37 and x + len(text) * size / MM < 210 - 30


def test_nothing_is_marked_unless_asked(tmp_path: Path) -> None:
    render_docx(sample(), tmp_path / "plain.docx")
    render_pdf(sample(), tmp_path / "plain.pdf")
    for section in docx.Document(str(tmp_path / "plain.docx")).sections:
        assert "保密" not in section.header._element.xml
        assert not list(section.header._element.iter(qn("wp:anchor")))
    for page in PdfReader(tmp_path / "plain.pdf").pages:
        assert "保密" not in page.extract_text()


def test_a_seals_place_is_a_faint_circle_of_its_size_and_no_text() -> None:
    seal = seal_place()
    assert isinstance(seal.source, bytes)
    image = Image.open(io.BytesIO(seal.source)).convert("L")
    assert seal.width_mm == 40
    assert image.width == pytest.approx(40 / 25.4 * 300, abs=1)
    histogram = image.histogram()
    # Faint enough to read a red seal over it, not so faint that a printer leaves it out.
    assert 0 < sum(histogram[:230]) < 0.05 * image.width * image.height
    assert min(level for level, count in enumerate(histogram) if count) >= 150
    edge = image.crop((0, image.height // 2 - 40, 40, image.height // 2 + 40))
    assert min(edge.tobytes()) < 200
    assert list(texts((Table((1,), (Row((Cell((seal, Paragraph("甲方"))),)),)),))) == ["甲方"]


@pytest.mark.parametrize("words", ["盖章处", "咨询诊断服务机构盖章处", "长" * 60])
def test_a_seals_words_are_in_its_alternative_text(words: str) -> None:
    seal = seal_place(words)
    assert seal.alt == f"（{words}）"
    assert seal_place(words) is seal
