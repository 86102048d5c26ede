"""三个同步 as a picture: three synchronisations by three phases, with what each cell lacks."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from forms.visit import PHASES
from grading.rules.retrofit_view import Cell
from widgets.controls import Hovered
from widgets.icons import draw
from widgets.marks import box
from widgets.surfaces import empty
from widgets.text import TextLabel, draw_text, draw_wrapped, text_height
from widgets.theme import RADIUS_CARD

_PAD, _ICON = 12, 18
_LOOKS = {
    "done": ("check", "ok", "ok_bg", "已齐"),
    "open": ("half", "warn", "warn_bg", "未齐"),
    "empty": ("", "ink2", "surface", "待补"),
}


class CellBox(Hovered):
    """One cell; a click leads to where it is filled in."""

    def __init__(self, cell: Cell) -> None:
        super().__init__()
        self.cell = cell
        self.lines = [(line, "ink") for line in (cell.words,) if line]
        self.lines += [(line, "block" if cell.words else "ink2") for line in cell.missing]
        self.lines += [(line, "warn") for line in cell.weak if cell.words]
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        said = "，".join(line for line, _ in self.lines)
        self.setAccessibleName(f"{cell.phase}{cell.what}：{_LOOKS[cell.state][3]}，{said}")

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        inside = width - 2 * _PAD
        return 2 * _PAD + 22 + sum(text_height(line, "meta", inside) for line, _ in self.lines)

    def sizeHint(self) -> QSize:
        return QSize(230, self.heightForWidth(max(self.width(), 180)))

    def minimumSizeHint(self) -> QSize:
        return QSize(150, self.heightForWidth(max(self.width(), 150)))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        icon, token, ground, word = _LOOKS[self.cell.state]
        rect = QRectF(self.rect())
        dashed = self.cell.state == "empty"
        edge = "accent" if self.hasFocus() or self.hovered else "line2" if dashed else token
        box(painter, rect, ground, edge, RADIUS_CARD, dashed=dashed and not self.hovered)
        left = float(_PAD)
        if icon == "check":
            draw(painter, icon, QRectF(left, _PAD, _ICON, _ICON), token)
            left += _ICON + 6
        draw_text(painter, QRectF(left, _PAD - 2, 120, 22), word, "dense", token, bold=True)
        top, inside = float(_PAD + 22), rect.width() - 2 * _PAD
        for line, ink in self.lines:
            high = text_height(line, "meta", inside)
            draw_wrapped(painter, QRectF(_PAD, top, inside, high), line, "meta", ink)
            top += high
        painter.end()


class SyncGrid(QWidget):
    """The nine cells under the phases' names. `activated(target)` on a click."""

    activated = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[CellBox] = []
        self._shown: tuple[Cell, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(8)
        self._grid.setColumnMinimumWidth(0, 128)
        for column in range(1, len(PHASES) + 1):
            self._grid.setColumnStretch(column, 1)

    def show_cells(self, cells: Sequence[Cell]) -> None:
        """Show these; nothing is made anew where they are the same."""
        if tuple(cells) == self._shown:
            return
        self._shown = tuple(cells)
        held = next((place for place, cell in enumerate(self.cells) if cell.hasFocus()), None)
        empty(self._grid)
        for column, phase in enumerate(PHASES, 1):
            head = TextLabel(phase, "dense", "ink2")
            self._grid.addWidget(head, 0, column, Qt.AlignmentFlag.AlignHCenter)
        self.cells = [CellBox(cell) for cell in cells]
        for place, cell in enumerate(self.cells):
            row, column = divmod(place, len(PHASES))
            if column == 0:
                self._grid.addWidget(TextLabel(cell.cell.what, "strong", wrap=True), row + 1, 0)
            cell.clicked.connect(lambda _on=False, c=cell: self.activated.emit(c.cell.target))
            self._grid.addWidget(cell, row + 1, column + 1)
        if held is not None and held < len(self.cells):
            self.cells[held].setFocus()
