"""Before and after: points as pairs of bars, the scenes' levels as steps."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from forms.instrument import points_text
from grading.comparison import Change, signed_levels, signed_points
from widgets.controls import Hovered
from widgets.marks import box
from widgets.surfaces import empty
from widgets.text import draw_text, text_width
from widgets.theme import tokens

_PAIR, _SCENE = 30, 24
_GAIN = 64
_RIGHT = Qt.AlignmentFlag.AlignRight


class PointBars(QWidget):
    """Dimensions and indicators, two bars each as shares of their full points."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[Change, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_rows(self, rows: Sequence[Change]) -> None:
        """Show these, in order."""
        self._rows = tuple(rows)
        said = (f"{r.name} {_points(r.before)} → {_points(r.after)}" for r in rows)
        self.setAccessibleName("；".join(said))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(380, _PAIR * len(self._rows))

    def minimumSizeHint(self) -> QSize:
        return QSize(300, _PAIR * len(self._rows))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        left = max([60, *(text_width(row.name, "dense") for row in self._rows)]) + 10
        words = max([40, *(text_width(_words(row), "meta") for row in self._rows)]) + 12
        right = self.width() - words - _GAIN
        for place, row in enumerate(self._rows):
            top = float(place * _PAIR)
            draw_text(painter, QRectF(0, top, left, _PAIR), row.name, "dense")
            for value, y, token in ((row.before, 6, "ink3"), (row.after, 16, "measured")):
                self._bar(painter, QRectF(left, top + y, right - left, 8), value, row.full, token)
            spot = QRectF(right + 8, top, words, _PAIR)
            draw_text(painter, spot, _words(row), "meta", "ink2")
            spot = QRectF(self.width() - _GAIN, top, _GAIN, _PAIR)
            _draw_gain(painter, spot, row, _gain_points(row))
        painter.end()

    def _bar(
        self, painter: QPainter, spot: QRectF, value: int | None, full: int, token: str
    ) -> None:
        held = tokens()
        painter.setPen(QPen(held.color("line2"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(spot.adjusted(0.5, 0.5, -0.5, -0.5))
        if value:
            filled = QRectF(spot.x(), spot.y(), spot.width() * value / full, spot.height())
            painter.fillRect(filled, held.color(token))


class SceneSteps(QWidget):
    """The scenes, a row each: held, gained and lost levels. `activated(name)` when one is taken."""

    activated = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_rows(self, rows: Sequence[Change]) -> None:
        """Show these scenes."""
        empty(self._column)
        left = max([60, *(text_width(row.name, "dense") for row in rows)]) + 10
        for row in rows:
            line = _SceneStep(row, left)
            line.clicked.connect(lambda _on=False, key=row.name: self.activated.emit(key))
            self._column.addWidget(line)


class _SceneStep(Hovered):
    _WORDS = 110

    def __init__(self, row: Change, left: int) -> None:
        super().__init__()
        self._row, self._left = row, left
        self.setAccessibleName(f"{row.name} {_levels(row)}，{_gain_levels(row)}")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self._left + self._WORDS + _GAIN + 140, _SCENE)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._left + self._WORDS + _GAIN + 60, _SCENE)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.hovered:
            box(painter, QRectF(self.rect()), "hover", radius=4)
        row = self._row
        draw_text(painter, QRectF(0, 0, self._left, _SCENE), row.name, "dense")
        step = (self.width() - self._left - self._WORDS - _GAIN) / row.full
        for level in range(1, row.full + 1):
            spot = QRectF(self._left + (level - 1) * step, 6, step - 4, 12)
            self._cell(painter, spot.adjusted(0.5, 0.5, -0.5, -0.5), level)
        right = self.width() - self._WORDS - _GAIN
        spot = QRectF(right + 6, 0, self._WORDS - 6, _SCENE)
        draw_text(painter, spot, _levels(row), "meta", "ink" if row.difference else "ink2")
        spot = QRectF(self.width() - _GAIN, 0, _GAIN, _SCENE)
        _draw_gain(painter, spot, row, _gain_levels(row))
        painter.end()

    def _cell(self, painter: QPainter, spot: QRectF, level: int) -> None:
        held = tokens()
        was, now = self._row.before or 0, self._row.after or 0
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(held.color("line2"), 1))
        if level <= min(was, now):
            painter.setBrush(QColor(held.level_fill[1]))
            painter.setPen(QPen(held.color("measured"), 1))
        elif level <= now:
            painter.setBrush(QColor(held.level_fill[3]))
            painter.setPen(QPen(held.color("measured"), 1))
        elif level <= was:
            painter.setPen(QPen(held.color("block"), 1, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(spot, 2, 2)


def _draw_gain(painter: QPainter, spot: QRectF, row: Change, words: str) -> None:
    token = "ok" if row.rose else "block" if row.fell else "ink2"
    draw_text(painter, spot, words, "dense", token, bold=bool(row.difference), align=_RIGHT)


def _points(value: int | None) -> str:
    return "未答" if value is None else points_text(value, trim=True)


def _words(row: Change) -> str:
    return f"{_points(row.before)} → {_points(row.after)} / {points_text(row.full, trim=True)}"


def _gain_points(row: Change) -> str:
    return "" if row.difference is None else signed_points(row.difference)


def _levels(row: Change) -> str:
    if row.difference == 0:
        return row.said
    return f"{row.said or '未评'} → {row.saying or '未评'}"


def _gain_levels(row: Change) -> str:
    return "" if row.difference is None else signed_levels(row.difference)
