"""What the shop-floor mode shows, to be touched and read at arm's length: options, progress."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.controls import Hovered
from widgets.icons import draw
from widgets.ladder import Rung
from widgets.marks import LEVEL_NAMES, box
from widgets.text import draw_text, draw_wrapped, text_height, text_width
from widgets.theme import RADIUS_CARD, RADIUS_TAG, ROLES, tokens
from widgets.walk_strip import Cell, WalkState

GAP = 12
"""px between what is touched; 8 is the least."""
_LEAST, _CHIP, _LEFT = 64, 44, 14
_NAME = 76
_TAG = 28


def tag_width(text: str) -> int:
    """Width in px of a tag in large type."""
    return text_width(text, "lead") + 20


def draw_tag(painter: QPainter, at: QPointF, text: str, token: str = "ink2") -> None:
    """Paint a tag 28 px high with its top left corner at `at`."""
    spot = QRectF(at.x(), at.y(), tag_width(text), _TAG)
    box(painter, spot, "surface", "ctl", RADIUS_TAG)
    draw_text(painter, spot, text, "lead", token, align=Qt.AlignmentFlag.AlignHCenter)


class LargeTag(QWidget):
    """A word in a box, in large type."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text
        self.setAccessibleName(text)
        self.setFixedSize(tag_width(text), _TAG)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        draw_tag(painter, QPointF(0, 0), self._text)
        painter.end()


class FloorOption(Hovered):
    """One answer: its key in a circle, the official text in full; the whole of it is touched.

    A chosen one has a filled circle, a thick edge and a tick, so that no colour is needed.
    """

    def __init__(self, rung: Rung, *, steps: bool) -> None:
        super().__init__()
        self.rung, self._steps = rung, steps
        self.setCheckable(True)
        self.setText(f"{rung.key} {rung.name} {rung.text}")
        said = (rung.key, rung.name, rung.text, rung.points)
        self.setAccessibleName(" ".join(filter(None, said)))
        # Not fixed: the hint is of the width before, and would bound it after a turn.
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_state(self, on: bool, note: str) -> None:
        """Whether it holds, and a remark under its text."""
        tall = bool(note) != bool(self.rung.note)
        if note != self.rung.note:
            self.rung = replace(self.rung, note=note)
        self.setChecked(on)
        self.setAccessibleDescription("；".join(filter(None, (self.rung.tag, note))))
        if tall:
            self.updateGeometry()
        self.update()

    def nextCheckState(self) -> None:
        """What holds is shown when it was kept, not when it was pressed."""

    def _text_left(self) -> int:
        return _LEFT + _CHIP + 16 + (_NAME if self._steps else 0)

    def _right(self) -> int:
        """Width in px kept free at the right for points, tag and tick."""
        rung = self.rung
        wide = 20 + 28
        wide += text_width(rung.points, "lead", bold=True) + 12 if rung.points else 0
        return wide + (tag_width(rung.tag) + 12 if rung.tag else 0)

    def heightForWidth(self, width: int) -> int:
        room = max(width - self._text_left() - self._right(), 60)
        tall = text_height(self.rung.text, "floor", room)
        tall += text_height(self.rung.note, "lead", room) if self.rung.note else 0
        return max(tall + 22, _LEAST)

    def hasHeightForWidth(self) -> bool:
        return True

    def sizeHint(self) -> QSize:
        width = max(self.width(), 320)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._text_left() + self._right() + 60, _LEAST)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect, on, rung = QRectF(self.rect()), self.isChecked(), self.rung
        fill = "accent_bg" if on else "hover" if self.hovered else "surface"
        box(painter, rect, fill, "accent" if on else "ctl", RADIUS_CARD, pen=3 if on else 0)
        middle = rect.height() / 2
        self._paint_chip(painter, QRectF(_LEFT, middle - _CHIP / 2, _CHIP, _CHIP), on)
        if self._steps:
            spot = QRectF(_LEFT + _CHIP + 16, 0, _NAME, rect.height())
            draw_text(painter, spot, rung.name, "floor", bold=True)
        room = rect.width() - self._text_left() - self._right()
        tall = text_height(rung.text, "floor", room)
        noted = text_height(rung.note, "lead", room) if rung.note else 0
        spot = QRectF(self._text_left(), middle - (tall + noted) / 2, room, 0)
        draw_wrapped(painter, spot, rung.text, "floor")
        draw_wrapped(painter, spot.translated(0, tall), rung.note, "lead", "accent", bold=True)
        self._paint_right(painter, rect, on)
        painter.end()

    def _paint_chip(self, painter: QPainter, spot: QRectF, on: bool) -> None:
        held = tokens()
        painter.setBrush(held.color("accent" if on else "surface"))
        painter.setPen(QPen(held.color("accent" if on else "ctl"), 2))
        painter.drawEllipse(spot.adjusted(1, 1, -1, -1))
        centre = Qt.AlignmentFlag.AlignHCenter
        token = "on_accent" if on else "ink"
        draw_text(painter, spot, self.rung.key, "floor", token, bold=on, align=centre)

    def _paint_right(self, painter: QPainter, rect: QRectF, on: bool) -> None:
        rung, middle, x = self.rung, rect.height() / 2, rect.width() - 16
        if on:
            draw(painter, "check", QRectF(x - 24, middle - 12, 24, 24), "accent", "accent_bg")
        x -= 32
        if rung.tag:
            x -= tag_width(rung.tag)
            draw_tag(painter, QPointF(x, middle - _TAG / 2), rung.tag)
            x -= 12
        if rung.points:
            right = Qt.AlignmentFlag.AlignRight
            spot = QRectF(0, 0, x, rect.height())
            draw_text(painter, spot, rung.points, "lead", "ink2", bold=on, align=right)


