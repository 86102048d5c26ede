"""A visit on the clock: its sessions, its photos by kind, what is missing at its due place."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from grading.photo_verdict import PhotoWord
from widgets.icons import draw
from widgets.marks import box
from widgets.photo_tile import VERDICT_TOKENS
from widgets.text import draw_text, text_width
from widgets.theme import tokens

_LEFT, _RIGHT, _TOP, _ROW = 92, 20, 28, 30
_MARK = 16


@dataclass(frozen=True, slots=True)
class Session:
    """One stay from `start` to `end` in minutes of the day, with what stands in its bar."""

    start: int
    end: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A photo (`verdict`) or a missing one (`missing` says which) in row `row`.

    `minute` is its minute of the day; None is a photo without a time, kept at the right end.
    """

    key: str
    row: int
    minute: int | None
    verdict: PhotoWord | None = None
    missing: str = ""


@dataclass(frozen=True, slots=True)
class VisitDay:
    """All that the timeline shows, times in minutes of the day, lengths in minutes.

    `lacking` says how long the visit is still short and `until` when it would be enough.
    """

    rows: tuple[str, ...]
    sessions: tuple[Session, ...]
    marks: tuple[Mark, ...]
    total: int
    needed: int
    total_text: str = ""
    now: int | None = None
    until: int | None = None
    lacking: str = ""


def clock(minute: int) -> str:
    """A minute of the day as 9:05."""
    return f"{minute // 60}:{minute % 60:02d}"


