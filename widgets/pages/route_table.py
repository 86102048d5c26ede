"""Every measure towards the level: ticked where it is in the route, with the provider's price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from forms.advice import Effort
from grading.ways import Step
from widgets.pages.route_cards import EFFORTS
from widgets.theme import tokens

ROW, HEAD = 30, 32
_Index = QModelIndex | QPersistentModelIndex
_COLUMNS = ("措施", "改动", "得分或场景", "工作量", "报价（万元）")
PRICE = 4


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step that can be taken; `chained` where a higher one of its subject contains it."""

    step: Step
    change: str
    gain: str
    effort: Effort
    chained: bool


class StepModel(QAbstractTableModel):
    """The rows as Qt asks for them. `ticked(step, on)` and `priced(step, text)` are wishes: what
    holds is set from outside."""

    ticked = Signal(object, bool)
    priced = Signal(object, str)

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[StepRow] = []
        self._taken: frozenset[Step] = frozenset()
        self._prices: Mapping[Step, str] = {}

    def show(
        self, rows: Sequence[StepRow], taken: frozenset[Step], prices: Mapping[Step, str]
    ) -> None:
        """Show rows, which of them are in the route, and the prices as typed."""
        if list(rows) != self.rows:
            self.beginResetModel()
            self.rows = list(rows)
            self._taken, self._prices = taken, prices
            self.endResetModel()
        elif rows:
            self._taken, self._prices = taken, prices
            last = self.index(len(rows) - 1, len(_COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  (Qt's own default)
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(_COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return _COLUMNS[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return self._align(section)
        return None

    @staticmethod
    def _align(column: int) -> Qt.AlignmentFlag:
        flags = Qt.AlignmentFlag
        return (flags.AlignRight if column == PRICE else flags.AlignLeft) | flags.AlignVCenter

    def flags(self, index: _Index) -> Qt.ItemFlag:
        held = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == 0:
            held |= Qt.ItemFlag.ItemIsUserCheckable
        if index.column() == PRICE:
            held |= Qt.ItemFlag.ItemIsEditable
        return held

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        price = self._prices.get(row.step, "")
        if role == Qt.ItemDataRole.EditRole and index.column() == PRICE:
            return price
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return (
                row.step[0],
                row.change,
                row.gain,
                EFFORTS[row.effort],
                price or "未报价",
            )[index.column()]
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == 0:
            on = row.step in self._taken
            return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._align(index.column())
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == PRICE and not price:
            return tokens().color("ink3")
        return None

    def setData(self, index: _Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.CheckStateRole:
            self.ticked.emit(row.step, Qt.CheckState(value) is Qt.CheckState.Checked)
            return True
        if role == Qt.ItemDataRole.EditRole and index.column() == PRICE:
            self.priced.emit(row.step, str(value).strip())
            return True
        return False


class StepTable(QTableView):
    """The table. Space ticks the row, Enter types its price."""

    def __init__(self) -> None:
        super().__init__()
        self.steps = StepModel()
        self.setModel(self.steps)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.SelectedClicked | triggers.DoubleClicked)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setAccessibleName("全部措施与报价")
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        head = self.horizontalHeader()
        head.setFixedHeight(HEAD)
        head.setHighlightSections(False)
        # A cell's text stands 15 px in; its heading should stand above it.
        head.setStyleSheet("QHeaderView::section, QHeaderView::section:first { padding: 0 15px; }")
        for place in range(len(_COLUMNS)):
            stretch = QHeaderView.ResizeMode.Stretch if place == 1 else QHeaderView.ResizeMode.Fixed
            head.setSectionResizeMode(place, stretch)
        for place, width in ((0, 180), (2, 120), (3, 90), (4, 130)):
            self.setColumnWidth(place, width)

    def fit(self) -> None:
        """As high as its rows, for the page scrolls."""
        self.setFixedHeight(HEAD + ROW * len(self.steps.rows) + 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        if self.state() == QAbstractItemView.State.EditingState:
            event.accept()  # the Enter that ends a price comes by here as well
        elif event.key() == Qt.Key.Key_Space and index.isValid():
            first = self.steps.index(index.row(), 0)
            on = self.steps.data(first, Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked
            state = Qt.CheckState.Unchecked if on else Qt.CheckState.Checked
            self.steps.setData(first, state, Qt.ItemDataRole.CheckStateRole)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self.edit(self.steps.index(index.row(), PRICE))
        else:
            super().keyPressEvent(event)
