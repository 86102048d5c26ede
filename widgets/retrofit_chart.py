"""The retrofit on the calendar: a row a contract with its milestones, one for the trainings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPolygonF,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from grading.rules.numbers import shown
from grading.rules.retrofit_view import Bar, Calendar, Mark, Spot
from widgets.marks import box
from widgets.text import draw_over, draw_text, text_width, tip
from widgets.theme import tokens

_RIGHT, _TOP = 24, 30
_NAME_LEAST, _NAME_MOST = 100, 240
"""px that the contracts' names take at the left."""
_BAR, _LINE, _GAP = 26, 18, 14
_MARK = 12
_LINES = 3
"""How many lines of words stand below a row; a mark whose words find no room keeps its tooltip."""
_CENTRE = Qt.AlignmentFlag.AlignHCenter
_TOKENS = {Mark.DONE: "ok", Mark.PLANNED: "ink2", Mark.LATE: "block"}
_WORDS = {Mark.DONE: "已完成", Mark.PLANNED: "未到期", Mark.LATE: "已逾期"}
TRAININGS = "改造培训"


@dataclass(frozen=True, slots=True)
class _Placed:
    """A mark with its place, and the place of its words, None where there is no room."""

    rect: QRectF
    words: QRectF | None
    spot: Spot


@dataclass(frozen=True, slots=True)
class _Row:
    """A row: its name, its top, its height, the contract's bar, its marks."""

    name: str
    top: float
    height: float
    bar: Bar | None
    marks: tuple[_Placed, ...]


