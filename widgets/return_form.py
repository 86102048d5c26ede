"""Composing a 退回意见: its head, its points from findings and from what a person types."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.received import Noted, drafted
from app.receiving import Examined
from app.return_file import POINTS_CEILING
from app.store import Store
from forms.errors import UserError
from forms.fields import complaints, parse
from forms.record import Record, specs
from forms.returned import Returned, ReturnOpinion, ReturnPoint
from widgets.controls import Button, Kind
from widgets.field_base import FieldContext, FieldWidget
from widgets.field_widgets import make_field
from widgets.surfaces import Card, ScrollColumn
from widgets.text import TextLabel

OFFICE_SETTING = "return-office"
_HEAD = ("number", "office", "date", "due", "remarks")
_POINT = ("text", "asked", "basis", "place", "due")
_WHOLE = ("remarks",)


class ReturnForm(ScrollColumn):
    """The opinion on what was seen of a bundle, whose SHA-256 is `bundle`; the office is the one
    that was named last. `counted(points)` when points came or went."""

    counted = Signal(int)

    def __init__(self, store: Store, seen: Examined, bundle: str) -> None:
        super().__init__((24, 16, 24, 20), 12)
        self._store, self._seen = store, seen
        self._points: dict[UUID, tuple[Noted | None, _Fields]] = {}
        opinion = ReturnOpinion(
            dossier_id=seen.dossier,
            date=dt.date.today(),
            office=store.setting(OFFICE_SETTING),
            bundle=bundle,
        )
        self.opinion = _Fields(opinion, _HEAD)
        head = Card((20, 14), 8)
        title = f"退回意见：{seen.enterprise or '企业名称未填'}"
        head.body.addWidget(TextLabel(title, "section", keep=False))
        head.body.addWidget(self.opinion)
        self.list = QVBoxLayout()
        self.list.setSpacing(12)
        self.none = TextLabel("还没有意见。可在“核验结果”中勾选问题，或添加一条。", "dense", "ink2")
        self.add = Button("添加一条意见", icon="plus")
        self.add.clicked.connect(lambda: self.add_point())
        row = QHBoxLayout()
        row.addWidget(self.add)
        row.addStretch(1)
        self.column.addWidget(head)
        self.column.addWidget(self.none)
        self.column.addLayout(self.list)
        self.column.addLayout(row)
        self.column.addStretch(1)

    def set_findings(self, chosen: Sequence[Noted]) -> None:
        """Have a point of every chosen finding, and of no other; what was typed there stays."""
        held = {noted for noted, _ in self._points.values() if noted is not None}
        for key, (noted, _fields) in list(self._points.items()):
            if noted is not None and noted not in chosen:
                self._remove(key)
        for noted in chosen:
            if noted not in held:
                self._add(drafted(self._seen.dossier, noted), noted)
        self._count()

    def add_point(self) -> None:
        """A point of somebody's own."""
        fields = self._add(ReturnPoint(dossier_id=self._seen.dossier), None)
        self._count()
        fields.editors["text"].focus_editor()
        self.ensureWidgetVisible(fields)

    def findings(self) -> list[Noted]:
        """The findings of which there are points."""
        return [noted for noted, _ in self._points.values() if noted is not None]

    def own(self) -> int:
        """How many points are somebody's own."""
        return sum(noted is None for noted, _ in self._points.values())

    def _add(self, point: ReturnPoint, noted: Noted | None) -> _Fields:
        card = Card((20, 14), 8)
        fields = _Fields(point, _POINT)
        head = QHBoxLayout()
        head.addWidget(TextLabel("由核验发现" if noted else "人工填写", "meta", "ink2"))
        head.addStretch(1)
        gone = Button("去掉这一条", Kind.QUIET, height=24)
        gone.clicked.connect(lambda: self._drop(point.id))
        head.addWidget(gone)
        card.body.addLayout(head)
        card.body.addWidget(fields)
        self.list.addWidget(card)
        self._points[point.id] = noted, fields
        return fields

    def _drop(self, key: UUID) -> None:
        self._remove(key)
        self._count()

    def _remove(self, key: UUID) -> None:
        _, fields = self._points.pop(key)
        card = fields.parentWidget()
        if card is not None:
            self.list.removeWidget(card)
            card.hide()
            card.deleteLater()

    def _count(self) -> None:
        self.none.setVisible(not self._points)
        self.counted.emit(len(self._points))

    def returned(self) -> Returned:
        """The opinion as it stands. UserError where it cannot be sent so."""
        every = [self.opinion, *(fields for _, fields in self._points.values())]
        for fields in every:
            fields.flush()
        if any(fields.wrong for fields in every):
            raise UserError("退回意见中有填写不合要求之处，没有写出，请按栏下提示改正。")
        points = tuple(fields.record for _, fields in self._points.values())
        opinion = self.opinion.record
        assert isinstance(opinion, ReturnOpinion)
        found = tuple(each for each in points if isinstance(each, ReturnPoint))
        if not found:
            raise UserError("退回意见还没有任何一条，没有写出，请勾选问题或添加意见。")
        if len(found) > POINTS_CEILING:
            raise UserError(f"退回意见超过 {POINTS_CEILING} 条，没有写出，请分次退回。")
        if not all(each.text.strip() for each in found):
            raise UserError("有一条意见没有写内容，没有写出，请补写，或去掉这一条。")
        if not opinion.office.strip():
            raise UserError("没有填写退回单位，没有写出，请填写后再写出。")
        self._store.set_setting(OFFICE_SETTING, opinion.office)
        seen = self._seen
        return Returned(seen.dossier, seen.enterprise, seen.provider, opinion, found)


class _Fields(QWidget):
    """Fields of a record that is in no store; what is typed is kept on it, as far as it may be."""

    def __init__(self, record: Record, names: Sequence[str]) -> None:
        super().__init__()
        self.record = record
        self.editors: dict[str, FieldWidget] = {}
        context = FieldContext(lambda _spec: (), lambda _form: [], lambda _form: "")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(10)
        place = 0
        for name in names:
            spec = specs(type(record))[name]
            editor = make_field(name, spec, context)
            editor.note.hide()
            editor.load(getattr(record, name))
            editor.value_changed.connect(self._put)
            self.editors[name] = editor
            if name in _WHOLE:
                place += place % 2
                grid.addWidget(editor, place // 2, 0, 1, 2)
                place += 2
            else:
                grid.addWidget(editor, place // 2, place % 2)
                place += 1
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)

    def _put(self, name: str, value: Any) -> None:
        spec, editor = specs(type(self.record))[name], self.editors[name]
        try:
            setattr(self.record, name, parse(spec, value))
        except UserError as error:
            editor.refuse(str(error), name)
            return
        editor.refuse("", name)
        editor.complain(complaints(spec, getattr(self.record, name)))

    def flush(self) -> None:
        """Keep what still waits for its pause in the typing."""
        for editor in self.editors.values():
            editor.flush()

    @property
    def wrong(self) -> bool:
        """Whether anything here cannot be kept, or is beyond its limit."""
        return any(each.wrong.text() for each in self.editors.values())
