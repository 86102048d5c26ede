"""Tables of whole rows: what their models and their looks have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

Index = QModelIndex | QPersistentModelIndex
R = TypeVar("R")


class RowsModel(QAbstractTableModel, Generic[R]):
    """Rows under heads, as Qt asks for them. `parent` is the table: without one the model would
    hold the table, and that the model, for good."""

    def __init__(self, heads: Sequence[str], parent: QObject) -> None:
        super().__init__(parent)
        self.rows: list[R] = []
        self._heads = tuple(heads)

    def set_rows(self, rows: Sequence[R]) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self.rows = list(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  (Qt's own default)
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._heads)

    def align(self, _column: int) -> Qt.AlignmentFlag:
        """How a column's head and cells stand."""
        return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return self._heads[section]
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return self.align(section)
        return None


def as_rows(
    table: QTableView,
    name: str,
    row: int,
    head: int,
    widths: Sequence[int] = (),
    *,
    movable: bool = False,
    many: bool = False,
    plain: bool = True,
) -> None:
    """Have a table choose whole rows, one or `many`, of these heights in px.

    `widths` are the columns', 0 for what takes the room there is; the user may change them where
    they are `movable`. `plain` cells are drawn by Qt, 15 px in, and so is what is above them.
    """
    mode = QAbstractItemView.SelectionMode
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(mode.ExtendedSelection if many else mode.SingleSelection)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setAccessibleName(name)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(row)
    header = table.horizontalHeader()
    header.setFixedHeight(head)
    header.setHighlightSections(False)
    if plain:
        header.setStyleSheet(
            "QHeaderView::section, QHeaderView::section:first { padding: 0 15px; }"
        )
    kinds = QHeaderView.ResizeMode
    for column, width in enumerate(widths):
        fixed = kinds.Interactive if movable else kinds.Fixed
        header.setSectionResizeMode(column, fixed if width else kinds.Stretch)
        if width:
            table.setColumnWidth(column, width)
