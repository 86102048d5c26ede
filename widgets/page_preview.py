"""A paper's pages one under the other, as they will be printed."""

from __future__ import annotations

from functools import partial
from math import ceil

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt, QThreadPool, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from app.pdf_pages import PdfPages
from widgets.rubbish import collector
from widgets.text import draw_text
from widgets.theme import tokens

_GAP = 12
_NEAREST, _FURTHEST = 4.0, 0.25
#: Pages drawn and kept above and below those in view.
_AROUND = 1


class PagePreview(QAbstractScrollArea):
    """Shows a .pdf as wide as the view, or nearer (Ctrl and the wheel, + and −, 0 as wide again).

    Pages are drawn by another thread when they come into view. `turned(page, count)` says which
    page, counted from 1, is the first in view.
    """

    turned = Signal(int, int)
    _drawn = Signal(int, int, float, QImage)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pdf: PdfPages | None = None
        self._sizes: list[tuple[float, float]] = []
        self._images: dict[int, tuple[float, QImage]] = {}
        self._asked: dict[int, float] = {}
        self._generation = 0
        self._zoom = 1.0
        self._words = ""
        collector()
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._drawn.connect(self._keep, Qt.ConnectionType.QueuedConnection)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.horizontalScrollBar().valueChanged.connect(self.viewport().update)
        self.setAccessibleName("文书预览")
        app = QCoreApplication.instance()
        if app is not None:
            app.aboutToQuit.connect(self.clear)

    def show_pdf(self, data: bytes) -> None:
        """Show another state of the paper; where one was, the same place of it stays in view."""
        self._close()
        self._pdf = PdfPages(data)
        self._sizes = [self._pdf.size(page) for page in range(self._pdf.count)]
        self._words = ""
        # What was drawn of the state before stands until it is drawn anew.
        self._images = {page: (0.0, image) for page, (_, image) in self._images.items()}
        self._arrange()
        self._tell()

    def clear(self, words: str = "") -> None:
        """Show no pages, but `words` in their place."""
        self._close()
        self._sizes, self._images, self._words = [], {}, words
        self._arrange()

    def count(self) -> int:
        """How many pages there are."""
        return len(self._sizes)

    def zoom(self, by: float) -> None:
        """Show it nearer or further; 0 shows it as wide as the view."""
        self._zoom = min(max(self._zoom * by, _FURTHEST), _NEAREST) if by else 1.0
        self._arrange()

    def _close(self) -> None:
        self._generation += 1
        self._pool.clear()
        self._pool.waitForDone()
        if self._pdf is not None:
            self._pdf.close()
        self._pdf = None
        self._asked = {}

    @property
    def _scale(self) -> float:
        """Screen px a point of paper."""
        widest = max((width for width, _ in self._sizes), default=1.0)
        return max(self.viewport().width() - 2 * _GAP, 60) / widest * self._zoom

    def _tops(self) -> list[float]:
        """The upper edge of each page, in the whole's px."""
        tops, y = [], float(_GAP)
        for _, height in self._sizes:
            tops.append(y)
            y += height * self._scale + _GAP
        return [*tops, y]

    def _arrange(self) -> None:
        bar, side = self.verticalScrollBar(), self.horizontalScrollBar()
        share = bar.value() / bar.maximum() if bar.maximum() else 0.0
        view = self.viewport().size()
        widest = max((width for width, _ in self._sizes), default=0.0) * self._scale + 2 * _GAP
        bar.setPageStep(view.height())
        bar.setSingleStep(max(view.height() // 12, 1))
        bar.setRange(0, max(ceil(self._tops()[-1]) - view.height(), 0) if self._sizes else 0)
        bar.setValue(round(share * bar.maximum()))
        side.setPageStep(view.width())
        side.setRange(0, max(ceil(widest - 1) - view.width(), 0))  # less than 1 px is rounding
        self.viewport().update()

    def _scrolled(self) -> None:
        self.viewport().update()
        self._tell()

    def _tell(self) -> None:
        top = self.verticalScrollBar().value() + self.viewport().height() / 3
        page = sum(1 for y in self._tops()[:-1] if y <= top)
        self.turned.emit(max(page, 1), len(self._sizes))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), tokens().color("sunken"))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        if not self._sizes:
            rect = QRectF(self.viewport().rect()).adjusted(16, 16, -16, -16)
            centre = Qt.AlignmentFlag.AlignHCenter
            draw_text(painter, rect, self._words, "body", "ink2", align=centre)
        else:
            self._paint_pages(painter)
        painter.end()

    def _paint_pages(self, painter: QPainter) -> None:
        tops, scale, offset = self._tops(), self._scale, self.verticalScrollBar().value()
        left, height = self.horizontalScrollBar().value(), self.viewport().height()
        seen = [
            page
            for page in range(len(self._sizes))
            if tops[page + 1] > offset and tops[page] < offset + height
        ]
        for page in seen:
            wide, tall = (side * scale for side in self._sizes[page])
            x = max((self.viewport().width() - wide) / 2, _GAP) - left
            rect = QRectF(
                QPointF(x, tops[page] - offset), QPointF(x + wide, tops[page] - offset + tall)
            )
            painter.fillRect(rect, Qt.GlobalColor.white)
            if page in self._images:
                painter.drawImage(rect, self._images[page][1])
            painter.setPen(tokens().color("line"))
            painter.drawRect(rect)
        if seen:
            self._want(range(max(seen[0] - _AROUND, 0), min(seen[-1] + _AROUND + 1, len(tops) - 1)))

    def _want(self, pages: range) -> None:
        """Have these drawn at the present size, and let go of those far away."""
        dots = 72 * self._scale * self.devicePixelRatioF()
        for page in [page for page in self._images if page not in pages]:
            del self._images[page]
        for page in pages:
            drawn = self._images.get(page, (0.0, None))[0]
            if drawn != dots and self._asked.get(page) != dots:
                self._asked[page] = dots
                work = partial(self._draw, self._pdf, self._generation, page, dots)
                self._pool.start(work)

    def _draw(self, pdf: PdfPages | None, generation: int, page: int, dots: float) -> None:
        """On the other thread."""
        if pdf is None or generation != self._generation:
            return
        made = pdf.picture(page, dots)
        image = QImage(
            made.tobytes(), made.width, made.height, 3 * made.width, QImage.Format.Format_RGB888
        ).copy()
        self._drawn.emit(generation, page, dots, image)

    def _keep(self, generation: int, page: int, dots: float, image: QImage) -> None:
        if generation == self._generation:
            self._images[page] = dots, image
            self._asked.pop(page, None)
            self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(1.15 if event.angleDelta().y() > 0 else 1 / 1.15)
            event.accept()
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {"+": 1.25, "=": 1.25, "-": 0.8, "0": 0.0}
        if event.text() in steps and event.text():
            self.zoom(steps[event.text()])
        elif event.key() == Qt.Key.Key_Home:
            self.verticalScrollBar().setValue(0)
        elif event.key() == Qt.Key.Key_End:
            self.verticalScrollBar().setValue(self.verticalScrollBar().maximum())
        else:
            super().keyPressEvent(event)
