"""A computed figure and the scale of brackets on which it falls."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from widgets.marks import box
from widgets.text import TextLabel, draw_text, text_width
from widgets.theme import tokens


@dataclass(frozen=True, slots=True)
class Bracket:
    """One bracket: its letter and its bounds in the figure's own unit."""

    letter: str
    low: float
    high: float


class ComputedFigure(QWidget):
    """The figure in large digits, right-aligned; above it what it is, below how it came about."""

    def __init__(self, label: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        right = Qt.AlignmentFlag.AlignRight
        self._label = TextLabel(label, "dense", "ink2", align=right)
        self._value = TextLabel("", "figure", align=right)
        self._formula = TextLabel("", "meta", "ink2", align=right)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (self._label, self._value, self._formula):
            column.addWidget(part)

    def set_figure(self, value: str, formula: str) -> None:
        """Show `value` as it is to be read (45.7%), or 待填 where an input lacks."""
        self._value.setText(value)
        self._formula.setText(formula)
        self.setAccessibleName(f"{self._label.text()} {value}，{formula}")


class BracketBar(QWidget):
    """A bar cut into brackets, the one that holds in blue, a pointer at the value."""

    def __init__(self, unit: str = "%", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unit, self._brackets = unit, tuple[Bracket, ...]()
        self._value: float | None = None
        self._value_text, self._letter = "", ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_brackets(self, brackets: Sequence[Bracket]) -> None:
        """Set the scale: adjoining brackets from the lowest up."""
        self._brackets = tuple(brackets)
        self.update()

    def set_value(self, value: float | None, text: str, letter: str) -> None:
        """Point at `value` (None: no pointer), written as `text`, and mark the bracket `letter`."""
        self._value, self._value_text, self._letter = value, text, letter
        self.setAccessibleName(f"{text}，{letter} 档" if letter else "尚未计算")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(660, 72)

    def minimumSizeHint(self) -> QSize:
        return QSize(max(260, 48 * len(self._brackets)), 72)

    def _scale(self) -> tuple[float, float, float, float]:
        """Left edge and width in px, lowest bound and span in units."""
        wide = min(self.width() - 48.0, 632.0)
        low, high = self._brackets[0].low, self._brackets[-1].high
        return (self.width() - wide) / 2, wide, low, (high - low) or 1.0

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._brackets:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, wide, low, span = self._scale()
        centre = Qt.AlignmentFlag.AlignHCenter
        for bracket in sorted(self._brackets, key=lambda b: b.letter == self._letter):
            x = left + wide * (bracket.low - low) / span
            spot = QRectF(x, 26, wide * (bracket.high - bracket.low) / span, 21)
            on = bracket.letter == self._letter
            box(painter, spot.adjusted(-0.5, 0, 0.5, 0), "accent_bg" if on else "sunken",
                "accent" if on else "line2", 0, pen=1.5 if on else 0)  # fmt: skip
            token = "accent" if on else "ink2"
            draw_text(painter, spot, bracket.letter, "meta", token, bold=on, align=centre)
            self._bound(painter, x, bracket.low)
        self._bound(painter, left + wide, self._brackets[-1].high)
        if self._value is not None:
            share = min(max((self._value - low) / span, 0.0), 1.0)
            self._pointer(painter, left + wide * share)
        painter.end()

    def _bound(self, painter: QPainter, x: float, value: float) -> None:
        text = f"{value:g}{self._unit}"
        spot = QRectF(x - 40, 49, 80, 20)
        draw_text(painter, spot, text, "meta", "ink2", align=Qt.AlignmentFlag.AlignHCenter)

    def _pointer(self, painter: QPainter, x: float) -> None:
        ink = tokens().color("ink")
        painter.fillRect(QRectF(x - 1, 22, 2, 28), ink)
        painter.setBrush(ink)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(QPolygonF([QPointF(x - 5, 16), QPointF(x + 5, 16), QPointF(x, 23)]))
        wide = text_width(self._value_text, "dense", bold=True)
        at = min(max(x - wide / 2, 0.0), self.width() - wide)
        draw_text(painter, QRectF(at, -3, wide, 20), self._value_text, "dense", bold=True)
