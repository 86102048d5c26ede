"""Table 6 of annex 3 as a staircase: what each level asks for and what there is."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from widgets.icons import draw
from widgets.marks import LEVEL_NAMES, badge_width, box, draw_badge
from widgets.text import draw_text, text_width
from widgets.theme import RADIUS_CARD, tokens

_ROW, _FOOT, _LEFT = 66, 34, 66


@dataclass(frozen=True, slots=True)
class Condition:
    """One of the two conditions: what is asked (≥40 分), what there is (差 1.825), and whether
    it is met; `met` None leaves the judgement out, where the level is far off."""

    asked: str
    found: str
    met: bool | None = None


@dataclass(frozen=True, slots=True)
class LevelRow:
    """One level with its name in the table (规范级) and its two conditions."""

    level: int
    name: str
    points: Condition
    scenes: Condition


class LevelTable(QWidget):
    """The rows from the highest level down; the one reached is framed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[LevelRow, ...] = ()
        self._reached: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_rows(self, rows: Sequence[LevelRow], reached: int | None) -> None:
        """Show `rows`, highest first; `reached` is the level that holds, None while undecided."""
        self._rows, self._reached = tuple(rows), reached
        said = (
            f"{LEVEL_NAMES[r.level]}：{r.points.asked}，{r.points.found}；"
            f"{r.scenes.asked}，{r.scenes.found}"
            for r in rows
        )
        self.setAccessibleName("。".join(said))
        self.updateGeometry()
        self.update()

    def _second(self) -> int:
        """Where the second column begins."""
        return _LEFT + _widest([row.points for row in self._rows], 72) + 20

    def sizeHint(self) -> QSize:
        wide = self._second() + _widest([row.scenes for row in self._rows], 60) + 32
        return QSize(wide, len(self._rows) * _ROW + _FOOT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect = QRectF(self.rect())
        box(painter, rect, "surface", "line", RADIUS_CARD)
        line = tokens().color("line")
        for place, row in enumerate(self._rows):
            spot = QRectF(0, place * _ROW, rect.width(), _ROW)
            if place:
                painter.fillRect(QRectF(0, spot.y(), spot.width(), 1), line)
            self._paint_row(painter, spot, row)
        self._paint_foot(painter, QRectF(0, len(self._rows) * _ROW, rect.width(), _FOOT))
        for place, row in enumerate(self._rows):
            if row.level == self._reached:
                painter.setPen(QPen(tokens().color("measured"), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(QRectF(1, place * _ROW + 1, rect.width() - 2, _ROW - 1))
        painter.end()

    def _paint_row(self, painter: QPainter, spot: QRectF, row: LevelRow) -> None:
        ground = "surface"
        if row.level == self._reached:
            ground = "ok_bg"
            painter.fillRect(spot.adjusted(1, 1, -1, 0), tokens().color(ground))
        y = spot.y() + 14
        badge = LEVEL_NAMES[row.level]
        draw_badge(painter, QPointF(14, y), row.level, badge)
        below = QRectF(14, y + 21, badge_width(badge), 18)
        draw_text(painter, below, row.name, "meta", "ink2", align=Qt.AlignmentFlag.AlignHCenter)
        for x, condition in ((_LEFT, row.points), (self._second(), row.scenes)):
            self._paint_condition(painter, QPointF(x, y), condition)

    def _paint_condition(self, painter: QPainter, at: QPointF, condition: Condition) -> None:
        wide = self.width() - at.x() - 4
        draw_text(painter, QRectF(at.x(), at.y(), wide, 20), condition.asked, "dense")
        x, token = at.x(), "ink2"
        if condition.met is not None:
            icon, token = ("check", "ink") if condition.met else ("close", "block")
            draw(painter, icon, QRectF(x, at.y() + 23, 13, 13), "ok" if condition.met else token)
            x += 18
        spot = QRectF(x, at.y() + 20, self.width() - x - 4, 20)
        draw_text(painter, spot, condition.found, "meta", token)

    def _paint_foot(self, painter: QPainter, spot: QRectF) -> None:
        painter.fillRect(QRectF(0, spot.y(), spot.width(), 1), tokens().color("line"))
        draw_badge(painter, QPointF(14, spot.y() + 7), 0, LEVEL_NAMES[0])
        if self._reached == 0:
            draw(painter, "check", QRectF(spot.width() - 30, spot.y() + 10, 14, 14), "ok")
        after = QRectF(14 + badge_width(LEVEL_NAMES[0]) + 12, spot.y(), 200, spot.height())
        draw_text(painter, after, "未达一级任一条件", "meta", "ink2")


def _widest(conditions: Sequence[Condition], least: int) -> int:
    texts = [text for one in conditions for text in (one.asked, one.found)]
    return max([least, *(text_width(text, "dense") for text in texts)])