class RetrofitChart(QWidget):
    """The chart. `activated(target)` on a click on a bar or mark, or on 回车 after ← →."""

    activated = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._calendar: Calendar | None = None
        self._today = dt.date.min
        self._rows: list[_Row] = []
        self._left = _NAME_LEAST
        self._cursor = -1
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_calendar(self, calendar: Calendar, today: dt.date) -> None:
        """Show these days."""
        self._calendar, self._today, self._cursor = calendar, today, -1
        late = sum(spot.mark is Mark.LATE for spot in calendar.spots)
        words = f"{len(calendar.bars)} 份合同，{len(calendar.spots)} 个节点和培训"
        self.setAccessibleName(f"改造进度，{words}，{late} 个逾期")
        names = [TRAININGS, *(name for _key, name, _bar in calendar.bars)]
        wide = max(text_width(name, "dense") for name in names) + 16
        self._left = min(max(wide, _NAME_LEAST), _NAME_MOST)
        self._rows = self._arranged(self.width())
        self.updateGeometry()
        self.update()

    def marks(self) -> list[Spot]:
        """The marks from row to row, as ← → go through them."""
        return [placed.spot for row in self._rows for placed in row.marks]

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        rows = self._arranged(width)
        return int(rows[-1].top + rows[-1].height + 12) if rows else _TOP

    def sizeHint(self) -> QSize:
        return QSize(820, self.heightForWidth(max(self.width(), 560)))

    def minimumSizeHint(self) -> QSize:
        return QSize(560, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._rows = self._arranged(self.width())

    def _x(self, day: dt.date, width: float) -> float:
        first, last = self._span()
        return self._left + (width - self._left - _RIGHT) * (day - first).days / (last - first).days

    def _span(self) -> tuple[dt.date, dt.date]:
        """From the first of a month to the last of one, around all that has a day."""
        days = self._calendar.days if self._calendar else None
        first, last = days or (self._today, self._today)
        return _first_of(first), _next_month(last)

    def _arranged(self, width: float) -> list[_Row]:
        if self._calendar is None or self._calendar.days is None:
            return []
        held: list[_Row] = []
        top: float = _TOP
        spots = self._calendar.spots
        lines = [
            *((name, bar, [s for s in spots if s.row == key])
              for key, name, bar in self._calendar.bars),
            (TRAININGS, None, [s for s in spots if s.row is None]),
        ]  # fmt: skip
        for name, bar, own in lines:
            marks, used = self._placed(own, top, width)
            height = _BAR + used * _LINE + _GAP
            held.append(_Row(name, top, height, bar, tuple(marks)))
            top += height
        return held

    def _placed(self, spots: list[Spot], top: float, width: float) -> tuple[list[_Placed], int]:
        """The marks of a row from left to right, each with its words in the first line that has
        room for them; and how many lines were used."""
        ends = [0.0] * _LINES
        placed, used = [], 0
        for spot in sorted(spots, key=lambda spot: spot.day):
            x = self._x(spot.day, width)
            rect = QRectF(x - _MARK / 2, top + (_BAR - _MARK) / 2, _MARK, _MARK)
            wide = text_width(spot.words, "meta")
            left = max(min(x - wide / 2, width - wide - 4), self._left - 20)
            line = next((n for n, end in enumerate(ends) if end + 8 <= left), None)
            words = None
            if line is not None:
                ends[line] = left + wide
                used = max(used, line + 1)
                words = QRectF(left, top + _BAR + line * _LINE, wide, _LINE)
            placed.append(_Placed(rect, words, spot))
        return placed, used

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._rows:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_grid(painter)
        for row in self._rows:
            self._paint_row(painter, row)
        self._paint_today(painter)
        place = 0
        for row in self._rows:
            for placed in row.marks:
                self._paint_mark(painter, placed)
                if place == self._cursor and self.hasFocus():
                    box(painter, placed.rect.adjusted(-4, -4, 4, 4), "", "accent", 6, pen=2)
                place += 1
        painter.end()

    def _foot(self) -> float:
        return self._rows[-1].top + self._rows[-1].height

    def _paint_grid(self, painter: QPainter) -> None:
        first, last = self._span()
        months = [first]
        while months[-1] < last:
            months.append(_next_month(months[-1]))
        room = (self.width() - self._left - _RIGHT) / max(len(months) - 1, 1)
        step = next((n for n in (1, 2, 3, 6, 12) if room * n >= 66), 12)
        for number, (month, after) in enumerate(pairwise(months)):
            x = self._x(month, self.width())
            if number % step:
                continue
            painter.fillRect(QRectF(x, 22, 1, self._foot() - 22), tokens().color("line"))
            words = f"{month.year}年{month.month}月" if step < 12 else f"{month.year}年"
            wide = max(self._x(after, self.width()) - x, 66)
            draw_text(painter, QRectF(x + 4, 2, wide, 18), words, "meta", "ink2")

    def _paint_row(self, painter: QPainter, row: _Row) -> None:
        painter.fillRect(QRectF(0, row.top - 6, self.width(), 1), tokens().color("line"))
        draw_text(painter, QRectF(0, row.top, self._left - 16, _BAR), row.name, "dense")
        if row.bar is not None:
            box(painter, self._bar_rect(row), "accent_bg", "accent", 3)

    def _bar_rect(self, row: _Row) -> QRectF:
        assert row.bar is not None
        x = self._x(row.bar.start, self.width())
        wide = max(self._x(row.bar.end, self.width()) - x, 4)
        return QRectF(x, row.top + 4, wide, _BAR - 8)

    def _paint_mark(self, painter: QPainter, placed: _Placed) -> None:
        token, rect = _TOKENS[placed.spot.mark], placed.rect
        if placed.spot.row is None:
            filled = token if placed.spot.mark is Mark.DONE else "surface"
            box(painter, rect, filled, token, _MARK / 2, pen=1.5)
        else:
            middle = rect.center()
            reach = _MARK / 2 + 1
            corners = ((0, -reach), (reach, 0), (0, reach), (-reach, 0))
            painter.setPen(tokens().color(token))
            done = placed.spot.mark is not Mark.PLANNED
            painter.setBrush(tokens().color(token if done else "surface"))
            painter.drawPolygon(QPolygonF([middle + QPointF(*each) for each in corners]))
        if placed.words is not None:
            ink = "block" if placed.spot.mark is Mark.LATE else "ink2"
            draw_over(painter, placed.words, placed.spot.words, "meta", ink, align=_CENTRE)

    def _paint_today(self, painter: QPainter) -> None:
        first, last = self._span()
        if first <= self._today <= last:
            x = self._x(self._today, self.width())
            painter.fillRect(QRectF(x - 0.75, 22, 1.5, self._foot() - 22), tokens().color("ink"))
            wide = text_width("今日", "meta")
            spot = QRectF(min(x + 5, self.width() - wide), self._foot() - 6, wide, 18)
            draw_text(painter, spot, "今日", "meta")

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            found = self._at(QPointF(event.pos()))
            said = _says(found) if isinstance(found, Spot) else _bar_says(found) if found else ""
            QToolTip.showText(event.globalPos(), tip(said), self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        found = self._at(event.position())
        if found is not None:
            self.activated.emit(found.target)

    def _at(self, point: QPointF) -> Spot | Bar | None:
        for row in self._rows:
            for placed in row.marks:
                near = placed.rect.adjusted(-4, -4, 4, 4).contains(point)
                if near or (placed.words is not None and placed.words.contains(point)):
                    return placed.spot
            name = QRectF(0, row.top, self._left - 16, _BAR)
            if row.bar is not None and (
                name.contains(point) or self._bar_rect(row).contains(point)
            ):
                return row.bar
        return None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        spots = self.marks()
        if step and spots:
            self._cursor = max(0, min(len(spots) - 1, self._cursor + step))
            self.setAccessibleDescription(_says(spots[self._cursor]))
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._cursor >= 0:
            self.activated.emit(spots[self._cursor].target)
        else:
            event.ignore()


def _says(spot: Spot) -> str:
    return f"{spot.words}，{shown(spot.day)}，{_WORDS[spot.mark]}"


def _bar_says(bar: Bar) -> str:
    return f"{bar.words}，{shown(bar.start)}至{shown(bar.end)}"


def _first_of(day: dt.date) -> dt.date:
    return day.replace(day=1)


def _next_month(day: dt.date) -> dt.date:
    """The first of the next month."""
    if day.month < 12:
        return dt.date(day.year, day.month + 1, 1)
    return dt.date(min(day.year + 1, dt.MAXYEAR), 1, 1)
