"""How long the report is: chapters as segments, a hard mark, and a dashed one for the margin."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.marks import box
from widgets.text import draw_text, text_width
from widgets.theme import tokens

_BAR, _TALL = 40, 84


class WordMeter(QWidget):
    """字数 by chapter. `chapter_activated(index)` on a click on a segment."""

    chapter_activated = Signal(int)

    def __init__(
        self, hard: int = 15_000, soft: int = 15_500, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._hard, self._soft = hard, soft
        self._chapters: tuple[tuple[str, int], ...] = ()
        self._note = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_chapters(self, chapters: Sequence[tuple[str, int]], note: str = "第一至四章") -> None:
        """Show each chapter's short name (一) and its 字数."""
        self._chapters, self._note = tuple(chapters), note
        self.setAccessibleName(f"{self.total():,} 字，{self.remark()}")
        self.update()

    def total(self) -> int:
        """The sum over the chapters."""
        return sum(count for _, count in self._chapters)

    def remark(self) -> str:
        """How the sum stands to the marks, in words."""
        total = self.total()
        if total < self._hard:
            return f"还差 {self._hard - total:,} 字"
        return "已达要求" if total >= self._soft else f"已达要求，余量 {total - self._hard:,} 字"

    def sizeHint(self) -> QSize:
        return QSize(260, _TALL)

    def minimumSizeHint(self) -> QSize:
        figure = text_width(f"{self.total():,}", "title")
        words = text_width(f"字 {self.remark()}", "meta") + text_width(self._note, "meta")
        return QSize(figure + words + 32, _TALL)

    def _scale(self) -> float:
        return (self.width() - 1) / max(self._soft * 1.045, self.total() * 1.02)

    def _segments(self) -> list[QRectF]:
        x, scale, spots = 0.0, self._scale(), []
        for _, count in self._chapters:
            spots.append(QRectF(x, _BAR, count * scale, 11))
            x += count * scale
        return spots

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        held, total = tokens(), self.total()
        figure = f"{total:,}"
        draw_text(painter, QRectF(0, 2, self.width(), 28), figure, "title")
        x = text_width(figure, "title") + 6
        draw_text(painter, QRectF(x, 8, 20, 18), "字", "meta", "ink2")
        token = "ink2" if total < self._hard else "ok"
        rest = QRectF(x + 24, 8, text_width(self.remark(), "meta"), 18)
        draw_text(painter, rest, self.remark(), "meta", token)
        right = Qt.AlignmentFlag.AlignRight
        draw_text(painter, QRectF(0, 8, self.width(), 18), self._note, "meta", "ink2", align=right)
        box(painter, QRectF(0, _BAR, self.width(), 11), "sunken", "line2", 2)
        for (name, _), spot in zip(self._chapters, self._segments(), strict=True):
            painter.fillRect(spot.adjusted(0, 0, -1.5, 0), held.color("ink3"))
            if spot.width() >= 14:
                below = QRectF(spot.x(), _BAR + 12, spot.width(), 16)
                draw_text(painter, below, name, "meta", "ink2", align=Qt.AlignmentFlag.AlignHCenter)
        self._paint_marks(painter)
        painter.end()

    def _paint_marks(self, painter: QPainter) -> None:
        held, scale = tokens(), self._scale()
        hard, soft = self._hard * scale, self._soft * scale
        painter.fillRect(QRectF(hard - 1, _BAR - 4, 2, 20), held.color("ink"))
        dashed = QPen(held.color("ink2"), 1)
        dashed.setDashPattern([2, 2])
        painter.setPen(dashed)
        painter.drawLine(round(soft), _BAR - 3, round(soft), _BAR + 15)
        text = f"{self._hard:,}"
        wide = text_width(text, "meta")
        x = min(hard - wide / 2, self.width() - wide)
        draw_text(painter, QRectF(x, _BAR + 26, wide, 18), text, "meta")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        for index, spot in enumerate(self._segments()):
            if spot.adjusted(0, -6, 0, 22).contains(event.position()):
                self.chapter_activated.emit(index)
                return
