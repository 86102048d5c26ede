"""A table of texts that are only looked at: sorted by a click on a head."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableWidget, QTableWidgetItem

from widgets import theme

_ROW = 34


class PlainTable(QTableWidget):
    """`heads` are columns with their widths in px; 0 takes what room there is."""

    def __init__(self, heads: Sequence[tuple[str, int]]) -> None:
        super().__init__(0, len(heads))
        self.setHorizontalHeaderLabels([name for name, _ in heads])
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        head = self.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setHighlightSections(False)
        # As far in as Qt puts the texts of the cells.
        head.setStyleSheet(
            "QHeaderView::section, QHeaderView::section:first { padding: 0 4px 0 15px; }"
        )
        for column, (_name, width) in enumerate(heads):
            mode = QHeaderView.ResizeMode
            head.setSectionResizeMode(column, mode.Interactive if width else mode.Stretch)
            if width:
                head.resizeSection(column, width)

    def show_rows(
        self, rows: Sequence[Sequence[str]], tokens: Sequence[str] = (), tinted: int = -1
    ) -> None:
        """Replace all rows; `tokens` colour the column `tinted`, row by row."""
        self.setSortingEnabled(False)
        self.setRowCount(len(rows))
        for number, row in enumerate(rows):
            for column, words in enumerate(row):
                item = QTableWidgetItem(" ".join(words.split()))
                # What comes from outside may look like HTML, which a tooltip would follow.
                item.setToolTip(f"<qt>{escape(words)}</qt>" if "<" in words else words)
                if words.isdecimal():
                    side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                    item.setTextAlignment(side)
                    item.setData(Qt.ItemDataRole.DisplayRole, int(words))
                if column == tinted and tokens:
                    item.setForeground(QBrush(theme.tokens().color(tokens[number])))
                self.setItem(number, column, item)
        # As they were given, until a head is clicked.
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.setSortingEnabled(True)
