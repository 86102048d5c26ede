"""What came of taking files in, shown in place: how many there are now, what was left out and why.

How far a running import is, and the way to stop it, stand in the window's strip of jobs.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
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
Then = Callable[[], object]


def _nothing() -> None:
    """Nothing is to be done when an import is over."""


class Panel(QWidget):
    """A card across the page, `margin` px from its edges, that takes no room while it is hidden."""

    def __init__(self, padding: tuple[int, int], spacing: int, margin: int = 18) -> None:
        super().__init__()
        card = Card(padding, spacing)
        self.body = card.body
        column = QVBoxLayout(self)
        column.setContentsMargins(margin, 12, margin, 0)
        column.addWidget(card)
        self.hide()


class ImportBar(Panel):
    """Runs one import after another. `ended()` when one is over, however it ended.

    `one` is what a file is called here, `unit` its measure word (照片, 张). Hidden until there is
    an outcome to tell.
    """

    ended = Signal()

    def __init__(self, desk: Desk, one: str, unit: str, margin: int = 18) -> None:
        super().__init__((16, 10), 6, margin)
        self._desk, self._one, self._unit = desk, one, unit
        self.job: Job | None = None
        self._waiting: list[tuple[Work, Then]] = []
        self._then: Then = _nothing
        self._last: Progress | None = None
        self.troubles: list[str] = []
        self.words = TextLabel("", "body", keep=False)
        close = Button("收起", Kind.QUIET, height=28)
        close.clicked.connect(self.hide)
        self._list = ScrollColumn((0, 0, 8, 0), 4, plain=True)
        head = QHBoxLayout()
        head.addWidget(self.words, 1)
        head.addWidget(close)
        self.body.addLayout(head)
        self.body.addWidget(self._list)

    @property
    def running(self) -> bool:
        """Whether files are being read."""
        return self.job is not None

    def start(self, work: Work, then: Then = _nothing) -> None:
        """Begin, or queue behind the import that runs; `then` is called when it is over."""
        self._waiting.append((work, then))
        if not self.running:
            self._next()

    def _next(self) -> None:
        self.troubles, self._last = [], None
        self.hide()
        work, self._then = self._waiting.pop(0)
        job = self._desk.job(work)
        job.progressed.connect(self._progress)
        job.cancelled.connect(self._stopped)
        job.refused.connect(self._refused)
        job.finished.connect(lambda _last: self._tell(""))
        job.ended.connect(self._over)
        self.job = job
        job.start()

    def _progress(self, step: Progress) -> None:
        self._last = step
        if step.trouble:
            self.troubles.append(step.trouble)

    def _stopped(self) -> None:
        dropped, self._waiting = self._waiting, []
        self._tell("已停止，")
        for _work, then in dropped:
            then()

    def _refused(self, sentence: str) -> None:
        """It went no further, and why; what was taken in before that stays, and is told."""
        self.words.setText(sentence)
        self._fill([] if self._last is None else [self._count("此前"), *self.troubles])
        self.show()

    def _tell(self, how: str) -> None:
        """Say how it ended, and list what was left out."""
        self.words.setText(self._count(how))
        self._fill(self.troubles)
        self.show()

    def _count(self, how: str) -> str:
        if self._last is None:
            return f"没有找到可以收入的{self._one}。"
        left = len(self.troubles)
        words = f"{how}收入{self._one} {self._last.done - left} {self._unit}"
        return f"{words}，以下 {left} 个文件没有收入。" if left else f"{words}。"

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
        job, self.job = self.job, None
        if job is not None:
            job.deleteLater()
        self._then()
        if self._waiting and not self._desk.closed:
            self._next()
        self.ended.emit()


@dataclass(frozen=True, slots=True)
class Batch:
    """Single photo files taken in together, and what became of each."""

    desk: Desk
    paths: tuple[Path, ...]
    visit: UUID | None
    taken: list[Path] = field(default_factory=list)
    refused: list[Path] = field(default_factory=list)
    new: list[Path] = field(default_factory=list)

    @property
    def left(self) -> list[Path]:
        """Those that it did not come to, since it was stopped."""
        return [path for path in self.paths if path not in {*self.taken, *self.refused}]

    def work(self) -> Iterator[Progress]:
        """Take them in; the lists grow with every step."""
        files = sorted(self.paths)  # in this order they are answered
        steps = self.desk.bench.import_photos(self.desk.dossier_id, files, self.visit)
        try:
            for path, step in zip(files, steps, strict=False):
                (self.refused if step.record is None else self.taken).append(path)
                if not step.trouble:
                    self.new.append(path)
                yield step
        finally:
            if isinstance(steps, Generator):
                steps.close()


def photo_work(desk: Desk, paths: list[Path], visit: UUID | None) -> Work:
    """The work of taking photos into a visit, for `ImportBar.start`."""
    return lambda: desk.bench.import_photos(desk.dossier_id, paths, visit)