class VisitTimeline(QWidget):
    """The chart. `mark_activated(key)` on a click on a mark, or on 回车 after ← →."""

    mark_activated = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._day: VisitDay | None = None
        self._spots: list[tuple[QRectF, Mark]] = []
        self._cursor = -1
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_day(self, day: VisitDay) -> None:
        """Show this visit."""
        self._day, self._cursor = day, -1
        lacking = "；".join(mark.missing for mark in day.marks if mark.missing)
        self.setAccessibleName(f"现场时间线，累计 {day.total_text}，{lacking or '照片齐全'}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        rows = len(self._day.rows) if self._day else 3
        return QSize(820, _TOP + (rows + 2) * _ROW + 24)

    def minimumSizeHint(self) -> QSize:
        return QSize(560, self.sizeHint().height())

    def _hours(self, day: VisitDay) -> tuple[int, int]:
        """First and last full hour shown, in minutes of the day."""
        times = [t for s in day.sessions for t in (s.start, s.end)]
        times += [m.minute for m in day.marks if m.minute is not None]
        times += [t for t in (day.now, day.until) if t is not None]
        if not times:
            return 9 * 60, 17 * 60
        return (min(times) // 60) * 60, max((max(times) // 60 + 1) * 60, min(times) + 240)

    def _x(self, minute: float) -> float:
        assert self._day is not None
        first, last = self._hours(self._day)
        span = self.width() - _LEFT - _RIGHT - 90
        return _LEFT + 40 + span * (minute - first) / (last - first)

    def _y(self, row: int) -> float:
        """Middle of a row: 0 the sessions, then the kinds, last the sum."""
        return _TOP + 12 + row * _ROW

    def _place_marks(self, day: VisitDay) -> list[tuple[QRectF, Mark]]:
        """Marks of one row that would cover each other stand side by side."""
        placed: list[tuple[QRectF, Mark]] = []
        free: dict[int, float] = {}
        untimed = self.width() - _RIGHT - 74.0
        for mark in sorted(day.marks, key=lambda m: (m.row, m.minute is None, m.minute or 0)):
            want = untimed if mark.minute is None else self._x(mark.minute)
            x = max(want - _MARK / 2, free.get(mark.row, 0.0))
            spot = QRectF(x, self._y(mark.row + 1) - _MARK / 2, _MARK, _MARK)
            after = text_width(mark.missing, "meta") + 5 if mark.missing else 1
            free[mark.row] = x + _MARK + after
            placed.append((spot, mark))
        return placed

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._day is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        day = self._day
        self._spots = self._place_marks(day)
        self._paint_grid(painter, day)
        self._paint_sessions(painter, day)
        for place, (spot, mark) in enumerate(self._spots):
            self._paint_mark(painter, spot, mark)
            if place == self._cursor and self.hasFocus():
                box(painter, spot.adjusted(-4, -4, 4, 4), "", "accent", 6, pen=2)
        self._paint_sum(painter, day)
        if day.now is not None:
            x, foot = self._x(day.now), self._y(len(day.rows) + 1) + 20
            line = QRectF(x - 0.75, _TOP - 4, 1.5, foot - _TOP + 4)
            painter.fillRect(line, tokens().color("ink"))
            draw_text(painter, QRectF(x + 6, foot - 4, 90, 18), f"现在 {clock(day.now)}", "meta")
        painter.end()

    def _paint_grid(self, painter: QPainter, day: VisitDay) -> None:
        held = tokens()
        first, last = self._hours(day)
        foot = self._y(len(day.rows) + 1) + 15
        step = 60 if (last - first) <= 600 else 120
        for minute in range(first, last + 1, step):
            x = self._x(minute)
            painter.fillRect(QRectF(x, _TOP - 4, 1, foot - _TOP + 4), held.color("line"))
            spot = QRectF(x - 30, 2, 60, 18)
            centre = Qt.AlignmentFlag.AlignHCenter
            draw_text(painter, spot, clock(minute), "meta", "ink2", align=centre)
        names = ("场次", *day.rows, "累计")
        for row, name in enumerate(names):
            spot = QRectF(0, self._y(row) - 10, _LEFT - 16, 20)
            draw_text(painter, spot, name, "meta", "ink", align=Qt.AlignmentFlag.AlignRight)
            if 1 <= row <= len(day.rows):
                y = self._y(row) + _ROW / 2
                rule = QRectF(_LEFT, y, self.width() - _LEFT - _RIGHT, 1)
                painter.fillRect(rule, held.color("line"))

    def _paint_sessions(self, painter: QPainter, day: VisitDay) -> None:
        y, centre = self._y(0), Qt.AlignmentFlag.AlignHCenter
        for session in day.sessions:
            x = self._x(session.start)
            spot = QRectF(x, y - 12, max(self._x(session.end) - x, 3), 24)
            box(painter, spot, "accent_bg", "accent", 3)
            if text_width(session.text, "meta") <= spot.width():
                draw_text(painter, spot, session.text, "meta", "accent", align=centre)
        if day.until is not None and day.sessions:
            x = self._x(day.sessions[-1].end)
            rest = QRectF(x, y - 12, max(self._x(day.until) - x, 3), 24)
            box(painter, rest, "", "block", 3, pen=1.25, dashed=True)
            spot = QRectF(rest.right() + 6, y - 10, text_width(day.lacking, "meta"), 20)
            draw_text(painter, spot, day.lacking, "meta", "block")

    def _paint_mark(self, painter: QPainter, spot: QRectF, mark: Mark) -> None:
        after = QRectF(spot.right() + 5, spot.y() - 2, 200, 20)
        if mark.missing:
            box(painter, spot, "surface", "block", 3, pen=1.5, dashed=True)
            draw_text(painter, after, mark.missing, "meta", "block")
        elif mark.verdict is PhotoWord.UNSUPPORTED or mark.verdict is None:
            box(painter, spot, "surface", "warn", 3, pen=1.5)
            centre = Qt.AlignmentFlag.AlignHCenter
            draw_text(painter, spot, "?", "meta", "warn", bold=True, align=centre)
        else:
            token = VERDICT_TOKENS[mark.verdict]
            box(painter, spot, token, radius=3)
            inside = spot.adjusted(3, 3, -3, -3)
            if mark.verdict is PhotoWord.WATERMARK:
                centre = Qt.AlignmentFlag.AlignHCenter
                draw_text(painter, spot, "!", "meta", "surface", bold=True, align=centre)
            else:
                name = "check" if mark.verdict is PhotoWord.CONSISTENT else "close"
                draw(painter, name, inside, "surface")
        if mark.minute is None:
            draw_text(painter, after, "无时间", "meta", "warn")

    def _paint_sum(self, painter: QPainter, day: VisitDay) -> None:
        y = self._y(len(day.rows) + 1)
        first, last = self._hours(day)
        scale = (self._x(last) - self._x(first)) / (last - first)
        x = self._x(day.sessions[0].start) if day.sessions else self._x(first)
        need, have = day.needed * scale, day.total * scale
        box(painter, QRectF(x, y - 5, max(need, have), 10), "sunken", "line2", 2)
        box(painter, QRectF(x, y - 5, have, 10), "measured", radius=2)
        painter.fillRect(QRectF(x + need - 1, y - 9, 2, 18), tokens().color("ink"))
        spot = QRectF(x + max(need, have) + 10, y - 10, text_width(day.total_text, "meta"), 20)
        draw_text(painter, spot, day.total_text, "meta", "ink2")

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
