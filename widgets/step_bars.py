"""How many dossiers stand at each of the fourteen steps; a row filters the list."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from widgets.controls import Hovered
from widgets.marks import box
from widgets.surfaces import empty
from widgets.text import TextLabel, draw_text, text_width

_ROW, _RIGHT = 24, 34


@dataclass(frozen=True, slots=True)
class StepCount:
    """One step with the number of dossiers that stand there."""

    number: int
    name: str
    count: int


Groups = Sequence[tuple[str, Sequence[StepCount]]]
"""Captions with the steps below them."""


class StepBars(QWidget):
    """Captioned groups of steps as bars. `activated(number)` when a row is taken; the page marks
    the steps it filters by through `chosen`."""

    activated = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[Groups, set[int]] | None = None
        self._rows: list[_StepRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_groups(self, groups: Groups, chosen: Collection[int] = ()) -> None:
        """Show these groups; `chosen` are the steps filtered by."""
        shown = (groups, set(chosen))
        if shown == self._shown:
            return  # whoever is going through the rows by keyboard stays where he is
        self._shown = shown
        place = next((n for n, row in enumerate(self._rows) if row.hasFocus()), None)
        self._rows = []
        empty(self._column)
        steps = [step for _, group in groups for step in group]
        left = max((text_width(f"{s.number}. {s.name}", "meta") for s in steps), default=0) + 12
        most = max((step.count for step in steps), default=0) or 1
        for title, group in groups:
            self._column.addSpacing(8)
            total = sum(step.count for step in group)
            self._column.addWidget(TextLabel(f"{title} {total}", "meta", "ink2"))
            for step in group:
                row = _StepRow(step, left, most, step.number in chosen)
                row.clicked.connect(lambda _on=False, n=step.number: self.activated.emit(n))
                self._column.addWidget(row)
                self._rows.append(row)
        if place is not None and place < len(self._rows):
            self._rows[place].setFocus()


class _StepRow(Hovered):
    def __init__(self, step: StepCount, left: int, most: int, current: bool) -> None:
        super().__init__()
        self._step, self._left, self._most, self._current = step, left, most, current
        self.setAccessibleName(f"{step.number}. {step.name} {step.count} 家")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(self._left + 94 + _RIGHT, _ROW)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._left + 40 + _RIGHT, _ROW)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        step, on = self._step, self._current
        if self.hovered:
            box(painter, QRectF(self.rect()), "hover", radius=4)
        token = "accent" if on else "ink2"
        name = QRectF(0, 0, self._left, _ROW)
        draw_text(painter, name, f"{step.number}. {step.name}", "meta", token, bold=on)
        wide = (self.width() - self._left - _RIGHT) * step.count / self._most
        box(painter, QRectF(self._left, 6, max(wide, 1), 12), "accent" if on else "ctl", radius=2)
        right = QRectF(0, 0, self.width(), _ROW)
        align = Qt.AlignmentFlag.AlignRight
        draw_text(painter, right, str(step.count), "meta", token, bold=on, align=align)
        painter.end()
