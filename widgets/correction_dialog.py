"""Correcting an answer after the briefing: what it becomes, why, and who agreed to it."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.corrections import Wanted, correct
from forms.dossier import Briefing, Correction, Remark
from forms.errors import UserError
from forms.evaluation import Stage
from forms.instrument import NO_LEVEL, NUMERALS, Item
from forms.record import specs
from grading.corrections import answer_words
from grading.sheet import sheet_of
from widgets.controls import Button, Kind
from widgets.desk import Desk
from widgets.field_choice import Combo
from widgets.surfaces import Card
from widgets.text import TextLabel

_SIZE = (720, 620)


class CorrectionDialog(QDialog):
    """Asks for one correction, and makes it; accepted once it is kept."""

    def __init__(self, parent: QWidget, desk: Desk, remark: Remark | None = None) -> None:
        super().__init__(parent)
        self.desk, self.remark = desk, remark
        self.setWindowTitle("更正评测结果")
        self.resize(*_SIZE)
        self.subject = Combo("采集项或场景")
        self.now = TextLabel("", "body")
        self.answers = QListWidget()
        self.answers.setAccessibleName("更正后")
        self.answers.setWordWrap(True)
        self.reason = QPlainTextEdit()
        self.reason.setAccessibleName("更正理由")
        self.reason.setTabChangesFocus(True)
        self.reason.setFixedHeight(84)
        self.agreed = QLineEdit(remark.speaker if remark else "")
        self.agreed.setAccessibleName("同意更正的人员")
        self.agreed.setMaxLength(specs(Correction)["agreed"].limit)
        self.trouble = TextLabel("", "dense", "block", wrap=True)
        self.take = Button("更正", Kind.PRIMARY, height=36)
        self.leave = Button("取消", height=36)
        self._build()
        offered = desk.pack.offered(specs(Remark)["subject"])
        self.subject.show_options([(name, name) for name in offered], "")
        if remark is not None and remark.subject in offered:
            self.subject.show_options([(name, name) for name in offered], remark.subject)
        self.subject.activated.connect(lambda _place: self._show())
        self.answers.itemChanged.connect(self._toggled)
        self.take.clicked.connect(self.keep)
        self.leave.clicked.connect(self.reject)
        self._show()

    def _build(self) -> None:
        words = "更正写入水平评测，并与理由一并留存；可以撤销。"
        framed = Card((4, 4))
        framed.body.addWidget(self.answers)
        form = QFormLayout()
        form.setSpacing(10)
        for label, field in (
            ("采集项或场景", self.subject),
            ("现在的结果", self.now),
            ("更正后", framed),
            ("更正理由", self.reason),
            ("同意更正的人员", self.agreed),
        ):
            form.addRow(TextLabel(label, "dense", "ink2"), field)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.leave)
        row.addWidget(self.take)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(TextLabel(words, "dense", "ink2", wrap=True))
        column.addLayout(form, 1)
        column.addWidget(self.trouble)
        column.addLayout(row)

    @property
    def name(self) -> str:
        """The item or scene chosen, "" where none is."""
        return str(self.subject.currentData() or "")

    def _item(self) -> Item | None:
        items = self.desk.pack.instrument.items
        return next((item for item in items if item.name == self.name), None)

    def _show(self) -> None:
        """The answers that the table offers for what is chosen, the present one marked."""
        instrument, name = self.desk.pack.instrument, self.name
        sheet = sheet_of(self.desk.dossier, Stage.DIAGNOSIS, instrument)
        self.now.setText(answer_words(sheet, name) if name else "请先选择采集项或场景")
        self.now.updateGeometry()
        self.answers.blockSignals(True)
        self.answers.clear()
        item = self._item()
        if item is not None:
            held = sheet.items.get(name, frozenset())
            for option in item.options:
                self._offer(option.key, f"{option.key}　{option.text}", option.key in held)
        elif name:
            scene = instrument.scene(name)
            for level, criterion in enumerate(("", *scene.criteria)):
                words = f"{NUMERALS[level]}级　{criterion}" if level else NO_LEVEL
                self._offer(str(level), words, sheet.scenes.get(name) == level)
        self.answers.blockSignals(False)
        self.take.setEnabled(bool(name))

    def _offer(self, key: str, words: str, on: bool) -> None:
        row = QListWidgetItem(words)
        row.setData(Qt.ItemDataRole.UserRole, key)
        row.setFlags(row.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        row.setCheckState(Qt.CheckState.Checked if on else Qt.CheckState.Unchecked)
        self.answers.addItem(row)

    def _rows(self) -> list[QListWidgetItem]:
        return [self.answers.item(place) for place in range(self.answers.count())]

    def _on(self) -> frozenset[str]:
        return frozenset(
            str(row.data(Qt.ItemDataRole.UserRole))
            for row in self._rows()
            if row.checkState() is Qt.CheckState.Checked
        )

    def _toggled(self, row: QListWidgetItem) -> None:
        """Whatever cannot stand beside what was ticked goes: of a scene all other levels."""
        key = str(row.data(Qt.ItemDataRole.UserRole))
        item, on = self._item(), self._on()
        if key in on:
            on = item.after(on - {key}, key) if item is not None else frozenset({key})
        self.answers.blockSignals(True)
        for each in self._rows():
            ticked = each.data(Qt.ItemDataRole.UserRole) in on
            each.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
        self.answers.blockSignals(False)

    def keep(self) -> None:
        """Make the correction; a refusal stands below, and everything typed stays."""
        on = self._on()
        if not on:
            self._refuse("没有选择更正后的结果，评测结果未改，请选择后再更正。")
            return
        meeting = self.desk.dossier.one(Briefing)
        wanted = Wanted(
            self.name,
            on if self._item() is not None else int(next(iter(on))),
            self.reason.toPlainText(),
            self.agreed.text(),
            meeting.held_on or dt.date.today(),
            self.remark.id if self.remark else None,
        )
        try:
            correct(self.desk.bench, self.desk.dossier_id, wanted)
        except UserError as error:
            self._refuse(str(error))
            return
        self.desk.refresh()
        self.accept()

    def _refuse(self, sentence: str) -> None:
        self.trouble.setText(sentence)
        self.trouble.updateGeometry()
