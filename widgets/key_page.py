"""按键一览: every key that acts, those of the page in view first."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from widgets.actions import ACTIONS, place_name, shown
from widgets.bars import KeyBar, KeyHint
from widgets.marks import cap_width, draw_cap
from widgets.surfaces import ScrollColumn
from widgets.text import TextLabel, draw_text, text_width

_COLUMNS = 2


class KeyPage(ScrollColumn):
    """The keys of the page beneath, as its key bar has them, then all of the program's."""

    def __init__(self, host: QWidget) -> None:
        super().__init__((24, 20, 24, 20), 8)
        self.setAccessibleName("按键一览")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for title, rows in [("本页", _here(host)), *_everywhere()]:
            if rows:
                self.column.addWidget(TextLabel(title, "section"))
                self.column.addLayout(_grid(rows))
                self.column.addSpacing(12)
        self.column.addStretch(1)


def _here(host: QWidget) -> list[KeyHint]:
    """What the key bar of the page in view says, all of it."""
    return [hint for bar in host.findChildren(KeyBar) if bar.isVisible() for hint in bar.hints()]


def _everywhere() -> list[tuple[str, list[KeyHint]]]:
    """All keys by the place where they act, in the order of the work."""
    found: dict[str, list[KeyHint]] = {}
    for action in ACTIONS.values():
        if action.keys:
            hint = KeyHint(tuple(dict.fromkeys(map(shown, action.keys))), action.name)
            found.setdefault(place_name(action.place), []).append(hint)
    return list(found.items())


def _grid(rows: Sequence[KeyHint]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(2)
    for column in range(_COLUMNS):
        grid.setColumnStretch(column, 1)
    for place, hint in enumerate(rows):
        grid.addWidget(_Row(hint), place // _COLUMNS, place % _COLUMNS)
    if len(rows) < _COLUMNS:  # a column with nothing in it would have no width
        grid.addWidget(QWidget(), 0, len(rows))
    return grid


class _Row(QWidget):
    """The keys, and what they do."""

    def __init__(self, hint: KeyHint) -> None:
        super().__init__()
        self._hint = hint
        self.setAccessibleName(f"{'、'.join(hint.keys)}　{hint.text}")
        self.setFixedHeight(28)

    def sizeHint(self) -> QSize:
        return QSize(200, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        middle, right = self.height() / 2, float(self.width())
        for key in reversed(self._hint.keys):
            right -= cap_width(key)
            draw_cap(painter, right, middle, key)
            right -= 4
        room = self.rect().toRectF()
        room.setRight(max(right - 8, text_width("字", "body")))
        draw_text(painter, room, self._hint.text, "body")
        painter.end()
