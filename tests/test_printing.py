"""Printing a paper: on paper of its size, in its shape, and nothing where it is stopped."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from PIL import ImageOps
from PySide6.QtCore import QSize
from PySide6.QtGui import QPageSize
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication

from app import paper_files
from app.pdf_pages import PdfPages
from app.workbench import Workbench
from forms.errors import UserError
from tests.window_kit import opened
from widgets.printing import print_pdf


@pytest.fixture
def bench(qapp: QApplication, tmp_path: Path) -> Iterator[Workbench]:
    with opened(tmp_path / "data") as made:
        made.create("示例・打印")
        yield made


def made_paper(bench: Workbench, key: str) -> Path:
    *_, last = paper_files.make(bench, bench.summaries()[0].id, key, None, "pdf")
    assert last.made is not None
    return last.made


class _Printer(QPrinter):
    """Prints into a .pdf, and keeps count of what was broken off."""

    def __init__(self, path: Path) -> None:
        super().__init__(QPrinter.PrinterMode.HighResolution)
        self.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        self.setOutputFileName(str(path))
        self.setPageSize(QPageSize(QPageSize.PageSizeId.Letter))
        self.setFullPage(True)
        self.setResolution(100)
        self.aborted = 0

    def abort(self) -> bool:
        self.aborted += 1
        return super().abort()


class _LetterPrinter(_Printer):
    """A printer with one paper in it."""

    def setPageSize(self, size: QPageSize | QPageSize.PageSizeId | QSize) -> bool:
        letter = QPageSize(size)
        return letter.id() is QPageSize.PageSizeId.Letter and super().setPageSize(letter)


def _shape(path: Path) -> float:
    """Height to width of what is printed on a .pdf's first page."""
    with PdfPages(path) as pdf:
        left, top, right, bottom = ImageOps.invert(pdf.picture(0, 100).convert("L")).getbbox() or (
            (0, 0, 1, 1)
        )
    return (bottom - top) / (right - left)


def test_a_paper_is_printed_page_by_page_in_its_shape(bench: Workbench, tmp_path: Path) -> None:
    paper = made_paper(bench, "library")
    printer = _Printer(tmp_path / "printed.pdf")
    steps = list(print_pdf(paper, printer))
    with PdfPages(paper) as asked, PdfPages(tmp_path / "printed.pdf") as made:
        assert made.count == asked.count == len(steps) - 1
        assert made.size(0) == pytest.approx(asked.size(0), abs=2)
        assert made.size(0)[0] > made.size(0)[1]  # annex 1 lies on its side
    assert not printer.aborted
    list(print_pdf(paper, _LetterPrinter(tmp_path / "letter.pdf")))
    with PdfPages(tmp_path / "letter.pdf") as made:
        assert made.size(0) == pytest.approx((792, 612), abs=2)
    assert _shape(tmp_path / "letter.pdf") == pytest.approx(_shape(paper), rel=0.02)


def test_nothing_is_printed_of_pages_that_are_none_or_once_it_is_stopped(
    bench: Workbench, tmp_path: Path
) -> None:
    paper = made_paper(bench, "agreement")
    printer = _Printer(tmp_path / "none.pdf")
    printer.setFromTo(40, 50)
    with pytest.raises(UserError, match="页码"):
        list(print_pdf(paper, printer))
    assert not (tmp_path / "none.pdf").exists()
    printer = _Printer(tmp_path / "half.pdf")
    steps = print_pdf(paper, printer)
    assert [next(steps).done, next(steps).done] == [0, 1]
    assert isinstance(steps, Generator)
    steps.close()
    assert printer.aborted == 1
