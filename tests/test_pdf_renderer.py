"""The .pdf as a reader shows it: texts in order, page numbers, cuts, marks; and its layout."""

import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from exporters.blocks import (
    Block,
    Caption,
    Cell,
    Document,
    Heading,
    PageBreak,
    Paragraph,
    Picture,
    Placeholder,
    Row,
    Run,
    Section,
    Table,
    Toc,
    outline,
    texts,
)
from exporters.pdf_layout import lay_out
from exporters.pdf_renderer import faces, page_numbers, render_pdf
from exporters.pdf_text import _BODILESS, STAND_IN, set_lines
from exporters.style import LOOKS, MM, Style
from tests.block_samples import PROSE, photo, sample


def _squeezed(text: str) -> str:
    """Without white space, which line ends and justification change."""
    return "".join(text.split())


def _pages(blocks: tuple[Block, ...], folder: Path) -> list[str]:
    path = folder / "out.pdf"
    render_pdf(Document("题", blocks), path)
    return [page.extract_text() for page in PdfReader(path).pages]


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> PdfReader:
    path = tmp_path_factory.mktemp("pdf") / "sample.pdf"
    render_pdf(sample(), path)
    return PdfReader(path)


def test_every_text_of_the_tree_is_printed(reader: PdfReader) -> None:
    printed = _squeezed("".join(page.extract_text() for page in reader.pages))
    for text in texts(sample().blocks):
        assert _squeezed(text)[:12] in printed


def test_prose_is_printed_whole_and_in_order(tmp_path: Path) -> None:
    paragraphs = tuple(Paragraph(f"第{n}段（“甲”）{PROSE * 5}") for n in range(30))
    printed = [_squeezed(page) for page in _pages((Section(numbered=False), *paragraphs), tmp_path)]
    assert len(printed) > 5
    assert "".join(printed) == _squeezed("".join(p.text for p in paragraphs))


@given(text=st.text(st.characters(), max_size=200), width=st.floats(20, 400))
@settings(max_examples=150, deadline=None)
def test_any_text_is_set_within_its_width_and_loses_no_character(text: str, width: float) -> None:
    look = LOOKS[Style.BODY]
    lines = set_lines((Run(text),), look, width, faces())
    shown = "".join(piece.text for line in lines for piece in line.pieces)
    wanted = Paragraph(text).text
    # A character without a glyph has a stand-in; one without a body may be left out.
    bodies = [c for c in _squeezed(wanted) if unicodedata.category(c) not in _BODILESS]
    printed = [c for c in _squeezed(shown) if unicodedata.category(c) not in _BODILESS]
    assert len(printed) == len(bodies)
    assert all(is_ in (was, STAND_IN) for was, is_ in zip(bodies, printed, strict=True))
    for line in lines:
        count = sum(len(piece.text) for piece in line.pieces)
        used = line.x + sum(p.width for p in line.pieces) + line.spread * max(count - 1, 0)
        # White space may hang over the edge: nobody sees it.
        hangs = count and line.pieces[-1].text[-1].isspace()
        assert used <= max(width, line.x + look.size) + 0.1 or count == 1 or hangs


def test_lines_obey_the_rules_for_marks_and_words() -> None:
    for width in range(60, 300, 7):
        lines = set_lines((Run(PROSE * 3),), LOOKS[Style.CELL], width, faces())
        set_texts = ["".join(piece.text for piece in line.pieces) for line in lines]
        assert not any(text[0] in "，。、）”" for text in set_texts)
        assert not any(text[-1] in "（“" for text in set_texts)
        for before, after in pairwise(set_texts):
            assert not (before[-1].isascii() and after[0].isascii() and after[0].isalnum())


def test_contents_show_the_page_where_each_heading_stands(reader: PdfReader) -> None:
    numbers = page_numbers(sample())
    contents = _squeezed(reader.pages[1].extract_text())
    for entry in outline(sample()):
        assert _squeezed(entry.text) in contents
        page = reader.pages[int(numbers[entry.bookmark]) + 1]
        assert _squeezed(entry.text) in _squeezed(page.extract_text())
        assert f"—{numbers[entry.bookmark]}—" in _squeezed(page.extract_text())
    titles = [item.title for item in _flat(reader.outline)]
    assert titles == [entry.text for entry in outline(sample())]


def _flat(entries: list) -> list:  # type: ignore[type-arg]
    found = []
    for entry in entries:
        found += _flat(entry) if isinstance(entry, list) else [entry]
    return found


