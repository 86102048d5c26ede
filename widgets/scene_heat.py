"""The scenes of all dossiers at once: how many have reached each level, the more the stronger."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from grading.statistics import LEVELS, Row, mean
from widgets.marks import LEVEL_NAMES
from widgets.surfaces import empty
from widgets.text import draw_text, text_width
from widgets.theme import tokens

_ROW, _MEAN = 22, 44
HEADS = ("未评", *LEVEL_NAMES)


class SceneHeat(QWidget):
    """A row a scene, a column a level, and the mean level of those that were judged. The rows take
    the focus so that they can be read out."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Show the distribution of each scene."""
        empty(self._column)
        left = max((text_width(row.name, "meta") for row in rows), default=0) + 10
        self._column.addWidget(_Line(None, left))
        for row in rows:
            self._column.addWidget(_Line(row, left))


class _Line(QWidget):
    """One scene; the heads of the columns where there is none."""

    def __init__(self, row: Row | None, left: int) -> None:
        super().__init__()
        self._row, self._left = row, left
        self.setFixedHeight(_ROW)
        if row is not None:
            counts = [f"{head} {n} 家" for head, n in zip(HEADS, row.counts, strict=True) if n]
            known = mean(row)
            average = f"，平均 {known:.1f} 级" if known is not None else ""
            self.setAccessibleName(f"{row.name}：{'、'.join(counts) or '没有档案'}{average}")
            self.setToolTip(self.accessibleName())
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._left + 30 * len(LEVELS) + _MEAN, _ROW)

    def sizeHint(self) -> QSize:
        return QSize(self._left + 44 * len(LEVELS) + _MEAN, _ROW)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def _cell(self, place: int) -> QRectF:
        wide = (self.width() - self._left - _MEAN) / len(LEVELS)
        return QRectF(self._left + place * wide, 0, wide, _ROW).adjusted(1, 1, -1, -1)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        centre, row = Qt.AlignmentFlag.AlignHCenter, self._row
        end = QRectF(self.width() - _MEAN, 0, _MEAN, _ROW)
        if row is None:
            for place, head in enumerate(HEADS):
                draw_text(painter, self._cell(place), head, "meta", "ink2", align=centre)
            draw_text(painter, end, "平均", "meta", "ink2", align=centre)
            painter.end()
            return
        draw_text(painter, QRectF(0, 0, self._left, _ROW), row.name, "meta")
        for place, count in enumerate(row.counts):
            spot = self._cell(place)
            fill, ink = _heat(count, row.total - row.counts[0], known=place > 0)
            painter.fillRect(spot, fill)
            draw_text(painter, spot, str(count) if count else "", "meta", align=centre, color=ink)
        known = mean(row)
        word = "—" if known is None else f"{known:.1f}"
        draw_text(painter, end, word, "meta", "ink2", align=centre)
        if self.hasFocus():
            painter.setPen(tokens().color("accent"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()


#: Up to these shares a cell has the fill of level 0 to 4; what was not judged stays grey.
_STEPS = (0.05, 0.2, 0.4, 0.65, 1.0)


def _heat(count: int, judged: int, *, known: bool) -> tuple[QColor, str]:
    """Fill and text of a cell, by the share of those that were judged in the scene."""
    held = tokens()
    if not count:
        return held.color("sunken"), held.ink3
    if not known:
        return held.color("surface"), held.ink2
    step = next(n for n, most in enumerate(_STEPS) if count <= most * judged)
    return QColor(held.level_fill[step]), held.level_text[step]
