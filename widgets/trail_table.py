"""The trail as a table: as many rows as were read so far; further down more are asked for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from app.trail import Entry, What
from widgets.text import tip
from widgets.theme import tokens

_Index = QModelIndex | QPersistentModelIndex
_HEADS = ("时间", "修改人", "设备", "记录", "栏目", "原内容", "新内容")
_WIDTHS = (168, 92, 92, 210, 190, 0, 0)
_ROW, _HEAD, _MOST = 36, 34, 300


def record_words(entry: Entry) -> str:
    """Which record, in words."""
    return f"{entry.title}“{entry.name}”" if entry.name else entry.title


class TrailModel(QAbstractTableModel):
    """The entries read so far. `wanted()` when the table has come to their end."""

    wanted = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.entries: list[Entry] = []
        self.more = False

    def show_entries(self, entries: Sequence[Entry], *, more: bool) -> None:
        """Begin anew with these."""
        self.beginResetModel()
        self.entries, self.more = list(entries), more
        self.endResetModel()

    def append(self, entries: Sequence[Entry], *, more: bool) -> None:
        """Add what follows."""
        first = len(self.entries)
        self.more = more
        if entries:
            self.beginInsertRows(QModelIndex(), first, first + len(entries) - 1)
            self.entries += entries
            self.endInsertRows()

    def canFetchMore(self, _parent: _Index) -> bool:
        return self.more

    def fetchMore(self, _parent: _Index) -> None:
        self.wanted.emit()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  (Qt's own default)
        return 0 if parent.isValid() else len(self.entries)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(_HEADS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _HEADS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.entries[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            words = _cells(entry)[index.column()][:_MOST]
            return words if role == Qt.ItemDataRole.DisplayRole else tip(words)
        if role == Qt.ItemDataRole.ForegroundRole and index.column() == 4:
            return _ink(entry)
        return None


def _cells(entry: Entry) -> tuple[str, ...]:
    label = f"{entry.label}（并存待裁定）" if entry.conflict else entry.label
    return (
        entry.at or "—", entry.person or "—", entry.device, record_words(entry), label,
        " ".join(entry.before.split()), " ".join(entry.after.split()),
    )  # fmt: skip


def _ink(entry: Entry) -> QColor | None:
    """Beside its words: what stands side by side, what went, what came back."""
    if entry.conflict:
        return QColor(tokens().color("warn"))
    tones = {What.WITHDRAWN: "block", What.PURGED: "block", What.RESTORED: "ok", What.MADE: "ok"}
    return QColor(tokens().color(tones[entry.what])) if entry.what in tones else None


class TrailTable(QTableView):
    """`picked(entry)` when another row is current, None where there is none."""

    picked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        # The table's own: one without a parent would hold the table, and that it, for good.
        self.trail = TrailModel(self)
        self.setModel(self.trail)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setAccessibleName("修改记录")
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW)
        head = self.horizontalHeader()
        head.setFixedHeight(_HEAD)
        head.setHighlightSections(False)
        head.setStyleSheet("QHeaderView::section, QHeaderView::section:first { padding: 0 15px; }")
        for column, width in enumerate(_WIDTHS):
            mode = QHeaderView.ResizeMode.Interactive if width else QHeaderView.ResizeMode.Stretch
            head.setSectionResizeMode(column, mode)
            if width:
                self.setColumnWidth(column, width)
        changed = self.selectionModel().currentRowChanged
        changed.connect(lambda *_: self.picked.emit(self.current()))
        self.trail.modelReset.connect(lambda: self.picked.emit(None))

    def current(self) -> Entry | None:
        """The chosen entry."""
        place = self.currentIndex().row()
        return self.trail.entries[place] if 0 <= place < len(self.trail.entries) else None
