"""The evaluation at a glance: a cell for each question, the score on its scale, the level."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolTip, QVBoxLayout, QWidget

from grading.finding import Severity
from widgets.controls import Button, Kind
from widgets.marks import KeyCap, LevelBadge, box
from widgets.surfaces import Rule
from widgets.text import TextLabel, draw_text, text_width
from widgets.theme import WALK_STRIP, tokens

_CELL, _GAP, _TALL = 11, 3, 15
_NARROW = 7
"""px that a cell keeps where there is no room."""
_BY_KEY = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One question of the walk: its key, its name, whether it is answered, its worst finding."""

    key: str
    title: str
    answered: bool = False
    finding: Severity | None = None


@dataclass(frozen=True, slots=True)
class WalkState:
    """What the strip shows. `score` and `next_score` are thousandths of a point.

    `level` is None while 等级待定; `level_text` says 至少一级 or the like where it is not fixed.
    """

    items: tuple[Cell, ...]
    scenes: tuple[Cell, ...]
    current: str
    score: int
    score_note: str = ""
    next_score: int | None = None
    level: int | None = None
    level_text: str = ""
    goal: str = ""
    condition: str = ""


class WalkStrip(QWidget):
    """70 px high. `cell_activated(key)` on a cell, `next_unanswered()` on 下一未答."""

    cell_activated = Signal(str)
    next_unanswered = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(WALK_STRIP)
        self._items, self._scenes = CellRow("采集项"), CellRow("应用场景")
        self._next = Button("下一未答", Kind.QUIET, height=24)
        self._next.clicked.connect(self.next_unanswered)
        self._score, self._badge = ScoreGauge(), LevelBadge(None)
        self._goal = TextLabel("", "meta", "ink2")
        self._condition = TextLabel("", "meta", "ink2")
        row = QHBoxLayout(self)
        self._row = row
        for cells in (self._items, self._scenes):
            cells.activated.connect(self.cell_activated)
            row.addWidget(cells)
        self._scenes.set_trailing(self._next, KeyCap("空格"))
        row.addStretch(1)
        for part in (self._score, None):
            rule = Rule(upright=True)
            rule.setFixedHeight(42)
            row.addWidget(rule)
            if part is not None:
                row.addWidget(part)
        row.addLayout(self._level_column())

    def _level_column(self) -> QVBoxLayout:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self._badge)
        top.addWidget(self._goal)
        top.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(4)
        column.addStretch(1)
        column.addLayout(top)
        column.addWidget(self._condition)
        column.addStretch(1)
        return column

    def set_state(self, state: WalkState) -> None:
        """Show a new snapshot."""
        self._items.set_cells(state.items, state.current)
        self._scenes.set_cells(state.scenes, state.current)
        self._score.set_score(state.score, state.score_note, state.next_score)
        self._badge.set_level(state.level, state.level_text)
        self._goal.setText(f"→ {state.goal}" if state.goal else "")
        self._condition.setText(state.condition)
        left = any(not cell.answered for cell in (*state.items, *state.scenes))
        self._next.setEnabled(left)

    def resizeEvent(self, event: QResizeEvent) -> None:
        tight = self.width() < 920
        self._row.setContentsMargins(16 if tight else 24, 0, 8 if tight else 24, 0)
        self._row.setSpacing(8 if tight else 14)
        super().resizeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens().color("surface"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, tokens().color("line"))
        painter.end()


