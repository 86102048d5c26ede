"""The entries of one list as a table: chosen here, filled in beneath it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from forms.fields import Kind
from forms.record import Record, specs
from grading.finding import Severity
from widgets.desk import Desk
from widgets.icons import icon
from widgets.record_form import shown
from widgets.rows_table import Index, RowsModel, as_rows
from widgets.text import text_width
from widgets.theme import tokens

ROW, HEAD = 38, 34


class RecordModel(RowsModel[Record]):
    """The rows of a list as Qt asks for them; the first column is the 序号."""

    def __init__(
        self, desk: Desk, kind: type[Record], columns: Sequence[str], parent: QObject
    ) -> None:
        super().__init__(("序号", *(specs(kind)[name].label for name in columns)), parent)
        self._desk, self._kind, self._columns = desk, kind, tuple(columns)
        self._marks: Mapping[UUID, Severity] = {}

    def refresh(self, marks: Mapping[UUID, Severity] | None = None) -> None:
        """Show the values as they are now, and which rows have findings."""
        if marks is not None:
            self._marks = marks
        fresh = {row.id: row for row in self._desk.dossier.all(self._kind)}
        self.rows = [fresh.get(row.id, row) for row in self.rows]
        if self.rows:
            last = self.index(len(self.rows) - 1, len(self._columns))
            self.dataChanged.emit(self.index(0, 0), last)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if role == Qt.ItemDataRole.ToolTipRole:
            role = Qt.ItemDataRole.DisplayRole
        return super().headerData(section, orientation, role)

    def align(self, column: int) -> Qt.AlignmentFlag:
        number = column and specs(self._kind)[self._columns[column - 1]].kind in (
            Kind.COUNT,
            Kind.NUMBER,
        )
        side = Qt.AlignmentFlag.AlignRight if number else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        record, column = self.rows[index.row()], index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._text(record, index.row(), column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self.align(column)
        if role == Qt.ItemDataRole.ForegroundRole and getattr(record, "drafted", None) is True:
            return tokens().color("draft")
        if role == Qt.ItemDataRole.DecorationRole and not column and record.id in self._marks:
            mark = self._marks[record.id].value
            return icon(mark, mark)
        return None

    def _text(self, record: Record, place: int, column: int) -> str:
        if not column:
            return str(place + 1)
        name = self._columns[column - 1]
        return shown(self._desk, specs(self._kind)[name], getattr(record, name))


class RecordTable(QTableView):
    """A list's rows. `picked(id)` when another row is current; `wanted()` on 回车: fill it in;
    `removed()` on Delete, `pasted()` on Ctrl V."""

    picked = Signal(object)
    wanted = Signal()
    removed = Signal()
    pasted = Signal()

    def __init__(self, desk: Desk, kind: type[Record], columns: Sequence[str]) -> None:
        super().__init__()
        self.records = RecordModel(desk, kind, columns, self)
        self.setModel(self.records)
        as_rows(self, kind.title, ROW, HEAD)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._size_columns(kind, columns)
        self.selectionModel().currentRowChanged.connect(lambda *_: self.picked.emit(self.current()))
        self.doubleClicked.connect(lambda _index: self.wanted.emit())

    def _size_columns(self, kind: type[Record], columns: Sequence[str]) -> None:
        head = self.horizontalHeader()
        head.setMinimumSectionSize(56)
        head.setTextElideMode(Qt.TextElideMode.ElideRight)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        self.setColumnWidth(0, 74)
        shared = False
        for place, name in enumerate(columns, 1):
            spec = specs(kind)[name]
            # The first column names the entry and is never cut; long texts share what is left.
            long = place > 1 and (spec.kind is Kind.PROSE or spec.limit >= 80)
            stretch, fit = QHeaderView.ResizeMode.Stretch, QHeaderView.ResizeMode.ResizeToContents
            head.setSectionResizeMode(place, stretch if long else fit)
            shared = shared or long
        head.setStretchLastSection(not shared)  # else the rows would end amid the page

    def show_rows(self, rows: Sequence[Record], current: UUID | None) -> None:
        """Show these rows with `current` chosen, or the row that came into its place."""
        place = max(self.currentIndex().row(), 0)
        ids = [row.id for row in rows]
        self.blockSignals(True)
        self.records.set_rows(rows)
        self.blockSignals(False)
        if rows:
            self.selectRow(ids.index(current) if current in ids else min(place, len(rows) - 1))

    def current(self) -> UUID | None:
        """The id of the chosen row."""
        place = self.currentIndex().row()
        return self.records.rows[place].id if 0 <= place < len(self.records.rows) else None

    def needed(self) -> int:
        """The height that shows every row."""
        return HEAD + ROW * len(self.records.rows) + 2

    def sizeHintForColumn(self, column: int) -> int:
        if not column:
            return 74
        rows = self.records.rows[:200]
        texts = (self.records._text(row, place, column) for place, row in enumerate(rows))
        return max((text_width(text, "body") + 46 for text in texts), default=60)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.wanted.emit()
                return
            event.ignore()
        elif event.key() == Qt.Key.Key_Delete:
            self.removed.emit()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.pasted.emit()
        else:
            super().keyPressEvent(event)
