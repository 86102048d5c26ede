"""Taking photos in, shown in place: how far it is, what was left out and why, and a way to stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from app.progress import Progress
from widgets.controls import Button, Kind
from widgets.desk import Desk
from widgets.jobs import Job
from widgets.surfaces import Card, ScrollColumn
from widgets.text import TextLabel

#: So many refused files are named; the list scrolls no further than its card.
NAMED = 200
_LIST_HEIGHT = 128


class ImportBar(Card):
    """Runs one import after another. `ended()` when one is over, however it ended."""

    ended = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__((16, 12), 8, parent)
        self._desk = desk
        self._job: Job | None = None
        self._waiting: list[Callable[[], Iterator[Any]]] = []
        self.troubles: list[str] = []
        self._done = self._total = 0
        self._words = TextLabel("", "body", keep=False)
        self._bar = QProgressBar()
        self._bar.setFixedHeight(8)
        self._bar.setTextVisible(False)
        self._stop = Button("取消导入", height=28)
        self._stop.clicked.connect(self.cancel)
        self._close = Button("收起", Kind.QUIET, height=28)
        self._close.clicked.connect(self.hide)
        self._list = ScrollColumn((0, 0, 8, 0), 4, plain=True)
        self._list.setFixedHeight(_LIST_HEIGHT)
        head = QHBoxLayout()
        head.addWidget(self._words, 1)
        head.addWidget(self._stop)
        head.addWidget(self._close)
        self.body.addLayout(head)
        self.body.addWidget(self._bar)
        self.body.addWidget(self._list)
        self.hide()

    @property
    def running(self) -> bool:
        """Whether files are being read."""
        return self._job is not None

    def start(self, work: Callable[[], Iterator[Any]]) -> None:
        """Begin, or queue behind the import that runs."""
        self._waiting.append(work)
        if not self.running:
            self._next()

    def cancel(self) -> None:
        """Stop after the file being read; what was taken in stays."""
        self._waiting.clear()
        if self._job is not None:
            self._stop.setEnabled(False)
            self._words.setText("正在停止，已收入的照片保留。")
            self._job.cancel()

    def finish(self) -> None:
        """Stop and wait, when the page closes."""
        self.cancel()
        if self._job is not None:
            self._job.wait()

    def _next(self) -> None:
        self.troubles, self._done, self._total = [], 0, 0
        self._stop.setEnabled(True)
        self._show_running(True)
        self._words.setText("正在读取照片")
        self._bar.setRange(0, 0)
        job = self._desk.job(self._waiting.pop(0))
        job.progressed.connect(self._progress)
        job.refused.connect(self._refused)
        job.cancelled.connect(lambda: self._tell("已停止。"))
        job.finished.connect(lambda _last: self._tell(""))
        job.crashed.connect(lambda _error: self._tell("导入中断，日志中有记录。"))
        job.ended.connect(self._over)
        self._job = job
        self.show()
        job.start()

    def _progress(self, step: Progress) -> None:
        self._done, self._total = step.done, step.total
        self._bar.setRange(0, step.total)
        self._bar.setValue(step.done)
        if self._stop.isEnabled():
            self._words.setText(f"正在导入 {step.done} / {step.total}　{step.text}")
        if step.trouble:
            self.troubles.append(step.trouble)

    def _refused(self, sentence: str) -> None:
        self.troubles.append(sentence)
        self._tell("导入没有完成。")

    def _tell(self, how: str) -> None:
        """Say how it ended, and list what was left out."""
        taken = max(0, self._done - len(self.troubles))
        said = [how] if how else []
        if self._total:
            said.append(f"收入 {taken} 张。")
        elif not self.troubles:
            said.append("没有找到可以导入的文件。")
        if self.troubles:
            said.append(f"{len(self.troubles)} 个文件没有收入：")
        self._words.setText("".join(said))
        self._fill(self.troubles)
        self._show_running(False)

    def _fill(self, sentences: list[str]) -> None:
        column = self._list.column
        while (item := column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.setParent(None)
                widget.deleteLater()
        for sentence in sentences[:NAMED]:
            label = TextLabel(sentence, "dense", "ink2", wrap=True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
            column.addWidget(label)
        if len(sentences) > NAMED:
            column.addWidget(TextLabel(f"其余 {len(sentences) - NAMED} 个从略。", "dense", "ink2"))
        column.addStretch(1)

    def _show_running(self, on: bool) -> None:
        self._bar.setVisible(on)
        self._stop.setVisible(on)
        self._close.setVisible(not on)
        self._list.setVisible(not on and bool(self.troubles))

    def _over(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.deleteLater()
        if self._waiting:
            self._next()
        self.ended.emit()


def photo_work(desk: Desk, paths: list[Path], visit: Any) -> Callable[[], Iterator[Any]]:
    """The work of taking photos into a visit, for `ImportBar.start`."""
    return lambda: desk.bench.import_photos(desk.dossier_id, paths, visit)
