"""One list: its table, the chosen entry's fields beneath it, and what can be done with entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.progress import Progress
from forms.errors import UserError
from forms.record import Record, form_of, paths
from widgets.controls import Button, Kind
from widgets.desk import Desk
from widgets.marks import Tag
from widgets.parent_bar import ParentBar
from widgets.paste import read_rows
from widgets.record_form import RecordForm, Section, record_words
from widgets.record_table import HEAD, ROW, RecordTable
from widgets.surfaces import EmptyHint, EmptyState, ScrollColumn, Toast
from widgets.text import TextLabel

_ROWS_LEAST = 4
_OF_ROUTE = ("origin", "proposed")


@dataclass(frozen=True, slots=True)
class Listed:
    """One list of a page: its form, its table's columns, its editor's sections, and its words.

    `name` is the paper's (表2 生产设备), `one` what an entry is called (设备). `below` is the form
    whose records are the entries' parents: the pane then shows those of one of them. `keep` leaves
    out entries of the form that stand on another page; `preset` is what a new one holds.
    """

    kind: type[Record]
    name: str
    one: str
    columns: tuple[str, ...]
    sections: tuple[Section, ...]
    below: type[Record] | None = None
    keep: Callable[[Record], bool] = lambda _: True
    preset: tuple[tuple[str, Any], ...] = ()


class ListPane(QWidget):
    """A list. `changed_count()` when entries came or went."""

    changed_count = Signal()

    def __init__(self, desk: Desk, listed: Listed) -> None:
        super().__init__()
        self.desk, self.listed = desk, listed
        self._form_name = form_of(listed.kind)
        self._withdrawn: list[UUID] = []
        self.below = ParentBar(desk, listed.below) if listed.below else None
        self.table = RecordTable(desk, listed.kind, listed.columns)
        self.form = RecordForm(desk, listed.kind, listed.sections, at_once=0)
        self.form.edited.connect(lambda _path: self._edited())
        self.form.complete.connect(self._share)
        self._words = TextLabel("", "strong", keep=False)
        self.trouble = TextLabel("", "dense", "block", wrap=True)
        self.trouble.hide()
        self._scroll = ScrollColumn((24, 4, 24, 16), 12)
        self._scroll.column.addWidget(self.form)
        self._scroll.column.addStretch(1)
        self._editor = QWidget()
        column = QVBoxLayout(self._editor)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._tools())
        column.addWidget(self._scroll, 1)
        self._empty: QWidget | None = None
        self._lay_out()
        self.toast = Toast(self)
        self.toast.undone.connect(self._undo)
        self._connect()

    def _lay_out(self) -> None:
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        if self.below is not None:
            column.addWidget(self.below)
            self.below.chosen.connect(self._show_below)
        column.addWidget(self.trouble)
        self.trouble.setContentsMargins(24, 8, 24, 8)
        column.addWidget(self.table)
        column.addWidget(self._editor, 1)

    def _make_empty(self) -> QWidget:
        one = self.listed.one
        state = EmptyState(
            (
                EmptyHint(f"还没有{one}", f"添加第一条{one}", "Ctrl N", "add", "添加"),
                EmptyHint("已有电子表格？", "粘贴选中的行", "Ctrl V", "paste", "粘贴"),
            )
        )
        state.activated.connect(lambda what: self.add() if what == "add" else self.paste())
        return self._framed(state)

    def _framed(self, state: EmptyState) -> QWidget:
        """An empty list's word, at the top of its page."""
        host = QWidget()
        column = QVBoxLayout(host)
        column.setContentsMargins(24, 20, 24, 20)
        column.addWidget(state)
        column.addStretch(1)
        return host

    def _tools(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(24, 8, 24, 8)
        row.setSpacing(12)
        row.addWidget(self._words, 1)
        self.draft_tag = Tag("待确认", "draft")
        self.confirm_button = Button("确认", Kind.PLAIN, icon="check", height=28)
        self.confirm_button.clicked.connect(lambda: self.confirm(all_=False))
        self.confirm_all = Button("全部确认", Kind.PLAIN, height=28)
        self.confirm_all.clicked.connect(lambda: self.confirm(all_=True))
        for part in (self.draft_tag, self.confirm_button, self.confirm_all):
            row.addWidget(part)
        actions = (
            ("上移", "chevron-up", lambda: self.move_by(-1)),
            ("下移", "chevron-down", lambda: self.move_by(1)),
            ("复制一条", "file", self.duplicate),
            ("撤回", "withdraw", self.withdraw),
        )
        self.tools: dict[str, Button] = {}
        for text, name, act in actions:
            button = self.tools[text] = Button(text, Kind.PLAIN, icon=name, height=28)
            button.clicked.connect(lambda _on=False, act=act: act())
            row.addWidget(button)
        return row

    def _connect(self) -> None:
        self.table.picked.connect(lambda _id: self._show_chosen())
        self.table.wanted.connect(self.fill_in)
        self.table.removed.connect(self.withdraw)
        self.table.pasted.connect(self.paste)

    def count(self) -> int:
        """How many entries are in view."""
        return len(self.table.records.rows)

    def lay_out(self) -> None:
        """Show the entries as they are now."""
        if self.below is not None:
            self.below.lay_out()
        rows = self._entries()
        before = self.count()
        self.table.show_rows(rows, self.table.current())
        for part in (self.table, self._editor):
            part.setVisible(bool(rows))
        if self._empty is None and not rows:
            self._empty = self._make_empty()
            self._column.addWidget(self._empty, 1)
        if self._empty is not None:
            self._empty.setVisible(not rows)
        self._show_chosen()
        self._share()
        if before != len(rows):
            self.changed_count.emit()

    def _entries(self) -> list[Record]:
        if self.below is not None and self.below.current is None:
            return []
        rows = self.desk.dossier.all(self.listed.kind, self._parent())
        return [row for row in rows if self.listed.keep(row)]

    def _show_below(self, parent: UUID) -> None:
        """Show the entries of another parent, unless something here could not be kept."""
        if self.below is not None and parent != self.below.current and self.flush():
            self.below.current = parent
        self.lay_out()

    def flush(self) -> bool:
        """Keep what is being typed; where it is refused its field takes the focus."""
        if self.form.flush():
            return True
        self.fill_in(self.form.refused_field())
        return False

    def choose(self, record_id: UUID | None) -> None:
        """Make an entry the chosen one."""
        record = self.desk.dossier.find(self.listed.kind, record_id)
        if self.below is not None and record is not None and record.parent_id is not None:
            self._show_below(record.parent_id)
        for place, row in enumerate(self.table.records.rows):
            if row.id == record_id:
                self.table.selectRow(place)

    def fill_in(self, path: str = "") -> None:
        """Give the focus to a field of the chosen entry."""
        if not self.count():
            return
        editor = self.form.focus_field(path)
        if editor is not None:
            self._scroll.ensureWidgetVisible(editor, 0, 60)

    def add(self) -> None:
        """A new entry behind the chosen one, ready to be filled in."""
        if self.flush():
            self._add_behind(dict(self.listed.preset))

    def duplicate(self) -> None:
        """The chosen entry once more, behind it."""
        record = self.form.record()
        if record is not None and self.flush():
            # A copy is no row of the chosen route, but still what the program wrote.
            values = {path: v for path, v in paths(record).items() if v and path not in _OF_ROUTE}
            self._add_behind(values)

    def _add_behind(self, values: dict[str, Any]) -> None:
        if not self._may_add():
            return
        behind = {"after": chosen} if (chosen := self.table.current()) else {}
        made = self.desk.add(self._form_name, self._parent(), **behind, **values)
        if made is not None:
            self.choose(made)
            self.fill_in()

    def _parent(self) -> UUID | None:
        return self.below.current if self.below is not None else None

    def _may_add(self) -> bool:
        """Whether there is something to which a new entry can belong; else a sentence says so."""
        if self.below is None or self.below.current is not None:
            return True
        title = self.below.kind.title
        self._say(f"还没有{title}，{self.listed.one}没有添加，请先登记{title}。")
        return False

    def withdraw(self) -> None:
        """Take the chosen entry out of sight, with 撤销."""
        record_id = self.table.current()
        record = self.desk.dossier.find(self.listed.kind, record_id)
        if record is None or record_id is None:
            return
        words = record_words(record, self.table.currentIndex().row() + 1)
        if self.desk.withdraw(self._form_name, record_id):
            self._withdrawn = [record_id]
            self.toast.say(f"已撤回{self.listed.one}“{words[:30]}”")
            self.table.setFocus()

    def confirm(self, *, all_: bool) -> None:
        """Take the chosen drafted entry, or all of them, on as one's own."""
        if not self.flush():
            return
        chosen = self.table.current()
        rows = [row for row in self._entries() if _drafted(row)]
        with self.desk.batch():
            for row in rows:
                if all_ or row.id == chosen:
                    self.desk.put(self._form_name, row.id, "drafted", False)
                    self.desk.seal()
        self.table.records.refresh()
        self._name_chosen()

    def move_by(self, by: int) -> None:
        """Move the chosen entry up (-1) or down (1) by one place."""
        rows = [row.id for row in self.table.records.rows]
        record_id = self.table.current()
        if record_id is None or not 0 <= (place := rows.index(record_id) + by) < len(rows):
            return
        if by > 0:
            self.desk.move(self._form_name, record_id, rows[place])
        elif place > 0:
            self.desk.move(self._form_name, record_id, rows[place - 1])
        else:
            # There is no place before the first: the first goes behind this one instead.
            self.desk.move(self._form_name, rows[0], record_id)

    def paste(self) -> None:
        """Take the rows in over the clipboard; what does not fit is named."""
        if not self._may_add():
            return
        parent, preset = self._parent(), dict(self.listed.preset)
        try:
            pasted = read_rows(
                QGuiApplication.clipboard().text(), self.listed.kind, self.listed.columns
            )
        except UserError as error:
            self._say(str(error))
            return
        self._say(pasted.trouble)
        made: list[UUID] = []

        def work() -> Iterator[Progress]:
            bench, dossier_id = self.desk.bench, self.desk.dossier_id
            for done, values in enumerate(pasted.rows, 1):
                made.append(bench.add(dossier_id, self._form_name, parent, **preset | values))
                yield Progress(done, len(pasted.rows), f"填入第 {done} 行")

        job = self.desk.job(work)
        job.ended.connect(lambda: self._pasted(made))
        job.start()

    def _pasted(self, made: list[UUID]) -> None:
        if made:
            self._withdrawn = made
            self.choose(made[-1])
            self.toast.say(f"已填入 {len(made)} 条{self.listed.one}")

    def _undo(self) -> None:
        """撤销: what was withdrawn comes back, what was pasted goes."""
        gone = {row.id for row in self.desk.dossier.all(self.listed.kind)}
        with self.desk.batch():
            for record_id in self._withdrawn:
                if record_id in gone:
                    self.desk.withdraw(self._form_name, record_id)
                else:
                    self.desk.restore(self._form_name, record_id)
        if len(self._withdrawn) == 1:
            self.choose(self._withdrawn[0])
        self._withdrawn = []

    def _say(self, sentence: str) -> None:
        self.trouble.setText(sentence)
        self.trouble.setVisible(bool(sentence))

    def _edited(self) -> None:
        self.table.records.refresh()
        self._name_chosen()

    def _show_chosen(self) -> None:
        record = self.desk.dossier.find(self.listed.kind, self.table.current())
        if record is not None and not self.form.show_record(record):
            # Not before Qt is done with the click or key that chose the other row.
            QTimer.singleShot(0, self, self._stay)
        self._name_chosen()

    def _stay(self) -> None:
        """The chosen entry has typing that was refused: it stays the chosen one."""
        held = self.form.record()
        if held is not None and held.id != self.table.current():
            self.choose(held.id)
            self.fill_in(self.form.refused_field())

    def _name_chosen(self) -> None:
        record = self.form.record()
        place = self.table.currentIndex().row() + 1
        words = record_words(record, place) if record is not None else ""
        self._words.setText(f"第 {place} 条　{words}")
        self._words.setToolTip(words)
        waiting = sum(_drafted(row) for row in self._entries())
        mine = record is not None and _drafted(record)
        self.draft_tag.setVisible(mine)
        self.confirm_button.setVisible(mine)
        self.confirm_all.setVisible(waiting > 1)
        self.confirm_all.setText(f"全部确认 {waiting} 行")
        self.confirm_all.setAccessibleName(self.confirm_all.text())
        self.confirm_all.updateGeometry()

    def _share(self) -> None:
        """Divide the height: both whole where they fit, else the table scrolls first."""
        wrapped = self.form.heightForWidth(self.width() - 48)
        least = self.form.minimumHeight()  # as long as it has no fields
        editor = max(wrapped, self.form.sizeHint().height(), least) + 72
        spare = self.height() - editor
        rows = max((max(spare, self.height() // 3) - HEAD) // ROW, _ROWS_LEAST)
        self.table.setFixedHeight(min(self.table.needed(), HEAD + ROW * rows + 2))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()


def _drafted(record: Record) -> bool:
    """Whether an entry is what the program wrote, and nobody confirmed it."""
    return getattr(record, "drafted", None) is True
