"""The trail as a table: as many rows as were read so far; further down more are asked for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QObject, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QTableView

from app.trail import Entry, What
from widgets.rows_table import Index, RowsModel, as_rows
from widgets.text import tip
from widgets.theme import tokens

_HEADS = ("时间", "修改人", "设备", "记录", "栏目", "原内容", "新内容")
_WIDTHS = (166, 80, 104, 204, 172, 0, 0)
_ROW, _HEAD, _MOST = 36, 34, 300


def record_words(entry: Entry) -> str:
    """Which record, in words."""
    return f"{entry.title}“{entry.name}”" if entry.name else entry.title


class TrailModel(RowsModel[Entry]):
    """The entries read so far. `wanted()` when the table has come to their end."""

    wanted = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(_HEADS, parent)
        self.more = False

    @property
    def entries(self) -> list[Entry]:
        """What was read so far."""
        return self.rows

    def show_entries(self, entries: Sequence[Entry], *, more: bool) -> None:
        """Begin anew with these."""
        self.more = more
        self.set_rows(entries)

    def append(self, entries: Sequence[Entry], *, more: bool) -> None:
        """Add what follows."""
        first = len(self.rows)
        self.more = more
        if entries:
            self.beginInsertRows(QModelIndex(), first, first + len(entries) - 1)
            self.rows += entries
            self.endInsertRows()

    def canFetchMore(self, _parent: Index) -> bool:
        return self.more

    def fetchMore(self, _parent: Index) -> None:
        self.wanted.emit()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.rows[index.row()]
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
        self.trail = TrailModel(self)
        self.setModel(self.trail)
        as_rows(self, "修改记录", _ROW, _HEAD, _WIDTHS, movable=True)
        changed = self.selectionModel().currentRowChanged
        changed.connect(lambda *_: self.picked.emit(self.current()))
        self.trail.modelReset.connect(lambda: self.picked.emit(None))

    def current(self) -> Entry | None:
        """The chosen entry."""
        place = self.currentIndex().row()
        return self.trail.entries[place] if 0 <= place < len(self.trail.entries) else None
