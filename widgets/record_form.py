"""One record's fields on the screen, laid out in sections, each edit sent to the desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from PySide6.QtCore import QCoreApplication, QEvent, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from forms.dossier import Photo
from forms.enterprise import credit_code_complaint
from forms.fields import Kind, Spec, chosen, complaints
from forms.record import Record, form_of, forms, specs, split_path
from forms.steps import PAGES
from widgets.after_paint import by_turns
from widgets.desk import Desk
from widgets.field_base import FieldContext, FieldWidget
from widgets.field_choice import boxes_width
from widgets.field_widgets import WHOLE_WIDTH, make_field
from widgets.file_drop import ask_files
from widgets.surfaces import Card
from widgets.text import TextLabel, text_width

#: A label or a row of boxes wider than half a form takes the whole of it.
_HALF = 380
#: px: a form without fields as yet takes as much as one with some.
_ROOM = 400


@dataclass(frozen=True, slots=True)
class Section:
    """A card of a form: its heading, a remark under it, and the fields in it by name."""

    title: str
    fields: tuple[str, ...]
    note: str = ""
    #: Fields that stand alone in their line although they are short.
    whole: frozenset[str] = field(default_factory=frozenset)


class RecordForm(QWidget):
    """The fields of one record in cards. `edited(path)` when an edit was kept.

    `show_record` puts it on a record, unless something on it could not be kept; `refresh` shows
    what is kept now without touching a field somebody is typing in. Of a long form the first
    `at_once` cards are made now, the others when these were painted, or as soon as one asks for
    `fields`; `complete()` when all are there.
    """

    edited = Signal(str)
    complete = Signal()

    def __init__(
        self,
        desk: Desk,
        kind: type[Record],
        sections: Sequence[Section],
        *,
        at_once: int | None = None,
    ) -> None:
        super().__init__()
        self.desk, self.kind = desk, kind
        self._fields: dict[str, FieldWidget] = {}
        self._cards: list[Card] = []
        self._coming = list(sections)
        self._feet: dict[str, QWidget] = {}
        self._record_id: UUID | None = None
        self._refusal = ""
        #: What was refused, by path: it is tried again before the form goes to another record.
        self._waiting: dict[str, Any] = {}
        self._context = FieldContext(
            desk.pack.offered, self._records, page_name, self._fitting, self._take_in
        )
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        if at_once == 0:
            # What is painted is filled next; nor may the table above be tall and shrink again.
            self.setMinimumHeight(_ROOM)
        for _ in sections[:at_once]:
            self._make_next()
        if self._coming:
            by_turns(self, self._one_by_one())
        desk.refused.connect(self._note_refusal)

    @property
    def fields(self) -> dict[str, FieldWidget]:
        """The editors of all fields by name, in the order of the form."""
        self._complete()
        return self._fields

    @property
    def cards(self) -> list[Card]:
        """The cards of all sections, in the order of the form."""
        self._complete()
        return self._cards

    def _complete(self, wanted: str = "") -> None:
        """Make all fields now, or those down to `wanted`, above which nothing may come later."""
        if self._coming and not (wanted and wanted in self._fields):
            while self._coming and not (wanted and wanted in self._fields):
                self._make_next()
            # Whoever asks may want to go to a field: each must be where it belongs.
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)

    def put_under(self, name: str, widget: QWidget) -> None:
        """Put a widget at the foot of the card in which the field `name` stands, or will stand."""
        card = self._fields[name].parentWidget() if name in self._fields else None
        if isinstance(card, Card):
            card.body.addWidget(widget)
        else:
            self._feet[name] = widget

    def _one_by_one(self) -> Iterator[None]:
        while self._coming:
            self._make_next()
            yield

    def _make_next(self) -> None:
        section = self._coming.pop(0)
        self.setMinimumHeight(0)
        card = self._card(section)
        self._column.addWidget(card)
        if self.isVisible():
            card.show()  # now: its fields may be wanted at once
        record = self.record() if self._record_id is not None else None
        if record is not None:
            for name in section.fields:
                self._fields[name].load(getattr(record, name))
            self._refresh(record, section.fields)
        if not self._coming:
            self.complete.emit()

    def _card(self, section: Section) -> Card:
        card = Card((20, 16), 12)
        self._cards.append(card)
        context = self._context
        if section.title:
            card.body.addWidget(TextLabel(section.title, "section"))
        if section.note:
            card.body.addWidget(TextLabel(section.note, "meta", "ink2", wrap=True))
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(14)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        row = column = 0
        for name in section.fields:
            spec = specs(self.kind)[name]
            editor = self._editor(name, spec, context)
            if name in section.whole or takes_a_line(spec, context):
                row, column = row + (1 if column else 0), 0
                grid.addWidget(editor, row, 0, 1, 2)
                row += 1
            else:
                grid.addWidget(editor, row, column)
                row, column = row + column, 1 - column
        card.body.addLayout(grid)
        for name in section.fields:
            if (foot := self._feet.pop(name, None)) is not None:
                card.body.addWidget(foot)
        return card

    def _editor(self, name: str, spec: Spec, context: FieldContext) -> FieldWidget:
        editor = make_field(name, spec, context)
        editor.value_changed.connect(self._put)
        editor.left.connect(self.desk.seal)
        editor.history_wanted.connect(lambda: self.show_history(name))
        self._fields[name] = editor
        return editor

    def show_history(self, name: str) -> None:
        """What stood in a field before, to be put back."""
        from widgets.trail_dialogs import HistoryDialog

        record = self.record()
        if record is not None and self.flush():
            dialog = HistoryDialog(self, self.desk, form_of(self.kind), record.id, name)
            dialog.accepted.connect(lambda: self._show_anew(name))
            dialog.open()

    def _show_anew(self, name: str) -> None:
        """Show what is kept in a field, although it may have the focus."""
        record = self.record()
        if record is not None:
            self.fields[name].load(getattr(record, name))

    def record(self) -> Record | None:
        """The record on the form, as it is kept now."""
        if self.kind.single:
            return self.desk.dossier.one(self.kind)
        return self.desk.dossier.find(self.kind, self._record_id)

    def show_record(self, record: Record) -> bool:
        """Put the form on `record`; what was still being typed is kept first.

        Where that is refused the form stays where it is, and this answers False.
        """
        if record.id != self._record_id:
            if not self.flush():
                return False
            self._record_id = record.id
            self._waiting.clear()
            for name, editor in self._fields.items():
                editor.load(getattr(record, name))
        self.refresh()
        return True

    def refresh(self) -> None:
        """Show what is kept now, and what is wrong with it."""
        record = self.record()
        if record is not None:
            self._refresh(record, self._fields)

    def _refresh(self, record: Record, names: Iterable[str]) -> None:
        for name in names:
            value = getattr(record, name)
            self._fields[name].set_value(value)
            self._fields[name].complain(self._wrong(name, value))

    def flush(self) -> bool:
        """Send what still waits for its pause in the typing, and again what was refused.

        False where something that stands here is not kept.
        An entry that was withdrawn holds nobody back.
        """
        if self.record() is None:
            return True
        for editor in self._fields.values():
            editor.flush()
        for path, value in list(self._waiting.items()):
            self._put(path, value)
        return not any(editor.refused for editor in self._fields.values())

    def refused_field(self) -> str:
        """The name of the first field with something that was not kept, or ""."""
        return next((name for name, editor in self._fields.items() if editor.refused), "")

    def first_empty(self) -> FieldWidget | None:
        """The first field that must be filled in and is not, of those that are made."""
        record = self.record()
        for name, editor in self._fields.items() if record is not None else ():
            if editor.spec.required and getattr(record, name) in (None, "", {}):
                return editor
        return None

    def focus_field(self, path: str = "") -> FieldWidget | None:
        """Give the focus to the field of `path`, else to the first; the field."""
        name, key = split_path(path)
        if not name and self._coming:
            name = next(iter(self._fields or self._coming[0].fields), "")
        self._complete(name)
        editor = self._fields.get(name) or next(iter(self._fields.values()), None)
        if editor is not None:
            editor.focus_editor(key)
        return editor

    def _put(self, path: str, value: Any) -> None:
        record = self.record()
        if record is None:
            return
        name, _ = split_path(path)
        editor = self.fields[name]
        self._refusal = ""
        kept = self.desk.put(form_of(self.kind), record.id, path, value)
        editor.refuse("" if kept else self._refusal, path)
        if kept:
            self._waiting.pop(path, None)
            fresh = self.record()
            editor.complain(self._wrong(name, getattr(fresh, name)))
            self.edited.emit(path)
        else:
            self._waiting[path] = value

    def _note_refusal(self, sentence: str) -> None:
        self._refusal = sentence

    def _wrong(self, name: str, value: Any) -> list[str]:
        spec = specs(self.kind)[name]
        found = complaints(spec, value, self.desk.pack.offered(spec))
        if name == "credit_code" and value:
            found += [credit_code_complaint(value)]
        return [sentence for sentence in found if sentence]

    def _records(self, form: str) -> list[tuple[str, str]]:
        rows = self.desk.dossier.all(forms()[form])
        return [(str(row.id), record_words(row, place)) for place, row in enumerate(rows, 1)]

    def _fitting(self, spec: Spec) -> frozenset[str] | None:
        """Which records a reference offers: those of its kinds; in the plan's second half, of the
        photos those that no visit of the diagnosis has."""
        if spec.kinds:
            rows = self.desk.dossier.all(forms()[spec.of])
            return frozenset(str(r.id) for r in rows if getattr(r, "kind", "") in spec.kinds)
        if spec.of == form_of(Photo) and self.kind.half == 2:
            photos = self.desk.dossier.all(Photo)
            return frozenset(str(each.id) for each in photos if each.visit is None)
        return None

    def _take_in(self, spec: Spec, then: Callable[[list[str]], object]) -> None:
        """Ask for files; each becomes an attachment of the field's first kind."""

        def keep(paths: list[Path]) -> None:
            made = [self.desk.attach(path, spec.kinds[0], path.stem) for path in paths]
            then([str(each) for each in made if each is not None])

        ask_files(self, f"选择{spec.label}", "所有文件 (*)", keep)


