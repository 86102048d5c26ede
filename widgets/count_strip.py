"""Counts side by side, each with its name above and what it is made of below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from widgets.surfaces import Rule, empty
from widgets.text import TextLabel, tip
from widgets.theme import tokens

_TALL, _LOW = 84, 64


@dataclass(frozen=True, slots=True)
class Count:
    """One cell: 照片, 23 张, 3 张本机已有; `token` colours the figure."""

    name: str
    value: str
    note: str
    token: str = "ink"


class CountStrip(QWidget):
    """A band of cells of equal width."""

    def __init__(self) -> None:
        super().__init__()
        self._low, self._shown = False, tuple[Count, ...]()
        self.setFixedHeight(_TALL)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(24, 12, 24, 10)
        self._row.setSpacing(20)

    def show_counts(self, counts: Sequence[Count]) -> None:
        """Show these."""
        if (wanted := tuple(counts)) == self._shown:
            return  # as after most edits
        self._shown = wanted
        empty(self._row)
        for place, count in enumerate(wanted):
            if place:
                self._row.addWidget(Rule(upright=True))
            cell = _Cell(count)
            cell.note.setVisible(not self._low)
            self._row.addWidget(cell, 1)

    def compact(self, on: bool) -> None:
        """Where there is little height: without what the counts are made of."""
        self._low = on
        self.setFixedHeight(_LOW if on else _TALL)
        for cell in self.findChildren(_Cell):
            cell.note.setVisible(not on)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens().color("surface"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, tokens().color("line"))
        painter.end()


class _Cell(QWidget):
    def __init__(self, count: Count) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setAccessibleName(f"{count.name} {count.value}，{count.note}")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.note = TextLabel(count.note, "meta", "ink2", keep=False)
        self.setToolTip(tip(count.note))
        for part in (
            TextLabel(count.name, "meta", "ink2", keep=False),
            TextLabel(count.value, "identity", count.token, keep=False),
            self.note,
        ):
            column.addWidget(part)
