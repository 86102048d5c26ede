"""A visit on the clock: its sessions, its photos by kind, what is missing at its due place."""

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from grading.photo_verdict import PhotoWord
from grading.visit_day import Mark, VisitDay, clock, spread
from widgets.icons import draw
from widgets.marks import box
from widgets.photo_tile import VERDICT_TOKENS
from widgets.text import draw_over, draw_text, text_width
from widgets.theme import tokens

_LEFT, _RIGHT, _TOP, _ROW = 92, 20, 28, 30
_MARK, _LINE = 16, 19
#: Room at the right for the photos without a time.
_UNTIMED = 54
_CENTRE = Qt.AlignmentFlag.AlignHCenter
_LETTERS = {PhotoWord.WATERMARK: "!", PhotoWord.EXIF: "i"}


class VisitTimeline(QWidget):
    """The chart. `mark_activated(key)` on a click on a mark, or on 回车 after ← →."""

    mark_activated = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._day: VisitDay | None = None
        self._spots: list[tuple[QRectF, Mark]] = []
        self._lines: list[int] = []
        self._left_out: list[int] = []
        self._cursor = -1
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_day(self, day: VisitDay) -> None:
        """Show this visit."""
        self._day, self._cursor = day, -1
        lacking = "；".join(mark.missing for mark in day.marks if mark.missing)
        self.setAccessibleName(f"现场时间线，累计 {day.total_text}，{lacking or '照片齐全'}")
        self._arrange()
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        lines = self._arranged(width)[1] if self._day else [1] * 3
        return _TOP + (len(lines) + 2) * _ROW + 24 + _LINE * sum(n - 1 for n in lines)

    def sizeHint(self) -> QSize:
        return QSize(820, self.heightForWidth(max(self.width(), 560)))

    def minimumSizeHint(self) -> QSize:
        return QSize(560, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def _x(self, minute: float, width: float) -> float:
        assert self._day is not None
        first, last = self._day.hours
        span = width - _LEFT - _RIGHT - _UNTIMED - 72
        return _LEFT + 40 + span * (minute - first) / (last - first)

    def _y(self, row: int) -> float:
        """Middle of a row's first line: 0 the sessions, then the kinds, last the sum."""
        above = sum(lines - 1 for lines in self._lines[: max(row - 1, 0)])
        return _TOP + 12 + row * _ROW + above * _LINE

    def _arrange(self) -> None:
        """Put the marks into their rows for the width there is now."""
        if self._day is None:
            return
        placed, self._lines, self._left_out = self._arranged(self.width())
        self._spots = [
            (QRectF(x, self._y(mark.row + 1) + line * _LINE - _MARK / 2, _MARK, _MARK), mark)
            for x, line, mark in placed
        ]

    def _arranged(self, width: float) -> tuple[list[tuple[float, int, Mark]], list[int], list[int]]:
        """Each mark with its left edge and line; how many lines a row has, how many marks not."""
        assert self._day is not None
        placed: list[tuple[float, int, Mark]] = []
        lines, left_out = [], []
        for row in range(len(self._day.rows)):
            marks = [mark for mark in self._day.marks if mark.row == row]
            wants = sorted(((self._want(mark, width), mark) for mark in marks), key=lambda w: w[0])
            spots = spread([(x, _wide(mark)) for x, mark in wants], _MARK + 2, width)
            seen = [(*spot, mark) for spot, (_, mark) in zip(spots, wants, strict=True) if spot]
            placed += seen
            lines.append(1 + max((line for _, line, _ in seen), default=0))
            left_out.append(len(marks) - len(seen))
        return placed, lines, left_out

    def _want(self, mark: Mark, width: float) -> float:
        if mark.minute is None:
            return width - _RIGHT - _UNTIMED
        return self._x(mark.minute, width) - _MARK / 2

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._day is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        day = self._day
        self._paint_grid(painter, day)
        self._paint_sessions(painter, day)
        for place, (spot, mark) in enumerate(self._spots):
            self._paint_mark(painter, spot, mark)
            if place == self._cursor and self.hasFocus():
                box(painter, spot.adjusted(-4, -4, 4, 4), "", "accent", 6, pen=2)
        self._paint_sum(painter, day)
        if day.now is not None:
            x, foot = self._x(day.now, self.width()), self._y(len(day.rows) + 1) + 20
            line = QRectF(x - 0.75, _TOP - 4, 1.5, foot - _TOP + 4)
            painter.fillRect(line, tokens().color("ink"))
            now = f"现在 {clock(day.now)}"
            draw_over(painter, QRectF(x + 6, foot - 4, text_width(now, "meta"), 18), now, "meta")
        painter.end()

    def _paint_grid(self, painter: QPainter, day: VisitDay) -> None:
        held, wide = tokens(), self.width()
        first, last = day.hours
        foot = self._y(len(day.rows) + 1) + 15
        step = 60 if (last - first) <= 600 else 120
        for minute in range(first, last + 1, step):
            x = self._x(minute, wide)
            painter.fillRect(QRectF(x, _TOP - 4, 1, foot - _TOP + 4), held.color("line"))
            spot = QRectF(x - 30, 2, 60, 18)
            draw_text(painter, spot, clock(minute), "meta", "ink2", align=_CENTRE)
        if any(mark.minute is None for mark in day.marks):
            spot = QRectF(wide - _RIGHT - _UNTIMED, 2, _UNTIMED + _RIGHT, 18)
            draw_text(painter, spot, "无时间", "meta", "warn")
        for row, name in enumerate(("场次", *day.rows, "累计")):
            spot = QRectF(0, self._y(row) - 10, _LEFT - 16, 20)
            draw_text(painter, spot, name, "meta", "ink", align=Qt.AlignmentFlag.AlignRight)
            if 1 <= row <= len(day.rows):
                y = self._y(row + 1) - _ROW / 2
                rule = QRectF(_LEFT, y, wide - _LEFT - _RIGHT, 1)
                painter.fillRect(rule, held.color("line"))
                if self._left_out[row - 1]:
                    spot = spot.translated(0, _LINE)
                    words = f"另 {self._left_out[row - 1]} 张"
                    draw_text(
                        painter, spot, words, "meta", "ink2", align=Qt.AlignmentFlag.AlignRight
                    )

    def _paint_sessions(self, painter: QPainter, day: VisitDay) -> None:
        y, wide = self._y(0), self.width()
        for session in day.sessions:
            x = self._x(session.start, wide)
            spot = QRectF(x, y - 12, max(self._x(session.end, wide) - x, 3), 24)
            box(painter, spot, "accent_bg", "accent", 3)
            if text_width(session.text, "meta") <= spot.width():
                draw_text(painter, spot, session.text, "meta", "accent", align=_CENTRE)
        if day.until is not None and day.sessions:
            x = self._x(day.sessions[-1].end, wide)
            rest = QRectF(x, y - 12, max(self._x(day.until, wide) - x, 3), 24)
            box(painter, rest, "", "block", 3, pen=1.25, dashed=True)
            spot = QRectF(rest.right() + 6, y - 10, text_width(day.lacking, "meta"), 20)
            draw_over(painter, spot, day.lacking, "meta", "block")

    def _paint_mark(self, painter: QPainter, spot: QRectF, mark: Mark) -> None:
        if mark.missing:
            box(painter, spot, "surface", "block", 3, pen=1.5, dashed=True)
            after = QRectF(spot.right() + 5, spot.y() - 2, text_width(mark.missing, "meta"), 20)
            draw_over(painter, after, mark.missing, "meta", "block")
            return
        word = mark.verdict or PhotoWord.UNSUPPORTED
        token = VERDICT_TOKENS[word]
        if word is PhotoWord.UNSUPPORTED:
            box(painter, spot, "surface", token, 3, pen=1.5)
            draw_text(painter, spot, "?", "meta", token, bold=True, align=_CENTRE)
            return
        box(painter, spot, token, radius=3)
        if word in _LETTERS:
            letter = _LETTERS[word]
            draw_text(painter, spot, letter, "meta", "surface", bold=True, align=_CENTRE)
        else:
            name = "check" if word is PhotoWord.CONSISTENT else "close"
            draw(painter, name, spot.adjusted(3, 3, -3, -3), "surface")

    def _paint_sum(self, painter: QPainter, day: VisitDay) -> None:
        y, wide = self._y(len(day.rows) + 1), self.width()
        first, last = day.hours
        scale = (self._x(last, wide) - self._x(first, wide)) / (last - first)
        x = self._x(day.sessions[0].start if day.sessions else first, wide)
        need, have = day.needed * scale, day.total * scale
        box(painter, QRectF(x, y - 5, max(need, have), 10), "sunken", "line2", 2)
        box(painter, QRectF(x, y - 5, have, 10), "measured", radius=2)
        painter.fillRect(QRectF(x + need - 1, y - 9, 2, 18), tokens().color("ink"))
        spot = QRectF(x + max(need, have) + 10, y - 10, text_width(day.total_text, "meta"), 20)
        draw_over(painter, spot, day.total_text, "meta", "ink2")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position()
        for spot, mark in self._spots:
            if spot.adjusted(-3, -3, 3, 3).contains(point):
                self.mark_activated.emit(mark.key)
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step and self._spots:
            self._cursor = max(0, min(len(self._spots) - 1, self._cursor + step))
            self.setAccessibleDescription(self._says(self._spots[self._cursor][1]))
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._cursor >= 0:
            self.mark_activated.emit(self._spots[self._cursor][1].key)
        else:
            event.ignore()

    def spot_of(self, key: str) -> QPoint | None:
        """The middle of the mark `key` as last painted, or None."""
        return next((s.center().toPoint() for s, mark in self._spots if mark.key == key), None)

    def _says(self, mark: Mark) -> str:
        assert self._day is not None
        what = mark.missing or (mark.verdict or PhotoWord.UNSUPPORTED).value
        time = "无时间" if mark.minute is None else clock(mark.minute)
        return f"{self._day.rows[mark.row]} {time} {what}"


def _wide(mark: Mark) -> float:
    """What a mark takes up in its row: a missing photo has its words behind it."""
    return _MARK + (text_width(mark.missing, "meta") + 9 if mark.missing else 2)
