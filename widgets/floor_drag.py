"""A finger drawn over the screen: sideways goes on, up and down scrolls, and neither presses."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QScrollBar,
    QWidget,
)

SWIPE_PX, SLOP_PX = 80, 16
"""How far a finger goes sideways to mean it, and how far before it is no press any more."""
_PRESSES = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick)
_TYPED = (QLineEdit, QPlainTextEdit, QScrollBar)


class Drag(QObject):
    """Watches what lies in a scroll area. `swiped(by)`: 1 on (to the left), -1 back.

    A touch comes as the mouse does, for nothing here takes touches itself. Text fields keep their
    own drags, which select. What the area shows anew has to be watched.
    """

    swiped = Signal(int)

    def __init__(self, area: QScrollArea) -> None:
        super().__init__(area)
        self._area = area
        self._from: QPointF | None = None
        self._way = ""
        self._scrolled = 0
        area.viewport().installEventFilter(self)

    def watch(self, part: QWidget) -> None:
        """Look at a part of what the area shows, and all that is in it now."""
        for each in (part, *part.findChildren(QWidget)):
            if not isinstance(each, _TYPED) and not isinstance(each.parent(), _TYPED):
                each.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QMouseEvent) or not isinstance(watched, QWidget):
            return False
        kind = event.type()
        if kind in _PRESSES and event.button() == Qt.MouseButton.LeftButton:
            self._from, self._way = event.globalPosition(), ""
            self._scrolled = self._area.verticalScrollBar().value()
        elif self._from is not None and kind == QEvent.Type.MouseMove:
            return self._move(watched, event.globalPosition() - self._from)
        elif self._from is not None and kind == QEvent.Type.MouseButtonRelease:
            gone, way = event.globalPosition() - self._from, self._way
            self._from, self._way = None, ""
            if way == "aside" and abs(gone.x()) >= SWIPE_PX:
                self.swiped.emit(1 if gone.x() < 0 else -1)
            return bool(way)
        return False

    def _move(self, watched: QWidget, gone: QPointF) -> bool:
        if not self._way:
            if max(abs(gone.x()), abs(gone.y())) < SLOP_PX:
                return False
            self._way = "aside" if abs(gone.x()) > abs(gone.y()) else "along"
            if isinstance(watched, QAbstractButton):
                watched.setDown(False)
        if self._way == "along":
            self._area.verticalScrollBar().setValue(self._scrolled - round(gone.y()))
        return True
