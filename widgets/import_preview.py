"""What a table would change, row by row, before anything is changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.import_plan import State
from widgets.controls import Button, Kind
from widgets.plain_table import PlainTable
from widgets.text import TextLabel, text_height, text_width

_ORDER = (State.WRONG, State.NEW, State.CHANGED, State.OTHER, State.SAME)
_TOKENS = {State.NEW: "ok", State.CHANGED: "warn", State.WRONG: "block"}
_STATE_WIDTH = 72
_WIDE, _TALL = 960, 600
_PADDED = 30
"""px that a cell keeps free beside its text."""
_AIR = 12
_MOST = 300
"""So many rows are made as high as their words need; of the others a tip says all."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One row of the preview: the texts of the columns before its state, and what is said of it."""

    texts: tuple[str, ...]
    state: State
    note: str


class PreviewDialog(QDialog):
    """The preview; accepted when the rows are to be taken in.

    `heads` are the columns before 结果 and 说明; `taken` the states of the rows that come in.
    `choice`, where there is one, offers to take the changed rows in as well: `chosen` says so.
    """

    def __init__(
        self,
        title: str,
        name: str,
        heads: Sequence[tuple[str, int]],
        rows: Sequence[Shown],
        parent: QWidget | None = None,
        *,
        taken: Sequence[State] = (State.NEW, State.CHANGED),
        choice: str = "",
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        host = parent.window().size() if parent is not None else QSize(_WIDE, _TALL)
        self.resize(
            min(_WIDE, max(host.width() - 40, 640)), min(_TALL, max(host.height() - 40, 400))
        )
        self._counts = {state: sum(row.state is state for row in rows) for state in _ORDER}
        self._taken = tuple(taken)
        self.table = PlainTable((*heads, ("结果", _STATE_WIDTH), ("说明", 0)))
        self.table.setAccessibleName("各行的导入结果")
        self.table.setWordWrap(True)
        self._folded: list[int] = []
        self._soon = QTimer(self, singleShot=True)  # several columns change with the window
        self._soon.timeout.connect(self._fold)
        head = self.table.horizontalHeader()
        head.sectionResized.connect(lambda *_change: self._soon.start())
        head.sortIndicatorChanged.connect(lambda *_change: self._soon.start())
        ordered = sorted(rows, key=lambda row: _ORDER.index(row.state))
        self.table.show_rows(
            [(*row.texts, row.state.value, row.note) for row in ordered],
            tokens=[_TOKENS.get(row.state, "ink2") for row in ordered],
            tinted=len(heads),
        )
        self.words = TextLabel(self._said(name), "body", wrap=True)
        self.choice = QCheckBox(choice)
        self.choice.setVisible(bool(choice) and bool(self._counts[State.CHANGED]))
        self.choice.toggled.connect(lambda _on: self._count())
        self.take = Button("导入", Kind.PRIMARY)
        self.take.clicked.connect(self.accept)
        self._lay_out()
        self._count()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def _lay_out(self) -> None:
        leave = Button("不导入")
        leave.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addWidget(self.choice)
        buttons.addStretch(1)
        for button in (leave, self.take):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(self.words)
        column.addWidget(self.table, 1)
        column.addLayout(buttons)

    def _fold(self) -> None:
        """Have rows as high as their words need: what is wrong must be read before it is mended."""
        table, tall = self.table, self.table.verticalHeader().defaultSectionSize()
        for row in self._folded:
            table.setRowHeight(row, tall)
        columns = range(table.columnCount())
        room = [max(table.columnWidth(place) - _PADDED, 1) for place in columns]
        self._folded = []
        for row in range(table.rowCount()):
            items = [table.item(row, place) for place in columns]
            said = [(item.text(), wide) for item, wide in zip(items, room, strict=True) if item]
            if any(text_width(words) > wide for words, wide in said):
                need = max(text_height(words, "body", wide) for words, wide in said)
                table.setRowHeight(row, max(tall, need + _AIR))
                self._folded.append(row)
            if len(self._folded) == _MOST:
                break

    @property
    def chosen(self) -> bool:
        """Whether the changed rows are to be taken in where that is a choice."""
        return self.choice.isChecked()

    def _said(self, name: str) -> str:
        counts = "，".join(f"{s.value} {n} 行" for s, n in self._counts.items() if n)
        words = f"“{name}”：{counts or '没有可导入的内容'}。"
        if self._counts[State.WRONG]:
            words += "有误的行不导入，请在表格中改正后再导入一次。"
        return words

    def _count(self) -> None:
        states = {*self._taken, *((State.CHANGED,) if self.chosen else ())}
        taken = sum(self._counts[state] for state in states)
        self.take.setText(f"导入 {taken} 行")
        self.take.setEnabled(bool(taken))
        self.take.updateGeometry()
