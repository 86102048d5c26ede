"""Both papers say the same, in the same order: the documents that exist, and what would differ."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from exporters import papers
from exporters.blocks import Cell, Document, Paragraph, Row, Section, Table
from exporters.docx_renderer import render_docx
from exporters.pdf_renderer import render_pdf
from tests.block_samples import PROSE, sample
from tests.dossiers import empty_source, source_of
from tests.same_text import same_files, same_text
from tests.sample_cases import sample_case
from tests.test_frames import framed


@pytest.mark.parametrize("document", [sample(), framed()], ids=["plain", "framed"])
def test_every_kind_of_block(document: Document, tmp_path: Path) -> None:
    same_text(document, tmp_path)


def test_rows_that_run_over_a_page(tmp_path: Path) -> None:
    rows = [
        Row((Cell("序号"), Cell("左栏"), Cell("右栏"))),
        *(Row((Cell(str(n)), Cell(PROSE * (9 * n)), Cell(f"右{n}。" * 99))) for n in range(6)),
        Row((Cell("合并", rowspan=30), Cell("甲"), Cell("乙"))),
        *(Row((Cell(f"第{n}行"), Cell(PROSE))) for n in range(29)),
    ]
    table = Table((1, 4, 4), tuple(rows), head_rows=1)
    same_text(Document("题", (Paragraph("前"), table, Paragraph("后"))), tmp_path)


def _changed(change: Callable[[tuple], tuple]) -> Document:  # type: ignore[type-arg]
    document = sample()
    return replace(document, blocks=change(document.blocks))


@pytest.mark.parametrize(
    "other",
    [
        _changed(lambda blocks: (*blocks, Paragraph("多"))),
        _changed(lambda blocks: blocks[:-2]),
        _changed(lambda blocks: tuple(b for b in blocks if b != Paragraph(f"第3段。{PROSE * 4}"))),
        _changed(lambda blocks: (*blocks[:9], blocks[10], blocks[9], *blocks[11:])),
    ],
    ids=["more", "less", "one missing", "two exchanged"],
)
def test_a_difference_is_found(other: Document, tmp_path: Path) -> None:
    render_docx(sample(), tmp_path / "one.docx")
    render_pdf(other, tmp_path / "other.pdf")
    with pytest.raises(AssertionError):
        same_files(sample(), tmp_path / "one.docx", tmp_path / "other.pdf")


def test_a_difference_within_a_table_is_found(tmp_path: Path) -> None:
    def table(word: str) -> Document:
        rows = tuple(Row((Cell(f"行{n}"), Cell(word if n == 70 else "同"))) for n in range(90))
        return Document("题", (Section(numbered=False), Table((1, 1), rows, head_rows=1)))

    render_docx(table("这"), tmp_path / "one.docx")
    render_pdf(table("那"), tmp_path / "other.pdf")
    with pytest.raises(AssertionError, match="那"):
        same_files(table("这"), tmp_path / "one.docx", tmp_path / "other.pdf")


@pytest.mark.parametrize("name", ["auto-parts", "herbal-pharma", "faulty", "empty"])
def test_all_papers_of_the_samples(name: str, tmp_path: Path) -> None:
    draft = name in ("faulty", "empty")
    source = (
        empty_source(draft=True) if name == "empty" else source_of(sample_case(name), draft=draft)
    )
    for sheet in papers.sheets(source.dossier, source.pack):
        same_text(papers.compose(source, sheet), tmp_path)
