"""The parts of the work as a table: whose each is, until when, how far, and what was done there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QItemSelectionModel, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from app.assignments import Standing
from forms.assignment import BEGUN, DONE, STATES, Assignment
from grading.assignments import Part
from grading.finding import Severity
from widgets.icons import draw
from widgets.rows_table import Index, RowsModel, as_rows
from widgets.text import draw_text, tip
from widgets.theme import tokens

_HEADS = ("内容", "承担人", "完成期限", "进度", "完成情况")
_WIDTHS = (0, 100, 116, 88, 214)
_NAME, _PERSON, _DUE, _STATE, _DONE = range(len(_HEADS))
_ROW, _HEAD = 46, 34
#: Below these widths in px the date, and then what was done, leave the table.
_NARROW, _NARROWER = 690, 580
_GLYPHS = {BEGUN: ("half", "ink2"), DONE: ("done", "ok")}


@dataclass(frozen=True, slots=True)
class Row:
    """A part with its assignment, where it has one, and what was counted there, once it was."""

    part: Part
    held: Assignment | None = None
    standing: Standing | None = None
    overdue: bool = False

    @property
    def person(self) -> str:
        """Who has it, "" where nobody has."""
        return self.held.person if self.held else ""

    @property
    def state(self) -> str:
        """What its holder says."""
        return (self.held.state if self.held else "") or STATES[0]

    def cell(self, column: int) -> str:
        """A column's words; nothing is said of what nobody has."""
        if column == _NAME:
            return self.part.name
        if self.held is None or not self.person:
            return ""
        if column == _DUE:
            return f"{self.held.due:%Y-%m-%d}" if self.held.due else ""
        return {_PERSON: self.person, _STATE: self.state}.get(column) or self.done

    @property
    def done(self) -> str:
        """What the log says was done, and what is open."""
        found = self.standing
        if found is None:
            return ""
        told = [f"改动 {found.edits:,} 条"]
        if found.empty:
            told.append("未填写")
        if found.findings:
            told.append(f"待办 {len(found.findings)} 条")
        return "，".join(told)

    @property
    def doubtful(self) -> bool:
        """Whether it is called done, and something there is still to be done."""
        found = self.standing
        blocked = found is not None and any(f.severity is Severity.BLOCK for f in found.findings)
        return self.state == DONE and found is not None and (blocked or found.empty)


class AssignmentModel(RowsModel[Row]):
    """The rows that are shown."""

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()]
        words = row.cell(index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(f"{row.part.group}　{words}" if index.column() == _NAME else words)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return words
        return None


class AssignmentTable(QTableView):
    """`picked()` when other rows are selected, `opened(part)` on 回车 or a double click."""

    picked = Signal()
    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._model = AssignmentModel(_HEADS, self)
        self.setModel(self._model)
        self.setItemDelegate(_RowDelegate(self._model, self))
        as_rows(self, "分工", _ROW, _HEAD, _WIDTHS, many=True, plain=False)
        self.setMouseTracking(True)
        self.selectionModel().selectionChanged.connect(lambda *_: self.picked.emit())
        self.doubleClicked.connect(lambda index: self._open(index.row()))

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show these; what was selected stays so."""
        held = {row.part.key for row in self.selection()}
        current = self.currentIndex().row()
        was = self._model.rows[current].part.key if 0 <= current < len(self._model.rows) else None
        self.blockSignals(True)
        self._model.set_rows(rows)
        chosen = self.selectionModel()
        flag = QItemSelectionModel.SelectionFlag
        for place, row in enumerate(rows):
            index = self._model.index(place, 0)
            if row.part.key == was:
                chosen.setCurrentIndex(index, flag.NoUpdate)
            if row.part.key in held:
                chosen.select(index, flag.Select | flag.Rows)
        if rows and not held & {row.part.key for row in rows}:
            self.selectRow(0)
        self.blockSignals(False)
        self.picked.emit()

    def selection(self) -> list[Row]:
        """The selected rows, in order."""
        places = sorted({index.row() for index in self.selectionModel().selectedRows()})
        return [self._model.rows[place] for place in places if place < len(self._model.rows)]

    def resizeEvent(self, event: QResizeEvent) -> None:
        # Names are never cut first: what stands beside the table, too, gives way.
        self.setColumnHidden(_DUE, self.width() < _NARROW)
        self.setColumnHidden(_DONE, self.width() < _NARROWER)
        super().resizeEvent(event)

    def _open(self, place: int) -> None:
        self.opened.emit(self._model.rows[place].part)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            if self.currentIndex().isValid():
                self._open(self.currentIndex().row())
        else:
            super().keyPressEvent(event)


class _RowDelegate(QStyledItemDelegate):
    def __init__(self, model: AssignmentModel, parent: QTableView) -> None:
        super().__init__(parent)
        self._model = model

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        held = tokens()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        spot: QRect = option.rect
        on = bool(option.state & QStyle.StateFlag.State_Selected)
        hover = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.fillRect(spot, held.color("accent_bg" if on else "hover" if hover else "surface"))
        painter.fillRect(spot.x(), spot.bottom(), spot.width(), 1, held.color("line"))
        column = index.column()
        if on and column == _NAME:
            painter.fillRect(spot.x(), spot.y(), 3, spot.height(), held.color("accent"))
        inside = QRectF(spot).adjusted(20 if column == _NAME else 8, 0, -8, -1)
        self._paint_cell(painter, inside, self._model.rows[index.row()], column)
        painter.restore()

    def _paint_cell(self, painter: QPainter, spot: QRectF, row: Row, column: int) -> None:
        words = row.cell(column)
        middle = spot.center().y()
        if column == _NAME:
            draw_text(painter, QRectF(spot.x(), spot.y() + 3, spot.width(), 22), words)
            below = QRectF(spot.x(), spot.y() + 24, spot.width(), 18)
            draw_text(painter, below, row.part.group, "meta", "ink3")
        elif column == _PERSON and not words:
            draw_text(painter, spot, "未分派", "dense", "ink3")
        elif column == _STATE and words:
            glyph, token = _GLYPHS.get(words, ("hollow", "ink2"))
            draw(painter, glyph, QRectF(spot.x(), middle - 7, 14, 14), token)
            draw_text(painter, spot.adjusted(20, 0, 0, 0), words, "dense", token)
        elif column == _DONE and row.doubtful:
            draw(painter, "warn", QRectF(spot.x(), middle - 7, 14, 14), "warn")
            draw_text(painter, spot.adjusted(20, 0, 0, 0), words, "dense", "warn")
        else:
            late = column == _DUE and row.overdue
            shown = f"{words} 逾期" if late and words else words
            draw_text(painter, spot, shown, "dense", "block" if late else "ink2")
