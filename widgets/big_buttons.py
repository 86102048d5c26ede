"""Buttons for a screen that is touched: large ones, and one that has to be kept pressed."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from widgets.controls import Hovered
from widgets.marks import box
from widgets.text import draw_text, text_width
from widgets.theme import RADIUS_CARD

HOLD_MS = 2000
TALL = 64
"""px of whatever is touched; 48 is the least that a finger finds."""
_TICK_MS = 50


class BigButton(Hovered):
    """Something to touch, in large type; a `chosen` one is the answer that holds."""

    def __init__(self, text: str, *, primary: bool = False) -> None:
        super().__init__()
        self.primary, self.chosen = primary, False
        self.setText(text)
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(text_width(self.text(), "floor", bold=True) + 48, TALL)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def set_chosen(self, on: bool) -> None:
        """Mark it as the answer, or not."""
        self.chosen = on
        self.setAccessibleDescription("已选" if on else "")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        fill, edge, ink = "surface", "ctl", "ink"
        if not self.isEnabled():
            fill, edge, ink = "sunken", "line2", "ink3"
        elif self.primary:
            fill, edge, ink = "accent", "accent", "on_accent"
        elif self.chosen:
            fill, edge, ink = "accent_bg", "accent", "accent"
        elif self.hovered:
            fill = "hover"
        rect = QRectF(self.rect())
        box(painter, rect, fill, edge, RADIUS_CARD, pen=2 if self.chosen else 0)
        if self.hasFocus():
            box(painter, rect.adjusted(4, 4, -4, -4), "", ink, RADIUS_CARD)
        self.fill(painter, rect)
        centre = Qt.AlignmentFlag.AlignHCenter
        draw_text(painter, rect, self.text(), "floor", ink, bold=self.chosen, align=centre)
        painter.end()

    def fill(self, painter: QPainter, rect: QRectF) -> None:
        """What lies under the words."""


class HoldButton(BigButton):
    """`held` once it was kept pressed for HOLD_MS: nobody does that by mistake."""

    held = Signal()

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._spent = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS)
        self._timer.timeout.connect(self._tick)
        self.pressed.connect(self._begin)
        self.released.connect(self._end)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.setDown(True)
            self._begin()
        elif event.key() != Qt.Key.Key_Space:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.setDown(False)
            self._end()

    def _begin(self) -> None:
        self._spent = 0
        self._timer.start()

    def _end(self) -> None:
        self._timer.stop()
        self._spent = 0
        self.update()

    def _tick(self) -> None:
        self._spent += _TICK_MS
        self.update()
        if self._spent >= HOLD_MS:
            self._end()
            self.setDown(False)
            self.held.emit()

    def fill(self, painter: QPainter, rect: QRectF) -> None:
        if self._spent:
            wide = rect.width() * min(self._spent / HOLD_MS, 1)
            box(painter, QRectF(0, 0, wide, rect.height()), "accent_bg", "", RADIUS_CARD)
