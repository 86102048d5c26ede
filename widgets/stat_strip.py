"""What a visit must have, cell by cell: state, name, figure, and the limit it is held against."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from grading.finding import Severity
from widgets.controls import Hovered
from widgets.icons import SEVERITY_WORDS, draw
from widgets.marks import box
from widgets.surfaces import empty
from widgets.text import draw_text, text_width
from widgets.theme import RADIUS_CARD, tokens


@dataclass(frozen=True, slots=True)
class Stat:
    """One cell; `state` None is met, a severity says how much its lack weighs."""

    key: str
    name: str
    value: str
    note: str
    state: Severity | None = None


class StatStrip(QWidget):
    """Up to seven cells in one box. `activated(key)` when a cell is taken."""

    activated = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(1, 1, 1, 1)
        self._row.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_stats(self, stats: Sequence[Stat]) -> None:
        """Show these cells."""
        empty(self._row)
        for place, stat in enumerate(stats):
            cell = _StatCell(stat, first=place == 0)
            cell.clicked.connect(lambda _on=False, key=stat.key: self.activated.emit(key))
            self._row.addWidget(cell)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box(painter, QRectF(self.rect()), "surface", "line", RADIUS_CARD)
        painter.end()


class _StatCell(Hovered):
    def __init__(self, stat: Stat, *, first: bool) -> None:
        super().__init__()
        self._stat, self._first = stat, first
        self._glyph = stat.state.value if stat.state else "check"
        self._token = stat.state.value if stat.state else "ok"
        word = SEVERITY_WORDS[stat.state] if stat.state else "已满足"
        self.setAccessibleName(f"{stat.name} {stat.value}，{stat.note}，{word}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        stat = self._stat
        wide = max(
            20 + text_width(stat.name, "meta"),
            text_width(stat.value, "identity"),
            text_width(stat.note, "meta"),
        )
        return QSize(wide + 24, 79)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        stat, wide = self._stat, self.width() - 16.0
        if self.hovered:
            box(painter, QRectF(self.rect()), "hover", radius=RADIUS_CARD - 1)
        if not self._first:
            painter.fillRect(QRectF(0, 0, 1, self.height()), tokens().color("line"))
        draw(painter, self._glyph, QRectF(14, 11, 14, 14), self._token)
        draw_text(painter, QRectF(33, 9, wide - 17, 18), stat.name, "meta", "ink2")
        token = self._token if stat.state in (Severity.BLOCK, Severity.WARN) else "ink"
        draw_text(painter, QRectF(14, 29, wide, 24), stat.value, "identity", token)
        draw_text(painter, QRectF(14, 54, wide, 18), stat.note, "meta", "ink2")
        painter.end()
