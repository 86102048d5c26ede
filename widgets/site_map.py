"""Where the photos were taken, around the enterprise and its fence. No map, only distances."""

from collections.abc import Sequence
from math import hypot

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from grading.photo_words import metres
from grading.site_plan import SitePoint
from widgets.marks import box
from widgets.text import draw_over, draw_text, text_width
from widgets.theme import RADIUS_CARD, tokens


class SiteMap(QWidget):
    """Inside the fence true to scale, outside in the true direction at the edge, its distance in
    words. `point_activated(key)` on a click, or on 回车 after ← →."""

    point_activated = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points: tuple[SitePoint, ...] = ()
        self._fence = 500.0
        self._cursor = -1
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_points(self, points: Sequence[SitePoint], fence: float) -> None:
        """Show these places; `fence` is its radius in metres."""
        self._points, self._fence, self._cursor = tuple(points), fence, -1
        out = sum(point.away > fence for point in points)
        inside = len(points) - out
        self.setAccessibleName(f"位置：{inside} 张在围栏内，{out} 张在围栏外")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(250, 250)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 250)

    def _centre(self) -> QPointF:
        return QPointF(self.width() * 0.44, self.height() / 2)

    def _radius(self) -> float:
        return min(self.width(), self.height()) * 0.335

    def _is_out(self, point: SitePoint) -> bool:
        return point.away > self._fence

    def _spot(self, point: SitePoint) -> QPointF:
        away = point.away or 1.0
        scale = self._radius() / self._fence
        if self._is_out(point):
            scale = self._radius() * 1.42 / away
        raw = self._centre() + QPointF(point.east * scale, -point.north * scale)
        x = min(max(raw.x(), 14.0), self.width() - 14.0)
        return QPointF(x, min(max(raw.y(), 30.0), self.height() - 60.0))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        box(painter, QRectF(self.rect()), "bg", "line", RADIUS_CARD)
        self._paint_fence(painter)
        for place, point in enumerate(self._points):
            self._paint_point(painter, point)
            if place == self._cursor and self.hasFocus():
                spot = self._spot(point)
                ring = QRectF(spot.x() - 9, spot.y() - 9, 18, 18)
                box(painter, ring, "", "accent", 9, pen=2)
        self._paint_site(painter)
        self._paint_scale(painter)
        painter.end()

    def _paint_fence(self, painter: QPainter) -> None:
        held, centre, radius = tokens(), self._centre(), self._radius()
        dashed = QPen(held.color("ctl"), 1.5)
        dashed.setDashPattern([3, 2])
        painter.setPen(dashed)
        painter.setBrush(held.color("surface"))
        painter.drawEllipse(centre, radius, radius)
        painter.setPen(QPen(held.color("line"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(centre, radius / 2, radius / 2)
        painter.drawLine(centre - QPointF(radius - 1, 0), centre + QPointF(radius - 1, 0))
        painter.drawLine(centre - QPointF(0, radius - 1), centre + QPointF(0, radius - 1))
        spot = QRectF(centre.x() - 70, centre.y() - radius - 20, 140, 18)
        text = f"围栏 {metres(self._fence)}"
        draw_text(painter, spot, text, "meta", "ink2", align=Qt.AlignmentFlag.AlignHCenter)

    def _paint_point(self, painter: QPainter, point: SitePoint) -> None:
        held, spot = tokens(), self._spot(point)
        if not self._is_out(point):
            painter.setPen(QPen(held.color("surface"), 1))
            painter.setBrush(held.color("ok"))
            painter.drawEllipse(spot, 4, 4)
            return
        red = held.color("block")
        dashed = QPen(red, 1)
        dashed.setDashPattern([3, 2])
        painter.setPen(dashed)
        painter.drawLine(self._centre(), spot)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(red)
        corners = [QPointF(0, -7), QPointF(7, 0), QPointF(0, 7), QPointF(-7, 0)]
        painter.drawPolygon(QPolygonF([spot + corner for corner in corners]))
        away = metres(point.away)
        for text, y in ((point.label, -28.0), (away, 9.0)):
            wide = text_width(text, "meta")
            x = min(max(spot.x() - wide / 2, 6.0), self.width() - wide - 6.0)
            draw_text(painter, QRectF(x, spot.y() + y, wide, 18), text, "meta", "block")

    def _paint_site(self, painter: QPainter) -> None:
        centre = self._centre()
        painter.fillRect(QRectF(centre.x() - 6, centre.y() - 6, 12, 12), tokens().color("ink"))
        wide = text_width("企业", "meta")
        spot = QRectF(centre.x() - wide / 2, centre.y() + 8, wide, 18)
        draw_over(painter, spot, "企业", "meta")

    def _paint_scale(self, painter: QPainter) -> None:
        ink, y = tokens().color("ink2"), self.height() - 18.0
        wide = self._radius()
        painter.fillRect(QRectF(14, y, wide, 1.5), ink)
        for x in (14.0, 14.0 + wide):
            painter.fillRect(QRectF(x, y - 4, 1.5, 9), ink)
        text = metres(self._fence)
        draw_text(painter, QRectF(wide + 22, y - 8, 80, 18), text, "meta", "ink2")
        north = QPointF(self.width() - 16, 18)
        draw_text(painter, QRectF(north.x() - 10, 4, 20, 18), "北", "meta", "ink2",
                  align=Qt.AlignmentFlag.AlignHCenter)  # fmt: skip
        arrow = [QPointF(0, 4), QPointF(6, 18), QPointF(0, 14), QPointF(-6, 18)]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawPolygon(QPolygonF([north + corner for corner in arrow]))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        near = [p for p in self._points if _close(self._spot(p), event.position())]
        if near:
            self.point_activated.emit(near[-1].key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if step and self._points:
            self._cursor = max(0, min(len(self._points) - 1, self._cursor + step))
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._cursor >= 0:
            self.point_activated.emit(self._points[self._cursor].key)
        else:
            event.ignore()


def _close(one: QPointF, other: QPointF) -> bool:
    return hypot(one.x() - other.x(), one.y() - other.y()) <= 9
