"""诊断结果汇报 on the whole screen (方案 三（一）5): a deck's pages, walked with arrow keys."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from exporters.slides import Deck, Slide, paged
from widgets.slide_view import SlideView

_ON = (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_PageDown, Qt.Key.Key_Space,
       Qt.Key.Key_Return, Qt.Key.Key_Enter)  # fmt: skip
_BACK = (Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_PageUp, Qt.Key.Key_Backspace)


class BriefingShow(QWidget):
    """The deck full screen. `closed` when it was left, by Esc or as windows are."""

    closed = Signal()

    def __init__(self, deck: Deck, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(deck.title)
        self.pages: list[Slide | None] = [None]
        self.pages += [page for slide in deck.slides for page in paged(slide)]
        self.place = 0
        self.view = SlideView(deck)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)
        self.setCursor(Qt.CursorShape.BlankCursor)
        self.go(0)

    def begin(self) -> None:
        """Cover the screen."""
        self.showFullScreen()
        self.activateWindow()
        self.setFocus()

    def go(self, place: int) -> None:
        """Show a page by its place from 0; beyond either end the nearest."""
        self.place = min(max(place, 0), len(self.pages) - 1)
        self.view.show_page(self.pages[self.place], self.place + 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, PgUp, PgDn, Space and Enter walk; Home and End jump; Esc leaves."""
        if event.key() in _ON:
            self.go(self.place + 1)
        elif event.key() in _BACK:
            self.go(self.place - 1)
        elif event.key() == Qt.Key.Key_Home:
            self.go(0)
        elif event.key() == Qt.Key.Key_End:
            self.go(len(self.pages) - 1)
        elif event.key() == Qt.Key.Key_Escape:
            self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click walks on, one with the other button back: presenters' clickers send these."""
        forward = event.button() == Qt.MouseButton.LeftButton
        self.go(self.place + (1 if forward else -1))