class CellRow(QWidget):
    """A row of cells under one caption. `activated(key)` on a click, or on 回车 at the cursor."""

    activated = Signal(str)

    def __init__(self, caption: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caption, self._cells, self._current = caption, tuple[Cell, ...](), ""
        self._cursor, self._by_key = 0, False
        self._trailing: tuple[QWidget, ...] = ()
        self._foot = QHBoxLayout(self)
        self._foot.setContentsMargins(0, 37, 0, 9)
        self._foot.setSpacing(6)
        self._foot.addStretch(1)
        self.setFixedHeight(WALK_STRIP)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def set_trailing(self, *widgets: QWidget) -> None:
        """Put widgets at the right end of the caption's line, where they show if it has room."""
        self._trailing = widgets
        for widget in widgets:
            self._foot.addWidget(widget)

    def set_cells(self, cells: Sequence[Cell], current: str) -> None:
        """Show these cells; `current` is ringed."""
        self._cells, self._current = tuple(cells), current
        keys = [cell.key for cell in cells]
        self._cursor = keys.index(current) if current in keys else 0
        self.setAccessibleName(self._says())
        self._fit()
        self.updateGeometry()
        self.update()

    def _says(self) -> str:
        done = sum(cell.answered for cell in self._cells)
        return f"{self._caption} {done}/{len(self._cells)}"

    def _line(self) -> int:
        """Width in px of the line below the cells: the caption, and what stands at its end."""
        behind = sum(each.sizeHint().width() + self._foot.spacing() for each in self._trailing)
        return text_width(self._says(), "meta") + 8 + behind

    def sizeHint(self) -> QSize:
        return QSize(max(len(self._cells) * (_CELL + _GAP), self._line()), WALK_STRIP)

    def minimumSizeHint(self) -> QSize:
        cells = len(self._cells) * (_NARROW + _GAP)
        return QSize(max(cells, text_width(self._says(), "meta")), WALK_STRIP)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        for widget in self._trailing:
            widget.setVisible(self._line() <= self.width())

    def _pitch(self) -> int:
        """From one cell to the next, in px."""
        room = self.width() // max(len(self._cells), 1)
        return min(max(room, _NARROW + _GAP), _CELL + _GAP)

    def _spot(self, index: int) -> QRectF:
        return QRectF(index * self._pitch(), 15, self._pitch() - _GAP, _TALL)

    def _at(self, point: QPoint) -> int | None:
        index = int(point.x() // self._pitch())
        return index if 8 <= point.y() <= 38 and 0 <= index < len(self._cells) else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position().toPoint())
        if index is not None and event.button() == Qt.MouseButton.LeftButton:
            self.activated.emit(self._cells[index].key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if step and self._cells:
            self._cursor = max(0, min(len(self._cells) - 1, self._cursor + step))
            self.setAccessibleDescription(self._tip(self._cursor))
            QToolTip.showText(self._tip_place(), self._tip(self._cursor), self)
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._cells:
            self.activated.emit(self._cells[self._cursor].key)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._by_key = event.reason() in _BY_KEY
        self.update()

    def _tip(self, index: int) -> str:
        cell = self._cells[index]
        return f"{index + 1}. {cell.title}：{'已答' if cell.answered else '未答'}"

    def _tip_place(self) -> QPoint:
        return self.mapToGlobal(self._spot(self._cursor).bottomLeft().toPoint())

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            index = self._at(event.pos())
            QToolTip.showText(event.globalPos(), "" if index is None else self._tip(index), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for index, cell in enumerate(self._cells):
            spot = self._spot(index)
            if cell.key == self._current:
                fill = "ink3" if cell.answered else "accent_bg"
                box(painter, spot.adjusted(0, -2, 0, 2), fill, "accent", 2, pen=2)
            elif cell.answered:
                box(painter, spot, "ink3", radius=2)
            else:
                box(painter, spot, "surface", "ctl", 2)
            if cell.finding is not None:
                mark = QRectF(spot.x(), spot.bottom() + 4, spot.width(), 3)
                painter.fillRect(mark, tokens().color(cell.finding.value))
            if self.hasFocus() and self._by_key and index == self._cursor:
                under = QRectF(spot.x(), spot.y() - 6, spot.width(), 2)
                painter.fillRect(under, tokens().color("accent"))
        draw_text(painter, QRectF(0, 39, self.width(), 20), self._says(), "meta", "ink2")
        painter.end()


class ScoreGauge(QWidget):
    """The score in three decimals over a scale of 100 points with ticks at 20, 40, 60, 80."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._score, self._note, self._next = 0, "", -1
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(178, WALK_STRIP)

    def set_score(self, score: int, note: str, next_score: int | None) -> None:
        """Show `score` thousandths; the tick at `next_score` thousandths stands out."""
        self._score, self._note = score, note
        self._next = -1 if next_score is None else next_score
        self.setAccessibleName(f"得分 {score / 1000:.3f} 分 {note}")
        wide = text_width(f"{score / 1000:.3f}", "title") + 30 + text_width(note, "meta")
        self.setFixedWidth(max(178, wide))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        figure = f"{self._score / 1000:.3f}"
        draw_text(painter, QRectF(0, 14, self.width(), 28), figure, "title")
        after = text_width(figure, "title") + 4
        draw_text(painter, QRectF(after, 19, 30, 20), "分", "meta", "ink2")
        right = Qt.AlignmentFlag.AlignRight
        draw_text(painter, QRectF(0, 19, self.width(), 20), self._note, "meta", "ink2", align=right)
        bar = QRectF(0, 49, self.width(), 8)
        box(painter, bar, "sunken", "line2", 3)
        held, share = tokens(), min(self._score / 100_000, 1.0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(held.color("measured"))
        painter.drawRoundedRect(QRectF(0, 49, bar.width() * share, 8), 3, 3)
        for mark in (20_000, 40_000, 60_000, 80_000):
            x = bar.width() * mark / 100_000
            strong = mark == self._next
            tick = QRectF(x - (1 if strong else 0.5), 46, 2 if strong else 1, 14)
            painter.fillRect(tick, held.color("ink" if strong else "ink3"))
        painter.end()
