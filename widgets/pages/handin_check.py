"""What stands in the way of a hand-in: the findings that block, and the 核验单 as it stands."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.review import Review
from exporters import check_sheet
from exporters.blocks import Cell, Table
from grading.finding import Severity
from widgets.bars import StatusNote
from widgets.findings_panel import FindingCard, count_by_severity
from widgets.marks import Tag
from widgets.surfaces import Card, Rule, empty
from widgets.text import TextLabel

_BREAK = "\n"
_TONES = {"符合": ("ok", "check"), "不符合": ("block", "block"), "需说明": ("warn", "warn")}


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the 核验单: what, what is asked, what there is, and whether it holds."""

    name: str
    asked: str
    held: str
    verdict: str


def sheet_lines(review: Review) -> list[Line]:
    """The rows of the 核验单 as it would be printed now."""
    found: list[Line] = []
    for table in check_sheet.compose(review.source(draft=True)).blocks:
        if isinstance(table, Table):
            rows = [[_plain(cell) for cell in row.cells] for row in table.rows]
            found += _lines(rows)
    return found


def _lines(rows: list[list[str]]) -> list[Line]:
    """The rows of one of the sheet's tables, read by its own head; none of a table without one."""
    head = [_joined(name) for name in rows[0]]
    if "结论" not in head:
        return []
    if "实际" in head:
        return [
            Line(_joined(row[0]), row[1], row[head.index("实际")], row[head.index("结论")])
            for row in rows[1:]
        ]
    # The visits: a column a number, and in the second row what is asked of each.
    asked = _named(rows[0][2:-1], rows[1][2:-1])
    found = []
    for row in rows[2:]:
        if len(row) < len(head):
            found.append(Line("现场诊断", asked, row[0], row[-1]))
        else:
            held = f"{row[1].replace(_BREAK, ' ')}，{_named(rows[0][2:-1], row[2:-1])}"
            found.append(Line(f"现场诊断（{_joined(row[0])}）", asked, held, row[-1]))
    return found


def _named(heads: list[str], cells: list[str]) -> str:
    """Cells behind their heads' names; one of as many lines as its head is read line by line."""
    found = []
    for name, cell in zip(heads, cells, strict=True):
        names, values = name.split(_BREAK), cell.split(_BREAK)
        if len(names) != len(values) or values[0] == "共":
            names, values = [_joined(name)], [_joined(cell)]
        found += [f"{key}{value}" for key, value in zip(names, values, strict=True) if value]
    return "，".join(found)


def _joined(text: str) -> str:
    return text.replace(_BREAK, "")


def _plain(cell: Cell) -> str:
    if isinstance(cell.content, str):
        return cell.content
    return "\n".join(getattr(block, "text", "") for block in cell.content)


class BlockingCard(Card):
    """Whether a final can be made, and each finding that stops it. `activated(Target)`."""

    activated = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__((20, 16), 8, parent)
        self.words = TextLabel("", "section", wrap=True)
        self.glyph = StatusNote()
        self.glyph.hide()
        self._rest = TextLabel("", "dense", "ink2", wrap=True)
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        row = QHBoxLayout()
        row.addWidget(self.words, 1)
        row.addWidget(self.glyph, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(row)
        self.body.addLayout(self._list)
        self.body.addWidget(self._rest)
        self.words.setText("正在检查档案。")

    def show_review(self, review: Review) -> None:
        """Show what blocks now."""
        empty(self._list)
        blocking, counts = review.blocking, count_by_severity(review.findings)
        if blocking:
            self.words.setText(
                f"尚有 {len(blocking)} 个阻断问题，处理后才能导出终稿；草稿可随时导出。"
            )
            self.glyph.set_note("不能导出终稿", "block", "block")
        else:
            self.words.setText("没有阻断问题，可以导出终稿。")
            self.glyph.set_note("可以提交", "check", "ok")
        for finding in blocking:
            card = FindingCard(finding, "去处理" if finding.target else "", show_remedy=True)
            if finding.target is not None:
                card.clicked.connect(lambda _on=False, to=finding.target: self.activated.emit(to))
            self._list.addWidget(card)
        warned, told = counts[Severity.WARN], counts[Severity.INFO]
        self._rest.setText(f"另有警告 {warned} 条、提示 {told} 条，不影响导出，提交前请逐条核对。")
        self._rest.setVisible(bool(warned or told))
        self.words.updateGeometry()


class SheetCard(Card):
    """The 核验单 as it would be printed now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__((20, 16), 8, parent)
        head = QHBoxLayout()
        head.addWidget(TextLabel("核验单", "section"))
        head.addStretch(1)
        head.addWidget(TextLabel("按现有档案试算，与导出的核验单一致", "meta", "ink2"))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 5)
        self._grid.setColumnStretch(2, 6)
        self.body.addLayout(head)
        self.body.addLayout(self._grid)
        self.lines: list[Line] = []

    def show_review(self, review: Review) -> None:
        """Work the sheet out anew."""
        lines = sheet_lines(review)
        if lines == self.lines:
            return
        self.lines = lines
        empty(self._grid)
        for place, name in enumerate(("项目", "要求", "实际", "结论")):
            self._grid.addWidget(TextLabel(name, "meta", "ink2"), 0, place)
        top = Qt.AlignmentFlag.AlignTop
        for number, line in enumerate(lines):
            row = 2 * number + 2
            tone, icon = _TONES[line.verdict]
            self._grid.addWidget(Rule(), row - 1, 0, 1, 4)
            self._grid.addWidget(TextLabel(line.name, "dense", bold=True), row, 0, top)
            self._grid.addWidget(TextLabel(line.asked, "dense", "ink2", wrap=True), row, 1)
            self._grid.addWidget(TextLabel(line.held, "dense", wrap=True), row, 2)
            self._grid.addWidget(Tag(line.verdict, tone, icon), row, 3, top)
