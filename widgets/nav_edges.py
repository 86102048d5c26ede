"""What lies over a narrow list without a scroll bar, and says that it goes on."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from widgets.icons import draw
from widgets.theme import tokens

LEAST = 16
"""px high: what an arrow needs."""


class _Edge(QWidget):
    """Covers the row that has no room, with an arrow to where it is. `pressed()`."""

    pressed = Signal()

    def __init__(self, parent: QWidget, icon: str) -> None:
        super().__init__(parent)
        self._icon = icon
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keyboard brings each row into view
        self.hide()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens().color("bg"))
        spot = QRectF((self.width() - 12) / 2, (self.height() - 12) / 2, 12, 12)
        draw(painter, self._icon, spot, "ink3")
        painter.end()


class Edges(QObject):
    """Both ends of a scroll area: rows show whole or not at all, and an arrow where there are more.

    `rows` are what it scrolls, from the top; it does nothing unless it is `on`.
    """

    def __init__(self, area: QScrollArea) -> None:
        super().__init__(area)
        self._area, self._rows, self._on = area, list[QWidget](), False
        self.above = _Edge(area.viewport(), "chevron-up")
        self.below = _Edge(area.viewport(), "chevron-down")
        self.above.pressed.connect(lambda: self._turn(-1))
        self.below.pressed.connect(lambda: self._turn(1))
        bar = area.verticalScrollBar()
        bar.valueChanged.connect(lambda _value: self.settle())
        # The rows' places are known a turn of the loop after the range.
        bar.rangeChanged.connect(lambda _least, _most: QTimer.singleShot(0, self, self.settle))

    def use(self, on: bool, rows: Iterable[QWidget]) -> None:
        """Lie over these rows, or do not."""
        self._on, self._rows = on, list(rows)
        self.settle()

    def settle(self) -> None:
        """Cover what is cut off by either end."""
        bar, port, page = self._area.verticalScrollBar(), self._area.viewport(), self._area.widget()
        top, high = bar.value(), port.height()
        upper = LEAST if self._on and top > bar.minimum() else 0
        lower = LEAST if self._on and top < bar.maximum() else 0
        for row in self._rows:
            if page is None or not page.isAncestorOf(row):
                continue
            y = row.mapTo(page, row.rect().topLeft()).y() - top
            end = y + row.height()
            if upper and y < upper < end:
                upper = end
            if lower and y < high - lower < end:
                lower = high - y
        self.above.setGeometry(0, 0, port.width(), upper)
        self.below.setGeometry(0, high - lower, port.width(), lower)
        for edge, room in ((self.above, upper), (self.below, lower)):
            edge.setVisible(bool(room))
            edge.raise_()

    def _turn(self, by: int) -> None:
        bar = self._area.verticalScrollBar()
        bar.setValue(bar.value() + by * max(self._area.viewport().height() - 3 * LEAST, LEAST))
