"""The library page's right side: one scene's needs, how far they came, and what serves them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.library import StoredProduct, products
from forms.dossier import LibraryEntry, NeedStep, Solution
from forms.library import NEED_STATES
from forms.record import Record, form_of
from grading.library import state_of, waits
from widgets.controls import Button, Kind
from widgets.desk import Desk
from widgets.palette import Entry, Palette
from widgets.record_form import RecordForm, Section
from widgets.surfaces import Card, ScrollColumn
from widgets.text import TextLabel

ENTRY = (
    Section("增补的场景", ("scene", "group", "first"), "附件1 注1：一级场景请勿删减，可适当增补。"),
    Section("问题及需求分析", ("common_need", "own_need")),
    Section("场景描述", ("description",)),
)
STEP = (Section("", ("state", "date", "remark")),)
PRODUCT = (Section("", ("name", "vendor", "price", "kind", "brief")),)


class Children(QWidget):
    """The records under one entry, a form each. `gone(record id)` when one was withdrawn."""

    gone = Signal(object)

    def __init__(
        self, desk: Desk, kind: type[Record], sections: Sequence[Section], one: str
    ) -> None:
        super().__init__()
        self.desk, self.kind, self._sections, self._one = desk, kind, sections, one
        self.forms: dict[UUID, RecordForm] = {}
        self._hosts: dict[UUID, QWidget] = {}
        self._parent: UUID | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)

    def rows(self) -> list[Record]:
        """The records, in order."""
        if self._parent is None:
            return []
        return list(self.desk.dossier.all(self.kind, self._parent))

    def show_of(self, parent: UUID | None) -> None:
        """Show the records of an entry; forms that are there already keep what is typed in them."""
        self._parent = parent
        rows = self.rows()
        for gone in set(self.forms) - {row.id for row in rows}:
            self.forms.pop(gone)
            host = self._hosts.pop(gone)
            host.setParent(None)
            host.deleteLater()
        for place, row in enumerate(rows):
            if row.id not in self.forms:
                self._column.insertWidget(place, self._make(row.id))
            self.forms[row.id].show_record(row)
        self.setVisible(bool(rows))

    def _make(self, record_id: UUID) -> QWidget:
        host = self._hosts[record_id] = QWidget()
        form = self.forms[record_id] = RecordForm(self.desk, self.kind, self._sections)
        remove = Button(f"撤回{self._one}", Kind.PLAIN, icon="withdraw", height=28)
        remove.clicked.connect(lambda: self._withdraw(record_id))
        line = QHBoxLayout()
        line.addStretch(1)
        line.addWidget(remove)
        form.cards[0].body.addLayout(line)
        column = QVBoxLayout(host)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(form)
        return host

    def add(self, **values: Any) -> None:
        """A new record behind the others, ready to be filled in."""
        if self._parent is None or not self.flush():
            return
        made = self.desk.add(form_of(self.kind), self._parent, **values)
        if made is not None and made in self.forms:
            self.forms[made].focus_field()

    def _withdraw(self, record_id: UUID) -> None:
        if self.desk.withdraw(form_of(self.kind), record_id):
            self.gone.emit((form_of(self.kind), record_id))

    def refresh(self) -> None:
        """Show what is kept now."""
        for form in self.forms.values():
            form.refresh()

    def flush(self) -> bool:
        """Keep what is being typed; False where some of it was refused."""
        return False not in [form.flush() for form in self.forms.values()]


class EntryPane(ScrollColumn):
    """One entry. `confirmed()` and `gone((form, id))` when it, or something under it, changed."""

    confirmed = Signal()
    gone = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__((20, 14, 20, 20), 12)
        self.desk = desk
        self._entry: UUID | None = None
        self._draft = Card((16, 12), 8)
        self.confirm = Button("确认本条", Kind.PRIMARY, icon="check", height=30)
        self.confirm.clicked.connect(self._confirm)
        line = QHBoxLayout()
        words = "需求与场景描述由系统按改造建议库拟写，请核对或修改后确认；未确认的不能导出终稿。"
        line.addWidget(TextLabel(words, "dense", "draft", wrap=True), 1)
        line.addWidget(self.confirm)
        self._draft.body.addLayout(line)
        self.form = RecordForm(desk, LibraryEntry, ENTRY)
        self._state = TextLabel("", "dense", "ink2", keep=False)
        self.steps = Children(desk, NeedStep, STEP, "本次登记")
        self.products = Children(desk, Solution, PRODUCT, "本项产品")
        self.track = Button("登记需求状态", icon="plus", height=30)
        self.track.clicked.connect(lambda: self.next_step())
        self.offer = Button("添加产品", icon="plus", height=30)
        self.offer.clicked.connect(lambda: self.products.add())
        self.shared = Button("从各档案选用", icon="search", height=30)
        self.shared.clicked.connect(lambda: self.choose_product())
        self.remove = Button("撤回本条", Kind.PLAIN, icon="withdraw", height=28)
        self.remove.clicked.connect(self._withdraw)
        for part in (self._draft, self.form):
            self.column.addWidget(part)
        self.column.addLayout(_head("需求跟踪", self._state, self.track))
        self.column.addWidget(self.steps)
        note = TextLabel("含已有的和新开发的（附件1 注2）", "dense", "ink2")
        self.column.addLayout(_head("适用产品及解决方案", note, self.shared, self.offer))
        self.column.addWidget(self.products)
        self.column.addLayout(_head("", QWidget(), self.remove))
        self.column.addStretch(1)
        for children in (self.steps, self.products):
            children.gone.connect(self.gone)

    def entry(self) -> LibraryEntry | None:
        """The entry in view, as it is kept now."""
        return self.desk.dossier.find(LibraryEntry, self._entry)

    def show_entry(self, entry: LibraryEntry, *, own: bool) -> bool:
        """Show an entry; False where something typed on the one before could not be kept.

        `own` is a scene that the list does not have, whose names can be edited.
        """
        if entry.id != self._entry and not self.flush():
            return False
        changed = entry.id != self._entry
        self._entry = entry.id
        self.form.show_record(entry)
        self.form.cards[0].setVisible(own)
        self.steps.show_of(entry.id)
        self.products.show_of(entry.id)
        if changed:
            self.verticalScrollBar().setValue(0)
        self.refresh()
        return True

    def refresh(self) -> None:
        """Show what is kept now."""
        entry = self.entry()
        if entry is None:
            return
        self._draft.setVisible(waits(entry))
        self._state.setText(f"当前状态：{state_of(self._steps())}")
        self.form.refresh()
        self.steps.refresh()
        self.products.refresh()

    def _steps(self) -> list[NeedStep]:
        return [row for row in self.steps.rows() if isinstance(row, NeedStep)]

    def next_step(self) -> None:
        """Enter the state that comes next, as of today; it can be changed there."""
        stated = state_of(self._steps())
        place = NEED_STATES.index(stated) + 1 if stated in NEED_STATES else 0
        state = NEED_STATES[min(place, len(NEED_STATES) - 1)]
        self.steps.add(state=state, date=dt.date.today())

    def choose_product(self) -> None:
        """Offer the products of all dossiers, to be taken on here."""
        held = {(row.name, row.vendor) for row in self.desk.dossier.all(Solution, self._entry)}
        entries = [
            Entry(each.kind or "产品", _line(each), each)
            for each in products(self.desk.bench)
            if (each.name, each.vendor) not in held
        ]
        palette = Palette(self.window(), entries, "按名称、服务商、简述查找各档案的产品")
        palette.taken.connect(self.take_product)
        palette.open_over(self.window())

    def take_product(self, each: object) -> None:
        """List a product of another dossier here, as it stands there."""
        if isinstance(each, StoredProduct):
            names = ("name", "brief", "price", "vendor", "kind")
            values = {name: getattr(each, name) for name in names if getattr(each, name)}
            self.products.add(**values)

    def _confirm(self) -> None:
        if self._entry is not None and self.flush():
            self.desk.put("libraryentry", self._entry, "drafted", False)
            self.refresh()
            self.confirmed.emit()

    def _withdraw(self) -> None:
        if self._entry is not None and self.desk.withdraw("libraryentry", self._entry):
            self.gone.emit(("libraryentry", self._entry))

    def flush(self) -> bool:
        """Keep what is being typed; False where some of it was refused."""
        if self.entry() is None:
            return True
        return False not in [part.flush() for part in (self.form, self.steps, self.products)]


def _head(title: str, note: QWidget, *buttons: QWidget) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(10)
    line.addWidget(TextLabel(title, "section"))
    line.addWidget(note)
    line.addStretch(1)
    for button in buttons:
        line.addWidget(button)
    return line


def _line(each: StoredProduct) -> str:
    """A product in one line, by which it is found."""
    price = f"{each.price} 万元" if each.price else ""
    parts = (each.name, each.vendor, price, " ".join(each.brief.split())[:60])
    return "　".join(part for part in parts if part)
