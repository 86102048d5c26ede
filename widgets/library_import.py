"""What a table would change in the solution library, row by row, before anything is changed."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.library_xlsx import Plan, State
from widgets.controls import Button, Kind
from widgets.plain_table import PlainTable
from widgets.text import TextLabel

_HEADS = (("单元格", 90), ("三级场景", 230), ("产品", 200), ("结果", 72), ("说明", 0))
_TOKENS = {State.NEW: "ok", State.CHANGED: "warn", State.WRONG: "block"}


class ImportDialog(QDialog):
    """The preview; accepted when the rows are to be taken in."""

    def __init__(self, plan: Plan, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("导入供需适配库")
        self.resize(960, 600)
        self.table = PlainTable(_HEADS)
        self.table.setAccessibleName("各行的导入结果")
        order = (State.WRONG, State.NEW, State.CHANGED, State.OTHER, State.SAME)
        rows = sorted(plan.rows, key=lambda row: order.index(row.state))
        self.table.show_rows(
            [(row.cells, row.scene, row.product, row.state.value, row.note) for row in rows],
            tokens=[_TOKENS.get(row.state, "ink2") for row in rows],
            tinted=3,
        )
        counts = "，".join(f"{s.value} {plan.count(s)} 行" for s in order if plan.count(s))
        taken = plan.count(State.NEW) + plan.count(State.CHANGED)
        words = f"“{name}”：{counts or '没有可导入的内容'}。"
        if plan.count(State.WRONG):
            words += "有误的行不导入，请在表格中改正后再导入一次。"
        self.words = TextLabel(words, "body", wrap=True)
        self.take = Button(f"导入 {taken} 行", Kind.PRIMARY)
        self.take.setEnabled(bool(taken))
        self.take.clicked.connect(self.accept)
        leave = Button("不导入")
        leave.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (leave, self.take):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(self.words)
        column.addWidget(self.table, 1)
        column.addLayout(buttons)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
