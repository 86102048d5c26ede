"""One joined list of answers: a scene's rungs 0–4, or an item's options by letter.

The chip in front is the key that chooses the row, the whole row takes the click, and the official
text stands in full.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from widgets.controls import Hovered
from widgets.icons import draw
from widgets.marks import draw_tag, tag_width
from widgets.text import draw_text, draw_wrapped, text_height, text_width
from widgets.theme import RADIUS_CARD, ROLES, tokens

_CHIP, _LEFT = 24, 16
_NAME, _TEXT = 56, 116


@dataclass(frozen=True, slots=True)
class Rung:
    """One row. `key` is the letter or digit that chooses it, `text` the official wording.

    `name` is a rung's level name (empty for options), `points` what it scores as shown, `tag` who
    else chose it (自评), `note` a remark in accent beside it, `missing` what is still lacking.
    """

    key: str
    text: str
    name: str = ""
    points: str = ""
    tag: str = ""
    note: str = ""
    missing: str = ""


class Ladder(QWidget):
    """The list. `chosen(key)` when a row of a single choice is taken, by click or key;
    `toggled(key, on)` when one of a multiple choice is. It marks nothing by itself: the page
    answers with `set_chosen` once the choice is kept.
    """

    chosen = Signal(str)
    toggled = Signal(str, bool)

    def __init__(
        self, *, steps: bool = False, multiple: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._steps, self._multiple = steps, multiple
        self._rows: dict[str, _Row] = {}
        self._keys: tuple[str, ...] = ()
        self._rungs: tuple[Rung, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_rungs(self, rungs: Sequence[Rung], chosen: Sequence[str] = ()) -> None:
        """Show these rows; the keyboard's place is kept where the key is still there."""
        if tuple(rungs) == self._rungs:
            self.set_chosen(chosen)
            return
        self._rungs = tuple(rungs)
        held = next((key for key, row in self._rows.items() if row.hasFocus()), "")
        for row in self._rows.values():
            self._column.removeWidget(row)
            row.setParent(None)
            row.deleteLater()
        self._rows = {}
        for place, rung in enumerate(rungs):
            row = _Row(rung, (place == 0, place == len(rungs) - 1), self._steps, self)
            row.setCheckable(True)
            row.setAutoExclusive(False)
            row.clicked.connect(lambda _on=False, key=rung.key: self._take(key))
            self._rows[rung.key] = row
            self._column.addWidget(row)
        self.set_chosen(chosen)
        if held in self._rows:
            self._rows[held].setFocus()

    def set_chosen(self, keys: Sequence[str]) -> None:
        """Mark the rows that hold, without emitting."""
        self._keys = tuple(keys)
        for key, row in self._rows.items():
            row.setChecked(key in keys)
            row.update()  # the line between the rungs changes in rows that are not chosen, too

    def chosen_key(self) -> str:
        """The key of the first row that holds, or an empty string."""
        return self._keys[0] if self._keys else ""

    def press(self, key: str) -> bool:
        """Choose the row of a letter or digit; False if there is none, so that the key goes on."""
        if key.upper() not in self._rows:
            return False
        self._take(key.upper())
        return True

    def step_focus(self, key: str, step: int) -> None:
        """Move the keyboard `step` rows from the row of `key`."""
        keys = list(self._rows)
        place = max(0, min(len(keys) - 1, keys.index(key) + step))
        self._rows[keys[place]].setFocus(Qt.FocusReason.TabFocusReason)

    def _take(self, key: str) -> None:
        was = key in self._keys
        self._rows[key].setChecked(was)
        if self._multiple:
            self.toggled.emit(key, not was)
        else:
            self.chosen.emit(key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        plain = held == Qt.KeyboardModifier.NoModifier
        if not (plain and event.text() and self.press(event.text())):
            event.ignore()


class _Row(Hovered):
    def __init__(self, rung: Rung, ends: tuple[bool, bool], steps: bool, parent: Ladder) -> None:
        super().__init__(parent)
        self._rung, self._ends, self._steps, self._ladder = rung, ends, steps, parent
        self.setText(f"{rung.key} {rung.name} {rung.text}")
        said = (rung.key, rung.name, rung.text, rung.points)
        self.setAccessibleName(" ".join(filter(None, said)))
        self.setAccessibleDescription("；".join(filter(None, (rung.tag, rung.note, rung.missing))))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def _right(self) -> int:
        """Width in px kept free at the right for 已选, the tag, the points or the note."""
        rung, wide = self._rung, 16
        if rung.points:
            wide += max(64, text_width(rung.points, "body", bold=True) + 16)
        if rung.tag:
            wide += tag_width(rung.tag) + 16
        if self._steps:
            wide = max(wide, 80)
        if rung.note:
            wide += text_width(rung.note, "meta", bold=True) + 24
        return wide

    def _text_width(self, width: int) -> float:
        return max(80.0, width - self._text_left() - self._right())

    def _text_left(self) -> int:
        return _TEXT if self._steps else 54

    def heightForWidth(self, width: int) -> int:
        line = ROLES["body"].line
        tall = text_height(self._rung.text, "body", self._text_width(width), bold=self._bold())
        pad = 24 if self._steps else 17
        if self._rung.missing:
            tall += 4 + text_height(self._rung.missing, "dense", self._text_width(width) - 22)
        return max(tall, line) + pad

    def _bold(self) -> bool:
        """Options are laid out as if chosen, so that choosing one moves nothing."""
        return not self._steps

    def sizeHint(self) -> QSize:
        width = max(self.width(), 360)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._text_left() + self._right() + 120, 39)

    def hasHeightForWidth(self) -> bool:
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if step:
            self._ladder.step_focus(self._rung.key, step)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on, rung = self.isChecked(), self._rung
        self._paint_ground(painter, on)
        if self._steps:
            self._paint_rail(painter)
        top = 12.0 if self._steps else 8.5
        self._paint_chip(painter, top - 1, on)
        x, line = self._text_left(), ROLES["body"].line
        if rung.name:
            spot = QRectF(_NAME, top, _TEXT - _NAME, line)
            draw_text(painter, spot, rung.name, "body", bold=True)
        width = self._text_width(self.width())
        token = "ink" if on or not self._steps or rung.key != "0" else "ink2"
        bold = on and not self._steps
        draw_wrapped(painter, QRectF(x, top, width, 0), rung.text, "body", token, bold=bold)
        if rung.missing:
            self._paint_missing(painter, x, top, width)
        self._paint_right(painter, top, on)
        painter.end()

    def _paint_ground(self, painter: QPainter, on: bool) -> None:
        held = tokens()
        rect = QRectF(self.rect())
        if on:
            painter.setPen(QPen(held.color("accent"), 2))
            painter.setBrush(held.color("accent_bg"))
            painter.drawPath(self._shape(rect.adjusted(1, 1, -1, -1)))
            return
        half = held.border / 2
        # Neighbours share one rule: only the first row draws its upper edge.
        rect = rect.adjusted(half, half if self._ends[0] else -half, -half, -half)
        painter.setPen(QPen(held.color("line"), held.border))
        painter.setBrush(held.color("hover" if self.hovered else "surface"))
        painter.drawPath(self._shape(rect))

    def _shape(self, rect: QRectF) -> QPainterPath:
        """The row's outline: round only where the list ends."""
        first, last = self._ends
        r = RADIUS_CARD
        path = QPainterPath()
        path.setFillRule(Qt.FillRule.WindingFill)
        path.addRoundedRect(rect, r, r)
        if not first:
            path.addRect(QRectF(rect.x(), rect.y(), rect.width(), r))
        if not last:
            path.addRect(QRectF(rect.x(), rect.bottom() - r, rect.width(), r))
        return path.simplified()

    def _paint_rail(self, painter: QPainter) -> None:
        """The line that joins the rungs, blue up to the one chosen."""
        held = tokens()
        centre, chip = _LEFT + _CHIP / 2, 12 + _CHIP / 2 - 1
        keys = self._ladder.chosen_key()
        climbed = keys.isdigit() and self._rung.key < keys
        if not self._ends[0]:
            reached = keys.isdigit() and self._rung.key <= keys
            token = "accent" if reached else "line2"
            painter.fillRect(QRectF(centre - 1, 0, 2, chip), held.color(token))
        if not self._ends[1]:
            token = "accent" if climbed else "line2"
            painter.fillRect(QRectF(centre - 1, chip, 2, self.height()), held.color(token))

    def _paint_chip(self, painter: QPainter, top: float, on: bool) -> None:
        held = tokens()
        spot = QRectF(_LEFT, top, _CHIP, _CHIP)
        painter.setBrush(held.color("accent" if on else "surface"))
        painter.setPen(QPen(held.color("accent" if on else "ctl"), held.border))
        edge = spot.adjusted(0.5, 0.5, -0.5, -0.5)
        if self._steps:
            painter.drawEllipse(edge)
        else:
            painter.drawRoundedRect(edge, 4, 4)
        token = "on_accent" if on else "ink2"
        centre = Qt.AlignmentFlag.AlignHCenter
        draw_text(painter, spot, self._rung.key, "dense", token, bold=on, align=centre)

    def _paint_missing(self, painter: QPainter, x: float, top: float, width: float) -> None:
        y = top + text_height(self._rung.text, "body", width) + 4
        draw(painter, "warn", QRectF(x, y + 2, 16, 16), "warn")
        spot = QRectF(x + 22, y, width - 22, 0)
        draw_wrapped(painter, spot, self._rung.missing, "dense", "warn")

    def _paint_right(self, painter: QPainter, top: float, on: bool) -> None:
        rung, right = self._rung, float(self.width() - 16)
        line = ROLES["body"].line
        if rung.points:
            spot = QRectF(0, top, right, line)
            token = "ink" if on else "ink2"
            draw_text(painter, spot, rung.points, "body", token, align=Qt.AlignmentFlag.AlignRight)
            right -= max(64, text_width(rung.points, "body", bold=True) + 16)
        if rung.tag:
            right -= tag_width(rung.tag)
            draw_tag(painter, QPointF(right, top + 1), rung.tag, "edge")
            right -= 16
        if on and self._steps:
            wide = text_width("已选", "meta", bold=True)
            spot = QRectF(right - wide - 6, top, wide, line)
            draw_text(painter, spot, "已选", "meta", "accent", bold=True)
            draw(painter, "check", QRectF(right - wide - 22, top + 5, 12, 12), "accent")
        if rung.note:
            x = self._text_left() + text_width(rung.text, "body", bold=True) + 40
            wide = text_width(rung.note, "meta", bold=True)
            spot = QRectF(min(x, right - wide), top, wide, line)
            draw_text(painter, spot, rung.note, "meta", "accent", bold=True)