def takes_a_line(spec: Spec, context: FieldContext) -> bool:
    """Whether a field needs the whole width of a form."""
    if spec.kind in WHOLE_WIDTH or spec.limit > 120 or text_width(spec.label, "dense") > _HALF:
        return True
    return spec.kind is Kind.CHOICE and boxes_width(context.offered(spec)) > _HALF


def record_words(record: Record, place: int) -> str:
    """A record in a few words, for a list to choose from; `place` is its number in the list."""
    date = getattr(record, "date", None)
    if form_of(record) == "visit":
        return f"第 {place} 次（{date.isoformat()}）" if date else f"第 {place} 次"
    for name in ("name", "topic", "caption", "subject", "number", "kind", "way", "advice", "text"):
        words = getattr(record, name, "")
        if isinstance(words, str) and words.strip():
            return " ".join(words.split())[:60]
    return f"{record.title} {place}"


def page_name(form: str) -> str:
    """The name of the page on which records of `form` are made."""
    return next((page.name for page in PAGES.values() if form in page.forms), "")


def shown(desk: Desk, spec: Spec, value: Any) -> str:
    """A kept value as a table's cell shows it."""
    if value is None or value == "" or value == {}:
        return ""
    if spec.kind is Kind.YESNO:
        return "是" if value else "否"
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    if isinstance(value, dt.date):
        return value.isoformat()
    if spec.kind in (Kind.REF, Kind.REFS):
        wanted = {str(value)} if spec.kind is Kind.REF else set(chosen(value))
        rows = enumerate(desk.dossier.all(forms()[spec.of]), 1)
        return "、".join(record_words(row, n) for n, row in rows if str(row.id) in wanted)
    if spec.kind is Kind.CHOICES:
        return "、".join(key.rpartition("/")[2] for key in chosen(value, spec))
    return " ".join(str(value).split())
