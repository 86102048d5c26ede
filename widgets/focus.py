"""The focus ring: 2 px of accent, 2 px off, around whatever has the keyboard.

It is one overlay instead of a style in each widget, so that none can forget it. It shows only
when the focus came by the keyboard; text fields have their own 2 px edge and need no ring, tables
and what else scrolls have it within their edge, as they may fill all there is. What the keyboard
comes to is scrolled into view, from wherever it comes.
"""

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt
from PySide6.QtGui import (
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QMoveEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
    QWindow,
)
from PySide6.QtWidgets import (
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QTextEdit,
    QWidget,
)
from shiboken6 import isValid

from widgets.theme import RADIUS_CONTROL, tokens

_OFF, _PEN = 2, 2
_REACH = _OFF + _PEN


class FocusRing(QObject):
    """Watches the application's focus and keeps the ring around the focused widget."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._ring: _Ring | None = None
        self._host: QWidget | None = None
        self._chain: list[QWidget] = []
        self._by_key = False
        # Keys and clicks come through the window first. Before every widget of the program a filter
        # would see each of its events, which costs a fifth of the time that a page takes to come.
        app.focusWindowChanged.connect(self._watch)
        self._watch(app.focusWindow())
        app.focusChanged.connect(self._moved)

    def _watch(self, window: QWindow | None) -> None:
        if window is not None:
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.KeyPress:
                self._by_key = True
        elif isinstance(event, QMouseEvent):
            if event.type() == QEvent.Type.MouseButtonPress:
                self._by_key = False
                self._drop()
        elif isinstance(event, _GEOMETRY) and watched in self._chain:
            self._place()
        return False

    def _moved(self, _old: QWidget | None, new: QWidget | None) -> None:
        self._drop()
        if new is None or not self._by_key or new.isWindow():
            return
        _scroll_to(new)
        if isinstance(new, _OWN_EDGE):
            return
        self._chain = [new]
        host = new
        while (above := host.parentWidget()) is not None and not _is_viewport(above):
            host = above
            self._chain.append(host)
        self._host = self._chain.pop()
        for each in self._chain:
            each.installEventFilter(self)
        self._ring = _Ring(self._host)
        self._place()
        self._ring.show()

    def _place(self) -> None:
        if self._ring is None or self._host is None or not isValid(self._ring):
            return
        widget, host = self._chain[0], self._host
        reach = 0 if isinstance(widget, QAbstractScrollArea) else _REACH
        corner = widget.mapTo(host, QPoint(0, 0))
        self._ring.setGeometry(
            corner.x() - reach,
            corner.y() - reach,
            widget.width() + 2 * reach,
            widget.height() + 2 * reach,
        )
        self._ring.setVisible(widget.isVisible())
        self._ring.raise_()

    def _drop(self) -> None:
        for each in self._chain:
            if isValid(each):
                each.removeEventFilter(self)
        self._chain = []
        # A page that was deleted has taken its ring along.
        if self._ring is not None and isValid(self._ring):
            self._ring.hide()
            self._ring.deleteLater()
        self._ring = None


_OWN_EDGE = (QLineEdit, QAbstractSpinBox, QComboBox, QPlainTextEdit, QTextEdit)
_GEOMETRY = (QMoveEvent, QResizeEvent, QShowEvent, QHideEvent)


def _scroll_to(widget: QWidget) -> None:
    """Qt itself scrolls only to what follows within one scrolling part."""
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(widget, 0, 24)
        above = above.parentWidget()


def _is_viewport(widget: QWidget | None) -> bool:
    parent = widget.parentWidget() if widget is not None else None
    return isinstance(parent, QAbstractScrollArea) and parent.viewport() is widget


class _Ring(QWidget):
    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(tokens().color("accent"), _PEN))
        edge = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(edge, RADIUS_CONTROL + _OFF, RADIUS_CONTROL + _OFF)
        painter.end()
