"""What came of filing scans, in place: how many were filed, where, and which need another look."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from app import scans
from app.progress import Progress
from widgets.controls import Button, Kind
from widgets.desk import Desk
from widgets.jobs import Job
from widgets.pages.visit_import import NAMED, Panel
from widgets.surfaces import ScrollColumn, empty
from widgets.text import TextLabel

_MOST_HEIGHT = 156
_NONE = "没有找到可以归入的扫描件，档案未变，请选择 PDF 或图片"


class ScanFiling(Panel):
    """Files scans, one lot at a time. `ended()` when a lot is over. Hidden until it has news."""

    ended = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__((16, 10), 6, 16)
        self._desk = desk
        self._job: Job | None = None
        self._filed: set[object] = set()
        self.lines: list[tuple[str, str]] = []
        self.words = TextLabel("", "body", keep=False)
        close = Button("收起", Kind.QUIET, height=28)
        close.clicked.connect(self.hide)
        head = QHBoxLayout()
        head.addWidget(self.words, 1)
        head.addWidget(close)
        self._list = ScrollColumn((0, 0, 8, 0), 4, plain=True)
        self.body.addLayout(head)
        self.body.addWidget(self._list)

    def start(self, paths: list[Path]) -> None:
        """Begin; where a lot is being filed already, say that these were not taken."""
        if self._job is not None:
            sentence = "上一批扫描件尚未归完，其后选择的没有归入，请待其归完后重新选择。"
            self.lines.append((sentence, "warn"))
            self._say(sentence)
            return
        self.lines, self._filed = [], set()
        bench = self._desk.bench
        job: Job = self._desk.job(lambda: scans.file_scans(bench, paths, job.stopping.is_set))
        self._job = job
        job.progressed.connect(self._progress)
        job.finished.connect(lambda _last: self._tell(""))
        job.cancelled.connect(lambda: self._tell("已停止，"))
        job.refused.connect(lambda _sentence: self._refused())
        job.ended.connect(self._over)
        job.start()

    def _progress(self, step: Progress) -> None:
        if step.record is not None:
            self._filed.add(step.record)
        if step.trouble:
            self.lines.append((step.trouble, "warn"))
        elif step.record is not None:
            self.lines.append((f"{step.text}。", "ink2"))

    def _tell(self, how: str) -> None:
        if not self.lines:
            none = "没有归入扫描件，档案未变" if how else _NONE
            self._say(f"{how}{none}。")
            return
        doubts = sum(token == "warn" for _, token in self.lines)
        rest = f"，另有 {doubts} 处需要核对，见下" if doubts else ""
        self._say(f"{how}归入扫描件 {len(self._filed)} 份{rest}。")

    def _refused(self) -> None:
        """The window says why it went no further; here stands what was filed before that."""
        if self.lines:
            self._tell("此前")

    def _say(self, words: str) -> None:
        self.words.setText(words)
        self.words.setAccessibleName(words)
        column = self._list.column
        empty(column)
        for sentence, token in self.lines[:NAMED]:
            column.addWidget(TextLabel(sentence, "dense", token, wrap=True))
        if len(self.lines) > NAMED:
            words = f"其余 {len(self.lines) - NAMED} 条从略。"
            column.addWidget(TextLabel(words, "dense", "ink2"))
        column.addStretch(1)
        self._list.setFixedHeight(min(_MOST_HEIGHT, 30 * len(self.lines)))
        self._list.setVisible(bool(self.lines))
        self.show()

    def _over(self) -> None:
        if self._job is not None:
            self._job.deleteLater()
        self._job = None
        self.ended.emit()
