"""Nine indicators as shares of their full points: the diagnosis, and the self-assessment dashed."""

from collections.abc import Sequence
from math import cos, pi, sin

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from forms.instrument import points_text
from grading.results import RadarAxis
from widgets.text import draw_text
from widgets.theme import tokens


class Radar(QWidget):
    """The chart; the outer ring is the full points, each inner ring 25 %."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._axes: tuple[RadarAxis, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def set_axes(self, axes: Sequence[RadarAxis]) -> None:
        """Show these indicators, clockwise from the top."""
        self._axes = tuple(axes)
        said = (f"{a.name} {_points(a.score)}/{_points(a.full)}" for a in axes)
        self.setAccessibleName("；".join(said))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(420, 380)

    def minimumSizeHint(self) -> QSize:
        return QSize(340, 300)

    def _point(self, index: int, share: float) -> QPointF:
        angle = 2 * pi * index / len(self._axes) - pi / 2
        radius = share * min((self.width() - 190) / 2, (self.height() - 96) / 2)
        middle = QPointF(self.width() / 2, self.height() / 2 + 4)
        return middle + QPointF(cos(angle) * radius, sin(angle) * radius)

    def _outline(self, shares: Sequence[float]) -> QPolygonF:
        return QPolygonF([self._point(i, share) for i, share in enumerate(shares)])

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._axes:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        held, count = tokens(), len(self._axes)
        for ring in (0.25, 0.5, 0.75, 1.0):
            painter.setPen(QPen(held.color("line2" if ring == 1.0 else "line"), held.border))
            painter.drawPolygon(self._outline([ring] * count))
        for index in range(count):
            painter.setPen(QPen(held.color("line"), held.border))
            painter.drawLine(self._point(index, 0), self._point(index, 1))
        others = [a.other for a in self._axes if a.other is not None]
        if len(others) == count:
            dashed = QPen(held.color("ink3"), 1.25, Qt.PenStyle.CustomDashLine)
            dashed.setDashPattern([3, 3])
            painter.setPen(dashed)
            pairs = zip(others, self._axes, strict=True)
            painter.drawPolygon(self._outline([o / a.full for o, a in pairs]))
        self._paint_score(painter)
        for index, axis in enumerate(self._axes):
            self._paint_label(painter, index, axis)
        painter.end()

    def _paint_score(self, painter: QPainter) -> None:
        accent = tokens().color("accent")
        outline = self._outline([a.score / a.full for a in self._axes])
        fill = tokens().color("accent")
        fill.setAlphaF(0.14)
        painter.setPen(QPen(accent, 2))
        painter.setBrush(fill)
        painter.drawPolygon(outline)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(accent)
        for index in range(outline.count()):
            painter.drawEllipse(outline.at(index), 3, 3)

    def _paint_label(self, painter: QPainter, index: int, axis: RadarAxis) -> None:
        tip, middle = self._point(index, 1), self.width() / 2
        wide = 96.0
        if abs(tip.x() - middle) < 4:
            x, align = tip.x() - wide / 2, Qt.AlignmentFlag.AlignHCenter
        elif tip.x() > middle:
            x, align = tip.x() + 10, Qt.AlignmentFlag.AlignLeft
        else:
            x, align = tip.x() - 10 - wide, Qt.AlignmentFlag.AlignRight
        below = (tip.y() - self.height() / 2) / (self.height() / 2)
        y = tip.y() - 20 + 26 * below - (6 if below < -0.4 else 0)
        draw_text(painter, QRectF(x, y, wide, 18), axis.name, "dense", bold=axis.weak, align=align)
        figures = f"{_points(axis.score)} / {_points(axis.full)}"
        token = "block" if axis.weak else "ink2"
        draw_text(painter, QRectF(x, y + 17, wide, 18), figures, "meta", token, align=align)


def _points(thousandths: int) -> str:
    return points_text(thousandths, trim=True)
