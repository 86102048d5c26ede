"""Rows that stand with what is under them, and tables within cells, on both papers."""

from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from exporters.blocks import Cell, Document, Paragraph, Row, Table
from exporters.docx_renderer import render_docx
from exporters.pdf_layout import lay_out
from exporters.pdf_renderer import faces
from exporters.pdf_table import TableItem
from tests.same_text import same_text


def parts(*rows: Row, head_rows: int = 0) -> list[int]:
    """How many rows of a table each page holds, the repeated head not counted again."""
    document = Document("题", (Table((1,), rows, head_rows=head_rows),))
    found = []
    for number, page in enumerate(lay_out(document, faces()).pages):
        ((_, _, item),) = page.placed
        assert isinstance(item, TableItem)
        found.append(len(item.rows) - (head_rows if number else 0))
    return found


def row(height: float, keep: bool = False) -> Row:
    return Row((Cell("行"),), min_height_mm=height, keep_with_next=keep)


@pytest.mark.parametrize("head_rows", [0, 1])
def test_a_kept_row_goes_with_the_next_one_to_its_page(head_rows: int) -> None:
    """225 mm a page: nine rows of 24 mm and what is left would hold the kept one of 8 mm."""
    plain = [row(24) for _ in range(9)]
    assert parts(*plain, row(8), row(24), head_rows=head_rows) == [10, 1]
    assert parts(*plain, row(8, keep=True), row(24), head_rows=head_rows) == [9, 2]
    kept = [row(24, keep=True) for _ in range(2)]
    assert parts(*plain[2:], *kept, row(8, keep=True), row(24), head_rows=head_rows) == [7, 4]


def test_more_than_a_page_of_kept_rows_is_parted_all_the_same() -> None:
    assert parts(*(row(24, keep=True) for _ in range(20))) == [9, 9, 2]


def test_what_stands_before_a_table_leaves_room_for_its_kept_rows() -> None:
    above = [Paragraph("字")] * 20
    document = Document("题", (*above, Table((1,), (row(8, keep=True), row(24)))))
    first, second = lay_out(document, faces()).pages
    assert (len(first.placed), len(second.placed)) == (20, 1)


def test_word_keeps_the_same_rows(tmp_path: Path) -> None:
    kept = Row((Cell("甲"), Cell("")), keep_with_next=True)
    render_docx(Document("题", (Table((1, 1), (kept, Row((Cell("乙"),)))),)), tmp_path / "a.docx")
    (table,) = docx.Document(str(tmp_path / "a.docx")).tables
    found = [
        [p.find(f".//{qn('w:keepNext')}") is not None for p in r._tr.iter(qn("w:p"))]
        for r in table.rows
    ]
    assert found == [[True, True], [False, False]]


def test_a_table_in_a_cell_is_set_inside_it(tmp_path: Path) -> None:
    inner = Table((1, 2), (Row((Cell("左"), Cell("右"))), Row((Cell("日期"),))), border=False)
    outer = Table((1, 3), (Row((Cell("意见"), Cell((Paragraph("同意"), inner)))),))
    same_text(Document("题", (outer,)), tmp_path)
    (table,) = docx.Document(str(tmp_path / "same.docx")).tables
    (nested,) = table.rows[0].cells[1].tables
    assert [cell.text for cell in nested.rows[0].cells] == ["左", "右"]
