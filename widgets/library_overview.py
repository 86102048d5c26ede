"""The needs of all dossiers: counted by industry and scene, or one by one, with their states."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from app import library, library_xlsx
from app.progress import Progress
from app.workbench import Workbench
from exporters.library_table import COUNT_HEADS, NEED_HEADS
from forms.library import NEED_STATES
from grading.library import UNTRACKED
from widgets.controls import Button, Segment, SegmentedControl
from widgets.file_drop import ask_place
from widgets.job_bar import JobBar, Notice
from widgets.jobs import Job
from widgets.plain_table import PlainTable
from widgets.text import TextLabel

STATES = (*NEED_STATES, UNTRACKED)
_COUNTED = tuple(zip(COUNT_HEADS, (190, 0, *[72] * (len(STATES) + 1)), strict=True))
_LISTED = tuple(zip(NEED_HEADS, (190, 150, 190, 0, 76, 120, 60), strict=True))
_VIEWS = ("按行业和场景", "逐条")
_TABLES = "表格 (*.xlsx)"
_DOSSIER = Qt.ItemDataRole.UserRole


class OverviewDialog(QDialog):
    """The overview. `opened(dossier id)` on a double click on a need."""

    opened = Signal(object)

    def __init__(self, bench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bench = bench
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("各企业需求及供需适配")
        self.resize(1080, 680)
        self._needs = library.needs(bench)
        self.counted, self.listed = PlainTable(_COUNTED), PlainTable(_LISTED)
        self.views = SegmentedControl([Segment(v, v) for v in _VIEWS], _VIEWS[0], name="怎样列出")
        self.views.chosen.connect(lambda _key: self._narrow())
        self.finder = QLineEdit()
        self.finder.setPlaceholderText("按行业、场景、企业、状态筛选")
        self.finder.setAccessibleName("筛选需求")
        self.finder.setClearButtonEnabled(True)
        self.finder.textChanged.connect(lambda _text: self._narrow())
        self.words = TextLabel("", "dense", "ink2", wrap=True)
        self.jobs, self.notice, self.told = JobBar(), Notice(), Notice(tone="info")
        self._stack = QStackedLayout()
        self._lay_out()
        self._narrow()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self.views)
        head.addWidget(self.finder, 1)
        for words, act in (
            ("导出需求汇总", lambda: self._ask("各企业需求汇总.xlsx", self._write_needs)),
            ("导出各企业适配库", lambda: self._ask("供需适配库汇总.xlsx", self._write_all)),
        ):
            button = Button(words, icon="export")
            button.clicked.connect(lambda _on=False, act=act: act())
            head.addWidget(button)
        for table in (self.counted, self.listed):
            self._stack.addWidget(table)
        self.listed.cellDoubleClicked.connect(lambda row, _column: self._open(row))
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self.words)
        column.addLayout(self._stack, 1)
        for strip in (self.notice, self.told, self.jobs):
            column.addWidget(strip)

    def _narrow(self) -> None:
        """Show the needs in which all words are found, counted or one by one."""
        asked = self.finder.text().lower().split()
        lines = zip(self._needs, library.need_rows(self._needs), strict=True)
        texts = [(need, "\n".join((*row, *need.path)).lower()) for need, row in lines]
        kept = [need for need, text in texts if all(word in text for word in asked)]
        one_by_one = self.views.current() == _VIEWS[1]
        self._stack.setCurrentWidget(self.listed if one_by_one else self.counted)
        self.counted.show_rows(library.count_rows(kept))
        self.listed.show_rows(library.need_rows(kept))
        for row, need in enumerate(kept):
            if (cell := self.listed.item(row, 0)) is not None:
                cell.setData(_DOSSIER, str(need.dossier))
        firms = len({need.dossier for need in self._needs})
        total = f"{firms} 家企业在用的场景需求共 {len(self._needs)} 条；系统拟写而未确认的不计。"
        self.words.setText(f"筛出 {len(kept)} 条。{total}" if asked else total)

    def _open(self, row: int) -> None:
        cell = self.listed.item(row, 0)
        if cell is not None:
            self.opened.emit(UUID(cell.data(_DOSSIER)))
            self.accept()

    def _ask(self, name: str, write: Callable[[Path], Iterator[Any]]) -> None:
        ask_place(self, "导出", name, _TABLES, lambda path: self.run(lambda: write(path)))

    def _write_needs(self, path: Path) -> Iterator[Progress]:
        return library_xlsx.export_needs(self._needs, path)

    def _write_all(self, path: Path) -> Iterator[Progress]:
        return library_xlsx.export_all(self.bench, path)

    def run(self, work: Callable[[], Iterator[Any]]) -> Job:
        """Write a table in the background; the strip says where it is, or why it is not."""
        job = Job(work, self)
        self.notice.say("")
        job.refused.connect(self.notice.say)
        job.finished.connect(self._written)
        self.jobs.follow(job)
        job.start()
        return job

    def _written(self, last: object) -> None:
        if isinstance(last, Progress):
            self.told.say(f"{last.text}。文件位置：{last.made}")

    def done(self, result: int) -> None:
        self.jobs.wait()
        super().done(result)
