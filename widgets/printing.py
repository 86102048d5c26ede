"""Printing a paper: the system's print dialog, and each page drawn as the .pdf has it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSizeF, Qt
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QWidget

from app.pdf_pages import PdfPages
from app.progress import Progress
from forms.errors import UserError

_DPI = 300


def ask_printer(parent: QWidget, name: str) -> QPrinter | None:
    """The printer that the person chose for the paper `name`; None where they chose none."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(name)
    printer.setFullPage(True)
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle(f"打印{name}")
    return printer if dialog.exec() == QPrintDialog.DialogCode.Accepted else None


def print_pdf(source: Path | bytes, printer: QPrinter) -> Iterator[Progress]:
    """Print a .pdf page by page, each on paper of its size; where it is stopped or fails, nothing.

    UserError where none of its pages was asked for, or the printer refuses.
    """
    with PdfPages(source) as pdf:
        pages = _pages(printer, pdf.count)
        if not pages:
            raise UserError(
                f"文书共 {pdf.count} 页，没有所选的页码，没有打印，文书未变，请重新选择页码。"
            )
        painter = QPainter()
        try:
            for done, page in enumerate(pages):
                yield Progress(done, len(pages), f"正在打印第{page + 1}页")
                _fit(printer, pdf.size(page))
                if not (painter.isActive() or painter.begin(printer)) or (
                    done and not printer.newPage()
                ):
                    raise UserError(
                        "打印机没有响应，没有打印，文书未变，请检查打印机后重试，或打开 PDF 打印。"
                    )
                _draw(painter, printer, pdf, page)
        except BaseException:  # closing the generator, too: half a paper must not come out
            printer.abort()
            raise
        finally:
            painter.end()
        yield Progress(len(pages), len(pages), "已送往打印机")


def _pages(printer: QPrinter, count: int) -> range:
    """The pages that were asked for, counted from 0."""
    first, last = printer.fromPage(), printer.toPage()
    return range(first - 1, min(last, count)) if first else range(count)


def _fit(printer: QPrinter, size: tuple[float, float]) -> None:
    """Have the page printed on paper of its size (points), where the printer has it."""
    upright = QSizeF(min(size), max(size))
    fuzzy = QPageSize.SizeMatchPolicy.FuzzyMatch
    printer.setPageSize(QPageSize(upright, QPageSize.Unit.Point, "", fuzzy))
    landscape = size[0] > size[1]
    printer.setPageOrientation(
        QPageLayout.Orientation.Landscape if landscape else QPageLayout.Orientation.Portrait
    )


def _draw(painter: QPainter, printer: QPrinter, pdf: PdfPages, page: int) -> None:
    made = pdf.picture(page, min(printer.resolution(), _DPI))
    image = QImage(
        made.tobytes(), made.width, made.height, 3 * made.width, QImage.Format.Format_RGB888
    )
    sheet = printer.pageLayout().fullRectPixels(printer.resolution())
    # The printer may have no such paper: then as large as it goes, and not out of shape.
    place = QRect(QPoint(), image.size().scaled(sheet.size(), Qt.AspectRatioMode.KeepAspectRatio))
    place.moveCenter(QRect(QPoint(), sheet.size()).center())
    painter.drawImage(place, image)
