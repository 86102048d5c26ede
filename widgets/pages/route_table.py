"""Every measure towards the level: ticked where it is in the route, with the provider's price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QTableView

from forms.advice import Effort
from grading.ways import Step
from widgets.pages.route_cards import EFFORTS
from widgets.rows_table import Index, RowsModel, as_rows
from widgets.theme import tokens

ROW, HEAD = 30, 32
_COLUMNS = ("措施", "改动", "得分或场景", "工作量", "报价（万元）")
_WIDTHS = (180, 0, 120, 90, 130)
PRICE = 4


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step that can be taken; `chained` where a higher one of its subject contains it."""

    step: Step
    change: str
    gain: str
    effort: Effort
    chained: bool


class StepModel(RowsModel[StepRow]):
    """The rows as Qt asks for them. `ticked(step, on)` and `priced(step, text)` are wishes: what
    holds is set from outside."""

    ticked = Signal(object, bool)
    priced = Signal(object, str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(_COLUMNS, parent)
        self._taken: frozenset[Step] = frozenset()
        self._prices: Mapping[Step, str] = {}

    def show(
        self, rows: Sequence[StepRow], taken: frozenset[Step], prices: Mapping[Step, str]
    ) -> None:
        """Show rows, which of them are in the route, and the prices as typed."""
        if list(rows) != self.rows:
            self._taken, self._prices = taken, prices
            self.set_rows(rows)
        elif rows:
            self._taken, self._prices = taken, prices
            last = self.index(len(rows) - 1, len(_COLUMNS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def align(self, column: int) -> Qt.AlignmentFlag:
        flags = Qt.AlignmentFlag
        return (flags.AlignRight if column == PRICE else flags.AlignLeft) | flags.AlignVCenter

    def flags(self, index: Index) -> Qt.ItemFlag:
        held = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == 0:
            held |= Qt.ItemFlag.ItemIsUserCheckable
        if index.column() == PRICE:
            held |= Qt.ItemFlag.ItemIsEditable
        return held

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
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
            return self.align(index.column())
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == PRICE and not price:
            return tokens().color("ink3")
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
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
        self.steps = StepModel(self)
        self.setModel(self.steps)
        as_rows(self, "全部措施与报价", ROW, HEAD, _WIDTHS)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.SelectedClicked | triggers.DoubleClicked)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

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