def test_cover_and_contents_bear_no_number_and_landscape_is_turned(reader: PdfReader) -> None:
    assert "—" not in reader.pages[0].extract_text() + reader.pages[1].extract_text()
    boxes = [page.mediabox for page in reader.pages]
    assert sum(box.width > box.height for box in boxes) == 1


def test_nothing_stands_outside_the_text_area() -> None:
    for page in lay_out(sample(), faces()).pages:
        for x, top, item in page.placed:
            assert x == pytest.approx(page.shape.left * MM)
            assert top <= (page.shape.height - page.shape.top) * MM + 0.1
            assert top - item.height >= page.shape.bottom * MM - 0.1


def test_head_rows_repeat_on_every_page_of_a_table(tmp_path: Path) -> None:
    rows = (Row((Cell("表头甲"), Cell("表头乙"))), *(Row((Cell(f"行{n}。"),)) for n in range(90)))
    pages = _pages((Table((1, 1), rows, head_rows=1),), tmp_path)
    assert len(pages) > 2 and all(page.count("表头甲") == 1 for page in pages)
    assert [n for n in range(90) if _squeezed("".join(pages)).count(f"行{n}。") != 1] == []


def test_a_cell_longer_than_a_page_is_continued(tmp_path: Path) -> None:
    text = "".join(f"第{n}句。" for n in range(2500))
    rows = (Row((Cell("名称"), Cell("内容"))), Row((Cell("项目"), Cell(text))))
    pages = _pages((Section(numbered=False), Table((1, 5), rows, head_rows=1)), tmp_path)
    printed = _squeezed("".join(pages)).replace("名称内容", "").replace("项目", "")
    assert len(pages) > 2 and printed == text


def test_a_merged_cell_over_several_pages_is_cut(tmp_path: Path) -> None:
    rows = [
        Row(((Cell("合并", rowspan=40),) if n == 0 else ()) + (Cell(f"行{n}。{PROSE * 2}"),))
        for n in range(40)
    ]
    pages = _pages((Table((1, 3), tuple(rows)),), tmp_path)
    assert len(pages) > 2
    assert [n for n in range(40) if _squeezed("".join(pages)).count(f"行{n}。") != 1] == []


@given(filler=st.integers(0, 24))
@settings(max_examples=25, deadline=None)
def test_a_heading_never_stands_alone_at_a_page_foot(filler: int) -> None:
    table = Table((1,), (Row((Cell("表头"),)), Row((Cell("行"),))), head_rows=1)
    blocks: tuple[Block, ...] = (
        *(Paragraph("行", Style.PLAIN) for _ in range(filler)),
        Heading(1, "一、"),
        Heading(2, "（一）"),
        Caption("表", 1, "清单"),
        table,
    )
    pages = lay_out(Document("题", blocks), faces()).pages
    where = [number for number, page in enumerate(pages) for _ in page.placed]
    assert len(set(where[-4:])) == 1


def test_a_draft_is_marked_on_every_page_and_a_final_one_nowhere(tmp_path: Path) -> None:
    for draft in (True, False):
        path = tmp_path / f"{draft}.pdf"
        render_pdf(sample(draft), path)
        assert {("草稿" in page.extract_text()) for page in PdfReader(path).pages} == {draft}


def test_the_same_document_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "a.pdf", tmp_path / "b.pdf"
    render_pdf(sample(), first)
    render_pdf(sample(), second)
    assert first.read_bytes() == second.read_bytes()


def test_hostile_content_is_printed_and_never_stops_the_renderer(tmp_path: Path) -> None:
    huge = Cell((Picture(photo(7, (300, 3000)), max_height_mm=5000),))
    blocks = (
        Toc(),
        Heading(4, "<b>&amp;\x00\ud800"),
        Paragraph("长" * 10_000),
        Paragraph("x" * 5_000 + "😀𠮷\t<br/>"),
        Table((1, 1), ()),
        Table((1, 1), (Row(()),)),
        Table((1, 1, 1), (Row((Cell("y" * 3000), huge)),), head_rows=1),
        Table((1,) * 60, (Row(tuple(Cell("窄列") for _ in range(60))),)),
        PageBreak(),
        PageBreak(),
        Picture(b"no picture"),
        Placeholder(""),
        Heading(1, "完"),
    )
    printed = _squeezed("".join(_pages(blocks, tmp_path)))
    assert printed.count("长") == 10_000 and "<br/>" in printed and "<b>&amp;" in printed
    assert "图片无法读取" in printed


def test_an_empty_document_is_one_page(tmp_path: Path) -> None:
    assert len(_pages((), tmp_path)) == 1
