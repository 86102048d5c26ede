"""The sixteen scenes with the level each has reached, as four cells a row."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from grading.results import Rung, RungGroup
from widgets.controls import Hovered
from widgets.marks import LEVEL_NAMES, box
from widgets.surfaces import empty
from widgets.text import TextLabel, draw_text, text_width
from widgets.theme import tokens

_ROW, _RIGHT = 24, 58


class SceneBars(QWidget):
    """All scenes in their groups. `activated(name)` when a row is taken."""

    activated = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._groups: tuple[RungGroup, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_groups(self, groups: Sequence[RungGroup]) -> None:
        """Show these scenes; the rows stay where nothing changed."""
        if tuple(groups) == self._groups:
            return
        self._groups = tuple(groups)
        empty(self._column)
        scenes = [rung for group in groups for rung in group.rungs]
        left = max([72, *(text_width(s.name + " *", "dense") for s in scenes)]) + 10
        self._column.addWidget(_Scale(left))
        for group in groups:
            self._column.addSpacing(3)
            self._column.addWidget(TextLabel(group.title, "meta", "ink2"))
            for scene in group.rungs:
                row = _SceneRow(scene, left)
                row.clicked.connect(lambda _on=False, key=scene.name: self.activated.emit(key))
                self._column.addWidget(row)


def _cell(width: int, left: int, index: int) -> QRectF:
    step = (width - left - _RIGHT) / 4
    return QRectF(left + index * step, 6, step - 4, 11)


class _Scale(QWidget):
    def __init__(self, left: int) -> None:
        super().__init__()
        self._left = left
        self.setFixedHeight(18)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for index, word in enumerate("一二三四"):
            spot = _cell(self.width(), self._left, index)
            spot = QRectF(spot.x(), 0, spot.width(), 18)
            draw_text(painter, spot, word, "meta", "ink2", align=Qt.AlignmentFlag.AlignHCenter)
        painter.end()


class _SceneRow(Hovered):
    def __init__(self, scene: Rung, left: int) -> None:
        super().__init__()
        self._scene, self._left = scene, left
        self._word = "未评" if scene.level is None else LEVEL_NAMES[scene.level]
        kind = "约束性" if scene.binding else "指导性"
        self.setAccessibleName(f"{scene.name}（{kind}）{self._word}")
        if scene.wanted is not None:
            self.setAccessibleDescription(f"达到{LEVEL_NAMES[scene.wanted]}可计入下一等级")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self._left + _RIGHT + 160, _ROW)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._left + _RIGHT + 80, _ROW)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        held, scene = tokens(), self._scene
        if self.hovered:
            box(painter, QRectF(self.rect()), "hover", radius=4)
        name = f"{scene.name} *" if scene.binding else scene.name
        draw_text(painter, QRectF(0, 0, self._left, _ROW), name, "dense")
        level = scene.level or 0
        for index in range(4):
            spot = _cell(self.width(), self._left, index).adjusted(0.5, 0.5, -0.5, -0.5)
            filled = index < level
            painter.setBrush(QColor(held.level_fill[level]) if filled else Qt.BrushStyle.NoBrush)
            if not filled and index < (scene.wanted or 0):
                painter.setPen(QPen(held.color("ink3"), 1, Qt.PenStyle.DashLine))
            else:
                painter.setPen(QPen(held.color("measured" if filled else "line2"), 1))
            painter.drawRoundedRect(spot, 2, 2)
        right = QRectF(self.width() - _RIGHT + 8, 0, _RIGHT - 8, _ROW)
        token = "ink" if level else "ink2"
        draw_text(painter, right, self._word, "meta", token)
        painter.end()
