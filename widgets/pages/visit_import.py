"""What came of taking files in, shown in place: how many there are now, what was left out and why.

How far a running import is, and the way to stop it, stand in the window's strip of jobs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.progress import Progress
from widgets.controls import Button, Kind
from widgets.desk import Desk
from widgets.jobs import Job
from widgets.surfaces import Card, ScrollColumn, empty
from widgets.text import TextLabel

#: So many refused files are named.
NAMED = 200
_ROW, _MOST_HEIGHT = 26, 134

Work = Callable[[], Iterator[Any]]


class ImportBar(QWidget):
    """Runs one import after another. `ended()` when one is over, however it ended.

    `one` is what a file is called here, `unit` its measure word (照片, 张). Hidden until there is
    an outcome to tell.
    """

    ended = Signal()

    def __init__(self, desk: Desk, one: str, unit: str, margin: int = 18) -> None:
        super().__init__()
        self._desk, self._one, self._unit = desk, one, unit
        self._job: Job | None = None
        self._waiting: list[Work] = []
        self._last: Progress | None = None
        self.troubles: list[str] = []
        self.words = TextLabel("", "body", keep=False)
        close = Button("收起", Kind.QUIET, height=28)
        close.clicked.connect(self.hide)
        self._list = ScrollColumn((0, 0, 8, 0), 4, plain=True)
        head = QHBoxLayout()
        head.addWidget(self.words, 1)
        head.addWidget(close)
        card = Card((16, 10), 6)
        card.body.addLayout(head)
        card.body.addWidget(self._list)
        column = QVBoxLayout(self)
        column.setContentsMargins(margin, 12, margin, 0)
        column.addWidget(card)
        self.hide()

    @property
    def running(self) -> bool:
        """Whether files are being read."""
        return self._job is not None

    def start(self, work: Work) -> None:
        """Begin, or queue behind the import that runs."""
        self._waiting.append(work)
        if not self.running:
            self._next()

    def _next(self) -> None:
        self.troubles, self._last = [], None
        self.hide()
        job = self._desk.job(self._waiting.pop(0))
        job.progressed.connect(self._progress)
        job.cancelled.connect(self._stopped)
        job.finished.connect(lambda _last: self._tell(""))
        job.ended.connect(self._over)
        self._job = job
        job.start()

    def _progress(self, step: Progress) -> None:
        self._last = step
        if step.trouble:
            self.troubles.append(step.trouble)

    def _stopped(self) -> None:
        self._waiting.clear()
        self._tell("已停止，")

    def _tell(self, how: str) -> None:
        """Say how it ended, and list what was left out."""
        left = len(self.troubles)
        if self._last is None:
            self.words.setText(f"没有找到可以收入的{self._one}。")
        else:
            words = f"{how}收入{self._one} {self._last.done - left} {self._unit}"
            self.words.setText(f"{words}，以下 {left} 个文件没有收入。" if left else f"{words}。")
        self._fill(self.troubles)
        self.show()

    def _fill(self, sentences: list[str]) -> None:
        column = self._list.column
        empty(column)
        for sentence in sentences[:NAMED]:
            column.addWidget(TextLabel(sentence, "dense", "ink2", wrap=True))
        if len(sentences) > NAMED:
            column.addWidget(TextLabel(f"其余 {len(sentences) - NAMED} 个从略。", "dense", "ink2"))
        column.addStretch(1)
        self._list.setFixedHeight(min(_MOST_HEIGHT, _ROW * len(sentences)))
        self._list.setVisible(bool(sentences))

    def _over(self) -> None:
        job, self._job = self._job, None
        if job is not None:
            job.deleteLater()
        if self._waiting and not self._desk.closed:
            self._next()
        self.ended.emit()


def photo_work(desk: Desk, paths: list[Path], visit: UUID | None) -> Work:
    """The work of taking photos into a visit, for `ImportBar.start`."""
    return lambda: desk.bench.import_photos(desk.dossier_id, paths, visit)
