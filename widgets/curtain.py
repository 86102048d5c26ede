"""What stands in the window until the list is there: its bars, painted without a widget of them.

All that the first paint waits for is imported here. Qt's namespace `Qt` is not, nor is a class of
events: PySide makes their hundreds of names when they are first touched, which takes longer than
all the rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from widgets.tokens import DARK, KEY_BAR, LIGHT, NAV, RAIL, RAIL_BELOW, TOP_BAR

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_SENTENCE = "正在打开档案"


class Curtain(QWidget):
    """`painted()` after the first time; what is waited for it says from the second on, when there
    is a Chinese font."""

    painted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("passing", True)
        self.setAccessibleName(_SENTENCE)
        self._seen = False

    def paintEvent(self, event: QPaintEvent) -> None:
        wide, high = self.width(), self.height()
        nav = NAV if wide >= RAIL_BELOW else RAIL
        held = DARK if self.palette().window().color().lightness() < 128 else LIGHT
        painter = QPainter(self)
        painter.fillRect(0, 0, wide, high, held.color("bg"))
        for part in (
            QRect(0, 0, wide, TOP_BAR),
            QRect(0, TOP_BAR, nav, high - TOP_BAR - KEY_BAR),
            QRect(0, high - KEY_BAR, wide, KEY_BAR),
        ):
            painter.fillRect(part, held.color("line"))
            painter.fillRect(part.adjusted(0, 0, -1, -1), held.color("surface"))
        if self._seen:
            painter.setPen(held.color("ink2"))
            x = (nav + wide - painter.fontMetrics().horizontalAdvance(_SENTENCE)) // 2
            painter.drawText(x, high // 2, _SENTENCE)
        painter.end()
        if not self._seen:
            self._seen = True
            self.painted.emit()
