"""Buttons for a screen that is touched: large ones, and one that has to be kept pressed."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy

from widgets.controls import Hovered
from widgets.icons import draw
from widgets.marks import box
from widgets.text import draw_text, text_width
from widgets.theme import RADIUS_CARD

HOLD_MS = 2000
TALL = 64
"""px of whatever is touched; 48 is the least that a finger finds."""
_TICK_MS = 50
_ICON, _APART = 24.0, 8.0


class BigButton(Hovered):
    """Something to touch, in large type; a `chosen` one is the answer that holds.

    An icon stands before its words, or (`trailing`) behind them; without words it stands alone.
    """

    def __init__(
        self, text: str, *, primary: bool = False, icon: str = "", trailing: str = ""
    ) -> None:
        super().__init__()
        self.primary, self.chosen = primary, False
        self._icon, self._trailing, self._short = icon, trailing, False
        self.setText(text)
        self.setAccessibleName(text)
        self.setSizePolicy(QSizePolicy.Policy.MinimumExpanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        wide = sum(width for _, width in self._parts(bold=True, short=self._short))
        return QSize(max(int(wide) + 32, TALL), TALL)

    def full_width(self) -> int:
        """Width in px with its words, also while they do not show."""
        return max(int(sum(width for _, width in self._parts(bold=True, short=False))) + 32, TALL)

    def has_icon(self) -> bool:
        """Whether an icon stands before its words, which can stand for them."""
        return bool(self._icon)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def set_text(self, text: str, icon: str = "") -> None:
        """Change what it says, and how it is called; `icon` another picture before it."""
        self._icon = icon or self._icon
        if text != self.text():
            self.setText(text)
            self.setAccessibleName(text)
            self.updateGeometry()
        self.update()

    def shorten(self, on: bool) -> None:
        """Show the icon alone, where there is no room for the words, which remain its name."""
        if on != self._short:
            self._short = on
            self.updateGeometry()
            self.update()

    def _parts(self, *, bold: bool, short: bool) -> list[tuple[str, float]]:
        """What stands in it from left to right, with widths in px; between them, space."""
        parts = [(f"icon:{self._icon}", _ICON)] if self._icon else []
        if self.text() and not short:
            parts.append((self.text(), float(text_width(self.text(), "floor", bold=bold))))
        if self._trailing:
            parts.append((f"icon:{self._trailing}", _ICON))
        return [each for part in parts for each in (("", _APART), part)][1:]

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
        parts = self._parts(bold=self.chosen, short=self._short)
        x = max((rect.width() - sum(width for _, width in parts)) / 2, 8)
        for what, width in parts:
            spot = QRectF(x, 0, min(width, rect.width() - x - 8), rect.height())
            if what.startswith("icon:"):
                spot = QRectF(x, (rect.height() - _ICON) / 2, _ICON, _ICON)
                draw(painter, what.removeprefix("icon:"), spot, ink, fill or "surface")
            else:
                draw_text(painter, spot, what, "floor", ink, bold=self.chosen)
            x += width
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