class FloorStrip(Hovered):
    """The whole evaluation in a line: a cell each, how many are answered, score and level. A press
    opens the list of all of them."""

    _TALL, _PITCH = 64, 20

    def __init__(self) -> None:
        super().__init__()
        self._state: WalkState | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_state(self, state: WalkState) -> None:
        """Show a new snapshot."""
        self._state = state
        self.setAccessibleName(
            f"评测进度：{self._counts()}，得分 {self._score()} 分，{self._level()}"
        )
        self.setToolTip("列出全部采集项和应用场景")
        self.update()

    def _counts(self) -> str:
        if self._state is None:
            return ""
        rows = (("采集项", self._state.items), ("应用场景", self._state.scenes))
        return "　".join(
            f"{name} {sum(cell.answered for cell in cells)}/{len(cells)}" for name, cells in rows
        )

    def _score(self) -> str:
        return f"{self._state.score / 1000:.3f}" if self._state else ""

    def _level(self) -> str:
        state = self._state
        if state is None or state.level_text or state.level is None:
            return (state.level_text if state else "") or "未评"
        return LEVEL_NAMES[state.level]

    def sizeHint(self) -> QSize:
        return QSize(520, self._TALL)

    def minimumSizeHint(self) -> QSize:
        return QSize(380, self._TALL)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = QRectF(self.rect())
        if self.hovered:
            box(painter, rect, "hover")
        state = self._state
        if state is not None:
            right = self._paint_score(painter, rect)
            cells = [*state.items, *state.scenes]
            pitch = min((right - 20) / (len(cells) + 0.8), self._PITCH)
            for place, cell in enumerate(cells):
                behind = 0.8 if place >= len(state.items) else 0.0
                self._paint_cell(painter, 4 + (place + behind) * pitch, pitch - 3, cell)
            spot = QRectF(4, 36, right - 20, 24)
            draw_text(painter, spot, self._counts(), "lead", "ink2")
        painter.end()

    def _paint_cell(self, painter: QPainter, x: float, wide: float, cell: Cell) -> None:
        spot = QRectF(x, 10, wide, 18)
        current = self._state is not None and cell.key == self._state.current
        if current:
            fill = "ink2" if cell.answered else "accent_bg"
            box(painter, spot.adjusted(-1, -4, 1, 4), fill, "accent", 2, pen=3)
        else:
            box(painter, spot, "ink2" if cell.answered else "surface", "ctl", 2)
        if cell.finding is not None:
            painter.fillRect(QRectF(x, 33, wide, 3), tokens().color(cell.finding.value))

    def _paint_score(self, painter: QPainter, rect: QRectF) -> float:
        """Score over level at the right; where they begin."""
        assert self._state is not None
        figure, level, right = self._score(), self._level(), Qt.AlignmentFlag.AlignRight
        wide = max(text_width(figure, "title") + 28, tag_width(level))
        left = rect.width() - wide - 4
        draw_text(painter, QRectF(left, 2, wide - 26, 28), figure, "title", align=right)
        draw_text(painter, QRectF(left, 5, wide, 24), "分", "lead", "ink2", align=right)
        self._paint_level(painter, rect.width() - 4 - tag_width(level), level)
        return left

    def _paint_level(self, painter: QPainter, left: float, words: str) -> None:
        state, held = self._state, tokens()
        if state is None or state.level is None:
            draw_tag(painter, QPointF(left, 34), words)
            return
        spot = QRectF(left, 34, tag_width(words), _TAG)
        painter.setPen(QPen(held.color("ctl"), 1) if held.border > 1 else Qt.PenStyle.NoPen)
        painter.setBrush(QColor(held.level_fill[state.level]))
        painter.drawRoundedRect(spot, RADIUS_TAG, RADIUS_TAG)
        centre, color = Qt.AlignmentFlag.AlignHCenter, held.level_text[state.level]
        draw_text(painter, spot, words, "lead", align=centre, color=color)


class FindingLine(QWidget):
    """A finding in large type: its glyph, what is wrong, what to do."""

    def __init__(self, severity: str, message: str, remedy: str) -> None:
        super().__init__()
        self._severity, self._message, self._remedy = severity, message, remedy
        self.setAccessibleName(f"{message}{remedy}")
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        room = width - 52
        lines = text_height(self._message, "lead", room) + text_height(self._remedy, "lead", room)
        return lines + 20

    def sizeHint(self) -> QSize:
        width = max(self.width(), 280)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 2 * ROLES["lead"].line + 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect, token = QRectF(self.rect()), self._severity
        box(painter, rect, f"{token}_bg", token, RADIUS_CARD)
        draw(painter, token, QRectF(12, 12, 20, 20), token, f"{token}_bg")
        room = QRectF(42, 10, rect.width() - 52, 0)
        draw_wrapped(painter, room, self._message, "lead")
        below = room.translated(0, text_height(self._message, "lead", room.width()))
        draw_wrapped(painter, below, self._remedy, "lead", "ink2")
        painter.end()
