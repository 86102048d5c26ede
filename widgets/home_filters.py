"""The strip of filters over the home list: one chip a facet, any number of values in each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.portfolio import Facet, Value
from widgets.controls import Button, Kind
from widgets.flow_layout import FlowLayout
from widgets.text import TextLabel

LABELS = {
    Facet.DISTRICT: "县（市、区）",
    Facet.INDUSTRY: "细分行业",
    Facet.STEP: "步骤",
    Facet.LEVEL: "等级",
    Facet.CONSULTANT: "负责人",
    Facet.SIZE: "企业规模",
}
_VALUE = int(Qt.ItemDataRole.UserRole)
_WIDE, _ROW, _MOST = 300, 30, 14
_CROSS = 28
"""The right end of a chip that takes its filter off, in px."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet, in words, and how many dossiers have it."""

    value: Value
    text: str
    count: int


class FilterBar(QWidget):
    """`changed(facet, values)` when values of a facet are chosen or taken off; `cleared()` when all
    filters are to go. `choices(facet)` is asked when a chip is opened."""

    changed = Signal(object, object)
    cleared = Signal()

    def __init__(self, choices: Callable[[Facet], Sequence[Choice]]) -> None:
        super().__init__()
        self.chips = {facet: _Chip(facet, choices) for facet in LABELS}
        self.clear = Button("清除筛选", Kind.QUIET, height=28)
        self.clear.clicked.connect(self.cleared)
        around = QVBoxLayout(self)
        around.setContentsMargins(20, 8, 20, 8)
        row = FlowLayout(gap=(8, 6))
        around.addLayout(row)
        for facet, chip in self.chips.items():
            chip.changed.connect(lambda values, facet=facet: self.changed.emit(facet, values))
            row.addWidget(chip)
        row.addWidget(self.clear)

    def show_chosen(self, chosen: Mapping[Facet, frozenset[Value]], narrowed: bool) -> None:
        """Show which values are chosen; `narrowed` is whether anything is left out by whatever."""
        for facet, chip in self.chips.items():
            chip.set_chosen(chosen.get(facet, frozenset()))
        self.clear.setVisible(narrowed)


class _Chip(Button):
    changed = Signal(object)

    def __init__(self, facet: Facet, choices: Callable[[Facet], Sequence[Choice]]) -> None:
        super().__init__(LABELS[facet], trailing="chevron-down", height=28)
        self._facet, self._choices = facet, choices
        self._chosen: frozenset[Value] = frozenset()
        self.clicked.connect(self.open)

    def set_chosen(self, values: frozenset[Value]) -> None:
        """Show so many chosen values, or that there are none."""
        if values == self._chosen:
            return
        self._chosen = values
        label = LABELS[self._facet]
        self.setText(f"{label}：{len(values)} 项" if values else label)
        self.setAccessibleName(self.text())
        self._trailing = "close" if values else "chevron-down"
        self.set_kind(Kind.CHOSEN if values else Kind.OUTLINED)
        self.updateGeometry()

    def open(self) -> None:
        """Offer the facet's values."""
        popup = ChoicePopup(self, LABELS[self._facet], self._choices(self._facet), self._chosen)
        popup.changed.connect(self._take)
        popup.open_under(self)

    def _take(self, values: frozenset[Value]) -> None:
        self.set_chosen(values)
        self.changed.emit(values)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._chosen and event.position().x() > self.width() - _CROSS:
            self.setDown(False)
            self._take(frozenset())
        else:
            super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self._chosen:
            self._take(frozenset())
        elif event.key() == Qt.Key.Key_Down:
            self.open()
        else:
            super().keyPressEvent(event)


class ChoicePopup(QFrame):
    """The values of a facet with their counts; 空格 or a click chooses, 回车 or Esc closes.
    `changed(values)` with each choice, so that the list behind it follows."""

    changed = Signal(object)

    def __init__(
        self, parent: QWidget, title: str, choices: Sequence[Choice], chosen: frozenset[Value]
    ) -> None:
        super().__init__(parent)
        self.setWindowFlags(Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._chosen = set(chosen)
        self.list = QListWidget()
        self.list.setAccessibleName(title)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for choice in choices:
            item = QListWidgetItem(f"{choice.text}　{choice.count}")
            item.setData(_VALUE, choice.value)
            item.setSizeHint(QSize(0, _ROW))
            item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            self.list.addItem(item)
        for place in range(self.list.count()):
            self._mark(self.list.item(place))
        self.list.setCurrentRow(0)
        self.list.itemClicked.connect(self._toggle)
        self.list.installEventFilter(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addWidget(self.list)
        column.addWidget(TextLabel("空格 选择，回车 关闭", "meta", "ink3"))

    def open_under(self, chip: QWidget) -> None:
        """Show it below its chip."""
        rows = min(max(self.list.count(), 1), _MOST)
        self.setFixedSize(_WIDE, rows * _ROW + 52)
        self.move(chip.mapToGlobal(QPoint(0, chip.height() + 2)))
        self.show()
        self.list.setFocus(Qt.FocusReason.PopupFocusReason)

    def _mark(self, item: QListWidgetItem) -> None:
        on = item.data(_VALUE) in self._chosen
        item.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)

    def _toggle(self, item: QListWidgetItem) -> None:
        self._chosen ^= {item.data(_VALUE)}
        self._mark(item)
        self.changed.emit(frozenset(self._chosen))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Space and self.list.currentItem() is not None:
                self._toggle(self.list.currentItem())
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.close()
                return True
        return False
