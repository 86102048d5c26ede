"""Cards, rules, scrolling columns, the empty state and the toast."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter

import shiboken6
from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from widgets.controls import Button, Kind
from widgets.marks import KeyCap, box
from widgets.text import TextLabel
from widgets.theme import KEY_BAR, RADIUS_CARD, tokens

TOAST_MS = 6000


def taken(layout: QLayout) -> list[QWidget]:
    """Take everything out of a layout; the widgets that were in it, still on their parent.

    PySide never frees an item that was taken: some thousand an hour, each in a hole of its own.
    """
    widgets = []
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widgets.append(widget)
        shiboken6.delete(item)
    return widgets


def laid(layout: QLayout) -> list[QWidget | QLayout]:
    """The widgets and layouts in a layout that has a place in a widget, in its order.

    Not by `itemAt`: Shiboken keeps what it has once wrapped of an item for as long as the layout
    lives. Qt deletes the item with its widget, and whatever comes to the same address later is
    taken for it when it goes: the program falls over.
    """
    host = layout.parentWidget()
    near = [*(host.children() if host is not None else ()), *layout.children()]
    found = [each for each in near if isinstance(each, QWidget | QLayout) and each is not layout]
    places = {layout.indexOf(each): each for each in found}
    return [each for place, each in sorted(places.items(), key=itemgetter(0)) if place >= 0]


def empty(layout: QLayout) -> None:
    """Take everything out of a layout; its widgets go with the next turn of the loop."""
    widgets = taken(layout)
    if not widgets:
        return
    # Whatever leaves a window has Qt go through the window's whole order of Tab, some thousand
    # widgets: so all leave at once.
    going = QWidget(widgets[0].parentWidget())
    for widget in widgets:
        # One that was laid out a moment ago is still to be shown: then as a window of its own.
        widget.hide()
        widget.setParent(going)
    going.setParent(None)
    going.deleteLater()


class Rule(QWidget):
    """A hairline, horizontal or (`upright`) vertical."""

    def __init__(self, *, upright: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        fixed, wide = QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding
        self.setSizePolicy(fixed if upright else wide, wide if upright else fixed)

    def sizeHint(self) -> QSize:
        return QSize(tokens().border, tokens().border)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens().color("line"))
        painter.end()


class Card(QFrame):
    """A white box with a hairline."""

    def __init__(
        self, padding: tuple[int, int] = (16, 16), spacing: int = 8, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(padding[0], padding[1], padding[0], padding[1])
        self.body.setSpacing(spacing)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box(painter, QRectF(self.rect()), "surface", "line", RADIUS_CARD)
        painter.end()


class CardColumns(QWidget):
    """Columns of cards, one beside the other or, where there is no room, one below the other."""

    def __init__(self, *columns: Sequence[QWidget]) -> None:
        super().__init__()
        self._all = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._all.setContentsMargins(0, 0, 0, 0)
        self._all.setSpacing(12)
        for cards in columns:
            column = QVBoxLayout()
            column.setSpacing(12)
            for card in cards:
                column.addWidget(card)
            column.addStretch(1)
            self._all.addLayout(column, 1)

    def turn(self, *, beside: bool) -> None:
        """Put the columns beside each other, or below."""
        way = QBoxLayout.Direction
        self._all.setDirection(way.LeftToRight if beside else way.TopToBottom)


class ScrollColumn(QScrollArea):
    """A column of widgets that scrolls upwards and downwards only; fill `column`.

    Its page is as high as the wrapped text in it needs at the present width, which Qt's scroll
    area by itself does not ask for. `plain` lets the panel behind it show; where it does not, the
    bar's room is kept, so that what is being typed in does not move as the page grows.
    """

    def __init__(
        self,
        margins: tuple[int, int, int, int] = (24, 20, 24, 20),
        spacing: int = 12,
        *,
        plain: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        page = _Page()
        self.column = QVBoxLayout(page)
        self.column.setContentsMargins(*margins)
        self.column.setSpacing(spacing)
        self.setProperty("plain", plain)
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        if not plain:
            self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
            self._show_handle(0, 0)
            self.verticalScrollBar().rangeChanged.connect(self._show_handle)

    def _show_handle(self, least: int, most: int) -> None:
        self.verticalScrollBar().setEnabled(most > least)  # else it has no handle


class _Page(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("page")

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            layout = self.layout()
            if layout is not None:
                # What wraps may be hidden again: then the layout's own least height holds.
                wraps = layout.hasHeightForWidth()
                self.setMinimumHeight(layout.totalHeightForWidth(self.width()) if wraps else 0)
        return done


@dataclass(frozen=True, slots=True)
class EmptyHint:
    """One way out of an empty page: what is missing, what to do about it, its key, its button."""

    title: str
    text: str
    key: str = ""
    action: str = ""
    action_text: str = ""


class EmptyState(QWidget):
    """One dashed box with up to three hints side by side. `activated(action)` on a click."""

    activated = Signal(str)

    def __init__(self, hints: Sequence[EmptyHint], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 20, 12, 20)
        row.setSpacing(12)
        for place, hint in enumerate(hints):
            if place:
                row.addWidget(Rule(upright=True))
            row.addLayout(self._column(hint), 1)

    def _column(self, hint: EmptyHint) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(2)
        centre = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(TextLabel(hint.title, "body", align=centre))
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addStrut(24)
        line.addStretch(1)
        if hint.key:
            line.addWidget(TextLabel("按", "dense", "ink2"))
            line.addWidget(KeyCap(hint.key))
        if hint.text:
            line.addWidget(TextLabel(hint.text, "dense", "ink2"))
        if hint.action:
            button = Button(hint.action_text, Kind.QUIET, height=24)
            button.clicked.connect(lambda _on=False, key=hint.action: self.activated.emit(key))
            line.addWidget(button)
        line.addStretch(1)
        column.addLayout(line)
        return column

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box(painter, QRectF(self.rect()), "", "ctl", RADIUS_CARD, dashed=True)
        painter.end()


class Toast(QFrame):
    """One line at the bottom left above the key bar, gone after 6 s; `undone` on 撤销.

    Never for errors and never for saving: those stand in the bar or in place.
    """

    undone = Signal()

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self._host = host
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 6, 8, 6)
        row.setSpacing(16)
        self._label = TextLabel("", "body")
        self._undo = Button("撤销", Kind.QUIET, height=28)
        self._undo.clicked.connect(self._take_back)
        row.addWidget(self._label)
        row.addWidget(self._undo)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TOAST_MS)
        self._timer.timeout.connect(self.hide)
        host.installEventFilter(self)
        self.hide()

    def say(self, text: str, *, undo: bool = True) -> None:
        """Show `text` for 6 s, with 撤销 unless there is nothing to take back."""
        self._label.setText(text)
        self._undo.setVisible(undo)
        self.setAccessibleName(text)
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()
        self._timer.start()

    def _take_back(self) -> None:
        self._timer.stop()
        self.hide()
        self.undone.emit()

    def _place(self) -> None:
        self.move(16, self._host.height() - KEY_BAR - 12 - self.height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box(painter, QRectF(self.rect()), "surface", "ctl")
        painter.end()
