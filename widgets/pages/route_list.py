"""All measures towards the level with the provider's prices: ticked, typed, and as a table."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout

from app import price_list
from exporters.route_rows import Ground
from forms.errors import UserError
from forms.instrument import NUMERALS, Kind, points_text
from grading.chosen import changed_words, open_steps
from grading.ways import Step, pack_costs
from widgets.controls import Button
from widgets.desk import Desk
from widgets.pages.route_table import StepRow, StepTable
from widgets.surfaces import Card
from widgets.text import TextLabel

_SAID = "勾选即另拟一条；以结果计分的采集项不能列为措施。报价由本机各档案共用，不写入文书。"


class StepList(Card):
    """`ticked(step, on)` is a wish; `priced()` when prices were changed; `refused(sentence)`, empty
    where the last refusal is over; `told(sentence)` when something was done."""

    ticked = Signal(object, bool)
    priced = Signal()
    refused = Signal(str)
    told = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__((16, 12), 6)
        self._desk = desk
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(TextLabel("全部措施与报价", "section"))
        self.live = TextLabel("", "dense", "ink2", keep=False)
        head.addWidget(self.live, 1)
        for text, act in (("导入报价表", self._import), ("导出报价表", self._export)):
            button = Button(text, height=28)
            button.clicked.connect(lambda _on=False, act=act: act())
            head.addWidget(button)
        self.body.addLayout(head)
        self.body.addWidget(TextLabel(_SAID, "meta", "ink2", wrap=True))
        self.table = StepTable()
        self.table.steps.ticked.connect(self.ticked)
        self.table.steps.priced.connect(self._price)
        self.body.addWidget(self.table)

    def say(self, words: str, token: str) -> None:
        """What comes of the ticked measures."""
        self.live.setText(words)
        self.live.set_token(token)

    def begin(self) -> None:
        """Give the keyboard to the table."""
        self.table.setFocus()
        if self.table.steps.rows:
            self.table.selectRow(max(self.table.currentIndex().row(), 0))

    def show_steps(self, base: Ground, level: int, taken: frozenset[Step]) -> None:
        """Show every step towards `level`, those of the current route ticked."""
        pack, table = pack_costs(base.advice), base.instrument
        rows: list[StepRow] = []
        before: dict[str, tuple[int, str]] = {}
        for (subject, key), measure in open_steps(table, base.sheet, level, pack):
            if not measure.gain:
                to = int(key)
                _, effort = pack.step(subject, to) or (0, measure.effort)
                said = "约束性" if measure.binding else "指导性"
                change = f"{_word(to - 1)} → {_word(to)}"
                rows.append(StepRow((subject, key), change, said, effort, chained=True))
                continue
            item = table.item(subject)
            _, effort = pack.option(subject, key) or (0, measure.effort)
            single = item.kind is not Kind.MULTI
            change = changed_words(table, base.sheet, measure)
            gain, below = before.get(subject, (0, "")) if single else (0, "")
            gain, change = measure.gain - gain, f"{below} → {key}" if below else change
            before[subject] = measure.gain, key
            text = next(option.text for option in item.options if option.key == key)
            change = f"{change}　{text}"
            rows.append(StepRow((subject, key), change, f"+{points_text(gain)}", effort, single))
        self.table.steps.show(rows, taken, price_list.load(self._desk.bench.store))
        self.table.fit()

    def _price(self, step: Step, typed: str) -> None:
        try:
            price_list.put(self._desk.bench.store, step, typed)
            self.refused.emit("")
        except UserError as error:
            self.refused.emit(str(error))
        self.priced.emit()

    def _import(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "导入报价表", "", "Excel 表格 (*.xlsx)")
        if name:
            self.import_prices(Path(name))

    def import_prices(self, path: Path) -> None:
        """Take the prices of a table in."""
        try:
            count = price_list.read(self._desk.bench.store, path, self._desk.pack.instrument)
        except UserError as error:
            self.refused.emit(str(error))
            return
        self.refused.emit("")
        self.told.emit(f"已导入报价 {count} 项")
        self.priced.emit()

    def _export(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, "导出报价表", "报价表.xlsx", "Excel 表格 (*.xlsx)"
        )
        if name:
            self.export_prices(Path(name).with_suffix(".xlsx"))

    def export_prices(self, path: Path) -> None:
        """Write all prices as a table."""
        try:
            price_list.write(self._desk.bench.store, path, self._desk.pack.instrument)
        except UserError as error:
            self.refused.emit(str(error))
            return
        self.refused.emit("")
        self.told.emit(f"已导出到“{path.name}”")


def _word(level: int) -> str:
    return f"{NUMERALS[level]}级" if level else "无等级"
